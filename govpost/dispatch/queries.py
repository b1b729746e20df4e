"""The dispatcher's board, the courier's round, one task. A courier sees the own outlet, dispatcher and supervisor their regions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day, shanghai_midnight
from govpost.common.masks import mask_address, mask_name, mask_phone
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.delivery import queries as mail
from govpost.delivery.models import Order
from govpost.delivery.rules import Address
from govpost.dispatch import reach, rules
from govpost.dispatch.models import Task
from govpost.dispatch.rules import MAY, Kind
from govpost.dispatch.states import OPEN, State
from govpost.parties import queries as parties
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.profiles import queries as profiles
from govpost.profiles.rules import Window

PAGE = 50
_OPEN = [state.value for state in OPEN]


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task as lists show it: nothing personal. `late`: sent, and nobody took it within the profile's minutes.

    street: only in a courier's round, to plan the way: in full where the courier has the task, masked before.
    """

    id: UUID
    order_id: UUID
    number: str
    kind: str
    state: str
    late: bool
    region: str
    outlet: str
    item: str
    attempt: int
    begins_at: datetime
    sent_at: datetime
    late_at: datetime
    not_before: datetime | None
    window_from: datetime | None
    window_to: datetime | None
    due_at: datetime | None
    taken_at: datetime | None
    taken_by: UUID | None
    taken_by_label: str
    ended_at: datetime | None
    reason: str
    street: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks wait, are late among these, are taken; done and failed on the Shanghai day of the question."""

    sent: int
    late: int
    taken: int
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What the board shows: "open" (default), "late", or one state; perhaps one kind and one outlet."""

    show: str = "open"
    kind: str = ""
    outlet: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    counts: Counts
    lines: tuple[TaskLine, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Round:
    """A courier's own day: what they have, and what waits at their outlet until the day ends."""

    outlet: str
    mine: tuple[TaskLine, ...]
    waiting: tuple[TaskLine, ...]
    done: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One task with its door. `address` is in full for the courier who has the task, masked for everybody else.

    appointments: the times that can be agreed on at the door when this one does not suit (collections only).
    """

    task: TaskLine
    address: Address
    in_full: bool
    checks: tuple[tuple[str, str], ...]
    needs_code: bool
    signers: tuple[str, ...]
    weight_g: int
    mail_state: str
    appointments: tuple[Window, ...]


def visible(actor: Actor) -> QuerySet[Task]:
    """The tasks that the actor may know of."""
    if actor.is_system:
        return Task.objects.all()
    scope = Q(region__within_any=actor.regions(MAY["see"] - {Role.COURIER}))
    if outlet := find_outlet_of(actor):
        scope |= Q(outlet__in=places.served_by(outlet), region__within_any=actor.regions([Role.COURIER]))
    return Task.objects.filter(scope)


def find_outlet_of(actor: Actor) -> str | None:
    """The code of the outlet at which a courier works; None for everybody else."""
    if actor.kind != "staff" or actor.id is None or not actor.has(Role.COURIER):
        return None
    outlet = parties.staff_member(actor.id).outlet
    return outlet.code if outlet else None


def task(actor: Actor, task_id: UUID, *, at: datetime) -> TaskLine:
    """One task; NotFound when it is missing or not the actor's to see."""
    return _line(_find(actor, task_id), at)


def numbers(actor: Actor, task_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Task → the number of its mail, in the order asked for; those that the actor does not see are left out."""
    found = dict(visible(actor).filter(id__in=task_ids).values_list("id", "number"))
    return {task_id: found[task_id] for task_id in task_ids if task_id in found}


def visit(actor: Actor, task_id: UUID, *, at: datetime) -> Visit:
    """One task with its door, papers and rules; the full address goes to the courier who has it, while it is open."""
    found = _find(actor, task_id)
    order = mail.by_id(found.order_id)
    door, in_full = _door(found, order), _has(found, actor)
    checks = tuple((check.opaque_id, check.label) for check in mail.checks_of([order.id]).get(order.id, []))
    return Visit(
        _line(found, at), door if in_full else _masked(door), in_full, checks if found.kind == Kind.COLLECT else (),
        bool(order.rule["needs_code"]) and found.kind == Kind.DELIVER, tuple(order.rule["signers"]), order.weight_g, order.state,
        tuple(appointments(found, at=at)),
    )  # fmt: skip


def appointments(task: Task | TaskLine, *, at: datetime) -> list[Window]:
    """The times with a place left that a person may choose instead when a collection does not suit, where the door is."""
    if task.kind != Kind.COLLECT:
        return []
    sender, _ = mail.addresses(mail.by_id(task.order_id))
    settings = profiles.settings_for(str(task.region), shanghai_day(at))
    return reach.reach(division=str(task.region).rpartition(".")[2], street=sender.street, settings=settings, at=at).windows


def board(actor: Actor, *, at: datetime, only: BoardFilter | None = None, after: str = "", limit: int = PAGE) -> Board:
    """The board of the actor's regions in order of the visits' beginnings, keyset-paged."""
    only = only or BoardFilter()
    mine = _narrowed(visible(actor), only)
    rows = list(_from(_shown(mine, only.show, at), after).order_by("begins_at", "id")[: limit + 1])
    page = rows[:limit]
    following = f"{page[-1].begins_at.isoformat()}/{page[-1].id}" if len(rows) > limit else ""
    return Board(_counts(mine, at), tuple(_line(row, at) for row in page), following)


def round_of(courier: Actor, *, at: datetime) -> Round:
    """What a courier has, and the open tasks of the own outlet that begin before the day ends; both in order of their windows."""
    outlet = find_outlet_of(courier)
    if outlet is None:
        return Round("", (), (), 0)
    mine = visible(courier)
    taken = mine.filter(state=State.TAKEN.value, taken_by=courier.id).order_by("begins_at", "id")
    tonight = shanghai_midnight(shanghai_day(at) + timedelta(days=1))
    waiting = mine.filter(outlet=outlet, state=State.SENT.value, begins_at__lt=tonight).order_by("begins_at", "id")
    done = mine.filter(state=State.DONE.value, taken_by=courier.id, **_today(at)).count()
    orders = mail.by_ids(row.order_id for row in (*taken, *waiting))
    lines = [[replace(_line(row, at), street=_street(row, orders[row.order_id], courier)) for row in rows] for rows in (taken, waiting)]
    return Round(outlet, tuple(lines[0]), tuple(lines[1]), done)


def _street(task: Task, order: Order, courier: Actor) -> str:
    door = _door(task, order)
    return f"{door.county}{door.street if _has(task, courier) else mask_address(door.street)}"


def _door(task: Task, order: Order) -> Address:
    sender, recipient = mail.addresses(order)
    return sender if task.kind == Kind.COLLECT else recipient


def _has(task: Task, courier: Actor) -> bool:
    return task.state == State.TAKEN and task.taken_by == courier.id


def open_of(courier: UUID) -> int:
    """How many visits somebody has taken and not ended: what a colleague takes over when they leave."""
    return Task.objects.filter(taken_by=courier, state=State.TAKEN.value).count()


def tasks_of(actor: Actor, order_id: UUID, *, at: datetime) -> list[TaskLine]:
    """Every visit made or planned for an order, oldest first."""
    return [_line(row, at) for row in visible(actor).filter(order_id=order_id).order_by("sent_at", "id")]


def _find(actor: Actor, task_id: UUID) -> Task:
    found = visible(actor).filter(id=task_id).first()
    if found is None:
        raise NotFound("task")
    return found


def _narrowed(found: QuerySet[Task], only: BoardFilter) -> QuerySet[Task]:
    if only.kind:
        found = found.filter(kind=only.kind)
    return found.filter(outlet=only.outlet) if only.outlet else found


def _shown(found: QuerySet[Task], show: str, at: datetime) -> QuerySet[Task]:
    if show == "open":
        return found.filter(state__in=_OPEN)
    if show == "late":
        return found.filter(state=State.SENT.value, late_at__lt=at)
    if show not in {state.value for state in State}:
        raise InvalidInput({"show": Text("Choose one of the lists on the board.")})
    today = {} if show in OPEN else _today(at)
    return found.filter(state=show, **today)


def _from(found: QuerySet[Task], after: str) -> QuerySet[Task]:
    if not after:
        return found
    moment, _, last = after.partition("/")
    try:
        begins_at, key = datetime.fromisoformat(moment), UUID(last)
    except ValueError:
        raise InvalidInput({"after": Text("This page does not exist any more. Start again from the first page.")}) from None
    return found.filter(Q(begins_at__gt=begins_at) | Q(begins_at=begins_at, id__gt=key))


def _counts(found: QuerySet[Task], at: datetime) -> Counts:
    today = Q(**_today(at))
    return Counts(
        **found.filter(Q(state__in=_OPEN) | today).aggregate(
            sent=Count("id", filter=Q(state=State.SENT.value)),
            late=Count("id", filter=Q(state=State.SENT.value, late_at__lt=at)),
            taken=Count("id", filter=Q(state=State.TAKEN.value)),
            done=Count("id", filter=Q(state=State.DONE.value) & today),
            failed=Count("id", filter=Q(state=State.FAILED.value) & today),
        )
    )


def _today(at: datetime) -> dict[str, Any]:
    day = shanghai_day(at)
    return {"ended_at__gte": shanghai_midnight(day), "ended_at__lt": shanghai_midnight(day + timedelta(days=1))}


def _masked(address: Address) -> Address:
    return Address(
        mask_name(address.name), mask_phone(address.phone), address.province, address.city, address.county,
        mask_address(address.street), address.postcode,
    )  # fmt: skip


def _line(row: Task, at: datetime) -> TaskLine:
    late = rules.is_late(state=row.state, late_at=row.late_at, at=at)
    return TaskLine(
        row.id, row.order_id, row.number, row.kind, row.state, late, str(row.region), row.outlet, row.item, row.attempt,
        row.begins_at, row.sent_at, row.late_at, row.not_before, row.window_from, row.window_to, row.due_at, row.taken_at,
        row.taken_by, row.taken_by_label, row.ended_at, row.reason,
    )  # fmt: skip
