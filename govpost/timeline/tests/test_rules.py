"""Which lines a fact withdraws, and which facts deserve a line: held against the mail room's own fold of events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govpost.common.ids import uuid7
from govpost.delivery.rules import OURS, Seen, fold
from govpost.delivery.states import RANK, State
from govpost.timeline.rules import FINAL, MailLine, withdrawn, worth_a_line
from govpost.timeline.testing import AT

HOUR = timedelta(hours=1)
S = State


def line(state: State, hours: int) -> MailLine:
    return MailLine(uuid7(), state, AT + hours * HOUR)


def fact(before: str, after: str, hours: int) -> dict[str, Any]:
    return {"before": before, "after": after, "occurred_at": (AT + hours * HOUR).isoformat()}


LINES = [line(S.ORDERED, 0), line(S.COLLECTED, 1), line(S.OUT_FOR_DELIVERY, 5), line(S.DELIVERED, 6)]


@pytest.mark.parametrize(
    ("told", "gone"),
    [
        (fact("delivered", "out_for_delivery", 5), [S.DELIVERED]),  # a withdrawn delivery
        (fact("delivered", "collected", 1), [S.OUT_FOR_DELIVERY, S.DELIVERED]),
        (fact("delivered", "delivered", 6), []),
        (fact("delivered", "delivered", 4), [S.DELIVERED]),  # the later of two deliveries was withdrawn
        (fact("delivered", "returned", 9), []),  # went back afterwards: both happened
    ],
)
def test_a_fact_withdraws_the_lines_that_lost_their_event(told: dict[str, Any], gone: list[State]) -> None:
    assert [found.state for found in withdrawn(LINES, told)] == gone


def test_a_delivery_that_becomes_known_late_withdraws_no_transit_scan() -> None:
    lines = [line(S.COLLECTED, 1), line(S.IN_TRANSIT, 8)]
    assert withdrawn(lines, fact("in_transit", "delivered", 6)) == []


def test_a_withdrawn_failed_attempt_is_struck() -> None:
    lines = [line(S.OUT_FOR_DELIVERY, 5), line(S.ATTEMPT_FAILED, 6)]
    assert [found.state for found in withdrawn(lines, fact("attempt_failed", "out_for_delivery", 5))] == [S.ATTEMPT_FAILED]


@pytest.mark.parametrize(
    ("told", "worth"),
    [
        (fact("out_for_delivery", "delivered", 7), True),
        (fact("", "ordered", 0), False),  # it stands already
        (fact("in_transit", "in_transit", 8), False),  # another scan on the way
        (fact("attempt_failed", "attempt_failed", 8), True),  # another attempt
        (fact("delivered", "delivered", 8), False),  # the same delivery by a second source
    ],
)
def test_only_news_gets_a_line(told: dict[str, Any], worth: bool) -> None:
    assert worth_a_line(LINES, told) is worth


@dataclass
class Event:
    seen: Seen
    voided: bool = False


kinds = st.sampled_from([S.COLLECTED, S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.ATTEMPT_FAILED, S.DELIVERED])
steps = st.lists(st.tuples(kinds, st.integers(1, 9), st.booleans()), min_size=1, max_size=8)


@settings(max_examples=300)
@given(steps=steps)
def test_after_any_events_and_withdrawals_the_standing_lines_hold_where_the_mail_stands(
    steps: list[tuple[State, int, bool]],
) -> None:
    """Each step adds an event, or withdraws the newest standing one; lines are kept as the follower keeps them."""
    events: list[Event] = []
    lines = [line(S.ORDERED, 0)]
    before = S.ORDERED
    for kind, hour, void in steps:
        if void and any(not event.voided for event in events):
            next(event for event in reversed(events) if not event.voided).voided = True
        else:
            events.append(Event(Seen(kind, AT + hour * HOUR, OURS)))
        valid = [event.seen for event in events if not event.voided]
        after, at = fold(valid), _stands_since(valid)
        told = {"before": before.value, "after": after.value, "occurred_at": at.isoformat()}
        gone = withdrawn(lines, told)
        lines = [each for each in lines if each not in gone]
        if worth_a_line(lines, told):
            lines.append(MailLine(uuid7(), after, at))
        before = after
        assert _last(lines, after).state is after
        if after is not S.DELIVERED:
            assert S.DELIVERED not in {each.state for each in lines}


def _stands_since(valid: list[Seen]) -> Any:
    """The moment that the mail room gives with its state (fold.sql)."""
    ended = [event for event in valid if event.kind in FINAL]
    return max((event.occurred_at for event in ended or valid), default=AT)


def _last(lines: list[MailLine], after: State) -> MailLine:
    speaking = [each for each in lines if after not in FINAL or each.state in FINAL]
    return max(speaking, key=lambda each: (each.at, RANK[each.state]))
