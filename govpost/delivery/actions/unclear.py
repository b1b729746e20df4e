"""What no rule decides is put before a person, and again when it happens again after somebody settled it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from govpost.common.actor import Actor, permit
from govpost.delivery.actions.keeping import keep
from govpost.delivery.actions.recording import keep_unclear
from govpost.delivery.events import CANCEL_REFUSED, SCAN_UNCLEAR
from govpost.delivery.models import Order
from govpost.journal import actions as journal


def ask_people(kind: str, order: Order, at: datetime, *, code: str = "") -> None:
    """Called inside a verb, by its right."""
    _keep(kind, order.number, code, order, at)


def note_cancel_refused(*, order_id: UUID, code: str, error: str, at: datetime, by: Actor) -> None:
    """The carrier will not, or did not, withdraw a cancelled order: it may still come for it, so a person calls.

    code: the carrier's own, "" where it did not answer. error: its words, or a message id of ours.
    """
    permit(by, "note_cancel_refused", ())
    with transaction.atomic():
        order = Order.objects.select_for_update().get(id=order_id)
        order.booking_error = error[:500]
        order.save(update_fields=["booking_error"])
        ask_people("cancel_refused", order, at, code=code)
        journal.record(
            CANCEL_REFUSED, subject=f"order:{order.id}", region=str(order.region), at=at, by=by,
            order=order.id, ref=order.ref, number=order.number, code=code,
        )  # fmt: skip


def keep_unreadable(rows: Sequence[tuple[str, str, str]], *, at: datetime, by: Actor) -> None:
    """Rows of a push that cannot be read: the mail's number ("" where that cannot be read either), the field that is wrong, the row.

    Kept as they came, so that the sender need not repeat what will never be readable. A repeated push counts them again.
    """
    permit(by, "keep_unreadable", ())
    if not rows:
        return
    with transaction.atomic():
        numbers = [number for number, _, _ in rows if number]
        found = Order.objects.filter(Q(waybill_no__in=numbers) | Q(number__in=numbers))
        known = {number: order for order in found for number in (order.number, order.waybill_no) if number}
        for (number, field), count in sorted(Counter((number, field) for number, field, _ in rows).items()):
            order = known.get(number)
            _keep("unreadable", number, field, order, at, count)
            journal.record(
                SCAN_UNCLEAR, subject=f"waybill:{number or 'unknown'}", region=str(order.region) if order else "", at=at, by=by,
                reason="unreadable", code=field, count=count,
            )  # fmt: skip
        keep([(("unreadable", number, field), "\x00".join((number, field, raw)), {"row": raw}) for number, field, raw in rows], at=at)


def _keep(kind: str, number: str, code: str, order: Order | None, at: datetime, count: int = 1) -> None:
    keep_unclear(kind, number, code, order.id if order else None, str(order.region) if order else "", at, count)
