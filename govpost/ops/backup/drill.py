"""`govpost drill`: a database is filled, written to, backed up under load, killed and destroyed; then it must come back elsewhere.

What was acknowledged to the writers is compared with what is there: with the synchronous receiver nothing may be missing (RPO 0), with
whole archived segments alone the last moments are, and that is said apart.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from govpost.ops import roles
from govpost.ops.backup import keys, programs, receiving, restoring
from govpost.ops.backup.taking import Source, take
from govpost.ops.binaries import NoServer
from govpost.ops.postgres import SUPERUSER, Server
from govpost.ops.processes import die_with_parent

# Rows of the largest table, for numbers that no order has, until the database has its size.
_FILL = """
INSERT INTO delivery_scan (waybill_no, source, code, occurred_at, place_code, kind, name, place_name, place_city, signer, reason, cause,
                           note, actor, quarantined, known_at, raw)
SELECT 'FILL' || %(from)s + n, 'drill', '203', now() - n * interval '1 second', '23600001', 'collected', '收寄计费信息', '示例', '亳州',
       '', '', '', md5(n::text) || md5((n + 1)::text), '', false, now(), jsonb_build_object('opCode', '203', 'desc', md5((n + 2)::text))
FROM generate_series(1, %(rows)s) n
"""
_STEP = 100_000


def drill(home: Path, *, megabytes: int, seconds: float) -> dict[str, Any]:
    """One JSON line's worth. `home` must be new; it is the caller's to remove. Raises NoServer where a step could not be done."""
    pub, *shares = keys.make(home / "keys")
    primary = Server(home / "primary", settings={"max_wal_size": "2GB"})
    primary.start()
    try:
        _migrate(primary)
        size = _fill(primary, megabytes)
        wal, acks = home / "wal", home / "acknowledged"
        receiver = receiving.command(primary.url(SUPERUSER), wal)
        try:
            _wait_for_it(primary)
            with _writers(primary, acks):
                began = time.monotonic()
                source = Source(primary.url(SUPERUSER), physical=True, data_keys=[1], passwords=primary.home / "postgres-passwords.json")
                backup, _ = take(source, home / "backups", key=pub)
                backup_seconds = time.monotonic() - began
                time.sleep(seconds)
                os.kill(primary.pid, 9)
                shutil.rmtree(primary.data)
                primary.stop(at_once=True)
        finally:
            receiving.stop(receiver)
    finally:
        primary.stop(at_once=True)
    return _restore_and_compare(home, backup, shares, acks, {"size_mb": size, "backup_under_load_s": round(backup_seconds, 1)})


def _restore_and_compare(home: Path, backup: Path, shares: list[Path], acks: Path, said: dict[str, Any]) -> dict[str, Any]:
    acknowledged = [line.split() for line in acks.read_text().splitlines(keepends=True) if line.endswith("\n")]
    whole = restoring.into_directory(backup, home / "restored", shares=shares, wal=home / "wal")
    lost, wrong = _look(home / "restored", acknowledged)
    archive = restoring.into_directory(backup, home / "archived", shares=shares, wal=home / "wal", partial=False)
    lost_by_archive, _ = _look(home / "archived", acknowledged, check=False)
    return {
        "drill": "backup and restore", **said, "acknowledged": len(acknowledged), "rpo_lost": lost, "rto_s": round(whole.seconds, 1),
        "archive_only_lost": lost_by_archive, "archive_only_rto_s": round(archive.seconds, 1), "checks": wrong or "hold",
    }  # fmt: skip


def _migrate(server: Server) -> None:
    command = [sys.executable, "-m", "govpost.ops.migrate"]
    subprocess.run(command, env=_environment(server), check=True, cwd="/", stdout=subprocess.DEVNULL)


def _environment(server: Server) -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[3])
    own = {"DATABASE_URL": server.url(roles.APPLICATION), "DATABASE_OWNER_URL": server.url(roles.OWNER), "GOVPOST_DEMO": "1"}
    return {
        **os.environ, **own, "GOVPOST_DATA": str(server.home.parent), "DJANGO_SETTINGS_MODULE": "govpost.config.settings",
        "PYTHONPATH": root, "GOVPOST_STATEMENT_TIMEOUT_MS": "0", "GOVPOST_POOL_SIZE": "0",
    }  # fmt: skip


def _fill(server: Server, megabytes: int) -> int:
    """Returns the megabytes that it has then."""
    with psycopg.connect(server.url(roles.OWNER), autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0; SET synchronous_commit = off")
        rows = 0
        while (size := _megabytes(connection)) < megabytes:
            connection.execute(_FILL, {"from": rows, "rows": _STEP})
            rows += _STEP
    with server.connect() as connection:
        connection.execute("CHECKPOINT")
    return size


def _megabytes(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT pg_database_size(current_database()) / 1048576").fetchone()
    return int(row[0]) if row else 0


def _wait_for_it(server: Server) -> None:
    """From here on a commit is acknowledged when the receiver has it."""
    with server.connect() as connection:
        connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{receiving.NAME}'")
        connection.execute("SELECT pg_reload_conf()")
    receiving.wait_until_synchronous(server.url(SUPERUSER))


@contextmanager
def _writers(server: Server, acks: Path) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "govpost.ops.backup.writing", str(acks)], env=_environment(server), cwd="/", stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, preexec_fn=die_with_parent(9),
    )  # fmt: skip
    try:
        if process.stdout is None or process.stdout.readline() != b"writing\n":
            raise NoServer("The drill's writers did not start. Look at `govpost doctor`, then run the drill again.")
        yield
        process.wait(30)
    finally:
        programs.close(process)


_LOOK = """
import json, sys, django
django.setup()
from govpost.ops.backup.checking import check
found = check()
print(json.dumps(found.wrong + found.waiting))
"""


def _look(home: Path, acknowledged: list[list[str]], *, check: bool = True) -> tuple[int, list[str]]:
    """How many of the acknowledged orders and events are missing, and what the checks say."""
    server = Server(home)
    server.start()
    try:
        with psycopg.connect(server.url(roles.OWNER), autocommit=True) as connection:
            orders = {number for (number,) in connection.execute("SELECT number FROM delivery_order")}
            events = set(connection.execute("SELECT waybill_no, kind FROM delivery_scan WHERE source = 'ems'").fetchall())
        lost = sum(line[1] not in orders if line[0] == "order" else (line[1], line[2]) not in events for line in acknowledged)
        if not check:
            return lost, []
        done = subprocess.run(
            [sys.executable, "-c", _LOOK], env=_environment(server), cwd="/", capture_output=True, text=True, check=False
        )  # fmt: skip
        wrong: list[str] = json.loads(done.stdout) if done.returncode == 0 else [(done.stderr.strip().splitlines() or ["?"])[-1]]
        return lost, wrong
    finally:
        server.stop()
