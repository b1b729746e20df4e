"""What must always hold, counted again from the rows: used by the tests, the crash storm and `govpost doctor --invariants`.

Numbers follow docs/operations.md. Figures that followers keep (I3, I4) are compared only when every fact was read or set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from govpost.cases.lights import note_mail
from govpost.cases.models import Case, CaseOrder
from govpost.common.refusal import Problem
from govpost.delivery.actions.facts import payload_of
from govpost.delivery.models import Order
from govpost.delivery.rules import Seen, fold
from govpost.delivery.states import State
from govpost.journal import followers
from govpost.settlement.rules import charge_of

Rows = Iterator[tuple[Any, ...]]
MOST_SHOWN = 5
REMEDY = "Stop writing, keep the database as it is, and report this: it must never happen."


@dataclass(frozen=True, slots=True)
class Invariant:
    """`broken` yields one sentence per violation; `until` says why an invariant cannot be counted yet."""

    code: str
    title: str
    broken: Callable[[], Iterator[str]] | None
    until: str = ""


def broken(*, settled: bool = True) -> dict[str, list[str]]:
    """Violations by code; empty means all is well. `settled`: followers have caught up, so their figures are compared too."""
    found = {}
    with _one_moment():
        for invariant in INVARIANTS:
            if invariant.broken is None or (invariant.code in _OF_FOLLOWERS and not settled):
                continue
            if sentences := _count(invariant.broken):
                found[invariant.code] = sentences
    return found


def _count(ask: Callable[[], Iterator[str]]) -> list[str]:
    """A row so broken that one invariant cannot be counted must not hide what the others see."""
    try:
        return list(ask())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [f"cannot be counted: {type(error).__name__} {error}"]


def findings() -> Iterator[tuple[str, Problem]]:
    """One line per invariant for the doctor."""
    with _one_moment():
        behind = sum(followers.lag().values())
        for invariant in INVARIANTS:
            yield f"{invariant.code} {invariant.title}", _finding(invariant, behind)


def _finding(invariant: Invariant, behind: int) -> Problem:
    if invariant.broken is None:
        return Problem("ok", f"not yet: {invariant.until}")
    if behind and invariant.code in _OF_FOLLOWERS:
        return Problem("warning", f"not counted: followers have {behind} facts to read", "Ask again when the worker has caught up.")
    wrong = _count(invariant.broken)
    shown = "; ".join(wrong[:MOST_SHOWN])
    return Problem("error", f"{len(wrong)} broken: {shown}", REMEDY) if wrong else Problem("ok", "holds")


@contextmanager
def _one_moment() -> Iterator[None]:
    """Everything is read as it stood at one moment, while others go on writing, and however long it takes."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield


