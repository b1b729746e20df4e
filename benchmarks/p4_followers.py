"""P4: how fast each follower reads facts, beside a bare loop over the same facts and one job a fact; and what a fact costs an order.

`cpu_us` is processor time for each fact, ours and the database connection's; the first follower reads for the others. `bare` is an outbox at
its barest: read a batch behind the cursor, move the cursor, commit. `jobs` is a job a fact with procrastinate, the queue that the program has
anyway, whose task does nothing.
An order's facts are its placing and about two more.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock

from benchmarks.ground import Ground
from benchmarks.inside import SEED, facts, go_inside, live, owner, processor, seconds, volume

NAME = "P4 followers"
GOAL = "quality ≥ 20,000 facts/s; a fact ≤ 0.15 of an order's intake"
ORDERS, FULL = 3_000, 30_000
JOBS, SINGLES, BATCH = 1_000, 200, 1_000


def run(ground: Ground, *, full: bool) -> dict[str, Any]:
    go_inside(ground)
    orders = FULL if full else ORDERS
    for day in volume(orders, days=30).days():
        live(day)
    with ground.connect() as connection:
        told = facts(connection)
    bare = told / seconds(lambda: _read_all(ground))
    rates = _in_turn(told)
    jobs = JOBS / _jobs()
    return rates | {
        "orders": orders, "facts": told, "seed": SEED, "bare_per_s": bare, "jobs_per_s": jobs,
        "ratio": rates["quality_per_s"] / bare, "ratio_jobs": rates["quality_per_s"] / jobs, "fact_share": _share(ground),
    }  # fmt: skip


def _in_turn(told: int) -> dict[str, float]:
    """Each follower's cost as the worker runs them: a batch each in turn, and what one has read the next ones have at hand."""
    from django.db import connection

    from govpost.journal import followers

    clock, cpu, wall = processor(connection), defaultdict[str, float](float), defaultdict[str, float](float)
    reading = True
    while reading:
        reading = False
        for name in followers.load():
            at, started = clock(), time.perf_counter()
            reading |= followers.run_once(name) > 0
            wall[name] += time.perf_counter() - started
            cpu[name] += clock() - at
    costs = {f"{name}_cpu_us": spent / told * 1e6 for name, spent in cpu.items()}
    return costs | {f"{name}_per_s": told / spent for name, spent in wall.items()} | {"all_per_s": told / sum(wall.values())}


_READ = """
SELECT id, xid::text, seq, subject, payload::text FROM journal_fact f
WHERE (xid, seq) > (%s::xid8, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY f.xid, f.seq LIMIT %s
"""


def _read_all(ground: Ground) -> None:
    with owner(ground) as own:
        own.execute("CREATE TABLE IF NOT EXISTS bench_cursor (xid text, seq bigint); TRUNCATE bench_cursor")
        own.execute("INSERT INTO bench_cursor VALUES ('0', 0); GRANT ALL ON bench_cursor TO PUBLIC")
    with ground.connect() as connection:
        while True:
            xid, seq = connection.execute("SELECT xid, seq FROM bench_cursor FOR UPDATE").fetchone() or ("0", 0)
            rows = connection.execute(_READ, [xid, seq, BATCH]).fetchall()
            if rows:
                connection.execute("UPDATE bench_cursor SET xid = %s, seq = %s", [rows[-1][1], rows[-1][2]])
            connection.commit()
            if len(rows) < BATCH:
                return


def _jobs() -> float:
    """Seconds to work through one job for each fact."""
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params
    from procrastinate.types import JSONValue

    @app.task(name="bench.nothing", queue="bench")
    def nothing(number: int) -> None:
        """A reaction that costs nothing."""

    app.configure_task("bench.nothing", queue="bench").batch_defer(*[dict[str, JSONValue](number=n) for n in range(JOBS)])

    async def work() -> None:
        worker = app.with_connector(PsycopgConnector(kwargs=connector_params("default")))
        async with worker.open_async():
            await worker.run_worker_async(queues=["bench"], wait=False, concurrency=4, install_signal_handlers=False, delete_jobs="always")

    return seconds(lambda: asyncio.run(work()))


def _share(ground: Ground) -> float:
    """The part of an order's intake that its fact takes: the same orders, one by one, with and without it, in turn."""
    from govpost.common.clock import now
    from govpost.demo.bulk import BY
    from govpost.journal import actions as journal
    from govpost.settlement import actions as settlement

    day = next(day for day in volume(2 * SINGLES + 20, days=9).days() if day.orders)
    wanted = [replace(order, ref=f"bench-{n}", waybill_no=f"BENCH{n:09d}") for n, order in enumerate((day.orders * 400)[: 2 * SINGLES])]
    spent: dict[bool, list[float]] = {True: [], False: []}
    for n, order in enumerate(wanted):
        told = bool(n % 2)
        place: Callable[[], Any] = lambda order=order: settlement.commission([order], at=now(), by=BY)  # type: ignore[misc] # noqa: E731
        if told:
            spent[told].append(seconds(place))
        else:
            with mock.patch.object(journal, "record_many", lambda rows: [None for _ in rows]):
                spent[told].append(seconds(place))
    return 1 - statistics.median(spent[False]) / statistics.median(spent[True])
