"""Many rows in one statement with one parameter: a placeholder for each value is most of what Django's `bulk_create` costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.db import connection


def insert_rows(table: str, rows: Sequence[Mapping[str, Any]], *, then: str = "") -> list[tuple[Any, ...]]:
    """Insert rows (column → value, all with the same columns) in the caller's transaction; gives what `then` returns.

    table, then: SQL of ours, never of a caller's. Moments, ids and nested JSON are read by their columns' types; bytes come as `as_bytea`.
    """
    if not rows:
        return []
    columns = ", ".join(rows[0])
    sql = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json) {then}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [msgspec.json.encode(rows).decode()])
        return cursor.fetchall() if "RETURNING" in then else []


def as_bytea(value: bytes) -> str:
    """Bytes as a row holds them."""
    return f"\\x{value.hex()}"
