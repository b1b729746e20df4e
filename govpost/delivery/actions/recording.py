"""Events come in: stored once, folded into the orders they touch, told as facts. Set-based; a single push is a batch of one.

Order of work: lock the touched orders (by id, so that batches cannot deadlock), stage the rows by COPY, insert what is new,
recompute the touched orders from all their valid events, write the facts. Duplicates, late and voided events are harmless.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from govpost.common.actor import Actor, permit
from govpost.common.ids import uuid7
from govpost.common.refusal import NotFound
from govpost.delivery.actions.facts import SQL_COLUMNS, payload_of_row, tell_changes
from govpost.delivery.events import SCAN_UNCLEAR
from govpost.delivery.models import Order, Unclear
from govpost.delivery.ports import ScanSeen
from govpost.delivery.rules import FUTURE_TOLERANCE, MAY, OURS, PAST_TOLERANCE
from govpost.delivery.states import State
from govpost.journal import actions as journal
from govpost.parties.roles import Role

FOLD = (Path(__file__).parent.parent / "fold.sql").read_text().replace(":columns", SQL_COLUMNS)
RANKS = [state.value for state in State]
Identity = tuple[str, str, str, datetime, str]


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one reported event: accepted, duplicate, voided (a withdrawal was stored) or unclear (kept for a person)."""

    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose orders a batch may touch: regions (paths), and organisations where any are named."""

    regions: Sequence[str] = ("",)
    organisations: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    region: str
    placed_at: datetime


def record_scans(rows: Sequence[ScanSeen], *, at: datetime, by: Actor) -> list[RowResult]:
    """Store reported events and let the orders follow; one result per row, in order. Nothing is refused as a whole.

    A partner may report only for its own organisation's orders in its regions: others are kept as unclear, like unknown numbers.
    """
    permit(by, "record_scans", MAY["record_scans"])
    scope = Scope() if by.is_system else Scope(by.regions(MAY["record_scans"]), by.organisations([Role.INTEGRATOR]))
    with transaction.atomic():
        return apply(rows, at=at, by=by, scope=scope)


def void_scan(*, order_id: UUID, code: str, occurred_at: datetime, why: str, at: datetime, by: Actor) -> None:
    """Withdraw one of our own people's events with its reason; the event stays visible, struck through."""
    with transaction.atomic():
        order = Order.objects.select_for_update().filter(id=order_id).first()
        if order is None:
            raise NotFound("order")
        permit(by, "void_scan", MAY["void_scan"], region=str(order.region))
        row = ScanSeen(OURS, order.number, code, why, occurred_at, None, effect=False)
        if not _scan_exists(row):
            raise NotFound("scan")
        apply([row], at=at, by=by)


def settle_unclear(*, unclear_id: UUID, at: datetime, by: Actor) -> None:
    """A person has dealt with an unclear event."""
    with transaction.atomic():
        permit(by, "settle_unclear", MAY["void_scan"])
        item = Unclear.objects.select_for_update().filter(id=unclear_id).first()
        if item is None or not (by.is_system or any(by.has(role, str(item.region)) for role in MAY["void_scan"])):
            raise NotFound("unclear")  # another region's looks like a missing one
        item.settled_at, item.settled_by = at, by.label
        item.save(update_fields=["settled_at", "settled_by"])


def apply(rows: Sequence[ScanSeen], *, at: datetime, by: Actor, scope: Scope | None = None) -> list[RowResult]:
    """Store and fold inside the caller's transaction, by the caller's right; `scope`: whose orders may be touched (default all)."""
    known = _lock_orders({row.waybill_no for row in rows}, scope or Scope())
    fresh = _store([row for row in rows if row.effect], at, by)
    voided = _store_voids([row for row in rows if not row.effect], at, by)
    touched = {known[number].id for number in fresh.numbers | voided if number in known}
    refold(touched, at=at, by=by, source=_source(rows))
    results = [_result(row, known, fresh, voided, at) for row in rows]
    _keep_all_unclear(rows, results, known, at, by)
    return results


