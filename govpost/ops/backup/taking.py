"""Taking a backup: into a folder of its own that has its name only when it is whole and was read back."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from govpost.ops.backup import keys, manifest, programs, reading, stream
from govpost.ops.backup.manifest import PREFIX, Manifest
from govpost.ops.binaries import NoServer

BASE, DUMP, PASSWORDS = "base.tar.gpb", "govpost.dump.gpb", "passwords.gpb"


@dataclass(frozen=True, slots=True)
class Source:
    """`url` may copy the whole server (`physical`) or read every table. `passwords`: those of an embedded server, None of another's."""

    url: str
    physical: bool
    data_keys: list[int]
    passwords: Path | None = None


def take(source: Source, to: Path, *, key: Path | None, keep: int = 0) -> tuple[Path, Manifest]:
    """One backup below `to`; older ones beyond `keep` go (0: none goes). Nothing half is left behind."""
    data_key = secrets.token_bytes(16)
    wrapped = keys.wrap(data_key, key)
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = to / f".partial-{secrets.token_hex(4)}"
    partial.mkdir(mode=0o700)
    try:
        kind = "physical" if source.physical else "logical"
        with psycopg.connect(source.url, autocommit=True, connect_timeout=10) as connection:
            connection.execute("SET statement_timeout = 0")
            made = manifest.describe(connection, kind=kind, data_keys=source.data_keys, wrapped=wrapped)
            made.files = list(_physical(source, connection, partial, data_key) if source.physical else _logical(source, partial, data_key))
        reading.verify(partial, made, data_key)
        made.verified_at = datetime.now(tz=UTC).isoformat(timespec="seconds")
        made.write(partial)
        named = to / f"{PREFIX}{made.made_at[:19].replace('-', '').replace(':', '')}Z-{kind}"
        partial.rename(named)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    if keep:
        _drop_older(to, kind, keep)
    return named, made


def _physical(source: Source, connection: psycopg.Connection[Any], folder: Path, data_key: bytes) -> Iterator[dict[str, Any]]:
    """A base backup with the WAL that it needs, while everybody goes on working."""
    with _wal_kept(connection):
        arguments = ("-D", "-", "-F", "tar", "-X", "fetch", "-c", "fast", "--no-password", "--manifest-checksums=SHA256")
        yield _pour("pg_basebackup", source.url, arguments, folder / BASE, data_key)
    if source.passwords:
        writer = stream.Writer(folder / PASSWORDS, data_key)
        writer.write(source.passwords.read_bytes())
        writer.close()
        yield writer.sums


@contextmanager
def _wal_kept(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """However long it takes and however much is written meanwhile; the slot goes with this session at the latest."""
    name = f"govpost_backup_{secrets.token_hex(4)}"
    connection.execute("SELECT pg_create_physical_replication_slot(%s, true, true)", [name])
    try:
        yield
    finally:
        connection.execute("SELECT pg_drop_replication_slot(%s)", [name])


def _logical(source: Source, folder: Path, data_key: bytes) -> Iterator[dict[str, Any]]:
    """Schema and rows of one moment, for any server of the same or a newer version."""
    arguments = ("-F", "custom", "-Z", "0", "--no-owner", "--no-comments", "--no-password", "--lock-wait-timeout=60s")
    yield _pour("pg_dump", source.url, arguments, folder / DUMP, data_key)


def _pour(program: str, url: str, arguments: tuple[str, ...], path: Path, data_key: bytes) -> dict[str, Any]:
    writer = stream.Writer(path, data_key)
    process = programs.start(program, url, *arguments, stdout=subprocess.PIPE)
    if process.stdout is None:
        raise NoServer(f"{program} did not start. Run the same command again.")
    try:
        while block := process.stdout.read(1 << 18):
            writer.write(block)
        programs.finish(process, "The backup")
    finally:
        programs.close(process)
        writer.close()
    return writer.sums


def _drop_older(to: Path, kind: str, keep: int) -> None:
    """Whole backups of this kind, oldest first; what is no backup of ours is never touched."""
    whole = sorted(each for each in to.glob(f"{PREFIX}*-{kind}") if (each / manifest.NAME).is_file())
    for old in whole[:-keep]:
        shutil.rmtree(old)
