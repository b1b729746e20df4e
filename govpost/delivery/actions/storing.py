"""Events on their way into the log: what is new is kept, and for each row it is said whether it was.

A batch goes by COPY through a staging table of the session, a few rows by INSERT. The event's own key decides what is new, not a
look beforehand. Rows whose order is not locked go in by that key's order, so that two batches cannot wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from govpost.common.actor import Actor
from govpost.common.ids import uuid7
from govpost.delivery.ports import ScanSeen
from govpost.delivery.rules import FUTURE_TOLERANCE

FEW = 8
_GIVEN = (
    "waybill_no, source, code, occurred_at, place_code, kind, name, place_name, place_city, signer, reason, cause, note, raw"  # by the row
)
_FIELDS = f"{_GIVEN}, actor, known_at, quarantined"
_KEY = "waybill_no, source, code, occurred_at, place_code"
_STAGE = """
CREATE TEMP TABLE IF NOT EXISTS staged_scan (
    n int, waybill_no text, source text, code text, occurred_at timestamptz, place_code text, kind text, name text, place_name text,
    place_city text, signer text, reason text, cause text, note text, raw jsonb
) ON COMMIT DELETE ROWS
"""
_FILL = f"COPY staged_scan (n, {_GIVEN}) FROM STDIN"
# OFFSET 0 keeps this a look-up by key for each row: it ends at the first one that is new.
_ALL_STORED = """
SELECT NOT EXISTS (
    SELECT 1 FROM staged_scan s WHERE NOT EXISTS (
        SELECT 1 FROM delivery_scan d WHERE d.waybill_no = s.waybill_no AND d.source = s.source AND d.code = s.code
        AND d.occurred_at = s.occurred_at AND d.place_code = s.place_code OFFSET 0))
"""
# How many rows were new, as row -1; where some were and some were not, also which: of equal rows the first.
_PUT = f"""
WITH put AS (
    INSERT INTO delivery_scan ({_FIELDS}) SELECT {_GIVEN}, %(actor)s, %(at)s, occurred_at > %(latest)s
    FROM staged_scan WHERE NOT waybill_no = ANY (%(without)s::text[]) ORDER BY :order
    ON CONFLICT DO NOTHING RETURNING {_KEY}
), counted AS (SELECT count(*)::int AS put FROM put)
SELECT -1, put FROM counted
UNION ALL
SELECT min(s.n), 1 FROM staged_scan s JOIN put USING ({_KEY})
WHERE (SELECT put FROM counted) < %(staged)s GROUP BY {_KEY}
"""  # noqa: S608 constants only
_PUT_AS_TOLD = _PUT.replace(":order", "n")
_PUT_IN_ORDER = _PUT.replace(":order", 'waybill_no COLLATE "C", source COLLATE "C", code COLLATE "C", occurred_at, place_code COLLATE "C"')
_PUT_ONE = f"""
INSERT INTO delivery_scan ({_FIELDS}) VALUES ({", ".join(["%s"] * 13)}, %s::jsonb, %s, %s, %s) ON CONFLICT DO NOTHING
"""  # noqa: S608 constants only
_PUT_VOIDS = """
INSERT INTO delivery_scanvoid (id, waybill_no, source, code, occurred_at, known_at, actor, why)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


def stage(rows: Sequence[ScanSeen]) -> None:
    """Lay a batch ready in the session's staging table."""
    lines = [_line(n, row) for n, row in enumerate(rows)]
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        cursor.execute("DELETE FROM staged_scan")  # an earlier batch of the same transaction
        with cursor.copy(_FILL) as copy:
            copy.write(_text(lines))


def all_stored() -> bool:
    """Whether every staged row is in the log already: a batch that was sent again."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL_STORED)
        return bool(cursor.fetchone()[0])


def put_staged(count: int, *, without: Collection[str], locked: bool, at: datetime, by: Actor) -> list[bool]:
    """Store the `count` staged rows, but not those of the numbers `without`; `locked`: the caller holds the orders of all the others."""
    with connection.cursor() as cursor:
        cursor.execute(
            _PUT_AS_TOLD if locked else _PUT_IN_ORDER,
            {"actor": by.label, "at": at, "latest": at + FUTURE_TOLERANCE, "without": text_array(without), "staged": count},
        )
        (_, put), *which = cursor.fetchall()
    if put in (0, count):
        return [bool(put)] * count
    new = [False] * count
    for n, _ in which:
        new[n] = True
    return new


def put_few(rows: Sequence[ScanSeen], *, without: Collection[str], at: datetime, by: Actor) -> list[bool]:
    """Store a few rows one by one."""
    ends = (by.label, at)
    return _one_by_one(
        _PUT_ONE, rows, without, key=_identity, values=lambda row: (*_given(row), *ends, row.occurred_at > at + FUTURE_TOLERANCE)
    )


def put_voids(rows: Sequence[ScanSeen], *, without: Collection[str], at: datetime, by: Actor) -> list[bool]:
    """Store withdrawals. A withdrawal names number, source, code and moment, not the place."""
    return _one_by_one(
        _PUT_VOIDS, rows, without, key=lambda row: _identity(row)[:4],
        values=lambda row: (uuid7(), row.waybill_no, row.source, row.code, row.occurred_at, at, by.label, row.note or row.name),
    )  # fmt: skip


def text_array(values: Collection[str]) -> str:
    """The literal of a text[] parameter: one string instead of a parameter per value."""
    quoted = '","'.join(value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return f'{{"{quoted}"}}' if values else "{}"


def _one_by_one(
    sql: str, rows: Sequence[ScanSeen], without: Collection[str],
    *, key: Callable[[ScanSeen], tuple[Any, ...]], values: Callable[[ScanSeen], tuple[Any, ...]],
) -> list[bool]:  # fmt: skip
    new = [False] * len(rows)
    with connection.cursor() as cursor:
        for n in sorted(range(len(rows)), key=lambda n: key(rows[n])):
            if rows[n].waybill_no not in without:
                cursor.execute(sql, values(rows[n]))
                new[n] = cursor.rowcount == 1
    return new


def _identity(row: ScanSeen) -> tuple[Any, ...]:
    return (row.waybill_no, row.source, row.code, row.occurred_at, row.place_code)


def _given(row: ScanSeen) -> tuple[Any, ...]:
    return (
        row.waybill_no, row.source, row.code, row.occurred_at, row.place_code, row.kind or "", row.name, row.place_name,
        row.place_city, row.signer_class, row.reason, row.cause, row.note, _raw(row),
    )  # fmt: skip


def _line(n: int, row: ScanSeen) -> tuple[str, ...]:
    return (
        str(n), row.waybill_no, row.source, row.code, row.occurred_at.isoformat(), row.place_code, row.kind or "", row.name,
        row.place_name, row.place_city, row.signer_class, row.reason, row.cause, row.note, _raw(row),
    )  # fmt: skip


def _raw(row: ScanSeen) -> str:
    return msgspec.json.encode(row.raw).decode() if row.raw else "{}"


_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _text(lines: Sequence[tuple[str, ...]]) -> str:
    """COPY's text format. Hardly ever holds a field what must be escaped; then there are as many tabs and lines as there should be."""
    text = "\n".join(["\t".join(line) for line in lines])
    tabs = sum(len(line) - 1 for line in lines)
    if "\\" in text or "\r" in text or text.count("\t") != tabs or text.count("\n") != len(lines) - 1:
        return "\n".join(["\t".join([field.translate(_ESCAPED) for field in line]) for line in lines])
    return text
