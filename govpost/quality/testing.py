"""Builders of quality: the payload of one order fact, every field overridable, as the mail room tells it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from govpost.common.clock import shanghai_at
from govpost.common.ids import uuid7

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


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
