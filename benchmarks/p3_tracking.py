"""P3: one order with its events over HTTP (rights and masking applied) against bare look-ups of the same rows."""

from __future__ import annotations

import random
from typing import Any

import psycopg

from benchmarks.ground import Caller, Ground, drive

NAME = "P3 tracking"
GOAL = "30 × Karrio and 50 × Open Zaak as measured elsewhere (54/s and 28/s): printed beside bare look-ups of the same rows"
CALLS, CLIENTS, ROUNDS = 1500, 16, 3

_ORDER = "SELECT number, waybill_no, state, state_at, promised_at, delivered_at FROM delivery_order WHERE number = %s"
_EVENTS = "SELECT kind, code, name, occurred_at, known_at, place_name FROM delivery_scan WHERE waybill_no = %s ORDER BY occurred_at"


def run(ground: Ground) -> dict[str, Any]:
    with ground.connect() as connection:
        numbers = [
            row[0]
            for row in connection.execute(
                "SELECT DISTINCT s.waybill_no FROM delivery_scan s JOIN delivery_order o ON o.number = s.waybill_no LIMIT 1000"
            )
        ]
    dice = random.Random(1)

    def ours(client: Caller) -> int:
        client.call("GET", f"/orders/{dice.choice(numbers)}/tracking")
        return 1

    def bare(connection: psycopg.Connection[Any]) -> int:
        number = dice.choice(numbers)
        connection.execute(_ORDER, [number]).fetchone()
        connection.execute(_EVENTS, [number]).fetchall()
        connection.commit()
        return 1

    rates = [
        (
            drive(ours, ground.caller, clients=CLIENTS, calls=CALLS),
            drive(bare, ground.connect, clients=4, calls=CALLS * 3),
        )
        for _ in range(ROUNDS)
    ]
    mine, other = sorted(rates, key=lambda pair: pair[0].per_s)[ROUNDS // 2]
    return {
        "ours_per_s": mine.per_s,
        "other_per_s": other.per_s,
        "ratio": mine.per_s / other.per_s,
        "p50_ms": mine.p50_ms,
        "p99_ms": mine.p99_ms,
    }
