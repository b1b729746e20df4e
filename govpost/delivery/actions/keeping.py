"""What came and could not be counted is kept, sealed, as it came: a row that nobody can read, or an event about somebody else's mail.

It may hold anybody's data, so an administrator reads it for a cause and the journal knows first; after its period it is deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from govpost.common.actor import Actor, permit
from govpost.common.crypto import blind_index, seal, unseal
from govpost.common.ids import uuid7
from govpost.common.refusal import NotFound, Refusal
from govpost.common.text import Text
from govpost.delivery.models import KeptRow, Unclear
from govpost.delivery.ports import ScanSeen
from govpost.delivery.rules import MAY
from govpost.journal import actions as journal
from govpost.retention import actions as retention
from govpost.retention.queries import Held
from govpost.retention.rules import Kind

Key = tuple[str, str, str]  # an unclear event's: kind, number, code


@dataclass(frozen=True, slots=True)
class Content:
    """One row as it came."""

    kept_at: datetime
    said: Mapping[str, Any] = field(repr=False)


def said_by(scan: ScanSeen) -> dict[str, Any]:
    """An event as it would have been stored; the same event again says the same."""
    return {
        "source": scan.source, "number": scan.waybill_no, "code": scan.code, "kind": scan.kind or "", "name": scan.name,
        "occurred_at": scan.occurred_at.isoformat(), "effect": scan.effect, "place_code": scan.place_code, "place_name": scan.place_name,
        "signer": scan.signer_class, "reason": scan.reason, "note": scan.note,
    }  # fmt: skip


def identity_of(scan: ScanSeen) -> str:
    """By what an event is the same as another: as the log has it, so that mail of somebody else answers like unknown mail."""
    place = scan.place_code if scan.effect else ""
    return "\x00".join((scan.source, scan.waybill_no, scan.code, scan.occurred_at.isoformat(), place, str(scan.effect)))


def fresh(scans: Sequence[ScanSeen]) -> list[bool]:
    """For each whether it was not kept before, neither earlier nor further up in the batch."""
    digests = [_digest(identity_of(scan)) for scan in scans]
    known = {bytes(digest) for digest in KeptRow.objects.filter(digest__in=digests).values_list("digest", flat=True)} if digests else set()
    found = []
    for digest in digests:
        found.append(digest not in known)
        known.add(digest)
    return found


def keep(rows: Iterable[tuple[Key, str, Mapping[str, Any]]], *, at: datetime) -> None:
    """Rows by the unclear event that they belong to (it stands), with their identity and what they said. Called inside a verb."""
    rows = list(rows)
    if not rows:
        return
    numbers = {key[1] for key, _, _ in rows}
    unclear = {(each.kind, each.waybill_no, each.code): each for each in Unclear.objects.filter(waybill_no__in=numbers)}
    made = []
    for digest, key, said in sorted(((_digest(identity), key, said) for key, identity, said in rows), key=lambda row: row[0]):
        row_id = uuid7()
        sealed = seal(dict(said), bound_to=f"kept:{row_id}")
        made.append(KeptRow(id=row_id, unclear=unclear[key], digest=digest, sealed=sealed, kept_at=at))
    KeptRow.objects.bulk_create(made, ignore_conflicts=True)


def read_kept(*, unclear_id: UUID, cause: str, at: datetime, by: Actor) -> list[Content]:
    """What came, in full, for a cause; the journal knows first. Raises NotFound, Refusal (cause_missing)."""
    with transaction.atomic():
        unclear = Unclear.objects.filter(id=unclear_id).first()
        permit(by, "read_kept", MAY["read_kept"])
        if unclear is None or not (by.is_system or any(by.has(role, str(unclear.region)) for role in MAY["read_kept"])):
            raise NotFound("unclear")  # another region's looks like a missing one
        if len(cause.strip()) < 2:
            raise Refusal("cause_missing", Text("Say why you need to see it; the reason is kept."))
        journal.record_reading(
            what=f"unclear event {unclear.kind}", subject=f"unclear:{unclear.id}", cause=cause.strip(), case="",
            region=str(unclear.region), at=at, by=by,
        )  # fmt: skip
        rows = KeptRow.objects.filter(unclear=unclear).order_by("kept_at", "id")[:200]
        return [Content(row.kept_at, unseal(row.sealed, bound_to=f"kept:{row.id}")) for row in rows]


# -- after its period -----------------------------------------------------------------


def due(before: datetime) -> QuerySet[KeptRow]:
    return KeptRow.objects.filter(kept_at__lt=before)


def free(found: QuerySet[KeptRow], held: Held) -> QuerySet[KeptRow]:
    """Without what is held and what a person must still judge."""
    settled = found.exclude(unclear__settled_at=None)
    return settled.exclude(unclear__waybill_no__in=held.orders).exclude(unclear__region__within_any=held.regions)


def forget_kept(*, before: datetime, held: Held, limit: int, run_id: UUID, at: datetime, by: Actor) -> int:
    """Delete the next `limit` rows; returns how many."""
    permit(by, "forget", MAY["forget"])
    with transaction.atomic():
        ids = list(free(due(before), held).order_by("id").values_list("id", flat=True)[:limit])
        KeptRow.objects.filter(id__in=ids).delete()
        retention.note_erased(run_id=run_id, kind=Kind.KEPT_ROWS, table="delivery_keptrow", ids=ids, at=at, by=by)
    return len(ids)


def _digest(identity: str) -> bytes:
    return blind_index("kept", identity)
