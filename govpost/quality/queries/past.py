"""What was known when: corrections of days that were over, the versions of one order, a bulletin made again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from govpost.common.actor import Actor
from govpost.common.text import Text
from govpost.quality.kpis.definition import Outcome
from govpost.quality.kpis.reasons import sentence
from govpost.quality.models import FactVersion
from govpost.quality.queries.cuts import Cut, prefixes_of, scope, sql_within, within
from govpost.quality.rules import Change, Counts

PAGE = 50


@dataclass(frozen=True, slots=True)
class Correction:
    """A day's figures were rewritten after the day was over: what it was, what it is, when and why that became known."""

    kpi: str
    order_id: UUID
    number: str
    version: int
    change: Change
    was_day: date | None
    was_outcome: Outcome | None
    was_place: str
    day: date
    outcome: Outcome
    place: str
    outlet: str
    reason: Text
    known_at: datetime
    cause: Text


def corrections(actor: Actor, cut: Cut, *, added: bool = False, limit: int = PAGE) -> list[Correction]:
    """What rewrote the days of the cut after they were over, newest knowledge first.

    added: also orders that became known only afterwards (an imported history fills past days: that changes figures, but
    nothing that was said of an order was wrong).
    """
    changes = [Change.CHANGED.value, *([Change.ADDED.value] if added else [])]
    span = Q(day__range=(cut.first, cut.last)) | Q(was_day__range=(cut.first, cut.last))
    here = within(prefixes_of(actor, cut)) | within(prefixes_of(actor, cut), "was_division")
    rows = FactVersion.objects.filter(span, here, kpi=cut.kpi, change__in=changes)
    if cut.outlet:
        rows = rows.filter(Q(outlet=cut.outlet) | Q(was_outlet=cut.outlet))
    if cut.item:
        rows = rows.filter(item=cut.item)
    return [_correction(row) for row in rows.order_by("-known_at", "order_id")[:limit]]


def versions_of(actor: Actor, order_id: UUID, kpi: str) -> list[Correction]:
    """Everything that became known of one order under one KPI, oldest first."""
    rows = FactVersion.objects.filter(within(scope(actor)), order_id=order_id, kpi=kpi).order_by("version")
    return [_correction(row) for row in rows]


def as_known_at(actor: Actor, cut: Cut, *, moment: datetime) -> Counts:
    """The figures of a cut as they stood at `moment`: a bulletin can be made again as it was."""
    prefixes = prefixes_of(actor, cut)
    inner, params = sql_within(prefixes)
    sql = f"""
        SELECT count(*), count(*) FILTER (WHERE outcome = 'on_time'), count(*) FILTER (WHERE outcome = 'late'),
               count(*) FILTER (WHERE outcome = 'open'), count(*) FILTER (WHERE outcome = 'excluded'),
               count(*) FILTER (WHERE outcome = 'open' AND due_at < %s)
        FROM (SELECT DISTINCT ON (order_id) * FROM quality_factversion
              WHERE kpi = %s AND known_at <= %s AND order_id IN
                    (SELECT order_id FROM quality_factversion WHERE kpi = %s AND day BETWEEN %s AND %s AND {inner})
              ORDER BY order_id, version DESC) v
        WHERE day BETWEEN %s AND %s AND {inner}
          AND (%s = '' OR outlet = %s) AND (%s = '' OR item = %s)
    """  # noqa: S608 only column names and placeholders are put in
    span = [cut.first, cut.last]
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [moment, cut.kpi, moment, cut.kpi, *span, *params, *span, *params, cut.outlet, cut.outlet, cut.item, cut.item],
        )
        return Counts(*cursor.fetchone())


_CAUSES: dict[str, Text] = {
    "withdrawn": Text("A delivery was withdrawn"),
    "delivered": Text("A delivery became known"),
    "collected": Text("A collection became known"),
    "pickup_failed": Text("A failed collection became known"),
    "refused": Text("A refusal became known"),
    "returning": Text("The way back became known"),
    "returned": Text("A return became known"),
    "cancelled": Text("A cancellation became known"),
    "lost": Text("A loss became known"),
    "ordered": Text("The order became known"),
}


def cause_sentence(cause: str) -> Text:
    """A fact version's cause in words; what came in between (a transit scan) is a change of the track."""
    return _CAUSES.get(cause.partition(":")[0]) or Text("The track changed")


def _correction(row: FactVersion) -> Correction:
    return Correction(
        kpi=row.kpi, order_id=row.order_id, number=row.number, version=row.version, change=Change(row.change),
        was_day=row.was_day, was_outcome=Outcome(row.was_outcome) if row.was_outcome else None, was_place=row.was_division,
        day=row.day, outcome=_read_then(row), place=row.division, outlet=row.outlet, reason=sentence(row.reason),
        known_at=row.known_at, cause=cause_sentence(row.cause),
    )  # fmt: skip


def _read_then(row: FactVersion) -> Outcome:
    """The outcome as it was read when it became known."""
    outcome = Outcome(row.outcome)
    return Outcome.LATE if outcome is Outcome.OPEN and row.due_at < row.known_at else outcome
