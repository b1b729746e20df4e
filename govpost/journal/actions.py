"""Writing facts: always inside the caller's transaction, so that a fact and what it tells of commit together or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from govpost.common.actor import Actor
from govpost.common.ids import uuid7
from govpost.journal import stamps


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to be written; `payload` is JSON without personal data."""

    kind: str
    subject: str
    region: str
    known_at: datetime
    occurred_at: datetime
    actor: str
    actor_key: str
    payload: dict[str, Any]
    id: UUID = field(default_factory=uuid7)


def record(
    kind: str,
    *,
    subject: str,
    region: str,
    at: datetime,
    by: Actor,
    occurred_at: datetime | None = None,
    **payload: Any,
) -> NewFact:
    """Write one fact in the caller's transaction; `at` is when we learnt it, `occurred_at` when it happened (default `at`)."""
    fact = NewFact(kind, subject, region, at, occurred_at or at, by.label, by.key, payload)
    record_many([fact])
    return fact


def record_many(facts: Iterable[NewFact]) -> None:
    """Write many facts of the caller's transaction with one COPY."""
    if not connection.in_atomic_block:
        raise RuntimeError("a fact is written in the transaction that made it true")
    rows = [_row(fact) for fact in facts]
    if not rows:
        return
    stamps.forget()  # whoever changed configuration tells a fact
    connection.ensure_connection()
    with connection.cursor() as cursor:
        if len(rows) <= 2:
            for row in rows:  # `executemany` would open a pipeline, which costs more than it saves here
                cursor.execute(_INSERT, row)
            return
        with cursor.copy(_COPY) as copy:  # psycopg's own cursor, reached through Django's wrapper
            for row in rows:
                copy.write_row(row)


def record_reading(*, what: str, subject: str, cause: str, case: str, region: str, at: datetime, by: Actor) -> NewFact:
    """Audit the reading of full personal data (`what`: for example "id_number") before it is shown (PIPL 54; GB/T 39477)."""
    return record("journal.read", subject=subject, region=region, at=at, by=by, what=what, cause=cause, case=case)


def make_months(*, first: date, last: date) -> int:
    """Make the month partitions of scans that a history from `first` to `last` needs; returns how many were new.

    Facts lie by the moment they are recorded, however old what they tell: their months are the worker's, ahead of time.
    """
    return _make("delivery_scan", first, last)


def make_months_ahead(*, today: date) -> int:
    """This month and the next three of facts and scans, and those of rows that came before their month was made."""
    made = 0
    for parent, moment in (("journal_fact", "recorded_at"), ("delivery_scan", "occurred_at")):
        with connection.cursor() as cursor:
            cursor.execute(_STRAYS % (moment, parent, moment, moment), [today - TEN_YEARS, today + AHEAD])
            strays = [month for (month,) in cursor.fetchall()]
        made += _make(parent, today, today + AHEAD) + sum(_make(parent, month, month) for month in strays)
    return made


def _make(parent: str, first: date, last: date) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT make_months(%s, %s, %s)", [parent, first, last])
        return int(cursor.fetchone()[0])


AHEAD, TEN_YEARS = timedelta(days=95), timedelta(days=3652)
# What a sender's clock dates further away stays where it is.
_STRAYS = "SELECT DISTINCT date_trunc('month', %s AT TIME ZONE 'UTC')::date FROM %s_default WHERE %s >= %%s AND %s < %%s"
FACT_COLUMNS = "(id, kind, subject, region, occurred_at, known_at, actor, actor_key, payload)"
_COPY = f"COPY journal_fact {FACT_COLUMNS} FROM STDIN"
_INSERT = f"INSERT INTO journal_fact {FACT_COLUMNS} VALUES (%s, %s, %s, %s::ltree, %s, %s, %s, %s, %s::jsonb)"  # noqa: S608 constants only


def _row(fact: NewFact) -> tuple[Any, ...]:
    payload = msgspec.json.encode(fact.payload).decode()
    return (
        fact.id, fact.kind, fact.subject, fact.region, fact.occurred_at, fact.known_at, fact.actor, fact.actor_key, payload
    )  # fmt: skip
