"""Monthly statements: what stands on an account by agreement, fixed once per account and month, line by line.

A ledger entry stands on exactly one statement: that of its month, or, when it came after that one was made (a delivery told late,
a withdrawal), the next. Set-based: a month costs the same few statements for any number of accounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.ids import uuid7
from govpost.journal import actions as journal
from govpost.settlement.events import STATEMENT_MADE
from govpost.settlement.models import Agreement, Statement
from govpost.settlement.rules import MAY, may_state, month_of, next_month, receivable
from govpost.settlement.statements import TOTALS, Waiting, waiting

# Two that make statements at once would claim the same late lines.
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('settlement.make_statements'))"
_CLAIM = """
INSERT INTO settlement_statementline (entry_id, statement_id, position)
SELECT e.id, s.id, row_number() OVER (PARTITION BY s.id ORDER BY e.posted_on, e.id)
FROM unnest(%(ids)s::uuid[], %(accounts)s::text[]) AS s (id, account) JOIN settlement_ledgerentry e ON e.account = s.account
WHERE e.posted_on < %(ends)s AND NOT EXISTS (SELECT 1 FROM settlement_statementline l WHERE l.entry_id = e.id)
"""


def make_statements(*, month: date, at: datetime, by: Actor) -> list[Statement]:
    """Make what is missing up to this month (any day of it), in the order of months; made already: nothing happens.

    Somebody of finance makes those of the organisations in the own regions. Raises Refusal month_not_over.
    """
    permit(by, "make_statements", MAY["make_statements"])
    may_state(month, shanghai_day(at)).require()
    made: list[Statement] = []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ALONE)
        accounts = waiting(by, month)
        each = min((account.since for account in accounts), default=next_month(month))
        while each <= month_of(month):
            made += _make([account for account in accounts if account.since <= each], each, at, by)
            each = next_month(each)
        _tell(made, at, by)
    return made


def _make(accounts: Sequence[Waiting], month: date, at: datetime, by: Actor) -> list[Statement]:
    """One month's, of those accounts that have lines for it."""
    ids = {uuid7(): account for account in accounts}
    with connection.cursor() as cursor:
        open_ = [receivable(account.key) for account in accounts]
        cursor.execute(_CLAIM, {"ids": list(ids), "accounts": open_, "ends": next_month(month)})
        cursor.execute(f"{TOTALS} WHERE l.statement_id = ANY(%s) GROUP BY l.statement_id", [list(ids)])
        totals = cursor.fetchall()
    agreements = _agreements({account.organisation.id for account in accounts}, month)
    ready = sorted(((ids[row[0]], row) for row in totals), key=lambda pair: (str(pair[0].organisation.region), pair[0].key))
    serial = Statement.objects.filter(month=month).count()
    return Statement.objects.bulk_create(
        Statement(
            id=row[0], number=f"DZ{month:%Y%m}-{serial + n:04d}", account=account.key, month=month, organisation=account.organisation,
            region=account.organisation.region, agreements=agreements.get(account.key, []), fen=row[1], charges=row[2], reversals=row[3],
            digest=row[4], made_at=at, made_by=by.label,
        )
        for n, (account, row) in enumerate(ready, start=1)
    )  # fmt: skip


def _agreements(organisations: Iterable[UUID], month: date) -> dict[str, list[str]]:
    """The numbers of the agreements in force during the month, by account."""
    found: dict[str, list[str]] = {}
    rows = Agreement.objects.filter(organisation_id__in=organisations, starts_on__lt=next_month(month), ends_on__gte=month)
    for each in rows.order_by("number"):
        found.setdefault(f"{each.payer}:{each.organisation_id}", []).append(each.number)
    return found


def _tell(made: Sequence[Statement], at: datetime, by: Actor) -> None:
    journal.record_many(
        journal.NewFact(
            STATEMENT_MADE, f"statement:{each.id}", str(each.region), at, at, by.label, by.key,
            {"number": each.number, "account": each.account, "month": each.month.isoformat(), "fen": each.fen, "digest": each.digest},
        )
        for each in made
    )  # fmt: skip
