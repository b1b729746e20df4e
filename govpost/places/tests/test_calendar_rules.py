"""Counting days, pure: properties that hold for any calendar, and days that people know."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.places import rules
from govpost.places.rules import Day, Deadline

DATES = st.dates(date(2020, 1, 1), date(2035, 12, 31))
HOLIDAYS = st.frozensets(st.integers(0, 200), max_size=60)


def calendar(start: date, free: frozenset[int]) -> rules.Lookup:
    """Monday to Friday, but for the days that lie `free` days after `start`."""
    off = {start + timedelta(days=ahead) for ahead in free}
    return lambda on: Day(on, on.weekday() < 5 and on not in off, confirmed=True)


@given(DATES, st.integers(1, 60), HOLIDAYS)
def test_a_term_ends_on_a_working_day_and_holds_exactly_its_days(start: date, days: int, free: frozenset[int]) -> None:
    lookup = calendar(start, free)
    end = rules.add_working_days(start, days, lookup)
    assert lookup(end.on).is_working
    assert rules.working_days_between(start, end.on, lookup) == days
    assert rules.working_days_between(start, end.on - timedelta(days=1), lookup) == days - 1


@given(DATES, st.integers(0, 30), st.integers(0, 30), HOLIDAYS)
def test_two_terms_one_after_the_other_are_one_term(start: date, first: int, second: int, free: frozenset[int]) -> None:
    lookup = calendar(start, free)
    halfway = rules.add_working_days(start, first, lookup)
    assert rules.add_working_days(halfway.on, second, lookup) == rules.add_working_days(start, first + second, lookup)


@given(DATES, st.integers(0, 40), HOLIDAYS, st.integers(0, 200))
def test_another_holiday_never_makes_a_term_shorter(start: date, days: int, free: frozenset[int], more: int) -> None:
    plain = rules.add_working_days(start, days, calendar(start, free))
    longer = rules.add_working_days(start, days, calendar(start, free | {more}))
    assert longer.on >= plain.on


@given(DATES, DATES)
def test_no_days_lie_between_a_day_and_an_earlier_one(one: date, other: date) -> None:
    start, end = max(one, other), min(one, other)
    assert rules.working_days_between(start, end, rules.provisional) == 0


def test_one_provisional_day_on_the_way_makes_the_deadline_unconfirmed() -> None:
    turn = date(2026, 12, 31)

    def lookup(on: date) -> Day:
        return Day(on, on.weekday() < 5, confirmed=on <= turn)

    assert rules.add_working_days(date(2026, 12, 28), 3, lookup) == Deadline(turn, confirmed=True)
    assert rules.add_working_days(date(2026, 12, 28), 4, lookup) == Deadline(date(2027, 1, 1), confirmed=False)


def test_a_calendar_without_any_working_day_ends_with_time_itself() -> None:
    never = rules.add_working_days(date.max - timedelta(days=400), 1, lambda on: Day(on, is_working=False, confirmed=True))
    assert never == Deadline(date.max, confirmed=False)


def test_calendar_days_are_not_moved_by_holidays() -> None:
    assert rules.add_calendar_days(date(2026, 1, 1), 60) == Deadline(date(2026, 3, 2), confirmed=True)
    assert rules.add_calendar_days(date.max, 60) == Deadline(date.max, confirmed=True)


@pytest.mark.parametrize("count", [rules.add_calendar_days, lambda on, days: rules.add_working_days(on, days, rules.provisional)])
def test_a_term_of_negative_days_is_a_mistake_in_the_program(count: object) -> None:
    with pytest.raises(ValueError, match="negative"):
        count(date(2026, 1, 1), -1)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("341602", ("34", "3416", "341602")),
        ("341602000000", ("34", "3416", "341602")),
        ("341600", ("34", "3416")),
        ("340000", ("34",)),
        ("34", ("34",)),
        ("", ()),
        ("000000", ()),
    ],
)
def test_a_division_code_names_its_ancestors(code: str, path: tuple[str, ...]) -> None:
    assert rules.region_codes(code) == path
