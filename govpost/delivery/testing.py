"""Builders of the mail room: an order and an event, every field overridable."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.ids import uuid7
from govpost.common.refusal import Refusal
from govpost.delivery import actions
from govpost.delivery.models import Order
from govpost.delivery.ports import ScanSeen
from govpost.delivery.rules import Address, Check, Direction, Door, ItemRule, NewOrder, Place

SYSTEM = Actor.system("test")
HALL = Address("亳州市政务服务大厅（示例）", "05585100000", "安徽省", "亳州市", "谯城区", "希夷大道示例 1 号")
LIN = Address("林晓", "13800000001", "安徽省", "亳州市", "谯城区", "薛阁街道示例路 2 号")


def new_order(**over: Any) -> NewOrder:
    """A result from the Bozhou hall to Lin, our door, government pays."""
    at: datetime = over.pop("placed_at", now())
    values: dict[str, Any] = {
        "ref": f"test:{uuid7()}", "direction": Direction.RESULT, "item": "000117000001", "rule": ItemRule(),
        "region": "34.3416.341602", "origin": Place("341602", "BZ-ST"), "destination": Place("341602", "BZ-341602"),
        "door": Door.OURS, "payer": "government", "payer_reason": "示例", "account": "government:34.3416", "price_fen": 1500,
        "sender": HALL, "recipient": LIN, "tariff": "test", "promised_at": at + timedelta(days=2),
        "collect_due_at": at + timedelta(hours=24),
    }  # fmt: skip
    return NewOrder(**(values | over))


def make_order(*, at: datetime | None = None, by: Actor = SYSTEM, **over: Any) -> Order:
    """Place one order through the action."""
    at = at or now()
    (placed,) = actions.place_orders([new_order(placed_at=at, **over)], at=at, by=by)
    if isinstance(placed, Refusal):
        raise placed
    return Order.objects.get(id=placed.id)


def make_papers(*, at: datetime | None = None, **over: Any) -> Order:
    """Two papers from Lin's door to the hall's window."""
    values: dict[str, Any] = {
        "direction": Direction.PAPERS, "sender": LIN, "recipient": HALL,
        "checks": (Check("a", "材料 1"), Check("b", "材料 2")),
        "origin": Place("341602", "BZ-341602"), "destination": Place("341602", "BZ-ST"),
    }  # fmt: skip
    return make_order(at=at, **(values | over))


def seen(waybill_no: str, kind: str | None, occurred_at: datetime, **over: Any) -> ScanSeen:
    """An event as the carrier tells it."""
    values: dict[str, Any] = {
        "source": "ems", "waybill_no": waybill_no, "code": over.pop("code", kind or "999X"), "name": kind or "?",
        "occurred_at": occurred_at, "kind": kind, "place_code": "23600001",
    }  # fmt: skip
    return ScanSeen(**(values | over))
