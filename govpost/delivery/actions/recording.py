"""Events come in: stored once, folded into the orders they touch, told as facts. Set-based; a single push is a batch of one.

Order of work: stage the rows by COPY, lock the touched orders (by id, so that batches cannot deadlock), insert what is new,
recompute the touched orders from all their valid events and write their facts. Duplicates, late and voided events are harmless.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from govpost.common.actor import Actor, permit
from govpost.common.ids import uuid7
from govpost.common.refusal import NotFound
from govpost.delivery.actions import keeping, storing
from govpost.delivery.events import SCAN_UNCLEAR
from govpost.delivery.models import Order, Unclear
from govpost.delivery.ports import ScanSeen
from govpost.delivery.rules import FUTURE_TOLERANCE, MAY, OURS, PAST_TOLERANCE
from govpost.journal import actions as journal
from govpost.parties.roles import Role


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one reported event: accepted, duplicate, voided (a withdrawal was stored) or unclear (kept for a person)."""

    status: str
    reason: str = ""


ACCEPTED, DUPLICATE, VOIDED = RowResult("accepted"), RowResult("duplicate"), RowResult("voided")
UNKNOWN_WAYBILL, UNKNOWN_CODE = RowResult("unclear", "unknown_waybill"), RowResult("unclear", "unknown_code")
FUTURE, BEFORE_ORDER = RowResult("unclear", "future"), RowResult("unclear", "before_order")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose orders a batch may touch: regions (paths), and organisations where any are named."""

    regions: Sequence[str] = ("",)
    organisations: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """A locked order; events from before `since` are another mail's (None: none of this batch is that early)."""

    id: str
    region: str
    since: datetime | None


def record_scans(rows: Sequence[ScanSeen], *, at: datetime, by: Actor) -> list[RowResult]:
    """Store reported events and let the orders follow; one result per row, in order. Nothing is refused as a whole.

    A partner may report only for its own organisation's orders in its regions. What it says of others is set aside for people there, and
    answered like an unknown number, also when it is sent again: nobody learns from an answer whose mail a number is.
    """
    permit(by, "record_scans", MAY["record_scans"])
    scope = None if by.is_system else Scope(by.regions(MAY["record_scans"]), by.organisations([Role.INTEGRATOR]))
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
    """Store and fold inside the caller's transaction, by the caller's right; `scope`: whose orders may be touched (default all).

    What is said of an order out of scope is not stored: the next fold of that order, whoever causes it, would count it.
    """
    scans, voids = [row for row in rows if row.effect], [row for row in rows if not row.effect]
    many = len(scans) > storing.FEW
    if many:
        storing.stage(scans)
        if not voids and storing.all_stored():
            return [DUPLICATE] * len(rows)
    numbers = {row.waybill_no for row in rows}
    known = _lock_orders(numbers, min([at, *(row.occurred_at for row in rows)]), scope or Scope())
    unknown = numbers - known.keys()
    foreign = _foreign(unknown) if scope else dict[str, _Known]()
    if many:
        new = storing.put_staged(len(scans), without=foreign, locked=unknown == foreign.keys(), at=at, by=by)
    else:
        new = storing.put_few(scans, without=foreign, at=at, by=by)
    withdrawn = storing.put_voids(voids, without=foreign, at=at, by=by)
    results, touched = _answers(rows, new, withdrawn, known, foreign, at + FUTURE_TOLERANCE)
    refold(touched, at=at, by=by, source=_source(rows))
    _keep_all_unclear(rows, results, known, foreign, at, by)
    return results


def refold(order_ids: Collection[UUID] | Collection[str], *, at: datetime, by: Actor, source: str) -> None:
    """Recompute orders (locked by the caller) from their valid events and tell what changed, in one statement (see fold.sql).

    A delivery to somebody the item does not allow is a fact, but for a person to judge: it closes nothing.
    """
    if not order_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, [storing.text_array([str(each) for each in order_ids]), at, source, by.label, by.key])
        (irregular,) = cursor.fetchone()
    _keep([("signer_not_allowed", number, signer, order_id, region, 1) for number, signer, order_id, region in sorted(irregular or ())], at)


_FOLD = "SELECT irregular FROM delivery_fold(%s::uuid[], %s, %s, %s, %s)"
# Number by number, and only then (OFFSET 0) whether they may: whatever the statistics say, no plan reads all the mail that the
# organisation ever sent.
_LOCK = """
SELECT id::text, number, waybill_no, region::text, CASE WHEN placed_at > %s THEN placed_at END FROM delivery_order
WHERE id = ANY(ARRAY(
    SELECT named.id FROM unnest(%s::text[]) said (number), LATERAL (
        SELECT id, region, organisation_id FROM delivery_order WHERE number = said.number
        UNION ALL
        SELECT id, region, organisation_id FROM delivery_order WHERE waybill_no = said.number OFFSET 0
    ) named WHERE named.region <@ ANY(%s::ltree[]) AND (%s OR named.organisation_id = ANY(%s::uuid[]))))
ORDER BY delivery_order.id FOR NO KEY UPDATE
"""


