"""Questions about monthly statements: who may see which, one with its lines by page, what it sums by item, whether it still holds.

Finance and supervision see their regions'; a department and a client enterprise see their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from govpost.common.actor import Actor, within
from govpost.common.refusal import NotFound
from govpost.delivery import queries as delivery
from govpost.parties import queries as parties
from govpost.parties.models import Organisation
from govpost.settlement.models import LedgerTxn, Statement, StatementLine, TxnKind
from govpost.settlement.rules import MAY, month_of, next_month

PAGE = 100
_CHUNK = 2000
# What a statement sums, from its lines. The digest is over the lines in their order, one a line, fields parted by tabs: position,
# kind, order number, the payer's reference, item, tariff, day of posting, fen.
TOTALS = """
SELECT l.statement_id, sum(e.fen)::bigint, count(*) FILTER (WHERE t.kind = 'charge'), count(*) FILTER (WHERE t.kind = 'reversal'),
       encode(sha256(convert_to(string_agg(concat_ws(E'\\t', l.position, t.kind, t.order_number, t.order_ref, t.item, t.tariff,
              to_char(e.posted_on, 'YYYY-MM-DD'), e.fen), E'\\n' ORDER BY l.position), 'UTF8')), 'hex')
FROM settlement_statementline l JOIN settlement_ledgerentry e ON e.id = l.entry_id JOIN settlement_ledgertxn t ON t.id = e.txn_id
"""
# A line with the agreement that paid for its order, by commission's own rule (`terms`): in force on the day of the order, the
# nearest to its region.
_AGREED = """
SELECT l.position, l.entry_id, t.item, e.fen, coalesce(a.number, '') AS agreement
FROM settlement_statementline l JOIN settlement_statement s ON s.id = l.statement_id
JOIN settlement_ledgerentry e ON e.id = l.entry_id JOIN settlement_ledgertxn t ON t.id = e.txn_id
LEFT JOIN delivery_order o ON o.id = t.order_id
LEFT JOIN LATERAL (
    SELECT g.number FROM settlement_agreement g
    WHERE g.organisation_id = s.organisation_id AND g.payer = split_part(s.account, ':', 1) AND g.carrier = o.carrier
      AND g.region @> o.region AND (o.placed_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN g.starts_on AND g.ends_on
    ORDER BY nlevel(g.region) DESC LIMIT 1
) a ON true
WHERE l.statement_id = %(statement)s AND l.position > %(after)s
"""
_OPEN = """
SELECT substr(e.account, 12), min(e.posted_on),
       (SELECT max(s.month) FROM settlement_statement s WHERE s.account = substr(e.account, 12))
FROM settlement_ledgerentry e
WHERE (starts_with(e.account, 'receivable:government:') OR starts_with(e.account, 'receivable:department:')) AND e.posted_on < %s
  AND NOT EXISTS (SELECT 1 FROM settlement_statementline l WHERE l.entry_id = e.id)
GROUP BY e.account
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An account with lines that stand on no statement; `since` is the first month of which the next one can be."""

    key: str
    organisation: Organisation
    since: date


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement; weight in grams, None where the order is gone. corrects: the earlier statement that holds the charge.

    agreement: the number of the one that paid for the order; "" where none is found.
    """

    position: int
    posted_on: date
    kind: str
    order_number: str
    order_ref: str
    item: str
    agreement: str
    tariff: str
    cause: str
    weight_g: int | None
    fen: int
    corrects: str


@dataclass(frozen=True, slots=True)
class Portion:
    """What one item comes to on a statement under one agreement."""

    item: str
    lines: int
    fen: int


@dataclass(frozen=True, slots=True)
class Part:
    """What a statement holds of one agreement ("" where none is found), item by item."""

    agreement: str
    portions: tuple[Portion, ...]

    @property
    def lines(self) -> int:
        return sum(each.lines for each in self.portions)

    @property
    def fen(self) -> int:
        return sum(each.fen for each in self.portions)


def visible(actor: Actor) -> QuerySet[Statement]:
    """The statements that the actor may see, newest month first."""
    found = Statement.objects.select_related("organisation").order_by("-month", "-number")
    if actor.is_system:
        return found
    own = actor.organisations(MAY["see_own_account"])
    return found.filter(Q(region__within_any=actor.regions(MAY["see_ledger"])) | Q(organisation_id__in=own))


def statement(actor: Actor, number: str) -> Statement:
    """Raises NotFound for one that is missing or not the actor's to see."""
    found = visible(actor).filter(number=number).first()
    if found is None:
        raise NotFound("statement")
    return found


def months(actor: Actor) -> list[date]:
    """The months of which there are statements, newest first."""
    return list(visible(actor).order_by("-month").values_list("month", flat=True).distinct())


def page(of: Statement, *, after: int = 0, limit: int = PAGE, agreement: str | None = None) -> list[Line]:
    """The lines behind position `after`, of one agreement on request; the caller was shown the statement."""
    sql = f"SELECT entry_id, agreement FROM ({_AGREED}) AS x WHERE %(agreement)s::text IS NULL OR agreement = %(agreement)s"  # noqa: S608 constants only
    asked: dict[str, UUID | int | str | None] = {"statement": of.id, "after": after, "agreement": agreement, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY position LIMIT %(limit)s", asked)
        agreements: dict[UUID, str] = dict(cursor.fetchall())
    rows = StatementLine.objects.filter(entry_id__in=agreements).select_related("entry__txn").order_by("position")
    return _lines(list(rows), agreements)


def every_line(of: Statement, *, agreement: str | None = None) -> Iterator[Line]:
    """All of them in order, by chunks: a download costs the same memory whatever its length."""
    after = 0
    while lines := page(of, after=after, limit=_CHUNK, agreement=agreement):
        yield from lines
        after = lines[-1].position


def parts(of: Statement) -> list[Part]:
    """By agreement, in the order of their numbers, and in each by item, the dearest first."""
    sql = f"SELECT agreement, item, count(*), sum(fen)::bigint FROM ({_AGREED}) AS x GROUP BY 1, 2 ORDER BY 1, 4 DESC, 2"  # noqa: S608 constants only
    with connection.cursor() as cursor:
        cursor.execute(sql, {"statement": of.id, "after": 0})
        rows: list[tuple[str, str, int, int]] = cursor.fetchall()
    return [
        Part(agreement, tuple(Portion(item, lines, fen) for _, item, lines, fen in mine))
        for agreement, mine in groupby(rows, key=itemgetter(0))
    ]  # fmt: skip


def waiting(actor: Actor, month: date) -> list[Waiting]:
    """The accounts whose statement of this month (any day of it) or of one before can be made by the actor, and is not made."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [next_month(month_of(month))])
        rows: list[tuple[str, date, date | None]] = cursor.fetchall()
    owners = parties.organisations_by_id({_owner(account) for account, _, _ in rows})
    found = [
        Waiting(account, owner, max(month_of(first), next_month(last)) if last else month_of(first))
        for account, first, last in rows
        if (owner := owners.get(_owner(account))) and _may_make(actor, owner)
    ]  # fmt: skip
    return [each for each in found if each.since <= month]


def _owner(account: str) -> UUID:
    return UUID(account.partition(":")[2])


def _may_make(actor: Actor, owner: Organisation) -> bool:
    return actor.is_system or any(within(str(owner.region), region) for region in actor.regions(MAY["make_statements"]))


def _lines(rows: Sequence[StatementLine], agreements: Mapping[UUID, str]) -> list[Line]:
    weights = delivery.weights(row.entry.txn.order_id for row in rows)
    corrected = _corrected([row.entry.txn for row in rows if row.entry.txn.kind == TxnKind.REVERSAL], rows)
    return [
        Line(
            row.position, row.entry.posted_on, txn.kind, txn.order_number, txn.order_ref, txn.item, agreements[row.entry_id],
            txn.tariff, txn.cause, weights.get(txn.order_id), row.entry.fen, corrected.get(txn.id, ""),
        )
        for row in rows
        for txn in (row.entry.txn,)
    ]  # fmt: skip


def _corrected(reversals: Sequence[LedgerTxn], rows: Sequence[StatementLine]) -> dict[UUID, str]:
    """reversal → number of the earlier statement on which the charge stands that it takes back."""
    if not reversals:
        return {}
    here = rows[0].statement_id
    charges = StatementLine.objects.filter(
        entry__txn__kind=TxnKind.CHARGE.value, entry__txn__ref__in=[txn.ref for txn in reversals]
    ).exclude(statement_id=here)
    numbers = dict(charges.values_list("entry__txn__ref", "statement__number"))
    return {txn.id: numbers[txn.ref] for txn in reversals if txn.ref in numbers}


_WRONG = f"""
SELECT s.number, s.fen, t.fen FROM settlement_statement s
LEFT JOIN ({TOTALS} GROUP BY l.statement_id) AS t (statement_id, fen, charges, reversals, digest) ON t.statement_id = s.id
WHERE (s.fen, s.charges, s.reversals, s.digest) IS DISTINCT FROM (t.fen, t.charges, t.reversals, t.digest)
"""  # noqa: S608 constants only
_ASTRAY = """
SELECT s.number, count(*) FROM settlement_statementline l JOIN settlement_statement s ON s.id = l.statement_id
JOIN settlement_ledgerentry e ON e.id = l.entry_id
WHERE e.account <> 'receivable:' || s.account OR e.posted_on >= (s.month + interval '1 month')::date GROUP BY s.number
"""
# What came to the ledger while a statement was made waits for the next one. An entry's id holds the moment at which it was made.
_LEFT_OUT = """
SELECT s.number, count(*) FROM settlement_ledgerentry e
JOIN settlement_statement s ON e.account = 'receivable:' || s.account AND e.posted_on < (s.month + interval '1 month')::date
WHERE NOT EXISTS (SELECT 1 FROM settlement_statementline l WHERE l.entry_id = e.id)
  AND e.id < (lpad(to_hex((extract(epoch FROM s.made_at - interval '1 hour') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
GROUP BY s.number
"""


def unsound() -> Iterator[str]:
    """A sentence for each statement that is not what the ledger says (an invariant asks; there must never be one)."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG)
        for number, fen, counted in cursor.fetchall():
            yield f"statement {number} says {fen} fen, its lines {counted}, or its lines are not those of its digest"
        cursor.execute(_ASTRAY)
        for number, count in cursor.fetchall():
            yield f"statement {number} has {count} lines of another account or a later month"
        cursor.execute(_LEFT_OUT)
        for number, count in cursor.fetchall():
            yield f"statement {number} left out {count} entries that stood in the ledger"
