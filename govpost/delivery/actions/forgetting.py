"""Erasing the personal part of mail that ended long ago: what stays is masked, with a commitment that proves copies."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from govpost.common.actor import Actor, permit
from govpost.common.crypto import code_digest, seal, unseal
from govpost.common.masks import mask_name, mask_phone
from govpost.delivery.models import Order
from govpost.delivery.rules import MAY, Address
from govpost.delivery.states import FINAL
from govpost.retention import actions as retention
from govpost.retention.queries import Held
from govpost.retention.rules import Kind

ENDS = ("sender", "recipient")
_COLUMNS = ("sender_sealed", "recipient_sealed", "sender_phone_digest", "recipient_phone_digest", "commitments", "forgotten_at")


def due(before: datetime) -> QuerySet[Order]:
    """Mail that ended before a moment and still holds names, telephones and addresses."""
    return Order.objects.filter(state__in=[state.value for state in FINAL], state_at__lt=before, forgotten_at=None)


def free(found: QuerySet[Order], held: Held) -> QuerySet[Order]:
    """Without what is held and what a person must still judge."""
    return (
        found.exclude(number__in=held.orders)
        .exclude(organisation_id__in=held.organisations, organisation_id__isnull=False)
        .exclude(region__within_any=held.regions)
        .exclude(unclear__settled_at=None, unclear__id__isnull=False)
    )


def forget_addresses(
    *, before: datetime, held: Held, needed: Collection[UUID], after: UUID | None, limit: int, run_id: UUID, at: datetime, by: Actor
) -> UUID | None:
    """Mask the next `limit` orders behind the id `after`; returns the last one's id, None when there was none.

    `needed`: orders that a running or held case still needs. State, money and events stay as they are.
    """
    permit(by, "forget", MAY["forget"])
    with transaction.atomic():
        found = free(due(before), held).exclude(id__in=list(needed))
        ids = (found.filter(id__gt=after) if after else found).order_by("id").values_list("id", flat=True)[:limit]
        rows = list(Order.objects.select_for_update(skip_locked=True).filter(id__in=list(ids)).order_by("id"))
        for order in rows:
            _mask(order, at)
        Order.objects.bulk_update(rows, _COLUMNS, batch_size=500)
        retention.note_erased(run_id=run_id, kind=Kind.MAIL_ADDRESSES, table="delivery_order", ids=[o.id for o in rows], at=at, by=by)
    return rows[-1].id if rows else None


def plain(address: Address) -> dict[str, str]:
    """Blanks do not count: files and people set them differently."""
    return {name: "".join(value.split()) for name, value in address.to_json().items()}


def commitment_of(order_id: UUID, end: str, address: Address) -> str:
    """By this an address that somebody else kept is shown to be the one that was erased here."""
    return code_digest(f"order:{order_id}:{end}", json.dumps(plain(address), ensure_ascii=False, sort_keys=True)).hex()


def _mask(order: Order, at: datetime) -> None:
    kept = {}
    for end in ENDS:
        bound_to = f"order:{order.id}:{end}"
        address = Address.from_json(unseal(getattr(order, f"{end}_sealed"), bound_to=bound_to))
        kept[end] = commitment_of(order.id, end, address)
        masked = replace(address, name=mask_name(address.name), phone=mask_phone(address.phone), street="***")
        setattr(order, f"{end}_sealed", seal(masked.to_json(), bound_to=bound_to))
        setattr(order, f"{end}_phone_digest", b"")
    order.commitments, order.forgotten_at = kept, at
