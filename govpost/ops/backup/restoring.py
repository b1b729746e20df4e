"""Restoring a backup elsewhere: first its manifest, never over a live directory, then WAL up to the end or to a moment, then checks."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from govpost.journal.resuming import resume
from govpost.ops import roles
from govpost.ops.backup import keys, manifest, programs, reading, stream
from govpost.ops.backup.manifest import Manifest
from govpost.ops.backup.taking import BASE, DUMP, PASSWORDS
from govpost.ops.binaries import NoServer, find_binaries, identity, make_home, place_for_data
from govpost.ops.postgres import Server, apply_grants, write_private

RECOVERY_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Restored:
    """`seconds` until it answered again. `last_at`: the newest fact that is there; nothing after it was brought back."""

    seconds: float
    rows: dict[str, int]
    last_at: datetime | None


def into_directory(
    folder: Path, home: Path, *, shares: Sequence[Path], wal: Path | None = None, until: datetime | None = None, partial: bool = True
) -> Restored:
    """A backup into a new home of the embedded server. A home that fails half-way is removed again.

    wal: received or archived segments to replay. until: no further than this moment. partial: also the segment that was being
    received (an archive has none).
    """
    made = manifest.read(folder)
    data_key = keys.unwrap(made.wrapped, shares)
    began = time.monotonic()
    with _new_home(home):
        if made.kind == "physical":
            _unpack(folder, home, made, data_key)
            server = _recover(home, made, wal, until, partial=partial)
        else:
            if wal or until:
                raise NoServer("WAL and --until belong to a base backup; this one is a dump. Leave them out, or take a base backup.")
            server = Server(home)
            server.start()
            _load(folder, server.url(roles.OWNER), made, data_key)
        try:
            return _look(server.url(roles.OWNER), began, made)
        finally:
            server.stop()


def into_database(folder: Path, owner_url: str, *, shares: Sequence[Path]) -> Restored:
    """A dump into an empty database of another server, whose roles and extensions `govpost doctor --sql` makes."""
    made = manifest.read(folder)
    if made.kind != "logical":
        raise NoServer("A base backup becomes a directory of its own. Add --to DIR.")
    data_key = keys.unwrap(made.wrapped, shares)
    began = time.monotonic()
    with psycopg.connect(owner_url, connect_timeout=10) as connection:
        if manifest.every_table(connection):
            raise NoServer("The database holds tables already. Name an empty one in DATABASE_OWNER_URL; nothing was changed.")
    _load(folder, owner_url, made, data_key)
    return _look(owner_url, began, made)


@contextmanager
def _new_home(home: Path) -> Iterator[None]:
    data = place_for_data(home / "postgres")
    if not programs.empty(data) or (home / "postgres-passwords.json").exists():
        raise NoServer(f"{home} holds a database already. Restore into a new directory; nothing was changed.")
    make_home(home)
    try:
        yield
    except BaseException:
        shutil.rmtree(data, ignore_errors=True)
        (home / "postgres-passwords.json").unlink(missing_ok=True)
        raise


def _unpack(folder: Path, home: Path, made: Manifest, data_key: bytes) -> None:
    data = place_for_data(home / "postgres")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    reading.unpack(folder / BASE, data_key, data)
    if any(each["name"] == PASSWORDS for each in made.files):
        with stream.reader(folder / PASSWORDS, data_key) as file:
            write_private(home / "postgres-passwords.json", file.read().decode())
    if identity().dropped:
        subprocess.run(["chown", "-R", f"{identity().uid}:{identity().gid}", str(data)], check=True)


def _recover(home: Path, made: Manifest, wal: Path | None, until: datetime | None, *, partial: bool) -> Server:
    """Replay and promote. The recovery's settings mean nothing any more then; the next start writes its own."""
    data = place_for_data(home / "postgres")
    (data / "recovery.signal").touch()
    server = Server(home, binaries=find_binaries(made.postgresql), settings=_recovery(_reachable(wal, home), until, partial=partial))
    server.start()
    try:
        _until_promoted(server)
    except BaseException:
        server.stop(at_once=True)
        raise
    if wal:
        shutil.rmtree(_wal_copy(home), ignore_errors=True)
    return server


