"""What the sandbox remembers, in one SQLite file, so that a restart keeps its parcels, its story and the pushes it owes."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS parcel (
  waybill TEXT PRIMARY KEY, order_no TEXT NOT NULL UNIQUE, body TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'open',
  plan TEXT NOT NULL, next_at REAL, held INTEGER NOT NULL DEFAULT 0, last_at REAL NOT NULL, created_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS parcel_due ON parcel (next_at) WHERE next_at IS NOT NULL AND held = 0;
CREATE TABLE IF NOT EXISTS event (
  id INTEGER PRIMARY KEY, waybill TEXT NOT NULL, at REAL NOT NULL, item TEXT NOT NULL, voided INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS event_of ON event (waybill, id);
CREATE TABLE IF NOT EXISTS push (
  id INTEGER PRIMARY KEY, waybill TEXT NOT NULL, older INTEGER NOT NULL, row TEXT NOT NULL, due_at REAL NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS push_due ON push (due_at, id);
CREATE TABLE IF NOT EXISTS fault (id INTEGER PRIMARY KEY, name TEXT NOT NULL, api TEXT NOT NULL, times INTEGER NOT NULL,
  seconds REAL NOT NULL, status INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tally (name TEXT PRIMARY KEY, count INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel: `plan` holds the steps to come, `next_at` the epoch second of the first (None: none comes by itself)."""

    waybill: str
    order_no: str
    body: dict[str, Any]
    state: str
    plan: list[dict[str, Any]]
    next_at: float | None
    held: bool
    last_at: float
    created_at: float


@dataclass(frozen=True, slots=True)
class Event:
    id: int
    at: float
    item: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Owed:
    """A push that is not yet acknowledged."""

    id: int
    row: dict[str, Any]
    tries: int


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    seconds: float
    status: int


