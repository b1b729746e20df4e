"""The demo as a whole: up at once, everything comes back, and however it ends nothing keeps running."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException  # noqa: TID251  asks the demo on loopback
from pathlib import Path

import pytest

from govpost.ops import prepare, supervisor
from govpost.ops.binaries import NoServer, make_home
from govpost.ops.postgres import SUPERUSER, free_port
from govpost.ops.roles import APPLICATION, OWNER, REPORT
from govpost.ops.template import REPOSITORY, fill, new_room

SECONDS = 180  # an end to what hangs, no measure of speed
_STARTED: list[subprocess.Popen[str]] = []
ROLES = (OWNER, APPLICATION, REPORT)
pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="counts processes in /proc"),
]


@pytest.fixture
def room() -> Iterator[Path]:
    """A data directory whose tables and history are already there."""
    room = new_room("govpost-demo-")
    yield room
    for pid in _ours(room):
        with contextlib.suppress(ProcessLookupError):  # it may end with another one
            os.kill(pid, signal.SIGKILL)
    while _STARTED:  # left behind by a test that failed
        with _STARTED.pop() as process:
            process.kill()
            if process.stdout and not process.stdout.closed:
                print(process.stdout.read())
    shutil.rmtree(room, ignore_errors=True)


@pytest.fixture
def ready_room(room: Path) -> Path:
    fill(room)
    (room / "prepared").write_text(prepare.digest())
    (room / "demo-built").touch()
    return room


def _environment(room: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GOVPOST_", "DATABASE_"))}
    return {**kept, "GOVPOST_DATA": str(room), "GOVPOST_STATIC_FROM_SOURCE": "1", "PYTHONPATH": str(REPOSITORY)}


def _demo(room: Path, *words: str, ignoring_sigint: bool = False) -> subprocess.Popen[str]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN if ignoring_sigint else signal.SIG_DFL)
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "govpost.ops.command", "demo", *words],
            env=_environment(room), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)
    _STARTED.append(process)
    return process


def _ours(room: Path) -> set[int]:
    """Every process that works on this data directory, by its environment or its command line; zombies do not count."""
    wanted = str(room).encode()
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes() or wanted in (folder / "cmdline").read_bytes():
                found.add(int(folder.name))
        except OSError:
            continue
    return found - {os.getpid()}


def _status(port: int, path: str = "/healthz") -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (HTTPException, OSError):
        return 0
    finally:
        connection.close()


def _until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def _finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, _ = process.communicate(timeout=SECONDS)
    return process.returncode, said


def test_ctrl_c_leaves_nothing_running_even_when_the_shell_ignored_it(ready_room: Path) -> None:
    port = free_port()
    process = _demo(ready_room, f"--port={port}", ignoring_sigint=True)
    assert _until(lambda: _status(port, "/") == 200)  # the waiting page, long before the web process
    assert _until(lambda: _status(port) == 200)
    second = _demo(ready_room)
    code, said = _finish(second)
    assert (code, f"already runs at http://127.0.0.1:{port}/" in said) == (2, True)
    assert _status(port) == 200
    process.send_signal(signal.SIGINT)
    code, said = _finish(process)
    assert code == 0, said
    assert not _ours(ready_room)
    assert not (ready_room / "state.json").exists()


def test_a_wish_to_end_that_python_dropped_is_still_heard(tmp_path: Path) -> None:
    watching = supervisor.Supervisor(tmp_path)
    watching._pause(0)
    with contextlib.suppress(supervisor.Stopped):  # as in a hook of a fork, where nobody sees it
        watching._asked_to_end(signal.SIGTERM, None)
    with pytest.raises(supervisor.Stopped):
        watching._pause(0)


def test_a_supervisor_killed_without_warning_takes_everything_along(ready_room: Path) -> None:
    port = free_port()
    process = _demo(ready_room, f"--port={port}")
    assert _until(lambda: _status(port) == 200)
    assert len(_ours(ready_room)) > 4
    process.kill()
    process.communicate(timeout=SECONDS)
    assert _until(lambda: not _ours(ready_room))


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("postgres -D", "PostgreSQL ended and is started again"),
        ("command sandbox", "sandboxes ended (signal SIGKILL)"),
        ("command serve", "web ended (signal SIGKILL)"),
    ],
)
def test_what_is_killed_before_everything_is_up_comes_back(ready_room: Path, part: str, sentence: str) -> None:
    port = free_port()
    process = _demo(ready_room, f"--port={port}")
    _appearing(ready_room, "command serve")  # the last to start, and far from answering
    for victim in _commands(ready_room, part):
        os.kill(victim, signal.SIGKILL)
    assert _until((ready_room / "state.json").exists)
    assert _status(port) == 200
    process.terminate()
    code, said = _finish(process)
    assert code == 0, said
    assert sentence in said


def test_what_is_killed_comes_back(ready_room: Path) -> None:
    port = free_port()
    process = _demo(ready_room, f"--port={port}")
    assert _until(lambda: _status(port) == 200)
    for part in ("postgres -D", "command worker", "command serve"):
        victims = _appearing(ready_room, part)  # the worker starts last
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        assert _appearing(ready_room, part, other_than=victims)
        assert _until(lambda: _status(port) == 200), part
    process.terminate()
    code, said = _finish(process)
    assert code == 0, said
    assert "PostgreSQL ended and is started again" in said
    assert not _ours(ready_room)


def _appearing(room: Path, part: str, *, other_than: frozenset[int] = frozenset()) -> frozenset[int]:
    """The processes with `part` in their command, as soon as there is one that is new."""
    assert _until(lambda: bool(_commands(room, part) - other_than)), part
    return frozenset(_commands(room, part) - other_than)


def _commands(room: Path, part: str) -> set[int]:
    found = set()
    for pid in _ours(room):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if part in words.replace("govpost.ops.command", "command"):
            found.add(pid)
    return found


def test_a_port_in_use_is_refused_with_a_remedy(room: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = _finish(_demo(room, f"--port={port}"))
    assert code == 2
    assert f"Port {port} is in use" in said
    assert "--port" in said
    assert not _ours(room)


def test_without_a_wish_a_free_port_is_taken_where_the_usual_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(supervisor, "DEFAULT_PORT", taken.getsockname()[1])
        assert supervisor.choose_port(None) not in {0, taken.getsockname()[1]}


BROKEN = {
    "postgres/global/pg_control": "broken",
    "postgres-passwords.json": "broken",
    "postgres-passwords.json (lost)": None,
    "postgres-passwords.json (another's)": json.dumps(dict.fromkeys((SUPERUSER, *ROLES), "another's")),
    "keys.json": "{",
    "sandbox-agreements.json": "[]",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_data_directory_is_named_with_the_remedy_and_nothing_keeps_running(ready_room: Path, what: str) -> None:
    name, text = what.partition(" ")[0], BROKEN[what]
    if text is None:
        (ready_room / name).unlink()
    else:
        (ready_room / name).write_text(text)
    code, said = _finish(_demo(ready_room, f"--port={free_port()}"))
    assert code == 2
    assert "demo --fresh" in said
    assert "Traceback" not in said
    assert not _ours(ready_room)
    supervisor.wipe(ready_room)
    assert not (ready_room / "postgres").exists()
    assert not (ready_room / name).exists()


@pytest.mark.parametrize("words", [["demo"], ["doctor"], ["doctor", "--format=json"]])
def test_a_file_in_place_of_the_data_directory_is_said(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "file").touch()
    answer = subprocess.run(
        [sys.executable, "-P", "-m", "govpost.ops.command", *words],
        env=_environment(tmp_path / "file"), capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert answer.returncode == 2
    said = answer.stdout if "--format=json" in words else answer.stderr
    assert "is a file" in said
    assert "set GOVPOST_DATA" in said
    assert "Traceback" not in answer.stderr


def test_a_directory_of_another_user_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    with pytest.raises(NoServer, match="not yours to write"):
        make_home(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(NoServer, match="Set GOVPOST_DATA"):
        make_home(tmp_path / "file" / "below")


def test_fresh_does_not_empty_a_database_that_is_not_ours(room: Path) -> None:
    address = "postgresql://someone@127.0.0.1:1/theirs"
    process = subprocess.run(
        [sys.executable, "-P", "-m", "govpost.ops.command", "demo", "--fresh", f"--port={free_port()}"],
        env={**_environment(room), "DATABASE_URL": address}, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert process.returncode == 2
    assert "not ours to empty" in process.stderr


def test_fresh_removes_what_a_demo_made_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "place_for_data", lambda wanted: wanted)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "holiday.jpg").touch()
    supervisor.wipe(tmp_path)
    assert (tmp_path / "files" / "holiday.jpg").exists()  # a folder that never was a demo's
    (tmp_path / "postgres-passwords.json").write_text("{}")
    (tmp_path / "postgres").mkdir()
    (tmp_path / "letter.txt").touch()
    supervisor.wipe(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    "mark", ["postgres-passwords.json", "postgres.lock", "prepared", "demo-built", "demo-building", "postgres/PG_VERSION"]
)
def test_fresh_knows_a_demo_by_whatever_is_left_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: str) -> None:
    monkeypatch.setattr(supervisor, "place_for_data", lambda wanted: wanted)
    (tmp_path / "postgres").mkdir()
    for name in (mark, "keys.json", "sandbox-agreements.json"):
        (tmp_path / name).touch()
    supervisor.wipe(tmp_path)
    assert not (tmp_path / "postgres").exists()
    assert not (tmp_path / "keys.json").exists()
    assert not (tmp_path / "sandbox-agreements.json").exists()


def test_fresh_keeps_keys_that_were_brought_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "place_for_data", lambda wanted: wanted)
    monkeypatch.setenv("GOVPOST_KEYS_FILE", str(tmp_path / "keys.json"))
    for name in ("demo-built", "keys.json"):
        (tmp_path / name).touch()
    supervisor.wipe(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]
