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
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from govpost.ops.template import new_room
from tests.storm.ground import Ground
from tests.storm.load import Load

KILLS = int(os.environ.get("GOVPOST_TEST_KILLS", "14"))
SEED = int(os.environ.get("GOVPOST_TEST_SEED", "1"))
KINDS = ("web", "worker", "postgres")


@pytest.fixture
def ground() -> Iterator[Ground]:
    made = Ground(new_room("govpost-storm-"))
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(made.home, ignore_errors=True)


def kinds(kills: int, dice: random.Random) -> list[str]:
    """Each kind as often as the others, in an order of the dice."""
    planned = [KINDS[number % len(KINDS)] for number in range(kills)]
    dice.shuffle(planned)
    return planned


def rage(ground: Ground, load: Load) -> Counter[str]:
    """Kill along the load's progress, not by the clock: some calls are answered between one recovery and the next kill.

    The kills stand in this thread and the load in another: a PostgreSQL started by a thread ends with it (parent-death signal).
    """
    dice = random.Random(SEED)
    killed: Counter[str] = Counter()
    over = threading.Event()

    def go() -> None:
        load.run()
        while not over.is_set():
            load.run()  # the same load again is all duplicates

    with ThreadPoolExecutor(1, "load") as pool:
        running = pool.submit(go)
        try:
            for name in kinds(KILLS, dice):
                load.wait_for(load.calls + dice.randint(1, max(2, load.expected // KILLS)))
                time.sleep(dice.uniform(0, 0.05))  # not always right after an answer
                ground.kill(name)
                killed[name] += 1
        finally:
            over.set()
        running.result()
    ground.end("worker")
    digesting = ("settlement", "quality")
    for part, follower in enumerate(digesting):
        load.finish(part, len(digesting))  # what waits for the worker; its lanes digest side by side, so each kill needs its own
        ground.interrupt(follower)
    killed["worker"] += 3
    return killed


def test_each_kind_of_process_is_killed_as_often() -> None:
    assert Counter(kinds(14, random.Random(1))) == {"web": 5, "worker": 5, "postgres": 4}


def test_nothing_is_lost_and_nothing_doubled(ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    load = Load(ground.url, ground.keys, orders=max(200, KILLS * 12), seed=SEED)
    killed = rage(ground, load)
    ground.drain()
    orders = dict(ground.rows("SELECT ref, number FROM delivery_order"))
    rows = ground.rows("SELECT waybill_no, kind, occurred_at AT TIME ZONE 'UTC' FROM delivery_scan")
    scans = {(number, kind, at.isoformat()[:19]) for number, kind, at in rows}
    lost_orders = load.forgotten_orders | {ref for ref, number in load.numbers.items() if orders.get(ref) != number}
    lost_events = {(number, kind, at[:19]) for number, kind, at in load.events} - scans | load.forgotten_events
    broken = ground.invariants()
    line = {
        "storm": {"seed": SEED, "kills": killed, "orders": len(load.numbers), "events": len(load.events), "calls": load.calls,
                  "repeated": load.repeated, "worst_s": round(load.worst, 1), "seconds": round(time.monotonic() - started),
                  "lost_orders": len(lost_orders), "lost_events": len(lost_events), "broken": broken}
    }  # fmt: skip
    with capsys.disabled():
        print(f"\n{json.dumps(line, ensure_ascii=False)}")
    assert load.problems == []
    assert sum(killed.values()) >= KILLS
    assert min(killed[name] for name in KINDS) >= 1
    assert load.repeated > 0  # the kills were felt
    assert lost_orders == set()
    assert lost_events == set()
    assert broken == []
    assert len(orders) == len(load.numbers) == load.orders
    assert ground.rows("SELECT count(*) FROM delivery_order WHERE NOT delivered_ok") == [(0,)]