def _rows(sql: str, *params: Any) -> Rows:
    """Rows as they come, never all of a year's at once."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params or None)
        while rows := cursor.fetchmany(2000):
            yield from rows


def _orders_told_once() -> Iterator[str]:
    """Each order has its placing fact exactly once."""
    for number, count in _rows(
        "SELECT o.number, count(f.id) FROM delivery_order o LEFT JOIN journal_fact f ON f.subject = 'order:' || o.id::text"
        " AND f.kind = 'delivery.order_changed' AND f.payload ->> 'before' = '' GROUP BY o.id, o.number HAVING count(f.id) <> 1"
    ):
        yield f"order {number} was told as placed {count} times"
    for (subject,) in _rows(
        "SELECT DISTINCT f.subject FROM journal_fact f LEFT JOIN delivery_order o ON f.subject = 'order:' || o.id::text"
        " WHERE f.kind = 'delivery.order_changed' AND o.id IS NULL"
    ):
        yield f"{subject} is told of but does not exist"


def _versions_without_gap() -> Iterator[str]:
    """An order's facts carry the versions 1…n once each, and n is the row's version: no change was lost or told twice."""
    for number, version, told, kinds in _rows(
        "SELECT o.number, o.version, count(*), count(DISTINCT f.payload ->> 'version') FROM delivery_order o"
        " JOIN journal_fact f ON f.subject = 'order:' || o.id::text AND f.kind = 'delivery.order_changed'"
        " GROUP BY o.id, o.number, o.version HAVING count(*) <> o.version OR count(DISTINCT f.payload ->> 'version') <> o.version"
    ):
        yield f"order {number} is at version {version}, told {told} times with {kinds} versions"


_TOTALS_ASTRAY = """
SELECT account, region::text, month FROM settlement_monthtotal kept FULL JOIN (
    SELECT e.account, t.region, date_trunc('month', e.posted_on)::date AS month, sum(e.fen) AS fen,
        count(*) FILTER (WHERE t.kind = 'charge') AS charges, count(*) FILTER (WHERE t.kind = 'reversal') AS reversals
    FROM settlement_ledgerentry e JOIN settlement_ledgertxn t ON t.id = e.txn_id GROUP BY 1, 2, 3
) counted USING (account, region, month)
WHERE (kept.fen, kept.charges, kept.reversals) IS DISTINCT FROM (counted.fen, counted.charges, counted.reversals)
"""


def _ledger_balances() -> Iterator[str]:
    """Each transaction sums to zero, and each order's open charge is what its state implies, to the fen."""
    for txn, fen in _rows("SELECT txn_id, sum(fen) FROM settlement_ledgerentry GROUP BY txn_id HAVING sum(fen) <> 0"):
        yield f"transaction {txn} is off by {fen} fen"
    for order_id, kind, ref in _rows(
        "SELECT t.order_id, t.kind, t.ref FROM settlement_ledgertxn t"
        " LEFT JOIN settlement_ledgerentry e ON e.txn_id = t.id WHERE e.id IS NULL"
    ):
        yield f"{kind} {ref} of order {order_id} has no entries"
    for account, region, month in _rows(_TOTALS_ASTRAY):
        yield f"{account} in {region or 'the country'} of {month}: its total is not what its entries sum to"
    posted: dict[Any, int] = dict(
        _rows(
            "SELECT t.order_id, sum(e.fen) FROM settlement_ledgerentry e JOIN settlement_ledgertxn t ON t.id = e.txn_id"
            " WHERE left(e.account, 11) = 'receivable:' GROUP BY t.order_id"
        )
    )
    for order in Order.objects.defer("sender_sealed", "recipient_sealed").iterator(chunk_size=2000):
        due = charge_of(payload_of(order, before="", known_at=order.state_at, source=""))
        wanted, found = due.fen if due else 0, posted.get(order.id, 0)
        if wanted != found:
            yield f"order {order.number}: {found} fen posted, {wanted} fen implied by its state"


def _rates_recount() -> Iterator[str]:
    """Each cell of the rates equals the count from the orders' own facts."""
    from govpost.quality.recomputing import differences, intake_differences

    for cell in differences(date(2000, 1, 1), date(2100, 1, 1)):
        yield f"{cell.kpi} {cell.day} {cell.division} {cell.outlet} {cell.outcome}: stored {cell.stored}, counted {cell.counted}"
    for division, day in intake_differences():
        yield f"what came in at {division} on {day} is not what its sums say"


def _facts_heard() -> Iterator[str]:
    """Each fact was read by every follower that wants it, or set aside with its error."""
    for name, behind in followers.lag().items():
        if behind:
            yield f"follower {name} has {behind} facts to read"
    for follower, kind, subject in _rows("SELECT follower, kind, subject FROM journal_setaside WHERE error = '' AND tries > 0"):
        yield f"{follower} set {kind} of {subject} aside without saying why"


_EVENTS = """
SELECT o.number, o.state, s.kind, s.occurred_at, s.source FROM delivery_order o
LEFT JOIN delivery_scan s ON s.waybill_no IN (o.number, o.waybill_no) AND s.kind <> '' AND NOT s.quarantined
  AND s.occurred_at >= o.placed_at - interval '2 days'
  AND NOT EXISTS (SELECT 1 FROM delivery_scanvoid v WHERE v.waybill_no = s.waybill_no AND v.source = s.source
                  AND v.code = s.code AND v.occurred_at = s.occurred_at)
ORDER BY o.number
"""


def _states_fold() -> Iterator[str]:
    """Each order's state is the fold of its valid events, by the rule in Python (the database folds in SQL)."""
    for (number, state), events in groupby(_rows(_EVENTS), key=lambda row: (row[0], row[1])):
        meant = fold(Seen(State(kind), at, source) for _, _, kind, at, source in events if kind)
        if meant != state:
            yield f"order {number} is {state}, its events mean {meant}"


