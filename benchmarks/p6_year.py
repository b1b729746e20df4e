"""P6: a year of a city's mail: orders in bulk, events over HTTP in batches of 2,000, followers drained by a worker, twelve statements.

`--full` is Jining's year, 600,000 orders; otherwise a fiftieth of it as two days of each month, so that a day is as full. What is sent is
written to a file beforehand: making it up is no work of ours. The offices send side by side, each with its own key and its batches one after
the other; the next day's orders come in meanwhile. The other side is COPY of the orders and events that came of it into tables like theirs.
One by one is P1's rate of orders times the year, and beside it that of single events.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from benchmarks.ground import ROOT, Caller, Ground
from benchmarks.inside import FIRST, SEED, facts, go_inside, owner, volume

NAME = "P6 a city's year"
GOAL = "≤ 300 s on 2 cores for 600,000 orders and 12 statements; one by one ≤ 900 s; memory flat"
ORDERS, FULL, BATCH, SAMPLE = 12_000, 600_000, 2_000, 1_000


class Sent(NamedTuple):
    """What comes in on a day: orders, and each office's events as bodies of requests."""

    on: date
    orders: list[Any]
    bodies: dict[UUID, list[bytes]]
    events: int


def run(ground: Ground, *, full: bool) -> dict[str, Any]:
    go_inside(ground)
    orders = FULL if full else ORDERS
    with tempfile.TemporaryDirectory() as folder, _worker(ground) as worker:
        written = _written(Path(folder) / "year", list(_parts(orders, full=full)))
        keys, memory = _keys(), {"first": 0, "middle": 0, "last": 0}
        watched = [worker, *_web(ground)]
        started, spent, events = time.perf_counter(), defaultdict[str, float](float), 0
        with ThreadPoolExecutor() as lines:
            told: list[Future[float]] = []
            for n, day in enumerate(_read(written)):
                spent["orders_s"] += _place(day)
                spent["events_s"] += max((each.result() for each in told), default=0)
                told = [lines.submit(_post_all, ground, keys[office], bodies) for office, bodies in day.bodies.items()]
                events += day.events
                if n in (10, 60):
                    memory["first" if n == 10 else "middle"] = _rss(watched)
            spent["events_s"] += max((each.result() for each in told), default=0)
        waited = time.perf_counter()
        _wait_for_followers()
        spent["wait_s"] = time.perf_counter() - waited
        spent["statements_s"], statements = _statements()
        whole = time.perf_counter() - started
        memory["last"] = _rss(watched)
    copied = _copy(ground)
    with ground.connect() as connection:
        count = facts(connection)
    orders_one_by_one, events_one_by_one = _one_by_one(ground, keys)
    return spent | {f"rss_{name}_mb": value for name, value in memory.items()} | {
        "orders": orders, "events": events, "facts": count, "statements": statements, "seed": SEED, "seconds": whole,
        "events_per_s": events / whole, "copy_s": copied, "ratio": copied / whole, "year_s": whole * FULL / orders,
        "one_by_one_s": orders_one_by_one * FULL, "events_one_by_one_s": events_one_by_one * events * FULL / orders,
    }  # fmt: skip


