"""Keeping figures: a batch of order facts becomes fact versions, current facts and moved rollup cells in three statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection, transaction

from govpost.common.actor import Actor, permit
from govpost.journal.followers import Told
from govpost.places.rules import region_codes
from govpost.quality.coming_in import arrivals
from govpost.quality.failures import with_failures
from govpost.quality.kpis.definition import Outcome, Verdict
from govpost.quality.rules import Judged, Step, judged, steps

KEEP = (Path(__file__).parent / "keep.sql").read_text()
INTAKE = (Path(__file__).parent / "intake.sql").read_text()
Key = tuple[str, str]  # order, KPI


class Overtaken(Exception):
    """Another writer moved one of these facts meanwhile; the batch is rolled back and read again."""


def keep_facts(payloads: Iterable[Mapping[str, Any]], *, at: datetime, by: Actor) -> int:
    """Judge payloads of `delivery.order_changed` under every KPI; returns how many verdicts changed.

    Any order, duplicates and older versions are harmless. `at` moves no figure: each payload says when it became known.
    """
    permit(by, "keep_facts", ())
    by_key: dict[Key, list[Judged]] = defaultdict(list)
    for payload in with_failures(payloads):
        for version in judged(payload):
            by_key[version.order_id, version.kpi].append(version)
    if not by_key:
        return 0
    with transaction.atomic():
        standing = _lock({order_id for order_id, _ in by_key})
        found: list[Step] = []
        unchanged: list[Judged] = []
        for key, versions in by_key.items():
            was, seen = standing.get(key, (None, -1))
            changing = steps(was, seen, versions)
            found += changing
            last = max(versions, key=lambda version: version.version)
            if last.version > (changing[-1].now.version if changing else seen):
                unchanged.append(last)
        _keep(found)
        _note_versions(unchanged)
    return len(found)


def keep_intake(facts: Sequence[Told], *, at: datetime, by: Actor) -> int:
    """Keep how the orders and cases that these facts tell of came in; returns how many were new. Repeating it changes nothing."""
    permit(by, "keep_intake", ())
    rows = arrivals(facts)
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(INTAKE, {"rows": msgspec.json.encode(rows).decode()})
        added: int = cursor.fetchone()[0]
    return added


@lru_cache(maxsize=4096)
def region_of(division: str) -> str:
    """The ltree path of a county; GB/T 2260 codes nest by two digits, so the path needs no look-up."""
    return ".".join(region_codes(division))


# Reading a moment as microseconds costs a tenth of reading it as text; this runs for every fact there is.
_LOCK = """
SELECT order_id::text, kpi, version, (extract(epoch FROM due_at) * 1000000)::bigint, division, outlet, outcome, reason
FROM quality_factnow WHERE order_id = ANY(%s::uuid[]) ORDER BY order_id, kpi FOR UPDATE
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _lock(order_ids: set[str]) -> dict[Key, tuple[Verdict, int]]:
    """What stands now for each key, and its version."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"{{{','.join(sorted(order_ids))}}}"])
        return {
            (order_id, kpi): (Verdict(_EPOCH + timedelta(microseconds=due), division, outlet, Outcome(outcome), reason), version)
            for order_id, kpi, version, due, division, outlet, outcome, reason in cursor.fetchall()
        }


def _keep(found: Sequence[Step]) -> None:
    if not found:
        return
    keys = {(step.now.order_id, step.now.kpi) for step in found}
    with connection.cursor() as cursor:
        cursor.execute(KEEP, {"steps": msgspec.json.encode([_row(step) for step in found]).decode()})
        (replaced,) = cursor.fetchone()
    if replaced != len(keys):
        raise Overtaken(f"{len(keys) - replaced} of {len(keys)} facts had moved on")


def _row(step: Step) -> dict[str, Any]:
    """One step as `keep.sql` reads it. was_outcome is what stood, was_read how that was read when it changed."""
    fact, verdict = step.now, step.now.verdict
    row: dict[str, Any] = {
        "order_id": fact.order_id, "kpi": fact.kpi, "version": fact.version, "number": fact.number, "day": verdict.day,
        "due_at": verdict.due_at, "region": region_of(verdict.place), "division": verdict.place, "outlet": verdict.outlet,
        "item": fact.item, "outcome": verdict.outcome, "reason": verdict.reason, "known_at": fact.known_at,
        "cause": fact.cause, "change": step.change,
    }  # fmt: skip
    return row | _was(step.was, fact.known_at)


def _was(was: Verdict | None, known_at: datetime) -> dict[str, Any]:
    if was is None:
        return dict.fromkeys(("was_region", "was_division", "was_outlet", "was_outcome", "was_reason", "was_read"), "")
    return {
        "was_day": was.day, "was_region": region_of(was.place), "was_division": was.place, "was_outlet": was.outlet,
        "was_outcome": was.outcome, "was_reason": was.reason, "was_read": was.read_at(known_at),
    }  # fmt: skip


# A version that changes no verdict is noted all the same: an older one that comes after it must change nothing.
_NOTE = """
UPDATE quality_factnow f SET version = n.version
FROM json_to_recordset(%s::json) AS n(order_id uuid, kpi text, version int)
WHERE f.order_id = n.order_id AND f.kpi = n.kpi AND f.version < n.version
"""


def _note_versions(unchanged: Sequence[Judged]) -> None:
    if not unchanged:
        return
    rows = [{"order_id": fact.order_id, "kpi": fact.kpi, "version": fact.version} for fact in unchanged]
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [msgspec.json.encode(rows).decode()])
