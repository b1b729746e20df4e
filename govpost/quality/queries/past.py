"""What was known when: corrections of days that were over, the versions of one order, a bulletin made again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from govpost.common.actor import Actor
from govpost.common.text import Text
from govpost.quality.kpis import KPIS
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


@dataclass(frozen=True, slots=True)
class Corrections:
    """A page of corrections; `after` of the next page, None at the end."""

    rows: list[Correction]
    after: str | None


def corrections(actor: Actor, cut: Cut, *, added: bool = False, limit: int = PAGE) -> list[Correction]:
    """The first page of corrections of one rate."""
    return correction_page(actor, cut, added=added, limit=limit).rows


def correction_page(
    actor: Actor, cut: Cut, *, kpis: Sequence[str] = (), added: bool = False, after: str = "", limit: int = PAGE
) -> Corrections:
    """What rewrote the days of the cut after they were over, newest knowledge first.

    kpis: of several rates instead of the cut's own. added: also orders that became known only afterwards (an imported history fills
    past days: that changes figures, but nothing that was said of an order was wrong). A bad cursor starts from the beginning.
    """
    rows = _changed(actor, cut, kpis or (cut.kpi,), added=added)
    if cursor := _cursor(after):
        known_at, order_id, kpi, version = cursor
        later = Q(order_id__gt=order_id) | Q(order_id=order_id) & (Q(kpi__gt=kpi) | Q(kpi=kpi, version__gt=version))
        rows = rows.filter(Q(known_at__lt=known_at) | Q(known_at=known_at) & later)
    found = [_correction(row) for row in rows.order_by("-known_at", "order_id", "kpi", "version")[: limit + 1]]
    page = found[:limit]
    return Corrections(page, _cursor_of(page[-1]) if len(found) > limit else None)


@dataclass(frozen=True, slots=True)
class Corrected:
    """How many corrections there are in a cut, and of each place or outlet in it: an order that moved counts at both."""

    total: int
    by_key: Mapping[str, int]


def corrected(actor: Actor, cut: Cut, *, by_outlet: bool = False) -> Corrected:
    """The number of corrections behind a panel and each of its rows (county codes, or outlets), in one statement."""
    key = "outlet" if by_outlet else "division"
    pairs = _changed(actor, cut, (cut.kpi,), added=False).values_list(key, f"was_{key}").annotate(n=Count("order_id"))
    counted: Counter[str] = Counter()
    total = 0
    for now, was, n in pairs:
        total += n
        counted.update(dict.fromkeys({now, was}, n))
    return Corrected(total, counted)


def _changed(actor: Actor, cut: Cut, kpis: Sequence[str], *, added: bool) -> QuerySet[FactVersion]:
    changes = [Change.CHANGED.value, *([Change.ADDED.value] if added else [])]
    span = Q(day__range=(cut.first, cut.last)) | Q(was_day__range=(cut.first, cut.last))
    here = within(prefixes_of(actor, cut)) | within(prefixes_of(actor, cut), "was_division")
    rows = FactVersion.objects.filter(span, here, kpi__in=kpis, change__in=changes)
    if cut.outlet:
        rows = rows.filter(Q(outlet=cut.outlet) | Q(was_outlet=cut.outlet))
    return rows.filter(item=cut.item) if cut.item else rows


def _cursor_of(row: Correction) -> str:
    return f"{row.known_at.isoformat()}~{row.order_id}~{row.kpi}~{row.version}"


def _cursor(after: str) -> tuple[datetime, UUID, str, int] | None:
    try:
        known_at, order_id, kpi, version = after.split("~")
        moment = datetime.fromisoformat(known_at)
        return (moment, UUID(order_id), kpi, int(version)) if moment.tzinfo and kpi in KPIS else None
    except ValueError:
        return None


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
