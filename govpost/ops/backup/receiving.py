"""Receiving WAL as it is written: with a synchronous receiver on another machine nothing that was acknowledged is lost (RPO 0)."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import psycopg

from govpost.ops.backup import programs
from govpost.ops.binaries import NoServer
from govpost.ops.postgres import end
from govpost.ops.processes import die_with_parent

NAME = "govpost_wal"  # the receiver's name, for synchronous_standby_names, and its slot


def command(url: str, to: Path) -> subprocess.Popen[bytes]:
    """The receiver; it writes and flushes each record before the primary acknowledges, where that waits for it."""
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    named = f"{url}{'&' if '?' in url else '?'}application_name={NAME}"
    made = programs.start("pg_receivewal", url, "--slot", NAME, "--create-slot", "--if-not-exists", "--no-password", stderr=None)
    if made.wait() != 0:
        raise NoServer("The receiver's slot could not be made. Does the role have REPLICATION, and does pg_hba.conf let it in?")
    return programs.start(
        "pg_receivewal", named, "-D", str(to), "--slot", NAME, "--synchronous", "--no-password", "--status-interval=1", stderr=None,
        preexec_fn=die_with_parent(signal.SIGINT),
    )  # fmt: skip


def receive(url: str, to: Path) -> int:
    """Until told to stop; pg_receivewal itself comes back when the primary was away."""
    process = command(url, to)
    ended: list[int] = []

    def stop(number: int, _: object) -> None:
        ended.append(number)
        process.send_signal(signal.SIGINT)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    status = process.wait()
    return 0 if ended else status


def wait_until_synchronous(url: str, seconds: float = 30) -> None:
    """Until the primary waits for the receiver; raises NoServer when it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            row = connection.execute("SELECT sync_state FROM pg_stat_replication WHERE application_name = %s", [NAME]).fetchone()
        if row and row[0] in ("sync", "quorum"):
            return
        time.sleep(0.1)
    raise NoServer(f"The primary does not wait for the receiver. Set synchronous_standby_names = '{NAME}' there and reload.")


def stop(process: subprocess.Popen[bytes]) -> None:
    end(process, signal.SIGINT, 10)