@contextmanager
def _worker(ground: Ground) -> Iterator[int]:
    """The process in which followers run; its number."""
    worker = subprocess.Popen(
        [sys.executable, "-P", "-m", "govpost.ops.command", "worker"], cwd=ROOT, env=ground.environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield worker.pid
    finally:
        worker.terminate()
        worker.wait(20)


def _parts(orders: int, *, full: bool) -> Iterator[Any]:
    if full:
        yield volume(orders)
        return
    part = orders // 12
    for n in range(12):
        month = FIRST.replace(year=FIRST.year + (FIRST.month + n - 1) // 12, month=(FIRST.month + n - 1) % 12 + 1, day=9)
        yield volume(part, first=month, days=2, serial=n * part)


def _written(path: Path, parts: list[Any]) -> Path:
    """The file of what is sent, written by a process of its own: its memory is not ours."""
    process = multiprocessing.get_context("fork").Process(target=_write, args=(path, parts))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError("what is to be sent could not be written")
    return path


def _write(path: Path, parts: list[Any]) -> None:
    owners: dict[str, UUID] = {}
    with path.open("wb") as out:
        for day in (day for part in parts for day in part.days()):
            owners |= {order.waybill_no: order.organisation_id for order in day.orders}
            pickle.dump(Sent(day.on, day.orders, _bodies(day.events, owners), len(day.events)), out)


def _read(path: Path) -> Iterator[Sent]:
    with path.open("rb") as source:
        while source.peek(1):
            yield pickle.load(source)  # noqa: S301  our own file


def _bodies(events: list[Any], owners: dict[str, UUID]) -> dict[UUID, list[bytes]]:
    """By office, up to 2,000 events at a time, each mail's together."""
    rows = defaultdict[UUID, list[Any]](list)
    for e in events:
        rows[owners[e.number]].append(
            {"number": e.number, "kind": e.kind, "code": e.code, "occurred_at": e.at.isoformat(), "place_code": e.outlet,
             "place_name": e.outlet_name, "signer": e.signer, "reason": e.reason, "effect": e.effect}
        )  # fmt: skip
    return {
        office: [json.dumps({"rows": mine[start : start + BATCH]}).encode() for start in range(0, len(mine), BATCH)]
        for office, mine in rows.items()
    }


def _keys() -> dict[UUID, str]:
    """A partner's key for each office: it may report of its own mail."""
    from govpost.common.clock import now
    from govpost.demo.bulk import BY, OFFICES
    from govpost.parties import actions, queries

    owners = [queries.organisation_by_code(office.organisation) for office in OFFICES]
    return {
        owner.id: actions.make_partner_key(name=owner.code, organisation=owner, region=str(owner.region), at=now(), by=BY)[1]
        for owner in owners
    }


def _place(day: Sent) -> float:
    from govpost.common.clock import shanghai_at
    from govpost.demo import bulk

    started = time.perf_counter()
    bulk.order_all(day.orders, shanghai_at(day.on, 16))
    return time.perf_counter() - started


def _post_all(ground: Ground, key: str, bodies: Iterable[bytes]) -> float:
    client = Caller(ground.url, {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
    started = time.perf_counter()
    for body in bodies:
        client.call("POST", "/scans", body)
    return time.perf_counter() - started


def _wait_for_followers() -> None:
    from django.db import connection

    from govpost.journal import followers

    while any(followers.lag().values()):
        time.sleep(0.1)
    connection.close()


def _statements() -> tuple[float, int]:
    from govpost.common.clock import now, shanghai_day
    from govpost.demo.bulk import BY
    from govpost.settlement import actions
    from govpost.settlement.rules import last_month

    started, at = time.perf_counter(), now()
    made = actions.make_statements(month=max(last_month(shanghai_day(at)), date(FIRST.year + 1, 11, 1)), at=max(at, _after()), by=BY)
    return time.perf_counter() - started, len({each.month for each in made})


def _after() -> Any:
    from govpost.common.clock import shanghai_at

    return shanghai_at(date(FIRST.year + 1, FIRST.month, 5), 8)


def _copy(ground: Ground) -> float:
    """Seconds of COPY of the same orders and events into tables like theirs, indexes included."""
    spent = 0.0
    with tempfile.TemporaryDirectory() as folder, owner(ground) as connection:
        for table in ("delivery_order", "delivery_scan"):
            path = Path(folder) / table
            connection.execute(
                f"DROP TABLE IF EXISTS bench_{table}; CREATE TABLE bench_{table} (LIKE {table} INCLUDING ALL EXCLUDING GENERATED)"
            )
            with path.open("wb") as out, connection.cursor() as cursor, cursor.copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as copy:  # noqa: S608
                for data in copy:
                    out.write(data)
            started = time.perf_counter()
            with path.open("rb") as source, connection.cursor() as cursor, cursor.copy(f"COPY bench_{table} FROM STDIN") as copy:
                while data := source.read(1 << 20):
                    copy.write(data)
            spent += time.perf_counter() - started
            connection.execute(f"DROP TABLE bench_{table}")
    return spent


def _one_by_one(ground: Ground, keys: dict[UUID, str]) -> tuple[float, float]:
    """Seconds of an order and of an event that come alone, from a sample of each: orders as P1 drives them, events one after the other."""
    from benchmarks.p1_intake import _ours as place

    rate = place(ground, SAMPLE).per_s
    from govpost.delivery.models import Order

    last = list(
        Order.objects.exclude(waybill_no=None).order_by("-placed_at").values_list("waybill_no", "organisation_id", "placed_at")[:SAMPLE]
    )
    started = time.perf_counter()
    for number, organisation, placed_at in last:
        assert organisation, "the bench orders for organisations only"
        body = {"rows": [{"number": number, "kind": "in_transit", "code": "one", "occurred_at": placed_at.isoformat()}]}
        _post_all(ground, keys[organisation], [json.dumps(body).encode()])
    return 1 / rate, (time.perf_counter() - started) / SAMPLE


def _web(ground: Ground) -> list[int]:
    """The web processes: those of ours that serve."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = line.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"serve" in words and ground.url.split(":")[2].split("/")[0].encode() in words:
            found.append(int(line.parent.name))
    return found


def _rss(pids: list[int]) -> int:
    """Resident megabytes of these processes, their children and this one."""
    total = 0
    for each in {os.getpid(), *pids, *(child for pid in pids for child in _children(pid))}:
        try:
            total += int(Path(f"/proc/{each}/statm").read_text().split()[1]) * 4096
        except OSError:
            continue
    return total // (1 << 20)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