def refold(order_ids: set[UUID], *, at: datetime, by: Actor, source: str) -> None:
    """Recompute orders (locked by the caller) from their valid events and tell what changed."""
    if not order_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(FOLD, {"ids": list(order_ids), "ranks": RANKS})
        changed = cursor.fetchall()
    payloads = [payload_of_row(row[1:], before=row[0], known_at=at, source=source) for row in changed]
    tell_changes(payloads, at=at, by=by)
    _flag_signers(payloads, at)


@dataclass(slots=True)
class _Fresh:
    identities: set[Identity]
    numbers: set[str]


_LOCK = """
SELECT id, number, waybill_no, region::text, placed_at FROM delivery_order
WHERE (waybill_no = ANY(%s) OR number = ANY(%s)) AND region <@ ANY(%s::ltree[])
  AND (%s OR organisation_id = ANY(%s::uuid[]))
ORDER BY id FOR NO KEY UPDATE
"""


def _lock_orders(numbers: set[str], scope: Scope) -> dict[str, _Known]:
    keys = list(numbers)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [keys, keys, list(scope.regions), not scope.organisations, list(scope.organisations)])
        rows = cursor.fetchall()
    found: dict[str, _Known] = {}
    for order_id, number, waybill_no, region, placed_at in rows:
        known = _Known(order_id, region, placed_at)
        found[number] = known
        if waybill_no:
            found[waybill_no] = known
    return found


_STAGE = """
CREATE TEMP TABLE IF NOT EXISTS scan_stage (
    waybill_no text, source text, code text, occurred_at timestamptz, place_code text, kind text, name text, place_name text,
    place_city text, signer text, reason text, cause text, note text, actor text, quarantined boolean, known_at timestamptz, raw jsonb
) ON COMMIT DELETE ROWS
"""
_FIELDS = (
    "waybill_no, source, code, occurred_at, place_code, kind, name, place_name, place_city, signer, reason, cause, note, "
    "actor, quarantined, known_at, raw"
)
_PUT = f"""
INSERT INTO delivery_scan ({_FIELDS}) SELECT {_FIELDS} FROM scan_stage ON CONFLICT DO NOTHING
RETURNING waybill_no, source, code, occurred_at, place_code
"""  # noqa: S608 constants only
_PUT_ONE = f"""
INSERT INTO delivery_scan ({_FIELDS}) VALUES ({", ".join(["%s"] * 16)}, %s::jsonb) ON CONFLICT DO NOTHING
RETURNING waybill_no, source, code, occurred_at, place_code
"""  # noqa: S608 constants only
_FEW = 8


def _store(rows: Sequence[ScanSeen], at: datetime, by: Actor) -> _Fresh:
    """Insert what is new. Few rows go by INSERT, a batch by COPY into a staging table."""
    fresh: set[Identity] = set()
    if not rows:
        return _Fresh(fresh, set())
    values = [_values(row, at, by) for row in sorted(rows, key=_identity)]
    with connection.cursor() as cursor:
        if len(values) <= _FEW:
            for value in values:
                cursor.execute(_PUT_ONE, value)
                fresh.update(cursor.fetchall())
        else:
            cursor.execute(_STAGE)
            cursor.execute("DELETE FROM scan_stage")  # an earlier batch of the same transaction
            with cursor.copy(f"COPY scan_stage ({_FIELDS}) FROM STDIN") as copy:
                for value in values:
                    copy.write_row(value)
            cursor.execute(_PUT)
            fresh.update(cursor.fetchall())
    return _Fresh(fresh, {identity[0] for identity in fresh})


def _values(row: ScanSeen, at: datetime, by: Actor) -> tuple[Any, ...]:
    return (
        row.waybill_no, row.source, row.code, row.occurred_at, row.place_code, row.kind or "", row.name, row.place_name,
        row.place_city, row.signer_class, row.reason, row.cause, row.note, by.label, row.occurred_at > at + FUTURE_TOLERANCE,
        at, msgspec.json.encode(row.raw).decode() if row.raw else "{}",
    )  # fmt: skip


