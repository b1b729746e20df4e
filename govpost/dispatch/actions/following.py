"""Tasks follow the orders. Set-based: a batch of changes costs two reads and at most four writes, however many orders it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction

from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.ids import uuid7
from govpost.delivery.rules import Door, region_path
from govpost.dispatch import rules
from govpost.dispatch.facts import fact_of
from govpost.dispatch.models import HeardOrder, Task
from govpost.dispatch.rules import Kind, Visit
from govpost.dispatch.states import OPEN, TABLE, State
from govpost.journal import actions as journal
from govpost.profiles import queries as profiles

Change = dict[str, Any]


@dataclass(slots=True)
class _Moves:
    """What a batch of changes does to the tasks; `told` holds (task, state before)."""

    ended: list[Task] = field(default_factory=list)
    sent: list[Task] = field(default_factory=list)
    told: list[tuple[Task, str]] = field(default_factory=list)


def follow_orders(changes: Iterable[Change], *, by: Actor) -> int:
    """Create and end tasks as `delivery.order_changed` payloads imply; returns how many tasks changed."""
    permit(by, "follow_orders", ())
    newest = _newest(change for change in changes if change["door"] == Door.OURS)
    with transaction.atomic():
        heard = _not_heard(newest)
        tasks = {task.order_id: task for task in _lock_open(list(heard))}
        moves = _Moves()
        minutes = cache(_late_minutes)
        for order_id, change in heard.items():
            _follow(change, tasks.get(order_id), moves, minutes)
        Task.objects.bulk_update(moves.ended, ["state", "ended_at", "reason"])
        Task.objects.bulk_create(moves.sent)
        _keep_heard(heard)
        _tell_all(moves, heard, by)
    return len(moves.told)


def _newest(changes: Iterable[Change]) -> dict[UUID, Change]:
    newest: dict[UUID, Change] = {}
    for change in changes:
        order_id = UUID(str(change["order"]))
        if order_id not in newest or newest[order_id]["version"] < change["version"]:
            newest[order_id] = change
    return newest


def _not_heard(newest: dict[UUID, Change]) -> dict[UUID, Change]:
    rows = HeardOrder.objects.select_for_update().filter(order_id__in=list(newest)).order_by("order_id")
    versions = {row.order_id: row.version for row in rows}
    return {order_id: change for order_id, change in newest.items() if versions.get(order_id, 0) < change["version"]}


def _lock_open(order_ids: Sequence[UUID]) -> list[Task]:
    states = [state.value for state in OPEN]
    return list(Task.objects.select_for_update().filter(order_id__in=order_ids, state__in=states).order_by("id"))


def _follow(change: Change, task: Task | None, moves: _Moves, minutes: Any) -> None:
    visit = rules.needed(change)
    if task and visit and visit.kind == task.kind and task.attempt > rules.visits_made(visit.kind, change):
        return  # the visit still stands
    if task is not None:
        _move(task, change, moves)
    if visit is not None:
        sent = _new(change, visit, minutes(change["region"], shanghai_day(_moment(change["known_at"]))))
        moves.sent.append(sent)
        moves.told.append((sent, ""))


def _move(task: Task, change: Change, moves: _Moves) -> None:
    before, verb = task.state, rules.ending(Kind(task.kind), change)
    task.state = TABLE[State(before), verb].value
    task.ended_at, task.reason = _moment(change["known_at"]), change["reason"]
    moves.ended.append(task)
    moves.told.append((task, before))


def _new(change: Change, visit: Visit, minutes: int) -> Task:
    collect = visit.kind is Kind.COLLECT
    sent_at = _moment(change["known_at"])
    opens, closes = rules.window_of(visit, change)
    return Task(
        id=uuid7(), order_id=UUID(str(change["order"])), order_version=change["version"], number=change["number"],
        kind=visit.kind.value, state=State.SENT.value, item=change["item"],
        region=region_path(change["origin"] if collect else change["destination"]),
        outlet=change["origin_outlet"] if collect else change["destination_outlet"],
        attempt=rules.visits_made(visit.kind, change) + 1, sent_at=sent_at, waiting_since=sent_at,
        late_at=rules.late_at(waiting_since=sent_at, not_before=visit.not_before, minutes=minutes), late_minutes=minutes,
        not_before=visit.not_before, window_from=opens, window_to=closes,
        due_at=rules.due_of(visit, change),
        begins_at=max(moment for moment in (sent_at, visit.not_before, opens) if moment),
    )  # fmt: skip


def _late_minutes(region: str, on: date) -> int:
    return profiles.settings_for(region, on).late_minutes


def _keep_heard(heard: dict[UUID, Change]) -> None:
    HeardOrder.objects.bulk_create(
        [HeardOrder(order_id=order_id, version=change["version"]) for order_id, change in heard.items()],
        update_conflicts=True,
        unique_fields=["order_id"],
        update_fields=["version"],
    )


def _tell_all(moves: _Moves, heard: dict[UUID, Change], by: Actor) -> None:
    journal.record_many(fact_of(task, before, at=_moment(heard[task.order_id]["known_at"]), by=by) for task, before in moves.told)


def _moment(value: str | datetime) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
