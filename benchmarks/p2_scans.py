"""P2: carrier events over HTTP in batches (deduplicated, folded, told) against COPY into an identical table."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from benchmarks.ground import Ground, drive
from benchmarks.p1_intake import _ours as place_orders

NAME = "P2 carrier events"
GOAL = "≥ 0.40 of COPY at 2,000 and ≥ 0.25 at 500; re-sent ≥ 0.75"
KINDS = ("collected", "in_transit", "at_delivery_office", "out_for_delivery", "delivered")
BATCHES = 4


def run(ground: Ground) -> dict[str, Any]:
    place_orders(ground, 1200)
    with ground.connect() as connection:
        numbers = [
            row[0] for row in connection.execute("SELECT number FROM delivery_order WHERE ref LIKE 'bench-%' ORDER BY number LIMIT 1200")
        ]
    found: dict[str, Any] = {}
    for size, shift in ((2000, 0), (500, 7)):
        batches = [_batch(numbers, size, shift + n) for n in range(BATCHES)]
        ours = _send(ground, batches, size)
        again = _send(ground, batches, size)
        copy = _copy(ground, batches, size)
        found |= {
            f"ours_{size}_per_s": ours, f"copy_{size}_per_s": copy, f"ratio_{size}": ours / copy,
            f"resent_{size}_per_s": again, f"resent_ratio_{size}": again / copy,
        }  # fmt: skip
    return found | {"ratio": found["ratio_2000"]}


def _batch(numbers: list[str], size: int, step: int) -> list[dict[str, Any]]:
    """`size` events of many orders; each batch tells the next step of its orders."""
    base = datetime.now(tz=UTC) - timedelta(hours=30) + timedelta(hours=step)
    events = []
    for n in range(size):
        number, kind = numbers[n % len(numbers)], KINDS[(step + n // len(numbers)) % len(KINDS)]
        at = base + timedelta(seconds=n)
        events.append({"number": number, "kind": kind, "occurred_at": at.isoformat(), "place_code": "37080001", "place_name": "任城揽投部"})
    return events


def _send(ground: Ground, batches: list[list[dict[str, Any]]], size: int) -> float:
    bodies = [json.dumps({"rows": rows}).encode() for rows in batches]

    def work(client: httpx.Client) -> int:
        headers = ground.headers() | {"Content-Type": "application/json"}
        client.post(ground.url + "/scans", content=bodies.pop(), headers=headers).raise_for_status()
        return size

    return drive(work, lambda: httpx.Client(timeout=60), clients=1, calls=len(batches)).per_s


def _copy(ground: Ground, batches: list[list[dict[str, Any]]], size: int) -> float:
    columns = (
        "waybill_no, source, code, occurred_at, place_code, kind, name, place_name, place_city, signer, reason, cause, note, actor, "
        "quarantined, known_at, raw"
    )
    with ground.owner() as owner:
        owner.execute("DROP TABLE IF EXISTS bench_scan")
        owner.execute("CREATE TABLE bench_scan (LIKE delivery_scan INCLUDING ALL)")
        owner.execute("GRANT INSERT ON bench_scan TO PUBLIC")
    todo = list(batches)

    def work(connection: Any) -> int:
        rows = todo.pop()
        with connection.cursor() as cursor, cursor.copy(f"COPY bench_scan ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((
                    row["number"], "bench", row["kind"], row["occurred_at"], row["place_code"], row["kind"], row["kind"], row["place_name"],
                    "", "", "", "", "", "bench", False, row["occurred_at"], "{}",
                ))  # fmt: skip
        connection.commit()
        return size

    return drive(work, ground.connect, clients=1, calls=len(batches)).per_s
