"""`drain()` lets followers and jobs catch up, all that a journey needs; `once()` loads seed data by its actions once a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import connection, transaction
from procrastinate import JobContext
from procrastinate.jobs import Job

from govpost.common.clock import now
from govpost.common.refusal import Unavailable
from govpost.journal import followers, stamps
from govpost.journal.actions import FACT_COLUMNS


def drain(*, rounds: int = 50) -> None:
    """Run followers and deferred jobs until both are quiet; refuses to go on for ever.

    Jobs run one by one in this thread and on this connection. One that meets a silent outside waits for its next try, as in
    production; any other error is the test's to see.
    """
    for _ in range(rounds):
        read = sum(followers.run_once(name) for name in followers.load())
        if not read and not _run_jobs():
            return
    raise AssertionError("followers and jobs did not become quiet")


def _run_jobs() -> int:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    app.perform_import_paths()  # type: ignore[no-untyped-call]
    ready = list(ProcrastinateJob.objects.filter(status="todo", scheduled_at__isnull=True).order_by("id"))
    for job in ready:
        try:
            _run(app, job)
        except Unavailable:
            _set("scheduled_at = %s, attempts = attempts + 1", now() + timedelta(minutes=1), job.id)
        else:
            _set("status = %s::procrastinate_job_status", "succeeded", job.id)
    return len(ready)


def _run(app: Any, job: Any) -> None:
    task = app.tasks[job.task_name]
    known = Job(
        id=job.id, queue=job.queue_name, lock=job.lock, queueing_lock=job.queueing_lock, task_name=job.task_name,
        task_kwargs=job.args, attempts=job.attempts,
    )  # fmt: skip
    context = [JobContext(app=app, job=known, start_timestamp=0.0, abort_reason=lambda: None)] if task.pass_context else []
    task.func(*context, **job.args)


def _set(assignment: str, value: Any, job_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE procrastinate_jobs SET {assignment} WHERE id = %s", [value, job_id])  # noqa: S608 constants


@dataclass(frozen=True, slots=True)
class _Rows:
    """What one loading left in a table: columns in brackets, and the rows as COPY gave them."""

    table: str
    columns: str
    rows: bytes


_in_part: list[str] = []
"""Loadings that found rows of their own already there: whatever called them does not hold the whole either."""


def once(load: Callable[[], None]) -> Callable[[], None]:
    """Run a loading of seed data by its actions the first time, and from then on put the same rows and facts back with COPY.

    It must begin with empty tables of its own: where one of them holds something, the actions are called as ever.
    """
    left: list[_Rows] = []

    @wraps(load)
    def loaded() -> None:
        with transaction.atomic():
            if left and _are_empty([each.table for each in left[:-1]]):
                for each in left:
                    _put(each)
                stamps.forget()
                return
            inserted, newest, before = _inserted(), _newest_fact(), len(_in_part)
            load()
            found = {table: n - inserted.get(table, 0) for table, n in _inserted().items() if n > inserted.get(table, 0)}
            if left or not found or len(_in_part) > before or any(_count(table) != n for table, n in found.items()):
                _in_part.append(load.__name__)
            else:
                left.extend(_taken(table, _columns_of(table)) for table in found)
                left.append(_taken("journal_fact", FACT_COLUMNS, f"WHERE seq > {newest} ORDER BY seq"))

    return loaded


def _ask(question: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return list(cursor.fetchall())


def _inserted() -> dict[str, int]:
    """Rows that this transaction put into each table so far; the journal's are taken by themselves, its marks by triggers."""
    found = _ask("SELECT relname, n_tup_ins FROM pg_stat_xact_user_tables WHERE n_tup_ins > 0 AND relname NOT LIKE 'journal_%%'")
    return {str(table): int(n) for table, n in found}


def _newest_fact() -> int:
    return int(_ask("SELECT coalesce(max(seq), 0) FROM journal_fact")[0][0])


def _are_empty(tables: list[str]) -> bool:
    holding = " OR ".join(f"EXISTS (SELECT FROM {table})" for table in tables)
    return not _ask(f"SELECT {holding}")[0][0]


def _count(table: str) -> int:
    return int(_ask(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 our own tables


def _columns_of(table: str) -> str:
    """In brackets; what the database computes by itself is left to it."""
    names = _ask(
        "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' ORDER BY attnum", table,
    )  # fmt: skip
    return f"({', '.join(name for (name,) in names)})"


def _taken(table: str, columns: str, which: str = "") -> _Rows:
    rows = f"SELECT {columns.strip('()')} FROM {table} {which}"  # noqa: S608 our own tables
    with connection.cursor() as cursor, cursor.copy(f"COPY ({rows}) TO STDOUT") as copy:
        return _Rows(table, columns, b"".join(copy))


def _put(left: _Rows) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {left.table} {left.columns} FROM STDIN") as copy:
        copy.write(left.rows)
