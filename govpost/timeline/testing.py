"""Builders of the timeline: a fact as a follower hears it, and the fact of an order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from govpost.common.ids import uuid7
from govpost.delivery.events import ORDER_CHANGED
from govpost.journal.followers import Told

AT = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)  # nine o'clock in Shanghai
HOUR = timedelta(hours=1)


def make_fact(kind: str, *, subject: str = "case:1", at: datetime = AT, **over: Any) -> Told:
    """A fact of an office; `payload` as given."""
    values: dict[str, Any] = {
        "id": uuid7(), "xid": 1, "seq": 1, "kind": kind, "subject": subject, "region": "34.3416.341602", "occurred_at": at,
        "known_at": at, "recorded_at": at, "actor": "谯城区综合窗口", "actor_key": "staff:1", "payload": {},
    }  # fmt: skip
    return Told(**(values | over))


def make_order_fact(
    order: UUID, version: int, before: str, after: str, *, at: datetime = AT, known_at: datetime | None = None, **over: Any
) -> Told:
    """What the mail room tells of an order that went from `before` to `after` at `at`, known at `known_at` (default `at`)."""
    payload: dict[str, Any] = {
        "order": str(order), "number": "GP261110-TEST0001", "direction": "result", "version": version, "before": before,
        "after": after, "occurred_at": at.isoformat(), "origin": "341602", "destination": "341622", "door": "ours",
        "signer": "", "delivered_ok": after == "delivered", "reason": "", "source": "ours",
    }  # fmt: skip
    return make_fact(ORDER_CHANGED, subject=f"order:{order}", at=at, known_at=known_at or at, payload=payload | over, actor_key="partner:1")
