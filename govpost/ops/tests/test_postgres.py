"""The launcher: rows survive every kind of end, nothing outlives its launcher, and refusals say what to do."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from govpost.ops import binaries, roles
from govpost.ops.binaries import NoServer
from govpost.ops.postgres import Locked, Server, running
from govpost.ops.processes import die_with_parent, is_alive, start_watcher
from govpost.ops.template import REPOSITORY, new_room

SECONDS = 30
pytestmark = pytest.mark.processes
_AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another user")
_LAUNCHER = """
import sys, time
from pathlib import Path
from govpost.ops.postgres import Server
server = Server(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def room() -> Iterator[Path]:
    room = new_room("govpost-launcher-")
    yield room
    shutil.rmtree(room, ignore_errors=True)


def _until(condition: Callable[[], bool], seconds: float = SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def _keep_a_row(server: Server) -> None:
    with psycopg.connect(server.url(roles.OWNER)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")


def _kept(server: Server) -> int:
    with psycopg.connect(server.url(roles.OWNER)) as connection:
        row = connection.execute("SELECT seven FROM kept").fetchone()
    return int(row[0]) if row else 0


def test_rows_survive_a_killed_server(room: Path) -> None:
    server = Server(room)
    server.start()
    _keep_a_row(server)
    os.kill(server.pid, signal.SIGKILL)
    assert _until(server.has_ended)
    server.stop()
    server.start()
    assert _kept(server) == 7
    server.stop()


def test_a_launcher_killed_without_warning_takes_its_server_along_and_the_rows_stay(room: Path) -> None:
    launcher = subprocess.Popen(
        [sys.executable, "-c", _LAUNCHER, str(room)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}
    )
    assert launcher.stdout is not None
    pid = int(launcher.stdout.readline())
    found = running(room)
    assert found is not None
    with psycopg.connect(found[roles.OWNER]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    server = Server(room)
    server.start()  # at once: it waits for its predecessor
    assert not is_alive(pid)
    assert _kept(server) == 7
    server.stop()
    assert running(room) is None


def test_a_second_launcher_is_told_who_is_in_the_way(room: Path) -> None:
    server = Server(room)
    server.start()
    with pytest.raises(Locked, match="already runs on the data"):
        Server(room).start()
    server.stop()


def test_the_application_is_no_superuser_and_durability_is_whole(room: Path) -> None:
    server = Server(room)
    server.start()
    with server.connect(roles.DATABASE, roles.APPLICATION) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
            assert row == ("on",), name
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (id int)")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url().replace(server.passwords()[roles.APPLICATION], "guessed"))
    assert (room / "postgres-passwords.json").stat().st_mode & 0o077 == 0
    server.stop()


@_AS_ROOT
def test_a_closed_parent_folder_is_left_closed_and_everything_still_works(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed, stand_in = room / "closed", room / "open"
    closed.mkdir(mode=0o700)
    stand_in.mkdir()
    carried = binaries.find_binaries()
    for part in carried.bundle:
        home = closed / (part.name if part.name.endswith(".libs") else part.parent.name)
        target = home if part.name.endswith(".libs") else home / part.name
        target.parent.mkdir(exist_ok=True)
        subprocess.run(["cp", "-a", str(part), str(target)], check=True)
    package = carried.bundle[0].parent.name
    libraries = tuple(closed.glob("*.libs"))
    moved = binaries.Binaries(closed / package / "pginstall" / "bin", carried.major, (closed / package / "pginstall", *libraries))
    monkeypatch.setattr(binaries, "open_room", lambda: stand_in)
    server = Server(closed / "data", binaries=moved)
    server.start()
    _keep_a_row(server)
    server.stop()
    assert server.data.parent == stand_in
    assert closed.stat().st_mode & 0o777 == 0o700
    server = Server(closed / "data", binaries=moved)
    server.start()
    assert _kept(server) == 7
    server.stop()


def test_a_broken_data_directory_is_named_with_a_remedy(room: Path) -> None:
    server = Server(room)
    server.start()
    server.stop()
    (room / "postgres" / "global" / "pg_control").write_bytes(b"broken")
    with pytest.raises(NoServer, match="--fresh") as refused:
        Server(room).start()
    assert "pg_control" in str(refused.value)


def test_a_folder_that_is_no_database_is_not_touched(room: Path) -> None:
    (room / "postgres").mkdir()
    (room / "postgres" / "letter.txt").write_text("mine")
    with pytest.raises(NoServer, match="is no database"):
        Server(room).start()
    assert (room / "postgres" / "letter.txt").read_text() == "mine"


def test_data_of_another_major_version_is_refused_with_a_remedy(room: Path) -> None:
    (room / "postgres").mkdir()
    (room / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(NoServer, match="written by PostgreSQL 9"):
        Server(room).start()


@pytest.mark.skipif(not Path("/usr/lib/postgresql/15/bin/postgres").exists(), reason="Debian's PostgreSQL 15 is not here")
def test_the_launcher_also_drives_debians_postgresql_15(room: Path) -> None:
    server = Server(room, binaries=binaries.binaries_in(Path("/usr/lib/postgresql/15/bin")))
    server.start()
    with server.connect() as connection:
        row = connection.execute("SHOW server_version_num").fetchone()
    server.stop()
    assert row is not None
    assert row[0].startswith("15")


@pytest.mark.skipif(not Path("/proc").exists(), reason="needs /proc")
def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    assert _until(lambda: not is_alive(child.pid))
    assert child.poll() is not None


def test_a_child_gets_its_signals_back_although_its_parent_ignores_them() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = subprocess.Popen(["sleep", "60"], preexec_fn=die_with_parent(signal.SIGTERM))
    finally:
        signal.signal(signal.SIGINT, before)
    child.send_signal(signal.SIGINT)
    assert child.wait(SECONDS) == -signal.SIGINT


def test_where_the_kernel_has_no_parent_death_signal_a_watcher_does_its_work() -> None:
    child = subprocess.Popen(["sleep", "60"])
    watcher = start_watcher(child.pid, signal.SIGTERM)
    assert watcher.stdin is not None
    watcher.stdin.close()  # as the kernel does when we end
    assert child.wait(SECONDS) == -signal.SIGTERM
    watcher.wait(SECONDS)
