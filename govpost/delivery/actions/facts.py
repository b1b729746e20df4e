"""The one fact of the mail room, `delivery.order_changed`, built from a projected order with everything a listener needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from govpost.common.actor import Actor
from govpost.delivery.events import ORDER_CHANGED
from govpost.delivery.models import Order
from govpost.journal import actions as journal

# Order columns in the payload: column → name in the payload. `fold.sql` names the same; a test holds them equal.
COLUMNS: dict[str, str] = {
    "id": "order", "number": "number", "ref": "ref", "direction": "direction", "version": "version", "state": "after",
    "item": "item", "region": "region", "origin": "origin", "origin_outlet": "origin_outlet",
    "destination": "destination", "destination_outlet": "destination_outlet", "door": "door", "carrier": "carrier",
    "placed_at": "placed_at", "window_from": "window_from", "window_to": "window_to", "collect_due_at": "collect_due_at",
    "promised_at": "promised_at", "collected_at": "collected_at", "arrived_at": "arrived_at", "delivered_at": "delivered_at",
    "delivered_ok": "delivered_ok", "signer": "signer", "payer": "payer", "account": "account", "tariff": "tariff",
    "price_fen": "price_fen", "attempts": "attempts", "misses": "misses", "reason": "reason", "cause": "cause",
    "next_attempt_at": "next_attempt_at",
    "collect_moved_to": "collect_moved_to", "organisation_id": "organisation", "waybill_no": "waybill_no",
    "state_at": "occurred_at",
}  # fmt: skip


def payload_of_row(row: Sequence[Any], *, before: str, known_at: datetime, source: str) -> dict[str, Any]:
    """The payload from a row that lists `COLUMNS`."""
    return {**dict(zip(COLUMNS.values(), row, strict=True)), "before": before, "known_at": known_at, "source": source}


def payload_of(order: Order, *, before: str, known_at: datetime, source: str) -> dict[str, Any]:
    row = [getattr(order, column) for column in COLUMNS]
    return payload_of_row(row, before=before, known_at=known_at, source=source)


def tell_changes(payloads: Iterable[dict[str, Any]], *, at: datetime, by: Actor) -> None:
    """Write one ORDER_CHANGED fact per payload."""
    journal.record_many(
        journal.NewFact(
            kind=ORDER_CHANGED, subject=f"order:{payload['order']}", region=payload["region"], known_at=at,
            occurred_at=payload["occurred_at"], actor=by.label, actor_key=by.key, payload=payload,
        )
        for payload in payloads
    )  # fmt: skip
