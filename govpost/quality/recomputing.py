"""All order facts once more: the proof of the rollup (every cell counted again and compared, I4), and the past under a new KPI.

Reads all of `delivery.order_changed` in chunks of orders, with flat memory. For the proof followers must have caught up: what they
have not yet read would look like a difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from govpost.cases.events import SUBMITTED
from govpost.common.actor import Actor
from govpost.delivery.events import ORDER_CHANGED
from govpost.journal.followers import told_before
from govpost.quality import actions
from govpost.quality.failures import with_failures
from govpost.quality.kpis import KPIS
from govpost.quality.kpis.definition import Outcome, Payload, Verdict
from govpost.quality.models import Grain, Rollup

CHUNK = 2000
Key = tuple[str, int, date, str, str, str, str]  # kpi, grain, day, division, outlet, item, reason
Cells = Counter[tuple[Key, str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell whose stored count is not what its orders say."""

    kpi: str
    grain: int
    day: date
    division: str
    outlet: str
    item: str
    reason: str
    outcome: str
    stored: int
    counted: int


def differences(first: date = date.min, last: date = date.max) -> list[Difference]:
    """Compare every cell of the days `first` to `last` (all days) with a count from the facts; empty when all is well."""
    stored, counted = _stored(first, last), recompute(first, last)
    return [
        Difference(*key, outcome, stored[key, outcome], counted[key, outcome])
        for key, outcome in sorted(stored.keys() | counted.keys())
        if stored[key, outcome] != counted[key, outcome]
    ]


def recompute(first: date, last: date) -> Cells:
    """The cells of all grains as the newest fact of every order says."""
    cells: Cells = Counter()
    for payload in _newest_facts():
        for kpi in KPIS.values():
            verdict = kpi.judge(payload)
            if verdict is not None and first <= verdict.day <= last:
                cells.update((key, verdict.outcome.value) for key in _keys(kpi.code, verdict, payload["item"]))
    return cells


def measure_past(*, at: datetime, by: Actor) -> Iterator[tuple[int, int]]:
    """Judge every fact there is, as the follower would have done: fills in KPIs that were added since, and changes nothing else.

    Yields (orders read, verdicts changed) after each chunk, which is one transaction: it may be stopped and begun again.
    """
    orders = changed = 0
    for subjects in _subjects():
        changed += _kept(_payloads(_ALL, subjects), at, by)
        orders += len(subjects)
        yield orders, changed


def keep_past_intake(*, at: datetime, by: Actor) -> int:
    """How everything that ever came in did so, as the follower would have kept it; returns how much was new."""
    return sum(actions.keep_intake(facts, at=at, by=by) for facts in told_before([ORDER_CHANGED, SUBMITTED]))


def intake_differences() -> list[tuple[str, date]]:
    """Counties and days whose sums are not what stands behind them, and what is not there once for each order and case."""
    with connection.cursor() as cursor:
        cursor.execute(_INTAKE_DIFFERS)
        return [(division, day) for division, day in cursor.fetchall()]


def _kept(payloads: list[dict[str, Any]], at: datetime, by: Actor) -> int:
    """The follower may be at the same orders: whoever was overtaken reads again."""
    while True:
        try:
            return actions.keep_facts(payloads, at=at, by=by)
        except actions.Overtaken:
            continue


def _keys(kpi: str, verdict: Verdict, item: str) -> Iterator[Key]:
    day, place, outlet, reason = verdict.day, verdict.place, verdict.outlet, verdict.reason
    yield (kpi, Grain.COUNTY.value, day, place, "", "", "")
    yield (kpi, Grain.OUTLET.value, day, place, outlet, "", "")
    yield (kpi, Grain.ITEM.value, day, place, outlet, item, "")
    if reason:
        yield (kpi, Grain.REASON.value, day, place, outlet, "", reason)


def _stored(first: date, last: date) -> Cells:
    cells: Cells = Counter()
    for row in Rollup.objects.filter(day__range=(first, last)).iterator():
        key = (row.kpi, row.grain, row.day, row.division, row.outlet, row.item, row.reason)
        for outcome in Outcome:
            if count := getattr(row, outcome.value):
                cells[key, outcome.value] = count
    return cells


_INTAKE_DIFFERS = """
WITH counted AS (
    SELECT division, (at AT TIME ZONE 'Asia/Shanghai')::date AS day, kind, direction, channel, screen, payer, count(*) AS n
    FROM quality_intake GROUP BY 1, 2, 3, 4, 5, 6, 7
)
SELECT DISTINCT division, day FROM counted c FULL JOIN quality_intakeday d
    USING (division, day, kind, direction, channel, screen, payer) WHERE c.n IS DISTINCT FROM d.n
"""
_SUBJECTS = """
SELECT DISTINCT subject FROM journal_fact WHERE subject > %s AND subject LIKE 'order:%%' AND kind = %s ORDER BY subject LIMIT %s
"""
_NEWEST = """
SELECT DISTINCT ON (subject) payload FROM journal_fact WHERE subject = ANY(%s) AND kind = %s
ORDER BY subject, (payload ->> 'version')::int DESC
"""
_ALL = "SELECT payload FROM journal_fact WHERE subject = ANY(%s) AND kind = %s"


def _newest_facts() -> Iterator[Payload]:
    for subjects in _subjects():
        yield from with_failures(_payloads(_NEWEST, subjects))


def _subjects() -> Iterator[list[str]]:
    """Chunks of orders that facts were told of."""
    from_subject = "order:"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_SUBJECTS, [from_subject, ORDER_CHANGED, CHUNK])
            subjects = [subject for (subject,) in cursor.fetchall()]
        if not subjects:
            return
        yield subjects
        from_subject = subjects[-1]


def _payloads(query: str, subjects: list[str]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [subjects, ORDER_CHANGED])
        return [_decoded(payload) for (payload,) in cursor.fetchall()]


def _decoded(payload: Any) -> dict[str, Any]:
    """Django leaves jsonb of a bare cursor as text."""
    import json

    found: dict[str, Any] = payload if isinstance(payload, dict) else json.loads(payload)
    return found
