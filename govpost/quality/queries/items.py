"""A figure opened: its exclusions and lates by reason, and the orders themselves, page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day, shanghai_midnight
from govpost.common.text import Text
from govpost.quality.kpis.definition import Kpi, Outcome
from govpost.quality.kpis.reasons import REASONS, SIGNALS, sentence
from govpost.quality.models import FactNow, Grain, Rollup
from govpost.quality.queries.cuts import Cut, definition, prefixes_of, within
from govpost.quality.queries.rates import total
from govpost.quality.rules import Counts

PAGE = 50


@dataclass(frozen=True, slots=True)
class Portion:
    """How many items of a cell share one outcome and reason. `signal` names what an exclusion also says: consent or churn."""

    outcome: Outcome
    reason: str
    sentence: Text
    signal: str
    count: int


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a figure: the counts, the exclusions and the lates by reason."""

    kpi: Kpi
    counts: Counts
    portions: list[Portion]


@dataclass(frozen=True, slots=True)
class Item:
    """One order behind a figure; `outcome` is as read now (open past its due moment is late)."""

    order_id: UUID
    number: str
    due_at: datetime
    division: str
    outlet: str
    item: str
    outcome: Outcome
    reason: Text
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Items:
    """A page of items; `after` of the next page, None at the end."""

    items: list[Item]
    after: str | None


def behind(actor: Actor, cut: Cut, *, at: datetime) -> Behind:
    """A figure opened: numerator, denominator and every exclusion and late by its reason."""
    kpi = definition(cut.kpi)
    counts = total(actor, cut, at=at)
    portions = _portions(actor, cut, at)
    return Behind(kpi, counts, [*portions, *_without_remark(counts, portions)])


def items(
    actor: Actor,
    cut: Cut,
    *,
    at: datetime,
    outcomes: Iterable[Outcome] = (),
    reason: str | None = None,
    after: str = "",
    limit: int = PAGE,
) -> Items:
    """The orders behind a figure in the order in which they were due; `after` is the cursor of the page before.

    outcomes: as read at `at` (LATE includes what is open and overdue). A bad cursor starts from the beginning.
    """
    rows = _facts(actor, cut)
    if wanted := list(outcomes):
        rows = rows.filter(_read_as(wanted, at))
    if reason is not None:
        rows = rows.filter(reason=reason) if reason in REASONS else rows.none()
    if cursor := _cursor(after):
        due_at, order_id = cursor
        rows = rows.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, order_id__gt=order_id))
    found = list(rows.order_by("due_at", "order_id")[: limit + 1])
    more = len(found) > limit
    page = [_item(fact, at) for fact in found[:limit]]
    return Items(page, f"{page[-1].due_at.isoformat()}~{page[-1].order_id}" if more else None)


def _portions(actor: Actor, cut: Cut, at: datetime) -> list[Portion]:
    """By outcome as read at `at`, so that each portion opens as many items as it counts."""
    if cut.item:
        return _portions_of_facts(actor, cut, at)
    today = shanghai_day(at)
    rows = Rollup.objects.filter(within(prefixes_of(actor, cut)), kpi=cut.kpi, grain=Grain.REASON.value, day__range=(cut.first, cut.last))
    if cut.outlet:
        rows = rows.filter(outlet=cut.outlet)
    counted: Counter[tuple[Outcome, str]] = Counter()
    for row in rows.values("day", "reason", "on_time", "late", "open", "excluded"):
        for outcome in Outcome:
            read = Outcome.LATE if outcome is Outcome.OPEN and row["day"] < today else outcome
            counted[read, row["reason"]] += row[outcome.value]
    for reason, overdue in _overdue_today(actor, cut, at).items():
        counted[Outcome.OPEN, reason] -= overdue
        counted[Outcome.LATE, reason] += overdue
    return _as_portions(counted)


def _without_remark(counts: Counts, portions: Iterable[Portion]) -> list[Portion]:
    """The lates that nobody gave a reason for, so that the lates by reason are all lates."""
    left = counts.all_late - sum(portion.count for portion in portions if portion.outcome is Outcome.LATE)
    return [Portion(Outcome.LATE, "", sentence(""), "", left)] if left else []


def _overdue_today(actor: Actor, cut: Cut, at: datetime) -> dict[str, int]:
    """What is due today, has a reason and is overdue already: only the facts know the hour."""
    today = shanghai_day(at)
    if not cut.first <= today <= cut.last:
        return {}
    overdue = _facts(actor, cut).filter(outcome=Outcome.OPEN.value, due_at__gte=shanghai_midnight(today), due_at__lt=at)
    return dict(overdue.exclude(reason="").values("reason").annotate(n=Count("order_id")).values_list("reason", "n"))


def _portions_of_facts(actor: Actor, cut: Cut, at: datetime) -> list[Portion]:
    facts = _facts(actor, cut).exclude(reason="").values_list("outcome", "due_at", "reason")
    return _as_portions(Counter((_read(Outcome(outcome), due_at, at), reason) for outcome, due_at, reason in facts))


def _as_portions(counted: Mapping[tuple[Outcome, str], int]) -> list[Portion]:
    found = [
        Portion(outcome, reason, sentence(reason), SIGNALS.get(reason, ""), count) for (outcome, reason), count in counted.items() if count
    ]
    return sorted(found, key=lambda p: (list(Outcome).index(p.outcome), -p.count, p.reason))


def _facts(actor: Actor, cut: Cut) -> QuerySet[FactNow]:
    rows = FactNow.objects.filter(
        within(prefixes_of(actor, cut)),
        kpi=cut.kpi,
        due_at__gte=shanghai_midnight(cut.first),
        due_at__lt=shanghai_midnight(cut.last + timedelta(days=1)),
    )
    if cut.outlet:
        rows = rows.filter(outlet=cut.outlet)
    return rows.filter(item=cut.item) if cut.item else rows


def _read_as(outcomes: Sequence[Outcome], at: datetime) -> Q:
    """The stored outcomes that are read as `outcomes` at `at`."""
    overdue = Q(outcome=Outcome.OPEN.value, due_at__lt=at)
    stored = {
        Outcome.ON_TIME: Q(outcome=Outcome.ON_TIME.value),
        Outcome.LATE: Q(outcome=Outcome.LATE.value) | overdue,
        Outcome.OPEN: Q(outcome=Outcome.OPEN.value, due_at__gte=at),
        Outcome.EXCLUDED: Q(outcome=Outcome.EXCLUDED.value),
    }
    found = Q(pk__in=[])
    for outcome in outcomes:
        found |= stored[outcome]
    return found


def _read(outcome: Outcome, due_at: datetime, at: datetime) -> Outcome:
    """How one fact is read at `at`; the same as `_read_as` for many."""
    return Outcome.LATE if outcome is Outcome.OPEN and due_at < at else outcome


def _item(fact: FactNow, at: datetime) -> Item:
    return Item(
        fact.order_id, fact.number, fact.due_at, fact.division, fact.outlet, fact.item,
        _read(Outcome(fact.outcome), fact.due_at, at), sentence(fact.reason), fact.known_at,
    )  # fmt: skip


def _cursor(after: str) -> tuple[datetime, UUID] | None:
    due_at, _, order_id = after.partition("~")
    try:
        moment = datetime.fromisoformat(due_at)
        return (moment, UUID(order_id)) if moment.tzinfo else None
    except ValueError:
        return None