def _identity(row: ScanSeen) -> Identity:
    return (row.waybill_no, row.source, row.code, row.occurred_at, row.place_code)


def _store_voids(rows: Sequence[ScanSeen], at: datetime, by: Actor) -> set[str]:
    """Store withdrawals; returns the numbers with a new one. A withdrawal names number, source, code and moment, not the place."""
    if not rows:
        return set()
    values = [(uuid7(), r.waybill_no, r.source, r.code, r.occurred_at, at, by.label, r.note or r.name) for r in rows]
    new: set[str] = set()
    with connection.cursor() as cursor:
        for value in sorted(values, key=lambda v: v[1:5]):
            cursor.execute(_PUT_VOID, value)
            new.update(number for (number,) in cursor.fetchall())
    return new


_PUT_VOID = """
INSERT INTO delivery_scanvoid (id, waybill_no, source, code, occurred_at, known_at, actor, why)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING waybill_no
"""


def _scan_exists(row: ScanSeen) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM delivery_scan WHERE waybill_no = %s AND source = %s AND code = %s AND occurred_at = %s",
            [row.waybill_no, row.source, row.code, row.occurred_at],
        )
        return cursor.fetchone() is not None


def _result(row: ScanSeen, known: dict[str, _Known], fresh: _Fresh, voided: set[str], at: datetime) -> RowResult:
    if not row.effect:
        return RowResult("voided" if row.waybill_no in voided else "duplicate")
    if _identity(row) not in fresh.identities:
        return RowResult("duplicate")
    fresh.identities.discard(_identity(row))  # a second copy in the same batch is a duplicate
    if row.waybill_no not in known:
        return RowResult("unclear", "unknown_waybill")
    if not row.kind:
        return RowResult("unclear", "unknown_code")
    if row.occurred_at > at + FUTURE_TOLERANCE:
        return RowResult("unclear", "future")
    if row.occurred_at < known[row.waybill_no].placed_at - PAST_TOLERANCE:
        return RowResult("unclear", "before_order")
    return RowResult("accepted")


_KEEP_UNCLEAR = """
INSERT INTO delivery_unclear (id, kind, waybill_no, code, order_id, region, first_at, count, settled_by)
VALUES (%s, %s, %s, %s, %s, %s::ltree, %s, %s, '')
ON CONFLICT (kind, waybill_no, code) DO UPDATE SET count = delivery_unclear.count + excluded.count
"""


def _keep_all_unclear(rows: Sequence[ScanSeen], results: Sequence[RowResult], known: dict[str, _Known], at: datetime, by: Actor) -> None:
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for row, result in zip(rows, results, strict=True):
        if result.status == "unclear":
            counts[result.reason, row.waybill_no, row.code] += 1
    for (kind, number, code), count in sorted(counts.items()):
        order = known.get(number)
        region = order.region if order else ""
        keep_unclear(kind, number, code, order.id if order else None, region, at, count)
        journal.record(SCAN_UNCLEAR, subject=f"waybill:{number}", region=region, at=at, by=by, reason=kind, code=code, count=count)


def keep_unclear(kind: str, number: str, code: str, order_id: UUID | None, region: str, at: datetime, count: int = 1) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_UNCLEAR, [uuid7(), kind, number, code, order_id, region, at, count])


def _flag_signers(payloads: Sequence[dict[str, Any]], at: datetime) -> None:
    """A delivery to somebody the item does not allow is a fact, but for a person to judge: it closes nothing."""
    for payload in payloads:
        if payload["after"] == State.DELIVERED and not payload["delivered_ok"]:
            keep_unclear("signer_not_allowed", payload["number"], payload["signer"], payload["order"], payload["region"], at)


def _source(rows: Sequence[ScanSeen]) -> str:
    sources = {row.source for row in rows}
    return sources.pop() if len(sources) == 1 else "several"
