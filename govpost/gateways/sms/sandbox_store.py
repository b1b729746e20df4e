"""Where the sandbox keeps what it was given: messages once per key, and the nonces of the last minutes, in one SQLite file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from govpost.common.ids import uuid7

_TABLES = """
CREATE TABLE IF NOT EXISTS message (
  id TEXT PRIMARY KEY, idempotency_key TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, phone TEXT NOT NULL,
  template TEXT NOT NULL, params TEXT NOT NULL, text TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS message_phone ON message (phone);
CREATE TABLE IF NOT EXISTS nonce (nonce TEXT PRIMARY KEY, at REAL NOT NULL);
"""
_COLUMNS = "id, phone, template, params, text, at"


@dataclass(frozen=True, slots=True)
class Message:
    """`at` is Unix time."""

    id: str
    phone: str
    template: str
    params: Mapping[str, str]
    text: str
    at: float


class OtherContent(Exception):
    """The key was used before for another message."""


class Store:
    """Safe to use from several threads: each call opens its own connection."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_TABLES)

    def keep(self, message: Mapping[str, Any], at: float) -> tuple[UUID, bool]:
        """The message's id, and whether it is new. Raises `OtherContent`."""
        key = message["idempotency_key"]
        digest = hashlib.sha256(json.dumps(dict(message), sort_keys=True).encode()).hexdigest()
        with self._writing() as connection:
            found = connection.execute("SELECT id, digest FROM message WHERE idempotency_key = ?", (key,)).fetchone()
            if found is not None:
                if found[1] != digest:
                    raise OtherContent
                return UUID(found[0]), False
            number = uuid7()
            params = json.dumps(message["params"], ensure_ascii=False)
            row = (str(number), key, digest, message["phone"], message["template"], params, message["text"], at)
            connection.execute("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return number, True

    def is_first(self, nonce: str, at: float, seconds: float) -> bool:
        """Whether `nonce` was not seen in the last `seconds`; it is now."""
        with self._writing() as connection:
            connection.execute("DELETE FROM nonce WHERE at < ?", (at - seconds,))
            return connection.execute("INSERT OR IGNORE INTO nonce VALUES (?, ?)", (nonce, at)).rowcount == 1

    def to_phone(self, phone: str) -> list[Message]:
        """Everything sent to `phone`, oldest first."""
        return self._read(f"SELECT {_COLUMNS} FROM message WHERE phone = ? ORDER BY id", phone)  # noqa: S608

    def newest(self, count: int, tail: str = "") -> list[Message]:
        """The last `count` messages, newest first, of numbers that end in `tail`."""
        query = f"SELECT {_COLUMNS} FROM message WHERE substr(phone, -length(?)) = ? OR ? = '' ORDER BY id DESC LIMIT ?"  # noqa: S608
        return self._read(query, tail, tail, tail, count)

    def _read(self, query: str, *values: object) -> list[Message]:
        with closing(self._connect()) as connection:
            rows = connection.execute(query, values).fetchall()
        return [Message(id=i, phone=to, template=name, params=json.loads(p), text=text, at=at) for i, to, name, p, text, at in rows]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that waits for its turn before it reads, so that two equal keys cannot both be new."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                yield connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection
