"""The three cities as loaded: divisions, outlets, halls, the calendar, and who may change them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govpost.common.actor import Actor, Grant
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted
from govpost.journal.models import Fact
from govpost.places import actions, queries
from govpost.places.addresses import CountyNames, StructuredAddress, take_apart
from govpost.places.models import CalendarDay, Division, Hall, Outlet, OutletKind
from govpost.places.rules import Deadline
from govpost.places.testing import AT, LOADER, load_places

pytestmark = pytest.mark.django_db

ADMIN = Actor("staff", None, "总部管理员", (Grant("admin", ""),))
CITY_ADMIN = Actor("staff", None, "亳州管理员", (Grant("admin", "34.3416"),))
WANG = Actor("staff", None, "王*", (Grant("clerk", ""),))


@pytest.fixture(autouse=True)
def _places() -> None:
    load_places()


def test_loading_again_changes_nothing_and_tells_nothing() -> None:
    facts = Fact.objects.count()
    assert actions.load_all(at=AT + timedelta(days=1), by=LOADER) == 0
    assert Fact.objects.count() == facts


def test_a_row_that_was_changed_is_loaded_as_it_should_be() -> None:
    Division.objects.filter(code="3416").update(postcode="000000")
    assert actions.load_divisions(at=AT, by=LOADER) == 1
    assert queries.division("3416").postcode == "236800"


def test_loading_tells_the_journal_once_for_each_kind() -> None:
    told = list(Fact.objects.filter(subject="places:seed").order_by("seq").values_list("kind", flat=True))
    assert told == [f"places.{what}_loaded" for what in ("divisions", "outlets", "halls", "areas", "calendar")]


def test_the_three_cities_stand_with_their_counties() -> None:
    assert [len(queries.counties(region)) for region in ("34.3416", "37.3708", "44.4412", "34.3412", "")] == [4, 11, 8, 8, 31]
    assert [city.name for city in queries.cities()] == ["阜阳市", "亳州市", "济宁市", "肇庆市"]  # 阜阳 waits for a template
    assert queries.region_of("341621") == "34.3416.341621"
    assert queries.region_of("341621000000") == "34.3416.341621"
    assert queries.region_of("") == ""
    assert queries.division("3416").name_en == "Bozhou"


def test_an_unknown_division_is_not_found() -> None:
    for code in ("999999", "", "000000", "abc"):
        with pytest.raises(NotFound):
            queries.division(code)


@pytest.mark.parametrize("words", ["涡阳", "guoyang", "GuoYang", "gy", "涡阳县"])
def test_a_county_is_found_by_name_pinyin_and_initials(words: str) -> None:
    assert "341621" in [found.code for found in queries.find_divisions(words, within="34")]


def test_no_words_find_no_division() -> None:
    assert queries.find_divisions("  ") == []


def test_every_county_has_one_office_that_delivers_it() -> None:
    for region in ("34.3416", "37.3708", "44.4412"):
        for county in queries.counties(region):
            assert queries.delivery_outlet(county.code).division_id == county.code
    with pytest.raises(NotFound):
        queries.delivery_outlet("3416")


def test_an_outlet_and_its_hall_are_opened_once() -> None:
    counts = Outlet.objects.count(), Hall.objects.count()
    facts = Fact.objects.count()
    for new in (True, False):
        assert _open_outlet() is new
        assert _open_hall() is new
    assert (Outlet.objects.count(), Hall.objects.count()) == (counts[0] + 1, counts[1] + 1)
    assert Fact.objects.count() == facts + 2
    assert queries.station_of("34.3412").code == "SL341200S1"


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"phone": "0558-0000000"}, "code"),
        ({"division": "999999"}, "division"),
        ({"division": "341602", "kind": OutletKind.DELIVERY_OFFICE}, "division"),
    ],
)
def test_an_outlet_that_cannot_be_is_refused_by_its_field(over: dict[str, Any], field: str) -> None:
    _open_outlet()
    with pytest.raises(InvalidInput) as refused:
        _open_outlet(**over)
    assert set(refused.value.errors) == {field}


def test_a_hall_needs_its_station_in_the_same_county() -> None:
    with pytest.raises(InvalidInput) as refused:
        _open_hall(station="SL341600S1")
    assert set(refused.value.errors) == {"station"}


def _open_outlet(**over: Any) -> bool:
    values: dict[str, Any] = {
        "code": "SL341200S1", "name": "阜阳市驻点窗口（示例）", "name_en": "Fuyang station (example)", "kind": OutletKind.STATION,
        "division": "341202", "address": "示例路1号", "phone": "0558-0000009",
    }  # fmt: skip
    return actions.open_outlet(**{**values, **over}, at=AT, by=LOADER)


def _open_hall(**over: Any) -> bool:
    values: dict[str, Any] = {
        "code": "HALL341201", "name": "阜阳市大厅（示例）", "name_en": "Fuyang hall (example)", "division": "341202",
        "address": "示例路1号", "phone": "0558-0000009", "hours": "09:00-17:00", "station": "SL341200S1",
    }  # fmt: skip
    return actions.open_hall(**{**values, **over}, at=AT, by=LOADER)


def test_every_hall_has_its_station() -> None:
    for hall in queries.halls():
        assert hall.station.kind == "station"
        assert "示例" in hall.name
    assert queries.hall("HALL341601").station == queries.outlet("SL341600S1")
    assert [outlet.code for outlet in queries.outlets("34.3416", kind="centre")] == ["SL341600C1"]


def test_the_spring_festival_and_its_make_up_saturday_are_known() -> None:
    assert queries.is_working_day(date(2026, 2, 14))
    assert not queries.is_working_day(date(2026, 2, 17))
    assert queries.add_working_days(date(2026, 2, 13), 2) == Deadline(date(2026, 2, 24), confirmed=True)


def test_beyond_the_notice_days_are_provisional_and_never_an_error() -> None:
    assert queries.calendar_covered_until() == date(2026, 12, 31)
    assert queries.add_working_days(date(2026, 12, 31), 1) == Deadline(date(2027, 1, 1), confirmed=False)
    assert not queries.day(date(2027, 1, 2)).is_working
    assert not queries.day(date(9999, 12, 31)).confirmed
    assert queries.working_days_between(date(2026, 2, 13), date(2026, 2, 24)) == 2


@settings(deadline=None)
@given(st.dates(date(2023, 6, 1), date(2028, 6, 1)), st.integers(0, 45))
def test_any_term_in_the_real_calendar_holds_its_days(start: date, days: int) -> None:
    end = queries.add_working_days(start, days)
    assert queries.working_days_between(start, end.on) == days


def test_a_hall_may_have_exceptions_of_its_own() -> None:
    monday = date(2026, 3, 9)
    actions.set_day(calendar="hall:HALL341601", on=monday, is_working=False, confirmed=True, note="大厅搬迁",
                    region="34.3416", at=AT, by=CITY_ADMIN)  # fmt: skip
    assert not queries.is_working_day(monday, "hall:HALL341601")
    assert queries.is_working_day(monday)
    assert queries.add_working_days(date(2026, 3, 6), 1, "hall:HALL341601").on == date(2026, 3, 10)
    assert queries.add_working_days(date(2026, 3, 6), 1, "hall:HALL370801").on == monday


def test_a_day_set_by_hand_survives_the_next_loading() -> None:
    day = date(2026, 3, 9)
    actions.set_day(calendar="CN", on=day, is_working=False, confirmed=True, note="临时通知", region="", at=AT, by=ADMIN)
    actions.load_calendar(at=AT, by=ADMIN)
    assert not queries.is_working_day(day)


def test_a_calendar_needs_a_name() -> None:
    with pytest.raises(InvalidInput):
        actions.set_day(calendar=" ", on=date(2026, 3, 9), is_working=True, confirmed=True, note="", region="", at=AT, by=ADMIN)


@pytest.mark.parametrize("load", [actions.load_divisions, actions.load_outlets, actions.load_halls, actions.load_calendar])
@pytest.mark.parametrize(("by", "may"), [(ADMIN, True), (CITY_ADMIN, False), (WANG, False)])
def test_only_an_administrator_of_the_whole_country_loads_places(load: object, by: Actor, *, may: bool) -> None:
    if may:
        assert load(at=AT, by=by) == 0  # type: ignore[operator]
    else:
        with pytest.raises(NotPermitted):
            load(at=AT, by=by)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("by", "calendar", "region", "may"),
    [
        (ADMIN, "CN", "", True),
        (ADMIN, "hall:X", "37.3708", True),
        (CITY_ADMIN, "hall:X", "34.3416", True),
        (CITY_ADMIN, "hall:X", "34", False),
        (CITY_ADMIN, "hall:X", "37.3708", False),
        (CITY_ADMIN, "CN", "34.3416", False),
        (WANG, "hall:X", "34.3416", False),
    ],
)
def test_days_are_set_by_administrators_of_their_own_region(by: Actor, calendar: str, region: str, *, may: bool) -> None:
    day = date(2026, 3, 9)
    before = CalendarDay.objects.filter(calendar=calendar, on=day, note="x").count()
    arguments = {"calendar": calendar, "on": day, "is_working": True, "confirmed": True, "note": "x", "region": region}
    if may:
        actions.set_day(**arguments, at=AT, by=by)  # type: ignore[arg-type]
    else:
        with pytest.raises(NotPermitted):
            actions.set_day(**arguments, at=AT, by=by)  # type: ignore[arg-type]
    assert CalendarDay.objects.filter(calendar=calendar, on=day, note="x").count() == before + may


def test_an_address_is_structured_with_its_names_and_postcode() -> None:
    address = queries.structured_address("341602", "  魏武大道示例小区  1栋101室 ")
    assert address.line() == "安徽省亳州市谯城区魏武大道示例小区 1栋101室"
    assert address.postcode == "236800"
    assert StructuredAddress.from_json(address.to_json()) == address


@pytest.mark.parametrize("street", ["示例路100号", "谯城区示例路100号", "安徽省亳州市谯城区示例路100号", "亳州市 谯城区 示例路100号"])
def test_a_street_does_not_repeat_its_county(street: str) -> None:
    assert queries.structured_address("341602", street).line() == "安徽省亳州市谯城区示例路100号"
    assert queries.structured_address("341602", "谯城区").street == "谯城区"


@pytest.mark.parametrize(
    ("county", "street", "fields"),
    [
        ("3416", "路1号", {"county"}),
        ("999999", "", {"county", "street"}),
        ("341602", " ", {"street"}),
        ("341602", "长" * 121, {"street"}),
    ],
)
def test_a_bad_address_names_the_field_to_mend(county: str, street: str, fields: set[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        queries.structured_address(county, street)
    assert set(refused.value.errors) == fields


@pytest.mark.parametrize(
    "line",
    [
        "安徽省亳州市谯城区示例路1号",
        "安徽亳州谯城区示例路1号",
        "亳州市谯城区示例路1号",
        "谯城区示例路1号",
        "安徽省 亳州市 谯城区 示例路1号",
    ],
)
def test_a_line_is_taken_apart_however_much_of_it_is_written(line: str) -> None:
    found = queries.find_address(line)
    assert found
    assert (found.division, found.street) == ("341602", "示例路1号")


@pytest.mark.parametrize("line", ["", "亳州市示例路1号", "北京市朝阳区示例路1号", "示例路1号谯城区"])
def test_a_line_that_fits_no_county_is_not_guessed(line: str) -> None:
    assert queries.find_address(line) is None


def test_a_line_that_fits_two_counties_is_not_guessed() -> None:
    twins = [CountyNames(code, "甲省", city, "城区", "000000") for code, city in (("1", "乙市"), ("2", "丙市"))]
    assert take_apart("城区示例路1号", twins) is None
    fits = take_apart("丙市城区示例路1号", twins)
    assert fits
    assert fits.division == "2"


def test_every_day_of_the_loaded_years_has_a_row() -> None:
    days = {row.on for row in CalendarDay.objects.filter(calendar="CN")}
    first, last = date(2024, 1, 1), date(2026, 12, 31)
    assert {first + timedelta(days=n) for n in range((last - first).days + 1)} <= days


def test_regions_are_paths_of_the_codes_above() -> None:
    for division in Division.objects.select_related("parent"):
        assert division.region == (f"{division.parent.region}.{division.code}" if division.parent else division.code)


def test_the_fixed_moment_of_the_builders_is_a_working_morning() -> None:
    assert isinstance(AT, datetime)
    assert queries.is_working_day(AT.date())
