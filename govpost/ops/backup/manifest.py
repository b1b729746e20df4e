"""What a backup says of itself: what, when, of which program and schema, how many rows, and the sums of its files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from govpost import __version__
from govpost.ops.binaries import NoServer

NAME, FORMAT, PREFIX = "manifest.json", 1, "govpost-"
# What people were told is done: a restore shows at least as many, an upgrade exactly as many.
ACCEPTED = (
    "cases_case", "delivery_order", "delivery_scan", "delivery_handover", "journal_fact", "licences_licence", "notices_notice",
    "parties_party", "settlement_ledgerentry", "retention_certificate",
)  # fmt: skip


@dataclass(slots=True)
class Manifest:
    """`kind`: physical or logical. `rows`: of `ACCEPTED`, `migrations`: the last of each room. `wrapped`: the data key, sealed."""

    kind: str
    made_at: str
    govpost: str
    postgresql: int
    migrations: dict[str, str]
    rows: dict[str, int]
    data_keys: list[int]
    wrapped: dict[str, str]
    files: list[dict[str, Any]] = field(default_factory=list)
    verified_at: str = ""
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        (folder / NAME).write_text(json.dumps(asdict(self), indent=2) + "\n")


def describe(connection: psycopg.Connection[Any], *, kind: str, data_keys: list[int], wrapped: dict[str, str]) -> Manifest:
    return Manifest(
        kind=kind, made_at=datetime.now(tz=UTC).isoformat(timespec="seconds"), govpost=__version__,
        postgresql=connection.info.server_version // 10000, migrations=migrations(connection), rows=count(connection, ACCEPTED),
        data_keys=data_keys, wrapped=wrapped,
    )  # fmt: skip


def read(folder: Path) -> Manifest:
    """Raises NoServer for what is no whole backup of a format that this program knows."""
    try:
        found = json.loads((folder / NAME).read_text())
        if found["format"] != FORMAT:
            raise NoServer(f"{folder} has format {found['format']}; this program reads {FORMAT}. Take the program that made it.")
        manifest = Manifest(**found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoServer(
            f"{folder} is no whole backup ({type(error).__name__} in {NAME}). Give a directory that `govpost backup` made."
        ) from error
    for each in manifest.files:
        path = folder / each["name"]
        if Path(each["name"]).name != each["name"] or not path.is_file() or path.stat().st_size != each["bytes"]:
            raise NoServer(f"{path} is missing or has another size than the manifest says. Copy the backup again, or take another one.")
    return manifest


def count(connection: psycopg.Connection[Any], tables: tuple[str, ...]) -> dict[str, int]:
    return {name: _count(connection, name) for name in tables if _exists(connection, name)}


def every_table(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows of each table of ours, partitions counted in their parent."""
    names = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = 'public'::regnamespace ORDER BY 1"
    ).fetchall()
    return {name: _count(connection, name) for (name,) in names}


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    return int(row[0]) if row else 0


def _exists(connection: psycopg.Connection[Any], table: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s)", [table]).fetchone()
    return bool(row and row[0])


def migrations(connection: psycopg.Connection[Any]) -> dict[str, str]:
    if not _exists(connection, "django_migrations"):
        return {}
    rows = connection.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app").fetchall()
    return dict(rows)
