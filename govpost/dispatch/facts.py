"""The one fact of dispatch, built from a task with everything a listener needs."""

from __future__ import annotations

from datetime import datetime

from govpost.common.actor import Actor
from govpost.dispatch.events import TASK_CHANGED
from govpost.dispatch.models import Task
from govpost.journal import actions as journal


def fact_of(task: Task, before: str, *, at: datetime, by: Actor) -> journal.NewFact:
    """A task went from `before` ("" when it is new) to its state."""
    payload = {
        "task": task.id, "order": task.order_id, "number": task.number, "kind": task.kind, "before": before,
        "after": task.state, "outlet": task.outlet, "attempt": task.attempt, "not_before": task.not_before,
        "late_at": task.late_at, "reason": task.reason,
    }  # fmt: skip
    return journal.NewFact(
        kind=TASK_CHANGED, subject=f"order:{task.order_id}", region=str(task.region), known_at=at, occurred_at=at,
        actor=by.label, actor_key=by.key, payload=payload,
    )  # fmt: skip
