"""Jobs that ask the carrier, deferred in the caller's transaction; `tasks` does the asking."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from procrastinate.contrib.django import app as jobs


def book(order_ids: Sequence[UUID]) -> None:
    """Have the carrier asked for the numbers of these orders."""
    if order_ids:
        rows = [{"order_id": str(order_id)} for order_id in order_ids]
        jobs.configure_task("delivery.book", queue="outside").batch_defer(*rows)  # type: ignore[arg-type] # dict is invariant


def cancel(order_id: UUID, reason: str) -> None:
    jobs.configure_task("delivery.cancel", queue="outside").defer(order_id=str(order_id), reason=reason)


def query(order_id: UUID) -> None:
    jobs.configure_task("delivery.query", queue="outside").defer(order_id=str(order_id))
