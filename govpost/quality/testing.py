"""Builders of quality: the payload of one order fact, every field overridable, as the mail room tells it, and the fact itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from govpost.common.clock import shanghai_at
from govpost.common.ids import uuid7
from govpost.delivery.events import ORDER_CHANGED
from govpost.journal.followers import Told

DAY = shanghai_at(datetime(2026, 11, 10).date(), 0)  # noqa: DTZ001 a plain day
NINE = DAY + timedelta(hours=9)


def make_payload(order: UUID | None = None, **over: Any) -> dict[str, Any]:
    """A result from the Bozhou hall to a door in Qiaocheng, placed at nine and promised for the evening of the next day.

    Moments may be given as datetimes; they are written as the wire has them.
    """
    order = order or uuid7()
    values: dict[str, Any] = {
        "order": order, "number": f"GP-{str(order)[-8:]}", "ref": "case:1", "direction": "result", "version": 1, "before": "",
        "after": "ordered", "occurred_at": NINE, "known_at": NINE, "item": "000117000001", "region": "34.3416.341602",
        "origin": "341602", "origin_outlet": "BZ-ST", "destination": "341622", "destination_outlet": "BZ-341622",
        "door": "ours", "carrier": "ems", "placed_at": NINE, "window_from": None, "window_to": None,
        "collect_due_at": NINE + timedelta(hours=8), "promised_at": NINE + timedelta(hours=33), "collected_at": None,
        "arrived_at": None, "delivered_at": None, "delivered_ok": False, "signer": "", "payer": "government",
        "account": "government:1", "tariff": "t", "price_fen": 1500, "attempts": 0, "misses": 0, "reason": "", "cause": "",
        "next_attempt_at": None, "organisation": None, "waybill_no": None, "source": "ours",
    }  # fmt: skip
    return {name: _plain(value) for name, value in (values | over).items()}


def make_told(payload: dict[str, Any], *, kind: str = ORDER_CHANGED, by: str = "staff") -> Told:
    """The fact as a follower hears it; `by` is the kind of actor who did it."""
    subject, region = f"test:{uuid7()}", payload["region"]
    return Told(uuid7(), 1, 1, kind, subject, region, NINE, NINE, NINE, "示例", f"{by}:{uuid7()}", payload)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
