"""The items of the three cities: published once, found by day and region, in versions that never overlap."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from govpost.catalogue import actions, queries
from govpost.catalogue.models import Paper, Service
from govpost.catalogue.testing import (
    FOOD,
    FREIGHT,
    HYGIENE,
    IDENTITY,
    NOTICE,
    PLATES,
    hygiene,
    load_catalogue,
    make_document,
    make_licence_document,
)
from govpost.common.actor import Actor, Grant
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.journal.models import Fact
from govpost.parties.roles import Role
from govpost.places.testing import AT, LOADER

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 2)
BOZHOU, JINING, ZHAOQING = "34.3416", "37.3708", "44.4412"


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    load_catalogue()


def test_loading_again_adds_nothing_and_tells_nothing() -> None:
    facts = Fact.objects.count()
    assert actions.load_seed(at=AT, by=LOADER) == 0
    assert Fact.objects.count() == facts


def test_every_city_decides_some_licences_inside() -> None:
    inside = {region: {s.code for s in queries.offered(region, ON, owner="inside")} for region in (BOZHOU, JINING, ZHAOQING)}
    assert inside == {BOZHOU: {HYGIENE, FOOD, FREIGHT}, JINING: {HYGIENE, FOOD, FREIGHT}, ZHAOQING: {HYGIENE, FOOD}}
    for region in (JINING, ZHAOQING):
        assert {IDENTITY, PLATES, NOTICE} < {s.code for s in queries.offered(region, ON)}


def test_the_desk_is_offered_what_is_sent_without_an_applicant() -> None:
    sent = {s.code for s in queries.offered(ZHAOQING, ON, direction="single")}
    assert sent == {NOTICE, "001087001000", "001096001000", "001097001000", "001098002000"}


def test_search_finds_the_best_first_and_only_what_the_region_offers() -> None:
    assert queries.search("食品许可", BOZHOU, ON)[0].code == FOOD
    assert {s.code for s in queries.search("许可", BOZHOU, ON)} == {HYGIENE, FOOD, FREIGHT}
    assert [s.code for s in queries.search("开店", BOZHOU, ON)] == [HYGIENE, FOOD]
    assert [s.code for s in queries.search("shen fen zheng", "37.3708.370811", ON)] == [IDENTITY]
    assert {s.code for s in queries.search("道路运输证", ZHAOQING, ON)}.isdisjoint({FREIGHT})
    assert queries.search("", BOZHOU, ON) == []
    assert len(queries.search("示例", BOZHOU, ON, limit=2)) == 2


def test_the_imported_history_is_nobodys_to_apply_for_but_has_its_rule() -> None:
    assert queries.search("导入", "", ON) == []
    rule = queries.item_rule(queries.service("000000000000", date(2003, 1, 1)))
    assert rule.signers == ("any",)


def test_a_service_is_found_by_id_implementing_code_and_base_code() -> None:
    service = hygiene()
    assert queries.service(service.id, ON) == queries.service(str(service.id), ON) == queries.service(service.task_code, ON) == service
    assert queries.service(IDENTITY, ON, "44.4412.441202").region == ZHAOQING
    assert queries.service(IDENTITY, ON).region == BOZHOU
    for unknown in ("nothing", "", str(uuid4()), uuid4()):
        with pytest.raises(NotFound):
            queries.service(unknown, ON)


@pytest.mark.parametrize("code", [IDENTITY, PLATES, NOTICE])
def test_the_rule_of_an_items_mail_is_the_same_in_every_city(code: str) -> None:
    rules = {queries.item_rule(queries.service(code, ON, region)) for region in (BOZHOU, JINING, ZHAOQING)}
    assert len(rules) == 1


def test_an_identity_card_goes_to_the_person_or_an_agent_with_a_code_and_into_no_locker() -> None:
    rule = queries.item_rule(queries.service(IDENTITY, ON, JINING))
    assert (rule.signers, rule.needs_code, rule.goods) == (("addressee", "agent"), True, False)
    assert queries.item_rule(queries.service(PLATES, ON, JINING)).goods
    assert queries.item_rule(queries.service(NOTICE, ON, JINING)).post_only


def test_the_guide_shows_papers_waived_papers_and_days_with_their_basis(django_assert_num_queries: Any) -> None:
    service = hygiene()
    with django_assert_num_queries(2):  # whether what is remembered still stands, and the papers
        guide = queries.guide(service)
    assert [paper.name_on_door for paper in guide.papers] == ["材料 1", "材料 2", "材料 3", "材料 4", "材料 5"]
    assert [paper.name for paper in guide.waived] == ["营业执照", "法定代表人或者负责人身份证明"]
    assert all(paper.waived_because and paper.waived_because_en for paper in guide.waived)
    assert [clock.basis.partition("；")[0] for clock in guide.clocks] == ["行政许可法 32", "行政许可法 42", "行政许可法 44"]
    assert guide.service.fee_fen == 0


def test_no_door_label_tells_what_the_paper_is() -> None:
    for paper in Paper.objects.all():
        assert not set(paper.name) & set(paper.name_on_door) - set("材料")
        assert paper.name_on_door == f"材料 {paper.position}"


def test_an_item_is_there_from_its_first_day_to_its_last() -> None:
    _publish(valid_from="2026-03-01", valid_to="2026-03-31")
    for on, there in ((date(2026, 2, 28), False), (date(2026, 3, 1), True), (date(2026, 3, 31), True), (date(2026, 4, 1), False)):
        assert bool(queries.search("示例服务", BOZHOU, on)) is there


def test_a_next_version_takes_over_on_its_day_and_the_old_one_stays_readable() -> None:
    _publish()
    old = queries.service("002099001000", ON)
    _publish(version=2, valid_from="2026-04-01", summary="新")
    assert queries.service("002099001000", date(2026, 3, 31)).id == old.id
    assert queries.service("002099001000", date(2026, 4, 1)).version == 2
    assert [s.valid_to for s in queries.versions(old.task_code)] == [date(2026, 3, 31), None]
    with pytest.raises(NotFound):
        queries.service(old.id, date(2026, 4, 1))


def test_a_published_version_is_never_changed() -> None:
    _publish()
    changes: list[dict[str, Any]] = [
        {"summary": "新"},
        {"papers": [{"name": "申请表", "name_en": "Form", "form": "copy"}]},
        {"keywords": []},
    ]
    for over in changes:
        with pytest.raises(Refusal, match="version_differs"):
            _publish(**over)
    assert _publish() == 0


@pytest.mark.parametrize("over", [{"version": 3, "valid_from": "2026-01-01"}, {"version": 1, "valid_from": "2027-01-01"}])
def test_versions_come_in_order(over: dict[str, Any]) -> None:
    _publish(version=2)
    with pytest.raises(Refusal, match="version_out_of_order"):
        _publish(**over)


def test_the_database_lets_no_two_versions_hold_on_one_day() -> None:
    _publish()
    service = queries.service("002099001000", ON)
    service.id, service.version, service.valid_from = uuid4(), 9, date(2030, 1, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        service.save(force_insert=True)


def test_a_document_for_several_cities_is_published_whole_or_not_at_all() -> None:
    offers = [{"region": BOZHOU, "department": "bozhou-enforcement"}, {"region": JINING, "department": "nobody"}]
    with pytest.raises(InvalidInput) as refused, transaction.atomic():
        _publish(offers=offers)
    assert set(refused.value.errors) == {"offers"}
    assert not Service.objects.filter(code="002099001000").exists()


def test_publishing_tells_the_journal_what_and_where() -> None:
    actions.publish(document=make_licence_document(), at=AT, by=LOADER)
    fact = Fact.objects.filter(kind="catalogue.service_published").latest("seq")
    assert fact.region == BOZHOU
    assert fact.payload["code"] == "000199001000"


def test_an_item_ends_with_a_day() -> None:
    service = hygiene()
    actions.end_service(service_id=service.id, valid_to=ON, at=AT, by=LOADER)
    assert queries.service(service.id, ON) == service
    with pytest.raises(NotFound):
        queries.service(service.id, ON + timedelta(days=1))
    with pytest.raises(InvalidInput):
        actions.end_service(service_id=service.id, valid_to=ON - timedelta(days=1), at=AT, by=LOADER)
    with pytest.raises(NotFound):
        actions.end_service(service_id=uuid4(), valid_to=ON, at=AT, by=LOADER)


def test_search_and_offers_cost_one_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found = queries.search("许可", BOZHOU, ON)
        assert all(service.department and service.department.hall and service.department.hall.station for service in found)
    with django_assert_num_queries(1):
        queries.offered(BOZHOU, ON)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("region", "inside"), [("", True), ("34", True), (BOZHOU, True), ("34.3416.341602", False), ("37", False)])
def test_only_administrators_of_the_region_end_an_item(role: Role, region: str, *, inside: bool) -> None:
    by = Actor("staff", uuid4(), "x", (Grant(role, region),))
    service = hygiene()
    if role is Role.ADMIN and inside:
        actions.end_service(service_id=service.id, valid_to=ON, at=AT, by=by)
    else:
        with pytest.raises(NotPermitted):
            actions.end_service(service_id=service.id, valid_to=ON, at=AT, by=by)


def test_a_city_does_not_propose_for_another() -> None:
    by = Actor("staff", uuid4(), "x", (Grant(Role.ADMIN, BOZHOU),))
    offers = [{"region": BOZHOU, "department": "bozhou-enforcement"}, {"region": JINING, "department": "jining-enforcement"}]
    with pytest.raises(NotPermitted):
        actions.propose(document=make_document(offers=offers, valid_from="2026-12-01"), at=AT, by=by)
    with pytest.raises(NotPermitted):
        actions.load_seed(at=AT, by=by)


def _publish(**over: Any) -> int:
    return actions.publish(document=make_document(**over), at=AT, by=LOADER)