def _lock_orders(numbers: set[str], earliest: datetime, scope: Scope) -> dict[str, _Known]:
    keys, organisations = storing.text_array(numbers), list(scope.organisations)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [earliest + PAST_TOLERANCE, keys, list(scope.regions), not organisations, organisations])
        rows = cursor.fetchall()
    found: dict[str, _Known] = {}
    for order_id, number, waybill_no, region, placed_at in rows:
        known = _Known(order_id, region, placed_at and placed_at - PAST_TOLERANCE)
        found[number] = known
        if waybill_no:
            found[waybill_no] = known
    return found


def _foreign(numbers: set[str]) -> dict[str, _Known]:
    """Which of these numbers belong to an order all the same: one out of the reporter's scope."""
    orders = Order.objects.filter(Q(number__in=numbers) | Q(waybill_no__in=numbers)) if numbers else Order.objects.none()
    found = orders.values_list("id", "region", "number", "waybill_no")
    return {number: _Known(str(each), str(region), None) for each, region, *pair in found for number in pair if number in numbers}


def _answers(
    rows: Sequence[ScanSeen],
    new: Sequence[bool],
    withdrawn: Sequence[bool],
    known: dict[str, _Known],
    foreign: Collection[str],
    latest: datetime,
) -> tuple[list[RowResult], set[str]]:
    """One result per row, and the orders for which something new was stored."""
    results: list[RowResult] = []
    touched: set[str] = set()
    news, withdrawals = iter(new), iter(withdrawn)
    aside = iter(keeping.fresh([row for row in rows if row.waybill_no in foreign]))
    for row in rows:
        is_new = next(news if row.effect else withdrawals)
        if row.waybill_no in foreign:
            is_new = next(aside)
        order = known.get(row.waybill_no)
        if is_new and order:
            touched.add(order.id)
        results.append(_answer(row, order, latest) if is_new else DUPLICATE)
    return results, touched


def _answer(row: ScanSeen, order: _Known | None, latest: datetime) -> RowResult:
    if order is None:
        return UNKNOWN_WAYBILL
    if not row.effect:
        return VOIDED
    if not row.kind:
        return UNKNOWN_CODE
    if row.occurred_at > latest:
        return FUTURE
    if order.since and row.occurred_at < order.since:
        return BEFORE_ORDER
    return ACCEPTED


_KEEP_UNCLEAR = """
INSERT INTO delivery_unclear (id, kind, waybill_no, code, order_id, region, first_at, count, settled_by)
SELECT id, kind, number, code, order_id, region, %s, count, ''
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::ltree[], %s::int[])
    AS u (id, kind, number, code, order_id, region, count)
ON CONFLICT (kind, waybill_no, code) DO UPDATE SET
    count = delivery_unclear.count + excluded.count,
    first_at = CASE WHEN delivery_unclear.settled_at IS NULL THEN delivery_unclear.first_at ELSE excluded.first_at END,
    settled_at = NULL, settled_by = ''
"""


def _keep_all_unclear(
    rows: Sequence[ScanSeen], results: Sequence[RowResult], known: dict[str, _Known], foreign: dict[str, _Known], at: datetime, by: Actor
) -> None:
    """For people here a number that is unknown and one of somebody else's mail are two things; of the latter the event is set aside."""
    counts: dict[keeping.Key, int] = defaultdict(int)
    aside: list[tuple[keeping.Key, ScanSeen]] = []
    for row, result in zip(rows, results, strict=True):
        if result.reason:
            key = ("foreign_waybill" if row.waybill_no in foreign else result.reason, row.waybill_no, row.code)
            counts[key] += 1
            aside += [(key, row)] if row.waybill_no in foreign else []
    if not counts:
        return
    kept: list[tuple[str, str, str, UUID | str | None, str, int]] = []
    told = []
    for (kind, number, code), count in sorted(counts.items()):
        order = known.get(number) or foreign.get(number)
        region = order.region if order else ""
        kept.append((kind, number, code, order.id if order else None, region, count))
        payload = {"reason": kind, "code": code, "count": count}
        told.append(journal.NewFact(SCAN_UNCLEAR, f"waybill:{number}", region, at, at, by.label, by.key, payload))
    _keep(kept, at)
    keeping.keep([(key, keeping.identity_of(row), keeping.said_by(row)) for key, row in aside], at=at)
    journal.record_many(told)


def keep_unclear(kind: str, number: str, code: str, order_id: UUID | str | None, region: str, at: datetime, count: int = 1) -> None:
    _keep([(kind, number, code, order_id, region, count)], at)


def _keep(unclear: Sequence[tuple[str, str, str, UUID | str | None, str, int]], at: datetime) -> None:
    """Kinds, numbers, codes, orders, regions and counts, in the order of the table's key (batches must not wait for each other)."""
    if unclear:
        columns = [list(column) for column in zip(*unclear, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP_UNCLEAR, [at, [uuid7() for _ in unclear], *columns])


def _source(rows: Sequence[ScanSeen]) -> str:
    sources = {row.source for row in rows}
    return sources.pop() if len(sources) == 1 else "several"


def _scan_exists(row: ScanSeen) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM delivery_scan WHERE waybill_no = %s AND source = %s AND code = %s AND occurred_at = %s",
            [row.waybill_no, row.source, row.code, row.occurred_at],
        )
        return cursor.fetchone() is not None
