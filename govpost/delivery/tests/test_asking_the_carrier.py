"""The jobs that ask the carrier: patient for a day, then a person is told; and nothing cancelled here stays alive there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from govpost.common.clock import now
from govpost.common.patience import Patience
from govpost.common.refusal import Refusal, Rejected, Unavailable
from govpost.delivery import actions, queries, tasks
from govpost.delivery.models import Order, Unclear
from govpost.delivery.ports import Booked
from govpost.delivery.rules import CARRIER_SILENT, Door
from govpost.delivery.testing import SYSTEM, make_order
from govpost.journal.models import Fact

pytestmark = pytest.mark.django_db
WAYBILL, HOUR = "1112345678901", 3600
JOB = Job(id=1, queue="outside", lock=None, queueing_lock=None, task_name="x")


@dataclass
class Carrier:
    """Answers what the test gives it, and remembers what was asked."""

    answers: list[str | Exception] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def book(self, order: Any) -> Booked:
        return Booked(self._answer("book"))

    def cancel(self, order_number: str, waybill_no: str, reason: str) -> None:
        self._answer(f"cancel {waybill_no} {reason}")

    def _answer(self, asked: str) -> str:
        self.asked.append(asked)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Carrier:
    made = Carrier()
    monkeypatch.setattr(tasks, "plug", lambda port: made)
    return made


def ask(order: Order, *, first: bool = False, last: bool = False) -> Order:
    tasks.ask_for_waybill(order.id, first=first, last=last)
    return queries.by_id(order.id)


def waits(patience: Patience) -> list[int]:
    """The pauses that the jobs' machinery would keep, one after the other."""
    found: list[int] = []
    while decision := patience.get_retry_decision(exception=Unavailable("x"), job=JOB.evolve(attempts=len(found))):
        assert decision.retry_at is not None
        found.append(round((decision.retry_at - now()).total_seconds()))
    return found


def unclear() -> list[tuple[str, str]]:
    return list(Unclear.objects.filter(settled_at=None).values_list("kind", "code"))


def test_the_carrier_is_asked_for_a_day_with_pauses_that_end_at_a_quarter_of_an_hour() -> None:
    found = waits(tasks.PATIENT)
    assert found[:4] == [10, 40, 120, 900]
    assert max(found) == 900
    assert 23 * HOUR < sum(found) <= 24 * HOUR
    assert sum(waits(tasks.CURIOUS)) < 2 * HOUR
    assert tasks.PATIENT.is_last(len(found))
    assert not tasks.PATIENT.is_last(len(found) - 1)
    assert tasks.PATIENT.get_retry_decision(exception=Rejected("x", "y"), job=JOB) is None
    assert {app.tasks[name].retry_strategy for name in ("delivery.book", "delivery.cancel")} == {tasks.PATIENT}


def test_after_the_last_try_a_person_is_told_and_asks_again(carrier: Carrier) -> None:
    order = make_order(door=Door.CARRIER)
    carrier.answers = [Unavailable("no answer"), Unavailable("no answer"), WAYBILL]
    with pytest.raises(Unavailable):
        ask(order)
    assert (queries.by_id(order.id).booking, unclear()) == ("wanted", [])
    order = ask(order, last=True)
    assert (order.booking, order.booking_error) == ("failed", str(CARRIER_SILENT))
    assert unclear() == [("booking_failed", "")]
    actions.retry_booking(order_id=order.id, at=now(), by=SYSTEM)
    assert (ask(order).waybill_no, queries.by_id(order.id).booking_error) == (WAYBILL, "")


def test_a_booking_that_has_not_come_about_is_asked_for_again_at_once() -> None:
    order = make_order(door=Door.CARRIER)
    assert order.booking == "wanted"
    actions.retry_booking(order_id=order.id, at=now(), by=SYSTEM)
    assert ProcrastinateJob.objects.filter(task_name="delivery.book").count() == 1
    actions.note_waybill(order_id=order.id, waybill_no=WAYBILL, at=now(), by=SYSTEM)
    with pytest.raises(Refusal, match="not_failed"):
        actions.retry_booking(order_id=order.id, at=now(), by=SYSTEM)
    gone = make_order(door=Door.CARRIER)
    actions.cancel_order(order_id=gone.id, reason="5", at=now(), by=SYSTEM)
    with pytest.raises(Refusal, match="order_cancelled"):
        actions.retry_booking(order_id=gone.id, at=now(), by=SYSTEM)


