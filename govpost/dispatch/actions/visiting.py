"""What couriers and dispatchers do with a task. Each verb ends the task and hands the outcome to the mail room in one transaction.

A verb with a `request_id` may be repeated: the mail room has the hand-over already, and the task stays ended.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from govpost.common.actor import Actor, permit
from govpost.common.ids import uuid7
from govpost.common.refusal import NotFound, NotPermitted, Refusal
from govpost.common.text import Text
from govpost.delivery import actions as mail
from govpost.delivery.states import Verb as MailVerb
from govpost.dispatch import queries, rules
from govpost.dispatch.facts import fact_of
from govpost.dispatch.models import Task
from govpost.dispatch.rules import MAY, Kind
from govpost.dispatch.states import TABLE, State, Verb
from govpost.journal import actions as journal
from govpost.parties import queries as parties
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.profiles.rules import Window


def take(*, task_id: UUID, at: datetime, by: Actor) -> Task:
    """A courier of the outlet takes the task; for a collection the mail room hears that somebody is on the way."""
    with transaction.atomic():
        task = _lock(task_id, by, "take")
        if task.state == State.TAKEN and task.taken_by == by.id:
            return task
        _hand_to(task, Verb.TAKE, courier=by.id, label=by.label, at=at, by=by)
    return task


def give_back(*, task_id: UUID, at: datetime, by: Actor) -> Task:
    """Nobody has the task any more; the time until it is late starts again. A courier gives back only what is theirs."""
    with transaction.atomic():
        task = _lock(task_id, by, "give_back")
        if not by.is_system and not by.has(Role.DISPATCHER, str(task.region)):
            _own(task, by, "give_back")
        task.taken_by, task.taken_by_label, task.taken_at, task.waiting_since = None, "", None, at
        task.late_at = rules.late_at(waiting_since=at, not_before=task.not_before, minutes=task.late_minutes)
        _move(task, Verb.GIVE_BACK, at=at, by=by)
    return task


def reassign(*, task_id: UUID, courier_id: UUID, at: datetime, by: Actor) -> Task:
    """A dispatcher gives the task to a courier of the same outlet."""
    with transaction.atomic():
        task = _lock(task_id, by, "reassign")
        staff = parties.staff_member(courier_id)
        courier = parties.actor_for_staff(staff, at)
        outlet = staff.outlet.code if staff.outlet else ""
        if task.outlet not in places.served_by(outlet) or not courier.has(Role.COURIER, str(task.region)):
            raise Refusal("other_outlet", Text("Choose a courier of the outlet that serves this door."), outlet=task.outlet)
        _hand_to(task, Verb.REASSIGN, courier=courier_id, label=courier.label, at=at, by=by)
    return task


def finish_collect(
    *,
    task_id: UUID,
    seen: dict[str, bool],
    check_code: str,
    real_name_checked: bool,
    inspected: bool,
    at: datetime,
    by: Actor,
    request_id: UUID,
) -> Task:
    """The papers were taken over at the door: formalities done, every paper counted as there or missing, check code right.

    Raises Refusal: real_name, not_inspected, count_incomplete, wrong_code, code_locked, wrong_state.
    """
    proof = {"real_name_checked": real_name_checked, "inspected": inspected}

    def may(task: Task) -> None:
        _of_kind(task, Kind.COLLECT)
        rules.formalities(real_name_checked=real_name_checked, inspected=inspected).require()

    return _finish("finish_collect", MailVerb.COLLECT, task_id, may, at, by, request_id, code=check_code, seen=seen, proof=proof)


def go_out(*, task_id: UUID, at: datetime, by: Actor, request_id: UUID) -> Task:
    """The courier has the item and is on the way to the door."""
    with transaction.atomic():
        task = _own(_lock(task_id, by, "go_out"), by, "go_out")
        _of_kind(task, Kind.DELIVER)
        _still_taken(task)
        mail.record_handover(order_id=task.order_id, verb=MailVerb.GO_OUT, at=at, by=by, request_id=request_id, holder=by.label)
    return task


def finish_deliver(*, task_id: UUID, signer: str, code: str | None = None, at: datetime, by: Actor, request_id: UUID) -> Task:
    """The item was handed out. signer: who took it (`delivery.rules.Signer`); code: the pick-up code where the item asks for one.

    Raises Refusal: signer_not_allowed, wrong_code, code_locked, wrong_state.
    """

    def may(task: Task) -> None:
        _of_kind(task, Kind.DELIVER)

    return _finish("finish_deliver", MailVerb.DELIVER, task_id, may, at, by, request_id, code=code, signer=signer)


def fail(
    *, task_id: UUID, reason: str, note: str = "", appointment: Window | None = None, at: datetime, by: Actor, request_id: UUID
) -> Task:
    """The visit did not succeed. The reason's table says whether it is a failed attempt, a refusal or a wish to fetch it.

    appointment: when the person wants the courier to come instead (reasons that move the visit).
    Raises InvalidInput (appointment), Refusal: unknown_reason, wrong_state.
    """
    with transaction.atomic():
        task = _own(_lock(task_id, by, "fail"), by, "fail")
        if task.request_id == request_id:
            return task
        _still_taken(task)
        given = rules.reason_of(task.kind, reason)
        if given.verb in (MailVerb.MISS, MailVerb.FAIL):
            rules.check_appointment(given, appointment, queries.appointments(task, at=at))
            moved_to = (appointment.start, appointment.end) if appointment and given.moves else None
            mail.record_failed_attempt(
                order_id=task.order_id, verb=given.verb, reason=reason, note=note, moved_to=moved_to, at=at, by=by, request_id=request_id
            )
        else:
            mail.record_handover(order_id=task.order_id, verb=given.verb, at=at, by=by, request_id=request_id, proof={"reason": reason})
        task.ended_at, task.reason, task.request_id = at, reason, request_id
        _move(task, Verb.FAIL, at=at, by=by)
    return task


def _finish(
    verb: str,
    mail_verb: MailVerb,
    task_id: UUID,
    may: Callable[[Task], None],
    at: datetime,
    by: Actor,
    request_id: UUID,
    **handover: Any,
) -> Task:
    """End a task by a hand-over. A wrong code is raised after the commit, so that the mail room's count of tries stands."""
    wrong_code: Refusal | None = None
    with transaction.atomic():
        task = _own(_lock(task_id, by, verb), by, verb)
        if task.request_id == request_id:
            return task
        may(task)
        _still_taken(task)
        try:
            mail.record_handover(order_id=task.order_id, verb=mail_verb, at=at, by=by, request_id=request_id, **handover)
        except Refusal as refused:
            if refused.code != "wrong_code":
                raise
            wrong_code = refused
        else:
            task.ended_at, task.request_id = at, request_id
            _move(task, Verb.FINISH, at=at, by=by)
    if wrong_code:
        raise wrong_code
    return task


