"""Agreements renewed and ended, clients with one owner, tariffs explained, carriers ruled: each dated and told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from govpost.catalogue.testing import FOOD, NOTICE, load_catalogue
from govpost.common.actor import Actor, Grant
from govpost.common.clock import SHANGHAI
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.journal.models import Fact
from govpost.parties.models import Organisation
from govpost.parties.testing import make_staff
from govpost.settlement import actions, keeping
from govpost.settlement.models import Agreement, CarrierRuling, ClientManager, Tariff

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
AT = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
TODAY, LAST = AT.date(), date(2027, 12, 31)
ADMIN = Actor("staff", None, "亳州 李**", (Grant("admin", "34.3416"),))
ABROAD = Actor("staff", None, "济宁 孔**", (Grant("admin", "37.3708"),))


@pytest.fixture(autouse=True)
def _terms(db: None) -> None:
    load_catalogue()
    actions.load_terms(at=AT, by=SYSTEM)


def government() -> Agreement:
    return Agreement.objects.get(number="EX-AG-BZ-01")


def told(kind: str) -> dict[str, Any]:
    payload: dict[str, Any] = Fact.objects.filter(kind=f"settlement.{kind}").latest("seq").payload
    return payload


@contextmanager
def wrong(field: str) -> Iterator[None]:
    with pytest.raises(InvalidInput) as refused:
        yield
    assert set(refused.value.errors) == {field}


def renew(by: Actor = ADMIN, **over: Any) -> Agreement:
    values: dict[str, Any] = {
        "agreement_id": government().id,
        "number": "XY-2028",
        "ends_on": date(2028, 12, 31),
        "tariff": "EX-BOZHOU-GOV",
    }
    return actions.renew_agreement(**(values | over), at=AT, by=by)


def test_a_renewal_begins_the_day_after_and_names_what_it_follows() -> None:
    made, old = renew(), government()
    assert (made.starts_on, made.follows, made.payer, made.organisation_id) == (date(2028, 1, 1), old, "government", old.organisation_id)
    assert told("agreement_added")["follows"] == "EX-AG-BZ-01"
    assert keeping.successor(old) == made
    with wrong("number"):
        renew()
    with wrong("starts_on"):
        renew(number="XY-OTHER", starts_on=date(2028, 6, 1), ends_on=date(2029, 1, 1))


def test_an_early_end_says_why_and_what_then_pays_is_known() -> None:
    agreement = government()
    with wrong("reason"):
        actions.end_agreement(agreement_id=agreement.id, ends_on=TODAY, reason=" ", at=AT, by=ADMIN)
    for day in (TODAY - timedelta(days=1), LAST):
        with wrong("ends_on"):
            actions.end_agreement(agreement_id=agreement.id, ends_on=day, reason="预算调整", at=AT, by=ADMIN)
    ended = actions.end_agreement(agreement_id=agreement.id, ends_on=TODAY, reason="预算调整", at=AT, by=ADMIN)
    assert told("agreement_ended")["changes"] == {"ends_on": ["2027-12-31", "2026-11-23"]}
    after = keeping.after_end(ended)
    assert isinstance(after, Refusal)
    assert after.code == "no_agreement"


def test_another_city_keeps_its_hands_off() -> None:
    with pytest.raises(NotPermitted):
        renew(by=ABROAD)
    with pytest.raises(NotPermitted):
        actions.end_agreement(agreement_id=government().id, ends_on=TODAY, reason="预算调整", at=AT, by=ABROAD)
    with pytest.raises(NotFound):
        keeping.agreement(ABROAD, government().id)
    assert government() not in keeping.agreements(ABROAD, on=TODAY)


@pytest.mark.parametrize(
    ("on", "light"),
    [(date(2023, 12, 31), "none"), (date(2027, 1, 1), "green"), (date(2027, 11, 1), "green"), (date(2027, 11, 2), "amber"),
     (date(2027, 12, 1), "amber"), (date(2027, 12, 2), "red"), (date(2028, 1, 1), "red")],
)  # fmt: skip
def test_the_light_of_an_agreement(on: date, light: str) -> None:
    assert keeping.standing(government(), on) == light


def test_what_ends_soon_and_has_no_follow_on_is_counted() -> None:
    december = date(2027, 12, 15)
    bozhou = Agreement.objects.filter(number__startswith="EX-AG-BZ-", ends_on=LAST).count()
    assert keeping.ending(ADMIN, december) == bozhou == 9
    renew()
    assert keeping.ending(ADMIN, december) == 8


def test_a_client_has_one_manager_at_a_time() -> None:
    client, sun, li = government().organisation, make_staff(organisation="bozhou-post"), make_staff(organisation="bozhou-post")
    assign: dict[str, Any] = {"organisation_id": client.id, "at": AT, "by": ADMIN}
    with wrong("staff"):
        actions.assign_client(staff_id=make_staff(organisation="bozhou-health").id, starts_on=TODAY, **assign)
    first = actions.assign_client(staff_id=sun.id, starts_on=TODAY, **assign)
    actions.assign_client(staff_id=li.id, starts_on=TODAY + timedelta(days=10), **assign)
    first.refresh_from_db()
    assert first.ends_on == TODAY + timedelta(days=9)
    assert told("client_assigned")["changes"] == {"staff": [str(sun.id), str(li.id)]}
    with wrong("starts_on"):
        actions.assign_client(staff_id=sun.id, starts_on=TODAY + timedelta(days=5), **assign)
    assert keeping.client_managers([client.id], TODAY)[client.id].staff == sun
    assert ClientManager.objects.count() == 2


def test_a_tariff_explains_its_price_and_ends() -> None:
    tariff = Tariff.objects.get(code="EX-BOZHOU-GOV")
    why = keeping.explain(tariff, weight_g=1300, origin="341602", destination="370883")
    assert (why.fen, why.zone, why.steps) == (2000 + 2 * 900, "other", 2)
    assert keeping.explain(tariff, weight_g=300, origin="341602", destination="341621", direction="papers").fen == 1000
    actions.end_tariff(tariff_id=tariff.id, ends_on=LAST, at=AT, by=ADMIN)
    assert told("tariff_ended")["changes"] == {"ends_on": [None, "2027-12-31"]}
    with wrong("ends_on"):
        actions.end_tariff(tariff_id=tariff.id, ends_on=TODAY - timedelta(days=1), at=AT, by=ADMIN)
    with pytest.raises(NotPermitted):
        actions.end_tariff(tariff_id=tariff.id, ends_on=LAST, at=AT, by=ABROAD)
    assert set(keeping.tariffs(ABROAD, on=TODAY).values_list("code", flat=True)) == {"EX-POSTED", "EX-JINING-DEPT"}


def declare() -> None:
    actions.declare_carrier(code="kd", name="示例快递", name_en="Example Express", basis="示例许可 1 号", at=AT, by=SYSTEM)


def rule(item: str = FOOD, **over: Any) -> CarrierRuling:
    values: dict[str, Any] = {
        "carrier": "kd", "item": item, "region": "34.3416", "allowed": True, "basis": "示例政采〔2026〕3号",
        "starts_on": TODAY + timedelta(days=1),
    }  # fmt: skip
    return actions.rule_carrier(**(values | over), at=AT, by=over.pop("by", ADMIN))


def codes(on: date, region: str = "34.3416") -> dict[str, str]:
    """What commission would say of the express firm, by item."""
    among = [keeping.carrier("kd")]
    return {line.service.code: line.decisions[0].code for line in keeping.carriage(region, on, keeping.offered(region, on), among)}


def test_an_award_opens_an_item_from_its_day_on_and_the_law_stays() -> None:
    declare()
    tomorrow = TODAY + timedelta(days=1)
    assert (codes(TODAY)[FOOD], codes(TODAY)[NOTICE]) == ("carrier_not_tendered", "carrier_not_the_post")
    rule()
    assert (codes(TODAY)[FOOD], codes(tomorrow)[FOOD]) == ("carrier_not_tendered", "carrier_not_open")  # awarded, no connection yet
    rule(item="")
    assert codes(tomorrow)[NOTICE] == "carrier_not_the_post"
    rule(allowed=False, basis="示例通知〔2026〕9号", starts_on=tomorrow + timedelta(days=1))
    assert codes(tomorrow + timedelta(days=1))[FOOD] == "carrier_ruled_out"
    assert told("carrier_ruled")["changes"] == {"allowed": [True, False]}


def test_no_ruling_against_the_law_without_a_basis_or_for_today() -> None:
    declare()
    with pytest.raises(Refusal, match="reserved_by_law"):
        rule(item=NOTICE)
    with pytest.raises(Refusal, match="reserved_by_law"):
        rule(item=NOTICE, carrier="ems", allowed=False)
    for over, field in (({"basis": " "}, "basis"), ({"starts_on": TODAY}, "starts_on"), ({"carrier": "nobody"}, "carrier"),
                        ({"item": "999999999999"}, "item")):  # fmt: skip
        with wrong(field):
            rule(**over)
    with pytest.raises(NotPermitted):
        rule(region="37.3708")
    rule()
    with wrong("starts_on"):
        rule()


def test_only_the_whole_country_declares_a_carrier_and_once() -> None:
    with pytest.raises(NotPermitted):
        actions.declare_carrier(code="kd", name="示例快递", name_en="Example", basis="1", at=AT, by=ADMIN)
    declare()
    with wrong("code"):
        declare()
    with wrong("basis"):
        actions.declare_carrier(code="kd2", name="示例快递", name_en="Example", basis="", at=AT, by=SYSTEM)
    assert [each.code for each in keeping.carriers()][:2] == ["ems", "post"]


def test_an_organisation_s_own_agreement_follows_only_its_own() -> None:
    bureau = Organisation.objects.get(code="bozhou-enforcement")
    own = Agreement.objects.get(organisation=bureau)
    assert keeping.successor(own) is None
    next_one = actions.renew_agreement(
        agreement_id=own.id, number="XY-BZ-2", ends_on=date(2028, 6, 30), tariff="EX-BOZHOU-DEPT", at=AT, by=ADMIN
    )
    assert keeping.successor(own) == next_one
    other = Agreement.objects.exclude(organisation=bureau).get(number="EX-AG-BZ-03")
    assert keeping.successor(other) is None
