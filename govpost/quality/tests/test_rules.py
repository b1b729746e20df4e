"""How figures are read and moved."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from govpost.quality.kpis.definition import Outcome, Verdict
from govpost.quality.rules import Change, Counts, Judged, correction, counts_of, steps
from govpost.quality.testing import DAY, NINE

DUE = NINE + timedelta(hours=8)
NEXT_DAY = DAY + timedelta(days=1, hours=10)
HOUR = timedelta(hours=1)
ON_TIME, LATE, OPEN, EXCLUDED = Outcome.ON_TIME, Outcome.LATE, Outcome.OPEN, Outcome.EXCLUDED


def verdict(outcome: Outcome, due_at: datetime = DUE, place: str = "341602") -> Verdict:
    return Verdict(due_at, place, "BZ-ST", outcome)


def judged(version: int, outcome: Outcome, known_at: datetime = NINE) -> Judged:
    return Judged("o", "k", version, "n", "i", verdict(outcome), known_at, "")


@pytest.mark.parametrize(
    ("was", "now", "known_at", "change"),
    [
        (None, OPEN, NINE, Change.NOTHING),
        (None, ON_TIME, NEXT_DAY, Change.ADDED),
        (OPEN, ON_TIME, DUE, Change.NOTHING),  # the day is not over
        (OPEN, LATE, DUE + HOUR, Change.NOTHING),
        (OPEN, LATE, NEXT_DAY, Change.NOTHING),  # it was read as late already
        (OPEN, ON_TIME, NEXT_DAY, Change.CHANGED),  # a late event
        (ON_TIME, OPEN, NEXT_DAY, Change.CHANGED),  # a withdrawn delivery
        (ON_TIME, OPEN, DUE, Change.NOTHING),
        (LATE, EXCLUDED, NEXT_DAY, Change.CHANGED),
    ],
)
def test_a_correction_is_what_rewrites_a_day_that_was_over(was: Outcome | None, now: Outcome, known_at: datetime, change: Change) -> None:
    assert correction(verdict(was) if was else None, verdict(now), known_at) is change


def test_moving_an_item_out_of_a_day_that_was_over_is_a_correction_of_both_days() -> None:
    moved = verdict(OPEN, DUE + timedelta(days=2))
    assert correction(verdict(OPEN), moved, NEXT_DAY) is Change.CHANGED
    assert correction(verdict(OPEN), moved, DUE) is Change.NOTHING
    assert correction(verdict(OPEN), verdict(OPEN, place="341622"), NEXT_DAY) is Change.CHANGED


def test_steps_keep_only_versions_that_change_the_verdict_and_ignore_what_was_seen() -> None:
    versions = [judged(4, ON_TIME), judged(2, OPEN), judged(3, OPEN), judged(1, OPEN), judged(4, ON_TIME)]
    found = steps(None, 0, versions)
    assert [(s.was.outcome if s.was else None, s.now.version, s.now.verdict.outcome) for s in found] == [
        (None, 1, OPEN),
        (OPEN, 4, ON_TIME),
    ]
    assert steps(verdict(ON_TIME), 4, versions) == []


def test_a_rate_leaves_out_the_excluded_and_what_is_not_yet_due() -> None:
    later = verdict(OPEN, DUE + 2 * HOUR)
    verdicts = [verdict(ON_TIME)] * 6 + [verdict(LATE), verdict(OPEN), later, verdict(EXCLUDED)]
    counts = counts_of(verdicts, DUE + HOUR)
    assert counts == Counts(due=10, on_time=6, late=1, open=2, excluded=1, overdue=1)
    assert (counts.judged, counts.all_late, counts.not_yet_due, counts.rate) == (8, 2, 1, 0.75)
    assert counts.small
    assert not counts_of([verdict(ON_TIME)] * 30, DUE).small


def test_nothing_judged_is_no_rate_rather_than_zero_or_hundred() -> None:
    assert Counts().rate is None
    assert counts_of([verdict(EXCLUDED), verdict(OPEN)], NINE).rate is None
