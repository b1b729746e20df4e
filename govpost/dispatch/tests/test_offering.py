"""The rules of offering: cut-off, capacity, couriers' days, villages' days, the carrier's word; never a window that cannot be kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.common.clock import shanghai_at, shanghai_day
from govpost.delivery.ports import Serves
from govpost.dispatch import offering
from govpost.dispatch.offering import Plan, Slot
from govpost.places.areas import Area, Found
from govpost.places.rules import Day
from govpost.profiles.rules import Settings, Window, inherited, settings_of
from govpost.profiles.testing import make_settings

MONDAY = date(2026, 3, 2)
VILLAGE = Area("v", "t", "示例山村", (), "SL341602D1", "135", MONDAY)
NOWHERE = replace(VILLAGE, name="示例岛村", days="")


def settings(**over: object) -> Settings:
    values = {"days_ahead": 3, "order_before_minutes": 60, "same_day_until": 12, "window_capacity": 2} | over
    return settings_of("x", "x", MONDAY, inherited([make_settings(**values)]))


def found(at: datetime, *, days: list[date] | None = None, taken: dict[datetime, int] | None = None, **over: object) -> list[Slot]:
    said = settings(**over)
    return offering.slots(at=at, days=days or [MONDAY], settings=said, capacity=lambda on, hour: said.window_capacity, taken=taken or {})


@pytest.mark.parametrize(
    ("hour", "minute", "closed"),
    [(7, 59, ["", ""]), (8, 1, ["cut_off", ""]), (9, 0, ["past", ""]), (12, 1, ["past", "cut_off"]), (14, 0, ["past", "past"])],
)
def test_a_window_can_be_ordered_until_its_cut_off(hour: int, minute: int, closed: list[str]) -> None:
    assert [slot.closed for slot in found(shanghai_at(MONDAY, hour, minute))] == closed


def test_a_window_of_tomorrow_knows_no_same_day_cut_off() -> None:
    (morning, afternoon) = found(shanghai_at(MONDAY, 18), days=[MONDAY + timedelta(days=1)])
    assert morning.open
    assert afternoon.open


def test_the_last_place_closes_a_window() -> None:
    nine = shanghai_at(MONDAY, 9)
    assert [(slot.left, slot.closed) for slot in found(shanghai_at(MONDAY, 7), taken={nine: 1})] == [(1, ""), (2, "")]
    assert [(slot.left, slot.closed) for slot in found(shanghai_at(MONDAY, 7), taken={nine: 2})] == [(0, "full"), (2, "")]
    assert found(shanghai_at(MONDAY, 7), taken={nine: 9})[0].left == 0


SATURDAY, SUNDAY = date(2026, 3, 7), date(2026, 3, 8)


@pytest.mark.parametrize(
    ("day", "weekdays", "on_holidays", "own", "works"),
    [
        (Day(MONDAY, True, True), "12345", False, None, True),
        (Day(SATURDAY, False, True), "12345", False, None, False),
        (Day(SATURDAY, False, True), "123456", False, None, True),
        (Day(SATURDAY, True, True, "春节调休上班"), "12345", False, None, True),
        (Day(MONDAY, False, True, "春节"), "1234567", False, None, False),
        (Day(SUNDAY, False, True, "春节"), "1234567", False, None, False),
        (Day(MONDAY, False, True, "春节"), "1234567", True, None, True),
        (Day(SUNDAY, False, True, "春节"), "12345", True, None, False),
        (Day(MONDAY, True, True), "12345", False, False, False),
        (Day(MONDAY, False, True, "春节"), "12345", False, True, True),
    ],
)
def test_couriers_work_by_week_holiday_make_up_day_and_the_outlets_own_calendar(
    day: Day, weekdays: str, on_holidays: bool, own: bool | None, works: bool
) -> None:
    assert offering.couriers_work(day, weekdays=weekdays, on_holidays=on_holidays, own=own) is works


def test_a_village_of_one_day_a_week_is_offered_that_day_however_far() -> None:
    days = offering.collection_days(MONDAY, 2, lambda on: True, lambda on: on.isoweekday() == 7)
    assert days == [SUNDAY]
    assert offering.collection_days(MONDAY, 2, lambda on: True, lambda on: True) == [MONDAY + timedelta(days=n) for n in range(3)]
    assert offering.collection_days(MONDAY, 2, lambda on: True, lambda on: False) == []
    assert offering.collection_days(MONDAY, 0, lambda on: True, lambda on: on == MONDAY) == [MONDAY]
    weekdays = offering.collection_days(SATURDAY, 2, lambda on: on.isoweekday() < 6, lambda on: True)
    assert weekdays == [SUNDAY + timedelta(days=1), SUNDAY + timedelta(days=2)]


@pytest.mark.parametrize(
    ("area", "over", "code"),
    [
        (Found(), {}, "served"),
        (Found(VILLAGE), {}, "served"),
        (Found(NOWHERE), {}, "not_served"),
        (Found(unclear=True), {}, "address_unclear"),
        (Found(), {"origin": "370811"}, "outside_collection_area"),
        (Found(), {"origin": "370811", "door": "carrier"}, "served"),
        (Found(), {"origin": "370811", "hall": ""}, "served"),
        (Found(), {"has_office": False}, "no_office"),
    ],
)
def test_who_is_served_and_why_not(area: Found, over: dict[str, object], code: str) -> None:
    asked = {"door": "ours", "origin": "341602", "hall": "341602"} | over
    assert offering.served_from(area, **asked).code == code  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("serves", "allowed", "code"),
    [(None, True, "carrier_collects"), (Serves.YES, True, "carrier_collects"), (Serves.NO, False, "carrier_refuses"),
     (Serves.UNCLEAR, True, "carrier_unknown"), (Serves.SILENT, True, "carrier_unknown")],
)  # fmt: skip
def test_only_the_carriers_clear_no_keeps_the_courier_away(serves: str | None, allowed: bool, code: str) -> None:
    decision = offering.carrier_allows(serves)
    assert (decision.allowed, decision.code) == (allowed, code)


def test_every_closed_window_says_why_and_what_comes_next() -> None:
    at, nine, two = shanghai_at(MONDAY, 8, 30), shanghai_at(MONDAY, 9), shanghai_at(MONDAY, 14)
    slots = found(at, days=[MONDAY, MONDAY + timedelta(days=2)], taken={two: 2})
    why = {slot.window.start: offering.why_not(slot.window, slots, area=VILLAGE) for slot in slots}
    assert "could be chosen until" in str(why[nine])
    assert "full" in str(why[two])
    assert all(str(why[start].params["next"]).startswith("2026-03-04 09:00") for start in (nine, two) if why[start])  # type: ignore[union-attr]
    assert why[slots[2].window.start] is None
    tuesday = Window(shanghai_at(MONDAY + timedelta(days=1), 9), shanghai_at(MONDAY + timedelta(days=1), 12))
    assert "Mondays, Wednesdays, Fridays only" in str(offering.why_not(tuesday, slots, area=VILLAGE))
    assert offering.why_not(None, slots, area=None) is not None


def test_nothing_left_says_full_or_none() -> None:
    nine = shanghai_at(MONDAY, 9)
    full = found(shanghai_at(MONDAY, 7), taken={nine: 2, shanghai_at(MONDAY, 14): 2})
    assert offering.offered(full, at=nine).code == "all_full"
    assert offering.offered(found(shanghai_at(MONDAY, 18)), at=nine).code == "no_window"
    assert offering.offered([], at=nine).code == "no_window"


@given(
    at=st.integers(0, 300 * 1440).map(lambda minutes: shanghai_at(MONDAY, 0) + timedelta(minutes=minutes)),
    before=st.integers(0, 2880), until=st.integers(0, 24), capacity=st.integers(0, 3), ahead=st.integers(0, 14),
    days=st.sets(st.sampled_from("1234567")), taken=st.lists(st.integers(0, 4), min_size=40, max_size=40),
)  # fmt: skip
def test_what_is_offered_can_always_be_kept(
    at: datetime, before: int, until: int, capacity: int, ahead: int, days: set[str], taken: list[int]
) -> None:
    said = settings(order_before_minutes=before, same_day_until=until, window_capacity=capacity, days_ahead=ahead)
    today = shanghai_day(at)
    served = offering.collection_days(today, ahead, lambda on: on.isoweekday() < 7, lambda on: str(on.isoweekday()) in days)
    held = {
        shanghai_at(on, first): count for (on, (first, _)), count in zip(
            ((on, hours) for on in served for hours in said.collection_windows), taken, strict=False)
    }  # fmt: skip
    slots = offering.slots(at=at, days=served, settings=said, capacity=lambda on, hour: capacity, taken=held)
    for slot in (slot for slot in slots if slot.open):
        start, on = slot.window.start, shanghai_day(slot.window.start)
        assert start > at
        assert start - timedelta(minutes=before) >= at
        assert on > today or at <= shanghai_at(today, 0) + timedelta(hours=until)
        assert held.get(start, 0) < capacity
        assert str(on.isoweekday()) in days
        assert on.isoweekday() != 7


def test_a_plan_that_offers_less_is_known_as_such() -> None:
    said, none = settings(), Plan()
    assert not offering.takes_away(none, Plan(capacity=2), said)
    assert not offering.takes_away(none, Plan(capacity=5, on_holidays=True), said)
    assert offering.takes_away(none, Plan(capacity=1), said)
    assert offering.takes_away(none, Plan(capacities={"14": 1}), said)
    assert offering.takes_away(none, Plan(courier_days="12345"), said)
    assert offering.takes_away(Plan(on_holidays=True), Plan(on_holidays=False), said)
    assert set(offering.check_plan(Plan(courier_days="81", capacity=-1, capacities={"9": 5000}))) == {
        "courier_days",
        "capacity",
        "capacity_9",
    }
    assert offering.check_plan(Plan("135", None, 3, {"9": 0})) == {}


def test_what_a_carrier_is_asked_holds_no_house_number() -> None:
    assert offering.rough("薛阁街道 示例路 2 号 3 栋") == "薛阁街道示例路"
    assert offering.rough("示例路１２号") == "示例路"
    assert offering.rough("2 号") == ""
