"""Townships and villages: which one an address names, on which days the post comes, and who may change that from when."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.common.actor import Actor
from govpost.common.clock import SHANGHAI
from govpost.common.refusal import InvalidInput
from govpost.journal.models import Fact
from govpost.places import actions, areas, queries
from govpost.places.actions import AreaRow
from govpost.places.areas import Area
from govpost.places.testing import AT, load_places

ADMIN = Actor.system("test")
DAY, OFFICE = date(2026, 3, 2), "SL341602D1"
TOWNSHIP = Area("t1", "", "示例乡", (), OFFICE, "135", DAY)
OTHER = Area("t2", "", "示例镇", (), OFFICE, "123456", DAY)
VILLAGE = Area("v1", "t1", "示例山村", ("示例山护林点",), OFFICE, "24", DAY)
SAME_NAME = Area("v2", "t2", "示例山村", (), OFFICE, "15", DAY)


@pytest.mark.parametrize(
    ("known", "street", "code", "unclear"),
    [
        ([TOWNSHIP, VILLAGE], "示例乡示例山村 3 组", "v1", False),
        ([TOWNSHIP, VILLAGE], "示例山护林点", "v1", False),
        ([TOWNSHIP, VILLAGE], "示例乡 示例街 8 号", "t1", False),
        ([TOWNSHIP, VILLAGE], "薛阁街道示例路 2 号", None, False),
        ([TOWNSHIP, OTHER, VILLAGE, SAME_NAME], "示例镇示例山村 1 号", "v2", False),
        ([TOWNSHIP, OTHER, VILLAGE, SAME_NAME], "示例山村 1 号", None, True),
        ([TOWNSHIP, OTHER, VILLAGE], "示例镇示例山村 1 号", "t2", False),
        ([], "示例乡", None, False),
    ],
)
def test_an_address_names_a_village_before_its_township_and_is_never_guessed(
    known: list[Area], street: str, code: str | None, unclear: bool
) -> None:
    found = areas.find_area(known, street)
    assert (found.area.code if found.area else None, found.unclear) == (code, unclear)


def test_days_are_said_in_words() -> None:
    assert str(areas.days_words("135")) == "Mondays, Wednesdays, Fridays"
    assert str(areas.days_words("12")) == "Mondays, Tuesdays"
    assert str(areas.days_words("12345")) == "Mondays to Fridays"
    assert str(areas.days_words("12357")) == "Mondays to Wednesdays, Fridays, Sundays"
    assert str(areas.days_words("1234567")) == "every day"
    assert str(areas.days_words("")) == "no day"


MOMENTS = st.integers(0, 700 * 1440).map(lambda minutes: AT + timedelta(minutes=minutes))
DAYS = st.sets(st.sampled_from("1234567")).map(lambda days: "".join(sorted(days)))


@given(MOMENTS, DAYS)
def test_a_promise_to_a_village_falls_on_one_of_its_days_and_never_earlier(promised: datetime, days: str) -> None:
    moved = areas.next_delivery(promised, days)
    assert promised <= moved < promised + timedelta(days=7)
    assert not days or str(moved.astimezone(SHANGHAI).isoweekday()) in days
    assert days or moved == promised


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places() -> None:
    load_places(calendar=False)


def keep(*rows: AreaRow, starts_on: date = DAY) -> int:
    return actions.keep_areas(division="341602", rows=rows, starts_on=starts_on, at=AT, by=ADMIN)


def days_of(street: str, on: date) -> str | None:
    found = queries.find_area("341602", street, on).area
    return found.days if found else None


CITIES = ("3416", "3708", "4412")


def test_every_county_of_the_three_cities_has_townships_and_villages_with_days() -> None:
    counties = [each for each in queries.counties() if each.code[:4] in CITIES]
    assert {each.code[:4] for each in counties} == set(CITIES)
    for county in counties:
        known = queries.areas(county.code, DAY)
        assert len([area for area in known if not area.parent]) >= 2, county.name
        assert any(area.parent and not area.is_daily for area in known), county.name


def test_taking_days_away_begins_tomorrow_at_the_earliest_and_adding_some_may_count_today() -> None:
    less = AreaRow(name="示例西村", parent="谯城示例乡", days="3", outlet=OFFICE)
    with pytest.raises(InvalidInput) as refused:
        keep(less)
    assert set(refused.value.errors) == {"starts_on"}
    assert keep(less, starts_on=DAY + timedelta(days=1)) == 1
    assert (days_of("示例西村", DAY), days_of("示例西村", DAY + timedelta(days=1))) == ("135", "3")
    assert keep(AreaRow(name="示例河村", parent="谯城示例镇", days="12345", outlet=OFFICE)) == 1
    assert days_of("示例河村", DAY) == "12345"


def test_a_new_village_is_found_at_once_a_closed_one_no_more_and_the_same_again_changes_nothing() -> None:
    rows = (AreaRow(name="示例新乡", days="135", outlet=OFFICE), AreaRow(name="示例新村", parent="示例新乡", days="2", outlet=OFFICE))
    assert keep(*rows) == 2
    assert days_of("示例新村 1 号", DAY) == "2"
    facts = Fact.objects.count()
    assert keep(*rows) == 0
    assert Fact.objects.count() == facts
    tomorrow = DAY + timedelta(days=1)
    assert keep(AreaRow(name="示例新村", parent="示例新乡", days="2", outlet=OFFICE, closed=True), starts_on=tomorrow) == 1
    assert (days_of("示例新村 1 号", DAY), days_of("示例新村 1 号", tomorrow)) == ("2", None)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (AreaRow(name=" ", days="1", outlet=OFFICE), "name"),
        (AreaRow(name="示例村", parent="无此乡", days="1", outlet=OFFICE), "township"),
        (AreaRow(name="示例村", days="18", outlet=OFFICE), "days"),
        (AreaRow(name="示例村", days="1", outlet="SL370811D1"), "outlet"),
    ],
)
def test_a_wrong_row_is_named_by_its_number_and_nothing_is_kept(row: AreaRow, word: str) -> None:
    good = AreaRow(name="示例好村", days="1", outlet=OFFICE)
    with pytest.raises(InvalidInput) as refused:
        keep(good, row)
    assert word in str(refused.value.errors["row 2"])
    assert days_of("示例好村", DAY) is None


def test_yesterday_cannot_be_changed() -> None:
    with pytest.raises(InvalidInput, match="invalid"):
        keep(AreaRow(name="示例村", days="1", outlet=OFFICE), starts_on=DAY - timedelta(days=1))