def _valid_deliveries() -> Iterator[str]:
    """What counts as validly delivered was handed to somebody whom the item's rule allows."""
    for number, signer in _rows(
        "SELECT number, signer FROM delivery_order WHERE delivered_ok AND signer <> 'window'"
        " AND NOT jsonb_exists(rule -> 'signers', signer) AND NOT jsonb_exists(rule -> 'signers', 'any')"
    ):
        yield f"order {number} counts as delivered to {signer or 'nobody'}"


_PERSONAL = r"(?<![0-9A-Za-z])(1[3-9][0-9]{9}|[1-9][0-9]{16}[0-9Xx])(?![0-9A-Za-z])"


def _nothing_personal() -> Iterator[str]:
    """No phone and no identity number stands in the journal, in events' notes, or in what is shown of notices."""
    for kind, subject in _rows("SELECT kind, subject FROM journal_fact WHERE payload::text ~ %s OR actor ~ %s", _PERSONAL, _PERSONAL):
        yield f"{kind} of {subject} holds a number of a person"
    for (number,) in _rows("SELECT waybill_no FROM delivery_scan WHERE note ~ %s", _PERSONAL):
        yield f"an event of {number} holds a number of a person"


def _numbers_once() -> Iterator[str]:
    """No waybill number of a carrier and no envelope serial is used twice."""
    for column in ("carrier || ' ' || waybill_no", "envelope_serial"):
        for value, count in _rows(
            f"SELECT {column}, count(*) FROM delivery_order WHERE {column} IS NOT NULL GROUP BY 1 HAVING count(*) > 1"  # noqa: S608
        ):
            yield f"{value} is used {count} times"


def _closed_cases_delivered() -> Iterator[str]:
    """A case that a parcel closed has that parcel validly delivered."""
    for number, state in _rows(
        "SELECT c.number, o.state FROM cases_case c JOIN cases_parcelcase pc ON pc.case_id = c.id"
        " JOIN cases_parcel p ON p.id = pc.parcel_id"
        " JOIN delivery_order o ON o.id = p.order_id"
        " WHERE c.state = 'closed' AND pc.left_at IS NULL AND NOT o.delivered_ok"
    ):
        yield f"case {number} is closed, its parcel is {state}"


def _statements_sum() -> Iterator[str]:
    """Each monthly statement is the sum of its lines, and its lines are the ledger's, each on one statement."""
    from govpost.settlement.statements import unsound

    yield from unsound()


def _lights_follow_mail() -> Iterator[str]:
    """The mail's promise that a case holds, by which lists are lit and ordered, is that of its orders."""
    running = CaseOrder.objects.filter(order_id__in=Order.objects.filter(due_at__isnull=False).values("id")).values("case_id")
    for case in Case.objects.filter(Q(mail_red_at__isnull=False) | Q(id__in=running)).iterator(chunk_size=500):
        held = case.mail_red_at
        if note_mail(case):
            yield f"case {case.number} holds {held} as its mail's promise, its orders say {case.mail_red_at}"


_OF_FOLLOWERS = frozenset({"I3", "I4", "I5", "I13", "I15"})
INVARIANTS: tuple[Invariant, ...] = (
    Invariant("I1", "every order exists once", _orders_told_once),
    Invariant("I2", "every change is told once", _versions_without_gap),
    Invariant("I3", "the ledger balances", _ledger_balances),
    Invariant("I4", "the rates recount", _rates_recount),
    Invariant("I5", "every fact is heard or set aside", _facts_heard),
    Invariant("I6", "the journal's chain", None, "chain and checkpoints come with the evidence work"),
    Invariant("I7", "every state is the fold of its events", _states_fold),
    Invariant("I8", "valid deliveries have an allowed signer", _valid_deliveries),
    Invariant("I9", "rows of another region", None, "row-level security comes later; the authorisation matrix tests it now"),
    Invariant("I10", "every full reading is logged", None, "held by tests of the one function that reads; counted with the evidence work"),
    Invariant("I11", "nothing personal in journal and events", _nothing_personal),
    Invariant("I12", "no waybill or envelope twice", _numbers_once),
    Invariant("I13", "closed cases are delivered", _closed_cases_delivered),
    Invariant("I14", "statements sum to the ledger", _statements_sum),
    Invariant("I15", "a case's light is its mail's", _lights_follow_mail),
)
