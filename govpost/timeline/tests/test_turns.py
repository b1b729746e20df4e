"""Whose turn it is: every state of a case with every state of its mails has exactly one answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from govpost.cases.rules import Leg
from govpost.cases.states import ENDED_EARLY
from govpost.cases.states import State as Case
from govpost.delivery.rules import Door
from govpost.delivery.states import State as Mail
from govpost.timeline.turns import CaseNow, MailNow, Turn, Who, whose_turn

AT = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DUE_ON = date(2026, 11, 20)
OURS, CARRIER = Door.OURS, Door.CARRIER


def case(state: Case, **over: Any) -> CaseNow:
    return CaseNow(state, AT, due_on=DUE_ON, **over)


def mail(leg: Leg, state: Mail, door: Door = OURS, **over: Any) -> MailNow:
    values: dict[str, Any] = {
        "due_at": AT + 5 * HOUR, "next_attempt_at": AT + 24 * HOUR, "held_until": AT + 48 * HOUR, "delivered_ok": True,
    }  # fmt: skip
    return MailNow(leg, state, AT + HOUR, door, **(values | over))


def who(now: CaseNow, *mails: MailNow) -> Who:
    return whose_turn(now, mails).who


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (Case.DRAFT, Who.APPLICANT), (Case.SUBMITTED, Who.DEPARTMENT), (Case.CORRECTING, Who.APPLICANT),
        (Case.ACCEPTED, Who.DEPARTMENT), (Case.APPROVED, Who.DEPARTMENT), (Case.REFUSED, Who.DEPARTMENT),
        (Case.HANDED_OVER, Who.STATION), (Case.CLOSED, Who.NOBODY), (Case.NOT_ACCEPTED, Who.NOBODY),
        (Case.WITHDRAWN, Who.NOBODY), (Case.TERMINATED, Who.NOBODY),
    ],
)  # fmt: skip
def test_without_mail_the_case_alone_says_whose_turn_it_is(state: Case, expected: Who) -> None:
    assert who(case(state)) is expected


PAPERS = {
    Mail.ORDERED: "door", Mail.PICKUP_ASSIGNED: "door", Mail.PICKUP_FAILED: "door", Mail.COLLECTED: "door",
    Mail.IN_TRANSIT: "door", Mail.AT_DELIVERY_OFFICE: "door", Mail.OUT_FOR_DELIVERY: "door", Mail.ATTEMPT_FAILED: "door",
    Mail.AT_PICKUP_POINT: Who.WINDOW, Mail.REFUSED: Who.STATION, Mail.RETURNING: Who.STATION, Mail.RETURNED: Who.STATION,
    Mail.LOST: Who.STATION, Mail.DELIVERED: Who.WINDOW, Mail.CANCELLED: Who.APPLICANT,
}  # fmt: skip
RESULT = {
    Mail.ORDERED: Who.STATION, Mail.PICKUP_ASSIGNED: Who.CARRIER, Mail.PICKUP_FAILED: Who.CARRIER,
    Mail.COLLECTED: Who.CARRIER, Mail.IN_TRANSIT: Who.CARRIER, Mail.AT_DELIVERY_OFFICE: "door",
    Mail.OUT_FOR_DELIVERY: "door", Mail.ATTEMPT_FAILED: "door", Mail.AT_PICKUP_POINT: Who.APPLICANT,
    Mail.REFUSED: Who.STATION, Mail.RETURNING: Who.CARRIER, Mail.RETURNED: Who.APPLICANT, Mail.LOST: Who.STATION,
    Mail.DELIVERED: Who.NOBODY, Mail.CANCELLED: Who.STATION,
}  # fmt: skip


def at_the(door: Door, expected: Who | str) -> Who:
    return {OURS: Who.COURIER, CARRIER: Who.CARRIER}[door] if expected == "door" else Who(expected)


@pytest.mark.parametrize(("state", "door"), list(product(Mail, Door)))
def test_papers_under_way_are_in_the_hands_of_whoever_has_them(state: Mail, door: Door) -> None:
    now = case(Case.SUBMITTED, papers_here=False, paper_way="door")
    assert who(now, mail(Leg.PAPERS, state, door)) is at_the(door, PAPERS[state])


@pytest.mark.parametrize(("state", "door"), list(product(Mail, Door)))
def test_a_result_under_way_is_in_the_hands_of_whoever_has_it(state: Mail, door: Door) -> None:
    assert who(case(Case.HANDED_OVER), mail(Leg.RESULT, state, door)) is at_the(door, RESULT[state])


@pytest.mark.parametrize(("state", "ended"), list(product(Mail, ENDED_EARLY)))
def test_papers_of_a_case_that_ended_early_still_have_somebody_until_they_are_back(state: Mail, ended: Case) -> None:
    never_left = state in (Mail.ORDERED, Mail.PICKUP_ASSIGNED, Mail.PICKUP_FAILED, Mail.CANCELLED)
    expected = Who.NOBODY if never_left or state is Mail.DELIVERED else at_the(OURS, PAPERS[state])
    assert who(case(ended, papers_here=False), mail(Leg.PAPERS, state)) is expected
    received = mail(Leg.PAPERS, Mail.DELIVERED)
    held = case(ended, papers_held=True)
    assert who(held, received) is Who.WINDOW
    back = mail(Leg.RETURNED_PAPERS, state)
    wanted = {Mail.CANCELLED: Who.WINDOW, Mail.DELIVERED: Who.WINDOW}.get(state) or at_the(OURS, RESULT[state])
    assert who(held, received, back) is wanted
    if state is Mail.DELIVERED:
        assert who(case(ended), received, back) is Who.NOBODY


def test_papers_that_are_brought_are_the_applicants_turn_until_the_window_has_them() -> None:
    assert who(case(Case.SUBMITTED, papers_here=False, paper_way="bring")) is Who.APPLICANT
    assert who(case(Case.SUBMITTED, papers_here=False, papers_missing=True), mail(Leg.PAPERS, Mail.DELIVERED)) is Who.APPLICANT
    assert who(case(Case.SUBMITTED, papers_here=True), mail(Leg.PAPERS, Mail.DELIVERED)) is Who.DEPARTMENT


def test_a_result_to_be_fetched_is_the_applicants_turn() -> None:
    assert who(case(Case.HANDED_OVER, result_way="window")) is Who.APPLICANT
    assert who(case(Case.HANDED_OVER, result_way="window"), mail(Leg.RESULT, Mail.CANCELLED)) is Who.APPLICANT
    assert who(case(Case.HANDED_OVER, result_way="window"), mail(Leg.RESULT, Mail.AT_PICKUP_POINT)) is Who.APPLICANT
    assert "window" in str(whose_turn(case(Case.APPROVED, result_way="window"), []).sentence)


def test_a_delivery_to_somebody_who_may_not_sign_is_not_the_end() -> None:
    turn = whose_turn(case(Case.HANDED_OVER), [mail(Leg.RESULT, Mail.DELIVERED, delivered_ok=False)])
    assert (turn.who, turn.due) == (Who.STATION, DUE_ON)


def test_after_the_last_missed_collection_the_applicant_decides() -> None:
    now = case(Case.SUBMITTED, papers_here=False)
    assert who(now, mail(Leg.PAPERS, Mail.PICKUP_FAILED, next_attempt_at=None)) is Who.APPLICANT
    assert who(now, mail(Leg.PAPERS, Mail.PICKUP_FAILED, CARRIER, next_attempt_at=None)) is Who.CARRIER


def test_papers_that_came_back_are_to_be_fetched_until_they_are() -> None:
    back = mail(Leg.RETURNED_PAPERS, Mail.RETURNED)
    assert who(case(Case.WITHDRAWN, papers_held=True), back) is Who.APPLICANT
    assert who(case(Case.WITHDRAWN), back) is Who.NOBODY


def test_papers_brought_back_to_somebody_who_may_not_sign_are_not_the_end() -> None:
    assert who(case(Case.WITHDRAWN), mail(Leg.RETURNED_PAPERS, Mail.DELIVERED, delivered_ok=False)) is Who.STATION


def test_the_latest_mail_of_a_leg_speaks() -> None:
    older = MailNow(Leg.PAPERS, Mail.CANCELLED, AT, OURS)
    assert who(case(Case.SUBMITTED, papers_here=False), mail(Leg.PAPERS, Mail.ORDERED), older) is Who.COURIER


@pytest.mark.parametrize(
    ("now", "mails", "due"),
    [
        (case(Case.ACCEPTED), [], DUE_ON),
        (case(Case.CORRECTING), [], DUE_ON),
        (case(Case.SUBMITTED, papers_here=False), [mail(Leg.PAPERS, Mail.ORDERED)], AT + 5 * HOUR),
        (case(Case.SUBMITTED, papers_here=False), [mail(Leg.PAPERS, Mail.PICKUP_FAILED)], AT + 24 * HOUR),
        (case(Case.HANDED_OVER), [mail(Leg.RESULT, Mail.ATTEMPT_FAILED)], AT + 24 * HOUR),
        (case(Case.HANDED_OVER), [mail(Leg.RESULT, Mail.AT_PICKUP_POINT)], AT + 48 * HOUR),
        (case(Case.HANDED_OVER), [mail(Leg.RESULT, Mail.RETURNED)], None),
        (case(Case.CLOSED), [], None),
    ],
)
def test_a_turn_says_until_when(now: CaseNow, mails: list[MailNow], due: date | datetime | None) -> None:
    assert whose_turn(now, mails).due == due


def test_every_combination_has_one_answer_and_an_open_case_is_always_somebodys() -> None:
    seen: set[Who] = set()
    states: list[Mail | None] = [None, *Mail]
    ways = list(product(("door", "bring", "none"), ("door", "window"), (True, False), (True, False), (True, False)))
    for state, papers, result in product(Case, states, states):
        mails = [mail(leg, s, door) for leg, s, door in ((Leg.PAPERS, papers, OURS), (Leg.RESULT, result, CARRIER)) if s]
        for way in ways:
            names = ("paper_way", "result_way", "papers_here", "papers_missing", "papers_held")
            turn = whose_turn(case(state, **dict(zip(names, way, strict=True))), mails)
            seen.add(turn.who)
            assert isinstance(turn, Turn)
            assert str(turn.sentence)
            finished = state is Case.CLOSED or state in ENDED_EARLY
            delivered = state is Case.HANDED_OVER and result is Mail.DELIVERED
            assert finished or delivered or turn.who is not Who.NOBODY
    assert seen == set(Who)
