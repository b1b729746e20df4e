"""P1: order intake over HTTP (rights, validation, idempotency, encryption, journal) against the same rows as one bare statement."""

from __future__ import annotations

import json
from itertools import count
from typing import Any
from uuid import uuid4

import psycopg

from benchmarks.ground import Caller, Ground, Rate, drive

NAME = "P1 order intake"
GOAL = "≥ 0.20 of the bare statement; p99 ≤ 30 ms at 16 connections"
ROUNDS, CALLS, CLIENTS = 3, 400, 16
_serial = count(1)


def run(ground: Ground) -> dict[str, Any]:
    ours, bare = [], []
    _ours(ground, 50)
    template = _template(ground)
    for _ in range(ROUNDS):
        ours.append(_ours(ground, CALLS))
        bare.append(_bare(ground, CALLS * 3, template))
    best, other = sorted(ours, key=lambda r: r.per_s)[ROUNDS // 2], sorted(bare, key=lambda r: r.per_s)[ROUNDS // 2]
    return {
        "ours_per_s": best.per_s,
        "other_per_s": other.per_s,
        "ratio": best.per_s / other.per_s,
        "p50_ms": best.p50_ms,
        "p99_ms": best.p99_ms,
    }


def _ours(ground: Ground, calls: int) -> Rate:
    def work(client: Caller) -> int:
        n = next(_serial)
        body = {
            "ref": f"bench-{n}", "item": "000295001000", "payer": "department",
            "sender": {"name": "执法局（示例）", "phone": "0537-1234567", "division": "370811", "street": "示例路 1 号"},
            "recipient": {"name": "林示例", "phone": f"154{n:08d}", "division": "370881", "street": f"示例街 {n} 号"},
        }  # fmt: skip
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
        client.call("POST", "/orders", json.dumps(body).encode(), **headers)
        return 1

    return drive(work, ground.caller, clients=CLIENTS, calls=calls)


def _template(ground: Ground) -> tuple[str, list[Any], list[Any]]:
    """A real row of each table, to be copied with new identities: the same rows that an order leaves behind."""
    with ground.connect() as connection:
        columns = [
            r[0]
            for r in connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'delivery_order'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
            )
        ]
        listed = ", ".join(columns)
        picked = ", ".join({"id": "%(id)s", "number": "%(number)s", "ref": "%(number)s"}.get(c, c) for c in columns)
    sql = f"""
        WITH source AS (SELECT * FROM delivery_order LIMIT 1),
        placed AS (INSERT INTO delivery_order ({listed}) SELECT {picked} FROM source RETURNING id),
        call AS (INSERT INTO partner_api_idempotentcall (id, actor_key, key, request_digest, status, body, at)
                 VALUES (%(id)s, 'bench', %(number)s, '\\x00', 201, convert_to(repeat('x', 200), 'UTF8'), now()))
        INSERT INTO journal_fact (id, kind, subject, region, occurred_at, known_at, actor, actor_key, payload)
        SELECT gen_random_uuid(), f.kind, 'order:' || %(number)s, f.region, now(), now(), f.actor, f.actor_key, f.payload
        FROM (SELECT * FROM journal_fact WHERE kind = 'delivery.order_changed' LIMIT 1) f
    """  # noqa: S608 column names of our own table
    return sql, [], []


def _bare(ground: Ground, calls: int, template: tuple[str, list[Any], list[Any]]) -> Rate:
    def work(connection: psycopg.Connection[Any]) -> int:
        connection.execute(template[0], {"id": uuid4(), "number": f"bare-{next(_serial)}"})
        connection.commit()
        return 1

    return drive(work, ground.connect, clients=8, calls=calls)
