"""The crash storm: kill -9 of web, worker and PostgreSQL under duplicated, shuffled, two-source load; nothing lost, nothing doubled.

GOVPOST_TEST_KILLS and GOVPOST_TEST_SEED make it larger; each run prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import threading
import time
from collections.abc import Iterator

import pytest

from govpost.ops.template import new_room
from tests.storm.ground import Ground
from tests.storm.load import Load

KILLS = int(os.environ.get("GOVPOST_TEST_KILLS", "14"))
SEED = int(os.environ.get("GOVPOST_TEST_SEED", "1"))


@pytest.fixture
def ground() -> Iterator[Ground]:
    made = Ground(new_room("govpost-storm-"))
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(made.home, ignore_errors=True)


def test_nothing_is_lost_and_nothing_doubled(ground: Ground) -> None:
    load = Load(ground.url, ground.keys, orders=max(200, KILLS * 12), seed=SEED)
    killed: dict[str, int] = {"web": 0, "worker": 0, "postgres": 0}
    dice = random.Random(SEED)

    def storm(loaded: threading.Event) -> None:
        while sum(killed.values()) < KILLS and not loaded.is_set():
            time.sleep(dice.uniform(0.5, 1.6))
            name = dice.choice(["web", "worker", "postgres"])
            ground.kill(name)
            killed[name] += 1

    while sum(killed.values()) < KILLS:  # the same load again is all duplicates
        loaded = threading.Event()
        killer = threading.Thread(target=storm, args=[loaded])
        killer.start()
        load.run()
        loaded.set()
        killer.join()
    ground.drain()
    orders = dict(ground.rows("SELECT ref, number FROM delivery_order"))
    scans = {
        (n, k, at.isoformat()) for n, k, at in ground.rows("SELECT waybill_no, kind, occurred_at AT TIME ZONE 'UTC' FROM delivery_scan")
    }
    told = {(n, k, at[:19]) for n, k, at in load.events}
    lost_orders = {ref for ref, number in load.numbers.items() if orders.get(ref) != number}
    lost_events = told - {(n, k, at[:19]) for n, k, at in scans}
    broken = ground.invariants()
    line = {
        "storm": {"seed": SEED, "kills": killed, "orders": len(load.numbers), "events": len(load.events), "calls": load.calls,
                  "worst_s": round(load.worst, 1), "lost_orders": len(lost_orders), "lost_events": len(lost_events), "broken": broken}
    }  # fmt: skip
    print(json.dumps(line, ensure_ascii=False))
    assert load.problems == []
    assert sum(killed.values()) >= KILLS
    assert lost_orders == set()
    assert lost_events == set()
    assert broken == []
    assert len(orders) == len(load.numbers)
    undelivered = ground.rows("SELECT count(*) FROM delivery_order WHERE NOT delivered_ok")
    assert undelivered == [(0,)]
