"""Terms by law and item, lights, silence: tables and properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.cases import clocks
from govpost.cases.clocks import ItemTerms, Light, Term
from govpost.common.clock import shanghai_at, shanghai_day, shanghai_midnight

LICENCE = ItemTerms("01", 5, 10, "working", "", 10)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 zone given beside


@pytest.mark.parametrize(
    ("item", "accept", "decide", "deliver"),
    [
        (LICENCE, Term(5, "working", "行政许可法 32"), Term(10, "working", "行政许可法 42"), Term(10, "working", "行政许可法 44")),
        (ItemTerms("01", None, None, "working", "", None),
         Term(5, "working", "行政许可法 32"), Term(20, "working", "行政许可法 42"), Term(10, "working", "行政许可法 44")),
        (ItemTerms("01", 9, 30, "working", "某单行法 7", 15),
         Term(5, "working", "行政许可法 32"), Term(30, "working", "某单行法 7"), Term(10, "working", "行政许可法 44")),
        (ItemTerms("07", None, 60, "calendar", "居民身份证法 12", None), None, Term(60, "calendar", "居民身份证法 12"), None),
        (ItemTerms("20", 3, None, "working", "", 2), Term(3, "working", ""), None, Term(2, "working", "")),
    ],
)  # fmt: skip
def test_the_terms_of_an_item(item: ItemTerms, accept: Term | None, decide: Term | None, deliver: Term | None) -> None:
    assert (clocks.accept_term(item), clocks.decide_term(item), clocks.deliver_term(item)) == (accept, decide, deliver)


@given(since=MOMENTS, length=st.integers(0, 60), share=st.floats(0, 1.5))
def test_a_light_turns_amber_in_the_last_quarter_and_red_after_the_last_day(since: datetime, length: int, share: float) -> None:
    due_on = shanghai_day(since) + timedelta(days=length)
    end = shanghai_midnight(due_on + timedelta(days=1))
    at = since + (end - since) * share
    marks = clocks.marks(since=since, due_on=due_on)
    light = clocks.light(marks.amber_at, marks.red_at, at)
    left = end - at
    assert (light is Light.RED) == (left <= timedelta(0))
    if left > timedelta(0):
        assert (light is Light.AMBER) == (left < (end - since) / 4)


HOLIDAYS = {date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}
MADE_UP = {date(2026, 9, 20), date(2026, 10, 10)}  # a Sunday and a Saturday on which offices work


def working_days(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [on for on in days if on in MADE_UP or (on.weekday() < 5 and on not in HOLIDAYS)]


@pytest.mark.parametrize(
    ("since", "due_on", "amber_at"),
    [
        # Thursday 16:00, five days and eight hours of working time over two holidays: 32 hours are a quarter.
        ((date(2026, 9, 24), 16), date(2026, 10, 9), (date(2026, 10, 8), 16)),
        # Monday to Monday: a quarter of 24 × 6 hours is a day and a half, and the weekend between is none of it.
        ((date(2026, 11, 9), 0), date(2026, 11, 16), (date(2026, 11, 13), 12)),
        # The quarter begins with the first working minute after the weekend.
        ((date(2026, 11, 11), 0), date(2026, 11, 16), (date(2026, 11, 16), 0)),
        # Friday 9 October 12:00: the Saturday made up for the holiday is a working day like any other, the Sunday is not.
        ((date(2026, 10, 9), 12), date(2026, 10, 12), (date(2026, 10, 12), 9)),
        # Begun on a Saturday that is none: time runs from Monday.
        ((date(2026, 11, 14), 10), date(2026, 11, 17), (date(2026, 11, 17), 12)),
    ],
)
def test_a_term_in_working_days_turns_amber_in_the_last_quarter_of_its_working_time(
    since: tuple[date, int], due_on: date, amber_at: tuple[date, int]
) -> None:
    began = shanghai_at(*since)
    marks = clocks.marks(since=began, due_on=due_on, working=working_days(since[0], due_on))
    assert (marks.amber_at, marks.red_at) == (shanghai_at(*amber_at), shanghai_midnight(due_on + timedelta(days=1)))


def test_nothing_turns_amber_inside_a_holiday_that_uses_up_no_time() -> None:
    began, due_on = shanghai_at(date(2026, 9, 24), 16), date(2026, 10, 9)
    marks = clocks.marks(since=began, due_on=due_on, working=working_days(date(2026, 9, 24), due_on))
    for day in range(1, 8):
        assert clocks.light(marks.amber_at, marks.red_at, shanghai_at(date(2026, 10, day), 12)) is Light.GREEN
    assert clocks.light(marks.amber_at, marks.red_at, shanghai_at(date(2026, 10, 8), 16)) is Light.GREEN, "a quarter is left"
    assert clocks.light(marks.amber_at, marks.red_at, shanghai_at(date(2026, 10, 8), 16, 1)) is Light.AMBER


@given(since=MOMENTS, length=st.integers(0, 60))
def test_where_every_day_is_a_working_day_both_measures_agree(since: datetime, length: int) -> None:
    first = shanghai_day(since)
    days = [first + timedelta(days=n) for n in range(length + 1)]
    assert clocks.marks(since=since, due_on=days[-1], working=days) == clocks.marks(since=since, due_on=days[-1])


@given(since=MOMENTS, late=st.integers(1, 400))
def test_a_term_that_was_over_before_it_began_is_red_at_once(since: datetime, late: int) -> None:
    marks = clocks.marks(since=since, due_on=shanghai_day(since) - timedelta(days=late))
    assert clocks.light(marks.amber_at, marks.red_at, since) is Light.RED


def test_no_term_has_no_light() -> None:
    assert clocks.light(None, None, datetime(2026, 3, 2, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("is_licence", "due_on", "at", "code"),
    [
        (True, date(2026, 3, 9), shanghai_at(date(2026, 3, 9), 23, 59), "not_due"),
        (True, date(2026, 3, 9), shanghai_at(date(2026, 3, 10), 0), "accepted_by_silence"),
        (False, date(2026, 3, 9), shanghai_at(date(2026, 3, 10), 0), "no_silence"),
        (True, None, shanghai_at(date(2026, 3, 10), 0), "no_silence"),
    ],
)
def test_silence_accepts_a_licence_after_the_fifth_day(is_licence: bool, due_on: date | None, at: datetime, code: str) -> None:
    decision = clocks.silence_accepts(is_licence=is_licence, due_on=due_on, at=at)
    assert (decision.code, decision.basis) == (code, "行政许可法 32")


@given(due_on=DAYS, hours=st.integers(-72, 72))
def test_a_correction_is_overdue_only_after_its_last_day(due_on: date, hours: int) -> None:
    at = shanghai_midnight(due_on) + timedelta(hours=hours)
    assert clocks.correction_overdue(due_on=due_on, at=at).allowed == (hours >= 24)
    assert not clocks.correction_overdue(due_on=None, at=at).allowed
