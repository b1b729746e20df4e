"""P2: carrier events over HTTP in batches (deduplicated, folded, told) against COPY into an identical table.

Batch by batch in turn, so that both sides meet the same machine; each side's connection stands before the clock runs; medians.
Each round has orders of its own, which go from collected to delivered. Where others are at work, the ratio of CPU time is the
steadier figure: ours counts the web processes, PostgreSQL and the client, theirs PostgreSQL and the client.

`bare` says how far the bar can go: what a batch leaves behind, without asking anything, in one transaction: the events by COPY, the
orders by one UPDATE, a ready-made fact for each order by COPY, into tables identical to ours.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from benchmarks.ground import Ground
from benchmarks.p1_intake import _ours as place_orders

NAME = "P2 carrier events"
GOAL = "≥ 0.40 of COPY at 2,000 and ≥ 0.25 at 500; re-sent ≥ 0.75"
KINDS = ("collected", "in_transit", "at_delivery_office", "out_for_delivery", "delivered")
ROUNDS, BATCHES, MOST = 3, 4, 1200
SIZES = {2000: MOST, 500: 500}  # events of a batch → orders that they are about
Row = dict[str, Any]
Spent = tuple[float, float]
_COLUMNS = (
    "waybill_no, source, code, occurred_at, place_code, kind, name, place_name, place_city, signer, reason, cause, note, actor, "
    "quarantined, known_at, raw"
)
_FACT = "kind, region::text, occurred_at, known_at, actor, actor_key, payload::text"


def run(ground: Ground) -> dict[str, Any]:
    place_orders(ground, ROUNDS * sum(SIZES.values()))
    with ground.connect() as connection:
        wanted = "SELECT number FROM delivery_order WHERE ref LIKE 'bench-%' ORDER BY placed_at DESC LIMIT %s"
        numbers = [row[0] for row in connection.execute(wanted.replace("-%'", "-%%'"), [ROUNDS * sum(SIZES.values())])]
    found: dict[str, Any] = {}
    for size, orders in SIZES.items():
        rounds = [[numbers.pop() for _ in range(orders)] for _ in range(ROUNDS)]
        found |= _compare(ground, size, rounds)
    return found | _single(ground) | {"ratio": found["ratio_2000"]}


def _compare(ground: Ground, size: int, rounds: list[list[str]]) -> dict[str, float]:
    _make_table(ground)
    spent: dict[str, list[Spent]] = {"ours": [], "resent": [], "copy": [], "bare": []}
    with httpx.Client(timeout=60) as client, ground.connect() as connection:
        _warm(ground, client, connection)
        timed = partial(_timed, started=_started())
        for numbers in rounds:
            for step in range(BATCHES):
                rows = _batch(numbers, size, step)
                body = json.dumps({"rows": rows}).encode()
                send = partial(_send, ground, client, body)
                spent["ours"].append(timed(send))
                spent["copy"].append(timed(partial(_copy, connection, rows)))
                spent["bare"].append(timed(partial(_bare, connection, rows)))
                spent["resent"].append(timed(send))
    wall = {side: statistics.median(each[0] for each in times) for side, times in spent.items()}
    cpu = {side: statistics.median(each[1] for each in times) for side, times in spent.items()}
    return {
        f"ours_{size}_per_s": size / wall["ours"], f"copy_{size}_per_s": size / wall["copy"], f"ratio_{size}": wall["copy"] / wall["ours"],
        f"resent_{size}_per_s": size / wall["resent"], f"resent_ratio_{size}": wall["copy"] / wall["resent"],
        f"ratio_bare_{size}": wall["bare"] / wall["ours"], f"cpu_ratio_bare_{size}": cpu["bare"] / cpu["ours"],
        f"cpu_us_{size}": cpu["ours"] / size * 1e6, f"cpu_us_copy_{size}": cpu["copy"] / size * 1e6,
        f"cpu_ratio_{size}": cpu["copy"] / cpu["ours"], f"cpu_resent_ratio_{size}": cpu["copy"] / cpu["resent"],
    }  # fmt: skip


def _single(ground: Ground) -> dict[str, float]:
    """One event a push, as carriers do all day: milliseconds."""
    with ground.connect() as connection, httpx.Client(timeout=60) as client:
        numbers = [row[0] for row in connection.execute("SELECT number FROM delivery_order ORDER BY placed_at LIMIT 50")]
        _warm(ground, client, connection)
        times = []
        for number in numbers:
            body = json.dumps({"rows": _batch([number], 1, 0)}).encode()
            times.append(_timed(partial(_send, ground, client, body), [])[0])
    return {"one_p50_ms": statistics.median(times) * 1000}


def _batch(numbers: list[str], size: int, step: int) -> list[Row]:
    """`size` events of these orders; each batch tells the next step of its orders."""
    base = datetime.now(tz=UTC) - timedelta(hours=30) + timedelta(hours=step)
    events = []
    for n in range(size):
        number, kind = numbers[n % len(numbers)], KINDS[(step + n // len(numbers)) % len(KINDS)]
        at = base + timedelta(seconds=n)
        events.append({"number": number, "kind": kind, "occurred_at": at.isoformat(), "place_code": "37080001", "place_name": "任城揽投部"})
    return events


def _send(ground: Ground, client: httpx.Client, body: bytes) -> None:
    headers = ground.headers() | {"Content-Type": "application/json"}
    client.post(ground.url + "/scans", content=body, headers=headers).raise_for_status()


def _make_table(ground: Ground) -> None:
    with ground.owner() as owner:
        owner.execute("DROP TABLE IF EXISTS bench_scan")
        owner.execute("CREATE TABLE bench_scan (LIKE delivery_scan INCLUDING ALL EXCLUDING GENERATED)")
        owner.execute("DROP TABLE IF EXISTS bench_order, bench_fact")
        owner.execute("CREATE TABLE bench_order (LIKE delivery_order INCLUDING ALL EXCLUDING GENERATED) WITH (fillfactor = 50)")
        owner.execute("INSERT INTO bench_order SELECT * FROM delivery_order")
        owner.execute("CREATE TABLE bench_fact (LIKE journal_fact INCLUDING ALL EXCLUDING GENERATED)")
        owner.execute("GRANT SELECT, INSERT, UPDATE ON bench_scan, bench_order, bench_fact TO PUBLIC")


def _copy(connection: psycopg.Connection[Any], rows: list[Row]) -> None:
    _copy_scans(connection, rows)
    connection.commit()


def _bare(connection: psycopg.Connection[Any], rows: list[Row]) -> None:
    numbers = sorted({row["number"] for row in rows})
    _copy_scans(connection, [row | {"place_code": "bare"} for row in rows])
    connection.execute(
        "UPDATE bench_order SET state = %s, state_at = now(), version = version + 1 WHERE number = ANY(%s)", [rows[0]["kind"], numbers]
    )
    fact = connection.execute(f"SELECT {_FACT} FROM journal_fact WHERE kind = 'delivery.order_changed' LIMIT 1").fetchone()  # noqa: S608
    with connection.cursor() as cursor, cursor.copy(f"COPY bench_fact (id, subject, {_FACT.replace('::text', '')}) FROM STDIN") as copy:
        for number in numbers:
            copy.write_row((uuid4(), number, *(fact or ())))
    connection.commit()


def _copy_scans(connection: psycopg.Connection[Any], rows: list[Row]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY bench_scan ({_COLUMNS}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((
                row["number"], "bench", row["kind"], row["occurred_at"], row["place_code"], row["kind"], row["kind"], row["place_name"],
                "", "", "", "", "", "bench", False, row["occurred_at"], "{}",
            ))  # fmt: skip


def _warm(ground: Ground, client: httpx.Client, connection: psycopg.Connection[Any]) -> None:
    """Both sides have spoken to the server before; each web process has, for the port hands connections to any of them."""
    nobody = [f"warm-{os.urandom(4).hex()}" for _ in range(20)]
    for _ in range(8):
        with httpx.Client(timeout=60) as another:
            _send(ground, another, json.dumps({"rows": _batch(nobody, 20, 0)}).encode())
    _send(ground, client, json.dumps({"rows": _batch(nobody, 20, 1)}).encode())
    _copy(connection, _batch(nobody, 20, 0))
    _bare(connection, _batch(nobody, 20, 0))


def _timed(work: Callable[[], None], started: list[int]) -> Spent:
    """Wall seconds, and CPU seconds of this process and of those that it `started` (web and PostgreSQL)."""
    others, own, wall = _cpu(started), time.process_time(), time.perf_counter()
    work()
    wall, own = time.perf_counter() - wall, time.process_time() - own
    return wall, own + _cpu(started) - others


def _cpu(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with suppress(OSError, ValueError):
                total += int(task.read_text().split()[0])
    return total / 1e9


def _started() -> list[int]:
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [os.getpid()]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found[1:]
