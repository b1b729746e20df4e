"""The load: clients that retry with the same key until they are answered, and remember only what was acknowledged."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx

NOTICE = "000295001000"
START = datetime.now(tz=UTC) - timedelta(hours=40)  # orders are placed now; events of the last two days are believed
TIRED = 300.0  # seconds until a client gives one call up: several restarts in a row on a busy machine


class Load:
    """Orders, then their events: a third duplicated, all shuffled, a third of the deliveries from two sources."""

    def __init__(self, url: str, keys: list[str], *, orders: int, seed: int) -> None:
        self.url, self.keys, self.orders = url, keys, orders
        self.random = random.Random(seed)
        self.numbers: dict[str, str] = {}
        self.events: set[tuple[str, str, str]] = set()
        self.worst = 0.0
        self.calls = 0
        self.repeated = 0
        self.problems: list[str] = []
        self.forgotten_orders: set[str] = set()  # acknowledged, and new again when they were sent again
        self.forgotten_events: set[tuple[str, str, str]] = set()
        self._reports: list[tuple[str, list[dict[str, Any]]]] = []
        self._lock = threading.Lock()
        self._answered = threading.Condition(self._lock)

    @property
    def expected(self) -> int:
        """About how many calls one run makes: each order, and two thirds of its four to seven events in batches of about ten."""
        return self.orders + self.orders // 3

    def wait_for(self, calls: int) -> None:
        """Until so many calls were answered, in this run or the next."""
        with self._answered:
            while self.calls < calls:
                assert not self.problems, self.problems[:3]
                assert self._answered.wait(TIRED), f"no call was answered for {TIRED:.0f} s"

    def run(self) -> None:
        """All orders and the first two thirds of their events; run again, all of it is a repetition."""
        self._all([partial(self._order, i) for i in range(self.orders)])
        self._reports = self._reports or self._batches()
        self._all([partial(self._report, *batch) for batch in self._reports[: self._share]])

    def finish(self, part: int, parts: int) -> None:
        """One of so many equal parts of the last third of the events."""
        self._all([partial(self._report, *batch) for batch in self._reports[self._share + part :: parts]])

    @property
    def _share(self) -> int:
        return len(self._reports) * 2 // 3

    def _all(self, work: list[Callable[[], None]], clients: int = 6) -> None:
        def go() -> None:
            while True:
                with self._lock:
                    if not work:
                        return
                    job = work.pop()
                try:
                    job()
                except (AssertionError, KeyError, ValueError) as error:
                    with self._answered:
                        self.problems.append(f"{type(error).__name__}: {error}")
                        self._answered.notify_all()

        threads = [threading.Thread(target=go) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _order(self, i: int) -> None:
        ref = f"storm-{i}"
        body = {
            "ref": ref, "item": NOTICE, "payer": "department",
            "sender": {"name": "执法局（示例）", "phone": "0537-1234567", "division": "370811", "street": "示例路 1 号"},
            "recipient": {"name": "林示例", "phone": f"154{i:08d}", "division": "370881", "street": f"示例街 {i} 号"},
        }  # fmt: skip
        answer = self._post("/orders", body, key=str(UUID(int=i + 1)), auth=self.keys[0])
        with self._lock:
            if self.numbers.setdefault(ref, answer["number"]) != answer["number"]:
                self.forgotten_orders.add(ref)

    def _batches(self) -> list[tuple[str, list[dict[str, Any]]]]:
        rows: list[tuple[str, dict[str, Any]]] = []
        for i, number in enumerate(sorted(self.numbers.values())):
            base = START + timedelta(seconds=i)
            steps = [("collected", 1), ("in_transit", 5), ("at_delivery_office", 20), ("delivered", 26)]
            mine = [(self.keys[1], _event(number, kind, base + timedelta(hours=hours))) for kind, hours in steps]
            if self.random.random() < 0.3:  # the same delivery, told by a second source two minutes later
                mine.append((self.keys[0], _event(number, "delivered", base + timedelta(hours=26, minutes=2))))
            rows += mine + [event for event in mine if self.random.random() < 0.35]
        self.random.shuffle(rows)
        batches: list[tuple[str, list[dict[str, Any]]]] = []
        for key in self.keys:
            own = [row for k, row in rows if k == key]
            while own:
                size = self.random.randint(1, 20)
                batches.append((key, own[:size]))
                own = own[size:]
        self.random.shuffle(batches)
        return batches

    def _report(self, key: str, rows: list[dict[str, Any]]) -> None:
        told = [(row["number"], row["kind"], row["occurred_at"]) for row in rows]
        with self._lock:
            known = self.events & set(told)
        answer = self._post("/scans", {"rows": rows}, key="", auth=key)
        new = {event for event, row in zip(told, answer["rows"], strict=True) if row["status"] == "accepted"}
        with self._lock:
            self.problems += [f"event not taken: {row}" for row in answer["rows"] if row["status"] not in ("accepted", "duplicate")]
            self.forgotten_events |= known & new
            self.events |= set(told)

    def _post(self, path: str, body: dict[str, Any], *, key: str, auth: str) -> Any:
        headers = {"Authorization": f"Bearer {auth}"} | ({"Idempotency-Key": key} if key else {})
        started = time.monotonic()
        while time.monotonic() - started < TIRED:
            try:
                response = httpx.post(self.url + path, json=body, headers=headers, timeout=8)
            except httpx.HTTPError:
                self._again()
                continue
            if response.status_code < 400:
                with self._answered:
                    self.worst, self.calls = max(self.worst, time.monotonic() - started), self.calls + 1
                    self._answered.notify_all()
                return response.json()
            if response.status_code < 500:
                raise AssertionError(f"{path} answered {response.status_code}: {response.text[:300]}")
            self._again()
        raise AssertionError(f"{path} was not answered for {TIRED:.0f} s")

    def _again(self) -> None:
        with self._lock:
            self.repeated += 1
        time.sleep(0.1)


def _event(number: str, kind: str, at: datetime) -> dict[str, Any]:
    return {"number": number, "kind": kind, "occurred_at": at.isoformat(), "signer": "addressee" if kind == "delivered" else ""}
