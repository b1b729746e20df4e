"""The rooms themselves, in this process, against the ground's database: for what has no address on the web."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from benchmarks.ground import Ground

if TYPE_CHECKING:
    from govpost.demo.volume import Day, Volume

SEED = 20170328
FIRST = date(2025, 12, 1)  # the year of the benchmarks: twelve whole months that are over


def go_inside(ground: Ground) -> None:
    """Set Django up on the ground's database; once for a run."""
    import django

    os.environ.update(ground.environment | {"GOVPOST_POOL_SIZE": "0", "GOVPOST_STATEMENT_TIMEOUT_MS": "0"})
    django.setup()


def volume(orders: int, *, first: date = FIRST, days: int = 365, serial: int = 0) -> Volume:
    from govpost.demo import bulk
    from govpost.demo.volume import Volume
    from govpost.journal import actions as journal
    from govpost.places import queries as places

    last = first + timedelta(days=days - 1)
    journal.make_months(first=first, last=last + timedelta(days=31))
    return Volume(bulk.jining(), seed=SEED, first=first, last=last, orders=orders, works=places.is_working_day, serial=serial)


def live(day: Day) -> None:
    """A day's orders and events through the actions, without followers."""
    from govpost.common.clock import shanghai_at
    from govpost.demo import bulk

    bulk.order_all(day.orders, shanghai_at(day.on, 16))
    bulk.tell(day.events, shanghai_at(day.on, 23, 59))


def facts(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT count(*) FROM journal_fact WHERE kind = 'delivery.order_changed'").fetchone()
    connection.commit()
    return int(row[0]) if row else 0


def seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def processor(connection: Any) -> Callable[[], float]:
    """A clock of processor time of this process and of its database connection's: what a busy machine leaves as it is. In seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return lambda: time.process_time() + int(backend.read_text().split()[0]) / 1e9


def milliseconds(work: Callable[[], Any], rounds: int = 9) -> float:
    """The median of some rounds after one that nobody counts."""
    work()
    return sorted(seconds(work) for _ in range(rounds))[rounds // 2] * 1000


@contextmanager
def owner(ground: Ground) -> Iterator[psycopg.Connection[Any]]:
    with ground.owner() as connection:
        connection.execute("SET statement_timeout = 0")
        yield connection
