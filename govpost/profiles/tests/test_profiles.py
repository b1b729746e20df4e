"""Inheritance, pins, payers and the three cities as the paper of 2017 describes them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import FrozenInstanceError
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govpost.common.actor import Actor, Grant
from govpost.common.clock import shanghai_at
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.journal.models import Fact
from govpost.parties.roles import Role
from govpost.places.testing import AT, LOADER
from govpost.profiles import actions, queries, rules
from govpost.profiles.models import Profile, ProfileVersion
from govpost.profiles.rules import REASONS, PayerKind
from govpost.profiles.testing import load_profiles, make_rule, make_settings

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 2)
BOZHOU, JINING, ZHAOQING = "34.3416", "37.3708", "44.4412"
LICENCE, FOOD, IDENTITY, PLATES, NOTICE, IMPORTED = (
    "000190001000", "000191001000", "000793001000", "000794001000", "000295001000", "000000000000",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _profiles() -> None:
    load_profiles()


def test_loading_again_adds_nothing_and_tells_nothing() -> None:
    facts = Fact.objects.count()
    assert actions.load_seed(at=AT, by=LOADER) == 0
    assert Fact.objects.count() == facts


TABLE_1 = {
    "收寄方式": ("lead_channel", "stationed_and_online", "stationed_and_online", "online"),
    "付费模式": ("lead_payer", "user", "user", "government"),
    "政府间数据是否共享": ("sharing", "none", "none", "full"),
    "政务平台是否接入 EMS": ("embedding", (), ("mobile",), ("computer", "mobile")),
    "数据互联": ("interconnection", "independent", "partial", "third_party"),
    "业务平台": ("platform", "ems", "ems", "government"),
}


@pytest.mark.parametrize("row", list(TABLE_1))
def test_table_1_of_the_paper_is_what_the_three_cities_declare(row: str) -> None:
    key, *wanted = TABLE_1[row]
    declared = [getattr(queries.settings_for(region, ON), key) for region in (JINING, ZHAOQING, BOZHOU)]
    assert declared == wanted


def test_the_risks_of_table_1_are_dated_and_signed() -> None:
    sentences = ["营销成本大，客户流失风险高", "政策风险、硬件投入较大", "政府主导，被动服务"]
    for region, sentence in zip((JINING, ZHAOQING, BOZHOU), sentences, strict=True):
        risk = queries.settings_for(region, ON).risk
        assert risk
        assert (risk.sentence, risk.assessed_on) == (sentence, date(2017, 3, 28))
        assert "示例" in risk.signed_by


def test_each_province_names_its_platform_and_the_cities_inherit_it() -> None:
    names = [queries.settings_for(region, ON).platform_name for region in (JINING, ZHAOQING, BOZHOU, "34")]
    assert names == ["政务便民通", "速递便民通", "亳州网上办事大厅", "EMS 自有平台"]


def test_the_door_is_ours_in_bozhou_and_the_carriers_elsewhere() -> None:
    assert [queries.settings_for(region, ON).door for region in (BOZHOU, JINING, ZHAOQING)] == ["ours", "carrier", "carrier"]


@pytest.mark.parametrize(
    ("region", "item", "direction", "kind", "reason"),
    [
        (BOZHOU, LICENCE, "papers", "government", "government_buys"),
        (BOZHOU, LICENCE, "result", "government", "government_buys"),
        (BOZHOU, LICENCE, "returned_papers", "government", "government_buys"),
        (BOZHOU, IDENTITY, "result", "recipient", "recipient_identity"),
        (BOZHOU, PLATES, "result", "recipient", "recipient_plates"),
        (BOZHOU, NOTICE, "single", "department", "department_monthly"),
        (JINING, IDENTITY, "result", "recipient", "recipient_identity"),
        (JINING, LICENCE, "papers", "sender", "sender_pays"),
        (JINING, LICENCE, "result", "recipient", "recipient_collect"),
        (JINING, FOOD, "papers", "department", "department_rounds"),
        (JINING, NOTICE, "single", "department", "department_rounds"),
        (ZHAOQING, IDENTITY, "result", "recipient", "recipient_identity"),
        (ZHAOQING, LICENCE, "result", "recipient", "recipient_collect"),
        (ZHAOQING, NOTICE, "single", "department", "department_monthly"),
        (ZHAOQING, PLATES, "result", "recipient", "recipient_plates"),
        ("37", IMPORTED, "result", "sender", "unknown_agreement"),
    ],
)
def test_who_pays_is_as_the_paper_says_with_a_reason_and_a_basis(region: str, item: str, direction: str, kind: str, reason: str) -> None:
    payer = queries.settings_for(region, ON).payer_for(item, direction)
    assert (payer.kind, payer.reason) == (kind, REASONS[reason])
    assert payer.basis


@settings(deadline=None)
@given(st.text(alphabet="0123456789", min_size=12, max_size=12), st.sampled_from(["papers", "result", "single", "returned_papers"]))
def test_somebody_pays_for_anything_and_it_is_said_why(item: str, direction: str) -> None:
    for region in (BOZHOU, JINING, ZHAOQING, "", "53"):
        payer = queries.settings_for(region, ON).payer_for(item, direction)
        assert payer.kind in PayerKind
        assert str(payer.reason).endswith(".")


def test_a_county_without_a_profile_of_its_own_has_its_citys() -> None:
    assert queries.settings_for("34.3416.341602", ON).pin == "bozhou@2016-01-01"
    assert queries.settings_for("53.5301", ON).pin == "hq@2016-01-01"
    assert queries.settings_for("34.34160", ON).code == "anhui"


def test_before_anything_was_configured_there_is_nothing() -> None:
    with pytest.raises(NotFound):
        queries.settings_for(BOZHOU, date(2015, 12, 31))


def test_a_promise_depends_on_how_far_it_goes() -> None:
    said = queries.settings_for(BOZHOU, ON)
    assert [said.promised_hours("341602", to) for to in ("341621", "340104", "440103")] == [24, 48, 72]


def test_settings_cannot_be_changed() -> None:
    said = queries.settings_for(BOZHOU, ON)
    with pytest.raises(FrozenInstanceError):
        said.late_minutes = 1  # type: ignore[misc]


def test_a_new_version_counts_from_its_shanghai_day_and_keeps_all_else() -> None:
    _add("bozhou", date(2026, 4, 1), late_minutes=45)
    before, after = queries.settings_for(BOZHOU, date(2026, 3, 31)), queries.settings_for(BOZHOU, date(2026, 4, 1))
    assert (before.late_minutes, after.late_minutes) == (30, 45)
    assert (before.pin, after.pin) == ("bozhou@2016-01-01", "bozhou@2026-04-01")
    assert after.door == "carrier"  # a version says everything its profile says; what it leaves out comes from above


def test_a_change_at_headquarters_reaches_the_cities_under_a_pin_of_its_day() -> None:
    _add("hq", date(2026, 4, 1), **make_settings(days_ahead=14))
    assert queries.settings_for(BOZHOU, date(2026, 4, 1)).pin == "bozhou@2026-04-01"
    assert queries.settings_for(BOZHOU, date(2026, 4, 1)).days_ahead == 14
    assert queries.settings_for(BOZHOU, date(2026, 4, 1)).door == "ours"


def test_a_pin_means_the_same_for_ever() -> None:
    pinned = queries.settings_for(BOZHOU, ON)
    _add("hq", date(2026, 3, 3), **make_settings(days_ahead=14))
    _add("bozhou", date(2026, 3, 4), late_minutes=45)
    _add("bozhou", date(2026, 3, 3), late_minutes=50)
    assert queries.settings_by_pin(pinned.pin) == pinned


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["hq", "anhui", "bozhou"]), st.integers(-1, 2), st.integers(0, 1)), min_size=2, max_size=8))
def test_no_order_of_additions_changes_what_was_pinned(steps: list[tuple[str, int, int]]) -> None:
    """Days pass, versions are added or refused, settings are pinned; every pin still means what it meant."""
    today, pins = ON, {}
    ProfileVersion.objects.exclude(effective_on=date(2016, 1, 1)).delete()
    for code, ahead, pause in steps:
        today += timedelta(days=pause)
        for region in (BOZHOU, "34", ""):
            said = queries.settings_for(region, today)
            pins[said.pin] = said
        with suppress(InvalidInput):  # a day that has begun, or one that has a version already
            _add(code, today + timedelta(days=ahead), shanghai_at(today, 12), **make_settings(days_ahead=pause + 20))
    assert all(queries.settings_by_pin(pin) == said for pin, said in pins.items())


@pytest.mark.parametrize("pin", ["", "bozhou", "bozhou@", "@2026-01-01", "bozhou@yesterday", "mars@2026-01-01", "bozhou@2015-01-01"])
def test_a_pin_that_was_never_made_is_not_found(pin: str) -> None:
    with pytest.raises(NotFound):
        queries.settings_by_pin(pin)


@pytest.mark.parametrize("effective_on", [date(2026, 3, 2), date(2026, 3, 1), date(2016, 6, 1), date(2010, 1, 1)])
def test_today_and_the_past_cannot_be_configured_any_more(effective_on: date) -> None:
    with pytest.raises(InvalidInput) as refused:
        _add("bozhou", effective_on, late_minutes=45)
    assert set(refused.value.errors) == {"effective_on"}


def test_late_in_the_evening_of_universal_time_it_is_already_tomorrow_in_shanghai() -> None:
    arguments: dict[str, Any] = {"code": "bozhou", "settings": {}, "note": "", "by": LOADER}
    with pytest.raises(InvalidInput):
        actions.add_version(**arguments, effective_on=date(2026, 3, 3), at=shanghai_at(date(2026, 3, 3), 0))
    actions.add_version(**arguments, effective_on=date(2026, 3, 3), at=shanghai_at(date(2026, 3, 2), 23, 59))
    assert len(queries.versions("bozhou")) == 2


def test_one_day_has_one_version() -> None:
    _add("bozhou", date(2026, 4, 1), late_minutes=45)
    with pytest.raises(InvalidInput):
        _add("bozhou", date(2026, 4, 1), late_minutes=50)
    document = actions.seed("city_bozhou")
    document["versions"][0]["settings"]["late_minutes"] = 1
    with pytest.raises(Refusal, match="version_differs"):
        actions.load_profile(document=document, at=AT, by=LOADER)


def test_a_version_that_leaves_headquarters_incomplete_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        _add("hq", date(2026, 4, 1), late_minutes=45)
    assert "payer_rules" in refused.value.errors
    with pytest.raises(InvalidInput):
        _add("nowhere", date(2026, 4, 1), late_minutes=45)


@pytest.mark.parametrize(
    ("over", "fields"),
    [
        ({"parent": "mars"}, {"parent"}),
        ({"parent": None}, {"parent"}),
        ({"region": "37.3702"}, {"region"}),
        ({"region": "34"}, {"region"}),
        ({"level": "village"}, {"level"}),
        ({"versions": [{}]}, {"versions"}),
        ({"versions": [{"effective_on": "soon", "settings": {}}]}, {"versions"}),
        ({"versions": None}, {"versions"}),
        ({"versions": [{"effective_on": "2026-01-01", "settings": {"door": "x"}}]}, {"door"}),
    ],
)
def test_a_file_that_cannot_be_loaded_says_what_is_wrong(over: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.load_profile(document=_suzhou(**over), at=AT, by=LOADER)
    assert set(refused.value.errors) == fields
    assert not Profile.objects.filter(code="suzhou").exists()


def test_a_file_without_its_fields_names_them() -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.load_profile(document={"code": "x"}, at=AT, by=LOADER)
    assert "region" in refused.value.errors


def test_a_fourth_city_starts_from_a_file_with_its_history() -> None:
    versions = [{"effective_on": f"{year}-01-01", "settings": {"late_minutes": year - 2000}} for year in (2020, 2025)]
    assert actions.load_profile(document=_suzhou(versions=versions), at=AT, by=LOADER) == 2
    assert queries.settings_for("34.3413.341302", date(2024, 1, 1)).late_minutes == 20
    assert queries.settings_for("34.3413", ON).late_minutes == 25
    assert queries.chain("suzhou") == ["hq", "anhui", "suzhou"]
    assert [profile.code for profile in queries.profiles("34")] == ["anhui", "suzhou", "bozhou"]


def test_settings_cost_two_queries_and_their_mark(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        queries.settings_for("34.3416.341602", ON)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("region", "inside"), [("", True), ("34", True), ("34.3416", True), ("34.3416.341602", False), ("37", False)])
def test_only_administrators_of_the_region_configure(role: Role, region: str, *, inside: bool) -> None:
    by = Actor("staff", uuid4(), "x", (Grant(role, region),))
    verbs = (
        lambda: actions.add_version(code="bozhou", effective_on=date(2026, 4, 1), settings={}, note="", at=AT, by=by),
        lambda: actions.load_profile(document=actions.seed("city_bozhou"), at=AT, by=by),
    )
    for verb in verbs:
        if role is Role.ADMIN and inside:
            verb()
        else:
            with pytest.raises(NotPermitted):
                verb()


def test_a_city_administrator_does_not_configure_the_country() -> None:
    by = Actor("staff", uuid4(), "x", (Grant(Role.ADMIN, BOZHOU),))
    with pytest.raises(NotPermitted):
        actions.load_seed(at=AT, by=by)


def test_inheritance_puts_the_exception_before_the_rule() -> None:
    upper = {"payer_rules": [make_rule()], "result_hours": {"same_city": 24, "other": 72}, "door": "carrier"}
    lower = {"payer_rules": [make_rule(items=["0001*"])], "result_hours": {"same_city": 12}}
    merged = rules.inherited([upper, lower])
    assert [rule["items"] for rule in merged["payer_rules"]] == [["0001*"], ["*"]]
    assert merged["result_hours"] == {"same_city": 12, "other": 72}
    assert merged["door"] == "carrier"


def _suzhou(**over: Any) -> dict[str, Any]:
    document = {
        "code": "suzhou", "name": "宿州市（示例）", "name_en": "Suzhou (example)", "level": "city", "parent": "anhui",
        "region": "34.3413", "versions": [{"effective_on": "2020-01-01", "settings": {}}],
    }  # fmt: skip
    return {**document, **over}


def _add(code: str, effective_on: date, at: datetime = AT, **document: Any) -> None:
    actions.add_version(code=code, effective_on=effective_on, settings=document, note="", at=at, by=LOADER)