def _lock(task_id: UUID, by: Actor, verb: str) -> Task:
    """The task, if the actor may see it (NotFound otherwise) and may do this in its county (NotPermitted otherwise)."""
    task = queries.visible(by).select_for_update().filter(id=task_id).first()
    if task is None:
        raise NotFound("task")
    permit(by, verb, MAY[verb], region=str(task.region))
    return task


def _own(task: Task, by: Actor, verb: str) -> Task:
    """Only the courier who has the task goes on with it."""
    if not by.is_system and task.taken_by != by.id:
        raise NotPermitted(verb)
    return task


def _of_kind(task: Task, kind: Kind) -> None:
    if task.kind != kind:
        raise Refusal("wrong_kind", Text("This task is for another kind of visit."), kind=task.kind)


def _still_taken(task: Task) -> None:
    rules.may(task.state, Verb.FINISH).require()


def _hand_to(task: Task, verb: Verb, *, courier: UUID | None, label: str, at: datetime, by: Actor) -> None:
    """Give the task to a courier; for a collection the mail room hears that somebody is on the way."""
    rules.may(task.state, verb).require()
    task.taken_by, task.taken_by_label, task.taken_at = courier, label, at
    if task.kind == Kind.COLLECT:
        mail.record_handover(
            order_id=task.order_id, verb=MailVerb.ASSIGN, at=at, by=by, request_id=uuid7(), holder="", proof={"task": str(task.id)}
        )
    _move(task, verb, at=at, by=by)


_COLUMNS = (
    "state", "taken_by", "taken_by_label", "taken_at", "waiting_since", "late_at", "ended_at", "reason", "request_id",
)  # fmt: skip


def _move(task: Task, verb: Verb, *, at: datetime, by: Actor) -> None:
    """The one place where a person's verb changes a task's state; it tells the journal."""
    rules.may(task.state, verb).require()
    before = task.state
    task.state = TABLE[State(before), verb].value
    task.save(update_fields=_COLUMNS)
    journal.record_many([fact_of(task, before, at=at, by=by)])
