"""Builders of dispatch: a changed order as dispatch hears it, and its task."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from govpost.common.actor import Actor
from govpost.common.clock import SHANGHAI
from govpost.common.ids import uuid7
from govpost.dispatch import actions
from govpost.dispatch.models import Task

AT = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
SYSTEM = Actor.system("test")


def make_change(**over: Any) -> dict[str, Any]:
    """The payload of one `delivery.order_changed`: a result of our own door arrived at the delivery office of 谯城区."""
    values: dict[str, Any] = {
        "order": str(uuid7()), "number": "GP261123-TEST", "direction": "result", "version": 4, "before": "in_transit",
        "after": "at_delivery_office", "item": "000117000001", "region": "34.3416.341602", "origin": "341602",
        "origin_outlet": "BZ-ST", "destination": "341602", "destination_outlet": "BZ-341602", "door": "ours",
        "known_at": AT.isoformat(), "window_from": None, "window_to": None, "collect_due_at": None,
        "promised_at": None, "collect_moved_to": None,
        "collected_at": AT.isoformat(), "attempts": 0, "misses": 0, "reason": "", "next_attempt_at": None,
    }  # fmt: skip
    return values | over


def make_papers_change(**over: Any) -> dict[str, Any]:
    """Papers that wait at Lin's door."""
    values: dict[str, Any] = {
        "direction": "papers", "version": 1, "before": "", "after": "ordered", "collected_at": None,
        "origin_outlet": "BZ-341602", "destination_outlet": "BZ-ST",
    }  # fmt: skip
    return make_change(**(values | over))


def make_task(change: dict[str, Any] | None = None) -> Task:
    """The task that a change leads to."""
    change = change or make_change()
    actions.follow_orders([change], by=SYSTEM)
    return Task.objects.get(order_id=change["order"], ended_at=None)