def test_a_failure_that_is_told_late_does_not_undo_a_booking() -> None:
    order = make_order(door=Door.CARRIER)
    actions.note_waybill(order_id=order.id, waybill_no=WAYBILL, at=now(), by=SYSTEM)
    actions.note_booking_failed(order_id=order.id, error="late", at=now(), by=SYSTEM)
    assert (queries.by_id(order.id).booking, unclear()) == ("booked", [])


def test_a_second_failure_is_told_although_the_first_was_settled() -> None:
    order = make_order(door=Door.CARRIER)
    actions.note_booking_failed(order_id=order.id, error="B1 no", at=now(), by=SYSTEM)
    actions.settle_unclear(unclear_id=Unclear.objects.get().id, at=now(), by=SYSTEM)
    assert unclear() == []
    actions.note_booking_failed(order_id=order.id, error="B1 no", at=now(), by=SYSTEM)
    assert unclear() == [("booking_failed", "")]


def test_an_order_that_was_cancelled_while_it_was_booked_is_withdrawn_at_the_carrier() -> None:
    order = make_order(door=Door.CARRIER)
    actions.cancel_order(order_id=order.id, reason="申请人撤回", at=now(), by=SYSTEM)
    actions.note_waybill(order_id=order.id, waybill_no=WAYBILL, at=now(), by=SYSTEM)
    job = ProcrastinateJob.objects.get(task_name="delivery.cancel")
    assert job.args == {"order_id": str(order.id), "reason": "申请人撤回"}


def test_a_cancelled_order_whose_booking_lost_its_answer_is_found_and_withdrawn(carrier: Carrier) -> None:
    order = make_order(door=Door.CARRIER)
    actions.cancel_order(order_id=order.id, reason="5", at=now(), by=SYSTEM)
    ask(order, first=True)
    assert carrier.asked == []
    carrier.answers = [WAYBILL]
    assert ask(order).waybill_no == WAYBILL
    assert ProcrastinateJob.objects.filter(task_name="delivery.cancel").count() == 1


def test_a_cancelled_order_that_the_carrier_never_had_is_no_matter_for_a_person(carrier: Carrier) -> None:
    order = make_order(door=Door.CARRIER)
    actions.cancel_order(order_id=order.id, reason="5", at=now(), by=SYSTEM)
    carrier.answers = [Rejected("B00009", "该订单号已撤销"), Unavailable("no answer")]
    ask(order)
    assert unclear() == []
    ask(order, last=True)  # but a silent carrier may have it
    assert unclear() == [("cancel_refused", "")]


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (Rejected("B00010", "邮件已收寄，不能撤销"), "B00010", "B00010 邮件已收寄，不能撤销"),
        (Unavailable("no answer"), "", str(CARRIER_SILENT)),
    ],
)
def test_a_cancellation_that_the_carrier_does_not_take_is_told_to_a_person(
    carrier: Carrier, answer: Exception, code: str, words: str
) -> None:
    order = make_order(door=Door.CARRIER, waybill_no=WAYBILL)
    actions.cancel_order(order_id=order.id, reason="5", at=now(), by=SYSTEM)
    carrier.answers = [answer]
    tasks.withdraw(order.id, "5", last=True)
    assert unclear() == [("cancel_refused", code)]
    assert queries.by_id(order.id).booking_error == words
    assert Fact.objects.get(kind="delivery.cancel_refused").payload["code"] == code
    carrier.answers = [Unavailable("no answer")]
    with pytest.raises(Unavailable):
        tasks.withdraw(order.id, "5", last=False)
