"""Keeping figures: a batch of order facts becomes fact versions, current facts and moved rollup cells in four statements."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from govpost.common.actor import Actor, permit
from govpost.places.rules import region_codes
from govpost.quality.kpis.definition import Outcome, Verdict
from govpost.quality.models import Grain
from govpost.quality.rules import Judged, Step, judged, steps

Key = tuple[str, str]  # order, KPI
Cell = tuple[str, date, str, str, str, str]  # kpi, day, division, outlet, item, reason


class Overtaken(Exception):
    """Another writer moved one of these facts meanwhile; the batch is rolled back and read again."""


def keep_facts(payloads: Iterable[Mapping[str, Any]], *, at: datetime, by: Actor) -> int:
    """Judge payloads of `delivery.order_changed` under every KPI; returns how many verdicts changed.

    Any order, duplicates and older versions are harmless. `at` moves no figure: each payload says when it became known.
    """
    permit(by, "keep_facts", ())
    by_key: dict[Key, list[Judged]] = defaultdict(list)
    for payload in payloads:
        for version in judged(payload):
            by_key[version.order_id, version.kpi].append(version)
    with transaction.atomic():
        standing = _lock(by_key)
        found: list[Step] = []
        newest: list[Judged] = []
        for key in sorted(by_key):
            was, seen = standing.get(key, (None, -1))
            found += steps(was, seen, by_key[key])
            last = max(by_key[key], key=lambda v: v.version)
            if last.version > seen:
                newest.append(last)
        _append(found)
        _put(newest)
        _move(found)
    return len(found)


def region_of(division: str) -> str:
    """The ltree path of a county; GB/T 2260 codes nest by two digits, so the path needs no look-up."""
    return ".".join(region_codes(division))


_LOCK = """
SELECT order_id::text, kpi, version, due_at, division, outlet, outcome, reason FROM quality_factnow
WHERE order_id = ANY(%s::uuid[]) ORDER BY order_id, kpi FOR UPDATE
"""


def _lock(by_key: Mapping[Key, Sequence[Judged]]) -> dict[Key, tuple[Verdict, int]]:
    """What stands now for each key, and its version."""
    if not by_key:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted({order_id for order_id, _ in by_key})])
        return {
            (order_id, kpi): (Verdict(due_at, division, outlet, Outcome(outcome), reason), version)
            for order_id, kpi, version, due_at, division, outlet, outcome, reason in cursor.fetchall()
        }


_FACT = "order_id, kpi, version, number, day, due_at, region, division, outlet, item, outcome, reason, known_at"
_BEFORE = "cause, change, was_day, was_division, was_outlet, was_outcome, was_reason"
_COPY = f"COPY quality_factversion ({_FACT}, {_BEFORE}) FROM STDIN"


def _append(found: Sequence[Step]) -> None:
    if not found:
        return
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for step in found:
            copy.write_row((*_row(step.now), step.now.cause, step.change.value, *_was(step)))


def _row(fact: Judged) -> tuple[Any, ...]:
    verdict = fact.verdict
    return (
        fact.order_id, fact.kpi, fact.version, fact.number, verdict.day, verdict.due_at, region_of(verdict.place),
        verdict.place, verdict.outlet, fact.item, verdict.outcome.value, verdict.reason, fact.known_at,
    )  # fmt: skip


def _was(step: Step) -> tuple[Any, ...]:
    """The verdict before; its outcome as it was read at the moment of the change."""
    if step.was is None:
        return (None, "", "", "", "")
    return (
        step.was.day, step.was.place, step.was.outlet, step.was.read_at(step.now.known_at).value, step.was.reason
    )  # fmt: skip


_PUT = f"""
INSERT INTO quality_factnow ({_FACT})
SELECT o, k, v, n, d, due, r::ltree, p, l, i, oc, re, kn
FROM unnest(%s::uuid[], %s::text[], %s::int[], %s::text[], %s::date[], %s::timestamptz[], %s::text[], %s::text[], %s::text[],
            %s::text[], %s::text[], %s::text[], %s::timestamptz[]) AS f(o, k, v, n, d, due, r, p, l, i, oc, re, kn)
ON CONFLICT (order_id, kpi) DO UPDATE SET
    version = excluded.version, day = excluded.day, due_at = excluded.due_at, region = excluded.region,
    division = excluded.division, outlet = excluded.outlet, outcome = excluded.outcome, reason = excluded.reason,
    known_at = excluded.known_at
WHERE quality_factnow.version < excluded.version
"""  # noqa: S608 constants only


def _put(newest: Sequence[Judged]) -> None:
    if not newest:
        return
    columns = [list(column) for column in zip(*(_row(fact) for fact in newest), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_PUT, columns)
        if cursor.rowcount != len(newest):
            raise Overtaken(f"{len(newest) - cursor.rowcount} of {len(newest)} facts had moved on")


# Rows are locked in the order of the key, so that two writers could never wait for each other in a circle.
_MOVE = f"""
INSERT INTO quality_rollup (kpi, grain, day, division, outlet, item, reason, region, due, on_time, late, open, excluded)
SELECT k, CASE WHEN grouping(re) = 0 THEN {Grain.REASON.value} WHEN grouping(i) = 0 THEN {Grain.ITEM.value}
               WHEN grouping(l) = 0 THEN {Grain.OUTLET.value} ELSE {Grain.COUNTY.value} END AS g,
       d, p, COALESCE(l, '') AS l, COALESCE(i, '') AS i, COALESCE(re, '') AS re, r::ltree,
       sum(a + b + c + x), sum(a), sum(b), sum(c), sum(x)
FROM unnest(%s::text[], %s::date[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
            %s::int[], %s::int[], %s::int[], %s::int[]) AS f(k, d, p, l, i, re, r, a, b, c, x)
GROUP BY GROUPING SETS ((k, d, p, r), (k, d, p, r, l), (k, d, p, r, l, i), (k, d, p, r, l, re))
HAVING (grouping(re) = 1 OR re <> '') AND (sum(a) <> 0 OR sum(b) <> 0 OR sum(c) <> 0 OR sum(x) <> 0)
ORDER BY 1, 2, 3, 4, 5, 6, 7
ON CONFLICT (kpi, grain, day, division, outlet, item, reason) DO UPDATE SET
    due = quality_rollup.due + excluded.due, on_time = quality_rollup.on_time + excluded.on_time,
    late = quality_rollup.late + excluded.late, open = quality_rollup.open + excluded.open,
    excluded = quality_rollup.excluded + excluded.excluded
"""  # noqa: S608 constants only
_PLACE = {Outcome.ON_TIME: 0, Outcome.LATE: 1, Outcome.OPEN: 2, Outcome.EXCLUDED: 3}


def _move(found: Sequence[Step]) -> None:
    """Take each old verdict out of its cells and put the new one in."""
    moved: Counter[tuple[Cell, Outcome]] = Counter()
    for step in found:
        if step.was is not None:
            moved[_cell(step.now, step.was), step.was.outcome] -= 1
        moved[_cell(step.now, step.now.verdict), step.now.verdict.outcome] += 1
    rows = [_delta(cell, outcome, n) for (cell, outcome), n in moved.items() if n]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [list(column) for column in zip(*rows, strict=True)])


def _cell(fact: Judged, verdict: Verdict) -> Cell:
    return (fact.kpi, verdict.day, verdict.place, verdict.outlet, fact.item, verdict.reason)


def _delta(cell: Cell, outcome: Outcome, n: int) -> tuple[Any, ...]:
    counts = [0, 0, 0, 0]
    counts[_PLACE[outcome]] = n
    return (*cell, region_of(cell[2]), *counts)
