"""Which visit an order needs, in full grid; when an instruction is late; what must be done at the door."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from govpost.common.refusal import Refusal
from govpost.delivery.reasons import PICKUP
from govpost.delivery.states import State as Mail
from govpost.delivery.states import Verb as MailVerb
from govpost.dispatch.rules import (
    COLLECT_REASONS,
    DELIVER_REASONS,
    Kind,
    Visit,
    ending,
    formalities,
    is_late,
    late_at,
    needed,
    reason_of,
)
from govpost.dispatch.states import OPEN, TABLE, State, Verb, allowed
from govpost.dispatch.testing import AT, make_change

TOMORROW = AT + timedelta(days=1)
DELIVER_WHEN = {Mail.AT_DELIVERY_OFFICE, Mail.OUT_FOR_DELIVERY}
COLLECT_WHEN = {Mail.ORDERED, Mail.PICKUP_ASSIGNED}


@pytest.mark.parametrize("direction", ["papers", "result", "single", "returned_papers"])
@pytest.mark.parametrize("after", list(Mail))
@pytest.mark.parametrize("next_attempt_at", [None, TOMORROW])
def test_the_visit_that_an_order_needs(direction: str, after: Mail, next_attempt_at: datetime | None) -> None:
    change = make_change(direction=direction, after=after.value, next_attempt_at=next_attempt_at)
    expected = None
    if direction == "papers" and after is Mail.PICKUP_FAILED:
        expected = Visit(Kind.COLLECT, next_attempt_at) if next_attempt_at else None
    elif direction == "papers" and after in COLLECT_WHEN:
        expected = Visit(Kind.COLLECT)
    elif direction != "papers" and after is Mail.ATTEMPT_FAILED:
        expected = Visit(Kind.DELIVER, next_attempt_at)
    elif direction != "papers" and after in DELIVER_WHEN:
        expected = Visit(Kind.DELIVER)
    assert needed(change) == expected
    assert needed({**change, "door": "carrier"}) is None


def test_where_station_and_delivery_office_are_one_a_posted_item_is_at_hand() -> None:
    posted = make_change(after="collected", origin_outlet="BZ-341602")
    assert needed(posted) == Visit(Kind.DELIVER)
    assert needed({**posted, "direction": "papers"}) is None
    assert needed({**posted, "origin_outlet": "BZ-ST"}) is None


@pytest.mark.parametrize(
    ("kind", "after", "collected", "verb"),
    [
        ("collect", "collected", True, Verb.SETTLE),
        ("collect", "delivered", True, Verb.SETTLE),
        ("collect", "delivered", False, Verb.DROP),  # the applicant brought them
        ("collect", "cancelled", False, Verb.DROP),
        ("collect", "pickup_failed", False, Verb.MISS),
        ("deliver", "delivered", True, Verb.SETTLE),
        ("deliver", "attempt_failed", True, Verb.MISS),
        ("deliver", "refused", True, Verb.MISS),
        ("deliver", "at_pickup_point", True, Verb.DROP),
        ("deliver", "returned", True, Verb.DROP),
        ("deliver", "lost", True, Verb.DROP),
    ],
)
def test_how_a_task_ends_when_its_order_needs_it_no_more(kind: str, after: str, collected: bool, verb: Verb) -> None:
    change = make_change(after=after, collected_at=AT if collected else None)
    assert ending(Kind(kind), change) is verb


def test_an_instruction_is_late_after_its_minutes_from_when_it_could_be_taken() -> None:
    assert late_at(waiting_since=AT, not_before=None, minutes=30) == AT + timedelta(minutes=30)
    assert late_at(waiting_since=AT, not_before=TOMORROW, minutes=30) == TOMORROW + timedelta(minutes=30)
    assert late_at(waiting_since=TOMORROW, not_before=AT, minutes=30) == TOMORROW + timedelta(minutes=30)
    due = AT + timedelta(minutes=30)
    assert not is_late(state="sent", late_at=due, at=due)
    assert is_late(state="sent", late_at=due, at=due + timedelta(seconds=1))
    assert not is_late(state="taken", late_at=due, at=TOMORROW)


@pytest.mark.parametrize(
    ("real_name", "inspected", "code"),
    [(True, True, "formalities"), (False, True, "real_name"), (True, False, "not_inspected"), (False, False, "real_name")],
)
def test_the_posting_formalities_belong_to_the_door(real_name: bool, inspected: bool, code: str) -> None:
    decision = formalities(real_name_checked=real_name, inspected=inspected)
    assert (decision.code, decision.allowed) == (code, code == "formalities")
    assert decision.basis


def test_reasons_come_from_the_carriers_tables_and_say_what_they_do() -> None:
    assert {reason.verb for reason in COLLECT_REASONS.values()} == {MailVerb.MISS}
    assert {reason.verb for reason in DELIVER_REASONS.values()} == {MailVerb.FAIL, MailVerb.REFUSE, MailVerb.HOLD}
    assert set(COLLECT_REASONS) <= set(PICKUP)
    assert all(101 <= int(code) <= 130 for code in DELIVER_REASONS)
    assert reason_of("deliver", "104").verb is MailVerb.REFUSE
    with pytest.raises(Refusal, match="unknown_reason"):
        reason_of("collect", "103")


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("verb", list(Verb))
def test_the_table_of_states(state: State, verb: Verb) -> None:
    expected = {
        Verb.TAKE: {State.SENT},
        Verb.GIVE_BACK: {State.TAKEN},
        Verb.REASSIGN: set(OPEN),
        Verb.FINISH: {State.TAKEN},
        Verb.FAIL: {State.TAKEN},
        Verb.SETTLE: set(OPEN),
        Verb.MISS: set(OPEN),
        Verb.DROP: set(OPEN),
    }
    assert ((state, verb) in TABLE) is (state in expected[verb])
    assert (verb in allowed(state)) is ((state, verb) in TABLE)