def _wal_copy(home: Path) -> Path:
    return place_for_data(home / "postgres").with_name("restored-wal-" + home.name)


def _reachable(wal: Path | None, home: Path) -> Path | None:
    """Received segments as the server's user can read them: hard links or copies beside the data."""
    if wal is None:
        return None
    if not wal.is_dir():
        raise NoServer(f"{wal} is no directory of WAL. Name the one that `govpost receive-wal` wrote, or leave --wal out.")
    copy = _wal_copy(home)
    shutil.rmtree(copy, ignore_errors=True)
    subprocess.run(["cp", "-rL", str(wal), str(copy)], check=True)
    if identity().dropped:
        subprocess.run(["chown", "-R", f"{identity().uid}:{identity().gid}", str(copy)], check=True)
    return copy


def _recovery(wal: Path | None, until: datetime | None, *, partial: bool) -> dict[str, str]:
    if wal is None:
        fetch = "false"  # what the backup brings is enough
    else:
        last = f' || cp "{wal}/%f.partial" "%p"' if partial else ""
        fetch = f'cp "{wal}/%f" "%p"{last}'
    settings = {"restore_command": f"({fetch}) 2>/dev/null", "recovery_target_action": "promote", "recovery_target_timeline": "latest"}
    if until:
        settings["recovery_target_time"] = until.isoformat()
    elif wal is None:
        settings["recovery_target"] = "immediate"
    return settings


def _until_promoted(server: Server) -> None:
    deadline = time.monotonic() + RECOVERY_SECONDS
    while time.monotonic() < deadline:
        with server.connect() as connection:
            row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
        if row and not row[0]:
            return
        if server.has_ended():
            break
        time.sleep(0.05)
    raise NoServer(f"The recovery did not come to its end. Is --until later than the backup's end? The log: {server.home / 'postgres.log'}")


def _load(folder: Path, owner_url: str, made: Manifest, data_key: bytes) -> None:
    with psycopg.connect(owner_url, connect_timeout=10) as connection:
        if connection.info.server_version // 10000 < made.postgresql:
            raise NoServer(f"The dump is of PostgreSQL {made.postgresql}; this server is older. Restore into {made.postgresql} or newer.")
    with stream.reader(folder / DUMP, data_key) as file:
        load(file, owner_url)


def load(dump: object, owner_url: str) -> None:
    """A dump from an open stream into an empty database, whole or not at all, then what a dump cannot say."""
    arguments = ("--no-owner", "--no-comments", "--single-transaction", "--exit-on-error", "--no-password")
    process = programs.start("pg_restore", owner_url, *arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    if process.stdin is None:
        raise NoServer("pg_restore did not start. Run the same command again.")
    try:
        programs.drain(dump, process.stdin)  # type: ignore[arg-type]
        process.stdin.close()
    except BrokenPipeError:
        pass  # it says why itself
    except BaseException:
        programs.close(process)
        raise
    programs.finish(process, "The restore")
    with psycopg.connect(owner_url, connect_timeout=10) as connection:
        connection.execute("SET statement_timeout = 0")
        resume(connection)
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE")
    apply_grants(owner_url)


def _look(owner_url: str, began: float, made: Manifest) -> Restored:
    seconds = time.monotonic() - began
    with psycopg.connect(owner_url, autocommit=True, connect_timeout=10) as connection:
        rows = manifest.count(connection, tuple(made.rows))
        row = connection.execute("SELECT max(recorded_at) FROM journal_fact").fetchone()
    missing = {name: (made.rows[name], rows.get(name, 0)) for name in made.rows if rows.get(name, 0) < made.rows[name]}
    if missing:
        raise NoServer(f"Rows are missing after the restore: {missing}. Do not use it; take another backup.")
    return Restored(seconds, rows, row[0] if row else None)