class Store:
    """All reads and writes; `with store.transaction():` makes several of them one."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")

    def _rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def _do(self, sql: str, *values: Any) -> int:
        with self._lock:
            return self._db.execute(sql, values).rowcount

    # -- parcels

    def new_waybill(self, prefix: str) -> str:
        """13 digits, random so that a fresh state file repeats no number that an older one gave out."""
        while True:
            waybill = prefix + f"{secrets.randbelow(10 ** (13 - len(prefix))):0{13 - len(prefix)}d}"
            if self.find_parcel(waybill) is None:
                return waybill

    def add_parcel(self, parcel: Parcel) -> None:
        self._do(
            "INSERT INTO parcel (waybill, order_no, body, state, plan, next_at, held, last_at, created_at) VALUES (?,?,?,?,?,?,?,?,?)",
            parcel.waybill,
            parcel.order_no,
            json.dumps(parcel.body, ensure_ascii=False),
            parcel.state,
            json.dumps(parcel.plan, ensure_ascii=False),
            parcel.next_at,
            parcel.held,
            parcel.last_at,
            parcel.created_at,
        )

    def find_parcel(self, number: str) -> Parcel | None:
        """By waybill or order number."""
        found = self._rows("SELECT * FROM parcel WHERE waybill = ? OR order_no = ?", number, number)
        return _parcel(found[0]) if found else None

    def due_parcels(self, now: float, limit: int = 200) -> list[Parcel]:
        sql = "SELECT * FROM parcel WHERE next_at <= ? AND held = 0 ORDER BY next_at, waybill LIMIT ?"
        return [_parcel(row) for row in self._rows(sql, now, limit)]

    def parcels(self, limit: int = 200) -> list[Parcel]:
        return [_parcel(row) for row in self._rows("SELECT * FROM parcel ORDER BY created_at DESC, waybill LIMIT ?", limit)]

    def set_plan(self, waybill: str, plan: list[dict[str, Any]], next_at: float | None, last_at: float) -> None:
        sql = "UPDATE parcel SET plan = ?, next_at = ?, last_at = ? WHERE waybill = ?"
        self._do(sql, json.dumps(plan, ensure_ascii=False), next_at, last_at, waybill)

    def set_state(self, waybill: str, state: str) -> None:
        self._do("UPDATE parcel SET state = ? WHERE waybill = ?", state, waybill)

    def hold(self, waybill: str, held: bool) -> None:
        self._do("UPDATE parcel SET held = ? WHERE waybill = ?", held, waybill)

    def pull_forward(self, seconds: float) -> None:
        """Let every waiting parcel come `seconds` earlier."""
        self._do("UPDATE parcel SET next_at = next_at - ? WHERE next_at IS NOT NULL", seconds)

    # -- events

    def add_event(self, waybill: str, at: float, item: dict[str, Any]) -> None:
        sql = "INSERT INTO event (waybill, at, item) VALUES (?,?,?)"
        self._do(sql, waybill, at, json.dumps(item, ensure_ascii=False))

    def events(self, waybill: str) -> list[Event]:
        """What the track shows: withdrawn events are gone from it."""
        rows = self._rows("SELECT * FROM event WHERE waybill = ? AND voided = 0 ORDER BY at, id", waybill)
        return [Event(row["id"], row["at"], json.loads(row["item"])) for row in rows]

    def void_event(self, event_id: int) -> None:
        self._do("UPDATE event SET voided = 1 WHERE id = ?", event_id)

    # -- pushes

    def owe(self, waybill: str, row: dict[str, Any], due_at: float, *, older: bool = False) -> None:
        sql = "INSERT INTO push (waybill, older, row, due_at) VALUES (?,?,?,?)"
        self._do(sql, waybill, older, json.dumps(row, ensure_ascii=False), due_at)
        self.count("owed")

    def owed(self, now: float, *, older: bool, limit: int = 100) -> list[Owed]:
        sql = "SELECT * FROM push WHERE due_at <= ? AND older = ? ORDER BY due_at, id LIMIT ?"
        return [Owed(row["id"], json.loads(row["row"]), row["tries"]) for row in self._rows(sql, now, older, limit)]

    def settle(self, push_id: int) -> None:
        """Acknowledged: owed no more."""
        self._do("DELETE FROM push WHERE id = ?", push_id)
        self.count("acknowledged")

    def put_off(self, push_id: int, until: float, answer: str) -> None:
        sql = "UPDATE push SET tries = tries + 1, due_at = ?, answer = ? WHERE id = ?"
        self._do(sql, until, answer[:300], push_id)
        self.count("put_off")

    def waiting(self) -> list[dict[str, Any]]:
        rows = self._rows("SELECT waybill, older, tries, answer FROM push ORDER BY due_at, id LIMIT 200")
        return [dict(row) for row in rows]

    def next_due(self) -> float | None:
        """The epoch second at which something is to be done next."""
        rows = self._rows(
            "SELECT min(at) AS at FROM (SELECT min(next_at) AS at FROM parcel WHERE held = 0 UNION ALL SELECT min(due_at) FROM push)"
        )
        at: float | None = rows[0]["at"]
        return at

    # -- faults, settings, tallies

    def add_fault(self, name: str, *, api: str, times: int, seconds: float, status: int) -> None:
        sql = "INSERT INTO fault (name, api, times, seconds, status) VALUES (?,?,?,?,?)"
        self._do(sql, name, api, times, seconds, status)

    def take_fault(self, names: tuple[str, ...], api: str = "") -> Fault | None:
        """Use up one time of the oldest armed fault among `names` that applies to `api`."""
        marks = ",".join("?" * len(names))
        with self.transaction():
            sql = f"SELECT * FROM fault WHERE name IN ({marks}) AND api IN ('', ?) ORDER BY id LIMIT 1"  # noqa: S608 - question marks
            rows = self._rows(sql, *names, api)
            if not rows:
                return None
            self._do("UPDATE fault SET times = times - 1 WHERE id = ?", rows[0]["id"])
            self._do("DELETE FROM fault WHERE times <= 0")
        return Fault(rows[0]["name"], rows[0]["seconds"], rows[0]["status"])

    def faults(self) -> list[dict[str, Any]]:
        return [dict(row) for row in self._rows("SELECT name, api, times, seconds, status FROM fault ORDER BY id")]

    def forget_faults(self) -> None:
        self._do("DELETE FROM fault")

    def setting(self, name: str, default: Any) -> Any:
        rows = self._rows("SELECT value FROM setting WHERE name = ?", name)
        return json.loads(rows[0]["value"]) if rows else default

    def set_setting(self, name: str, value: Any) -> None:
        self._do("INSERT OR REPLACE INTO setting (name, value) VALUES (?,?)", name, json.dumps(value))

    def count(self, name: str) -> None:
        self._do("INSERT INTO tally VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET count = count + 1", name)

    def tallies(self) -> dict[str, int]:
        return {row["name"]: row["count"] for row in self._rows("SELECT name, count FROM tally ORDER BY name")}


def _parcel(row: sqlite3.Row) -> Parcel:
    return Parcel(
        waybill=row["waybill"],
        order_no=row["order_no"],
        body=json.loads(row["body"]),
        state=row["state"],
        plan=json.loads(row["plan"]),
        next_at=row["next_at"],
        held=bool(row["held"]),
        last_at=row["last_at"],
        created_at=row["created_at"],
    )
