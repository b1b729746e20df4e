"""Starts and stops our own PostgreSQL: a direct child on loopback TCP, with a lock, scram and random passwords.

The data lies in `<data>/postgres` (or in a stand-in that the server's user can reach), the passwords in
`<data>/postgres-passwords.json`, and where to connect, while it runs, in `<data>/postgres.json`.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from govpost.ops import roles
from govpost.ops.binaries import Binaries, NoServer, find_binaries, identity, make_home, place_for_data, reachable
from govpost.ops.processes import die_with_parent, is_alive, watch_parent

START_SECONDS = 120  # recovery after a crash replays the log first
STOP_SECONDS = 30
SUPERUSER = "govpost_root"
_PUT_BACK = "Put the file back; demo data is rebuilt by `python3 run.py demo --fresh`."
# Nothing here weakens durability; log lines carry neither statements nor key values, which may be personal data.
SETTINGS: dict[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "idle_in_transaction_session_timeout": "60s",
}


class Locked(NoServer):
    """Another process of ours runs this data directory."""


class Server:
    """One PostgreSQL over one data directory."""

    def __init__(
        self,
        home: Path,
        *,
        binaries: Binaries | None = None,
        settings: Mapping[str, str] | None = None,
        initdb: tuple[str, ...] = (),
    ) -> None:
        self.home = home
        self.data = place_for_data(home / "postgres")
        self.settings = {**SETTINGS, **(settings or {})}
        self.port = 0
        self.fresh = False  # whether `start` made the data directory
        self._binaries = binaries
        self._initdb = initdb
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    # -- life -----------------------------------------------------------------

    def start(self) -> None:
        """Lock, make the data directory if there is none, start, wait until it answers, see to roles and extensions."""
        self._take_lock()
        try:
            binaries = self._ready_binaries()
            self.fresh = not (self.data / "PG_VERSION").exists()
            if self.fresh:
                self._create(binaries)
            self._wait_for_predecessor()
            self._write_settings()
            self._launch(binaries)
            if self.fresh or not self._has_roles():
                self._prepare()
            self._write_state()
        except BaseException:
            self.stop()
            raise

    def restart(self) -> None:
        """After the server has ended by itself or was killed: the same data on the same port, so that clients find it again."""
        if not self.has_ended():
            raise NoServer("The server still runs.")
        self._wait_for_predecessor()
        self._launch(self._ready_binaries(), keep_port=True)
        self._write_state()

    def stop(self, *, at_once: bool = False) -> None:
        """Fast shutdown (sessions are cut, everything is written); `at_once` leaves recovery to the next start."""
        process, self._process = self._process, None
        if process is not None:
            end(process, signal.SIGQUIT if at_once else signal.SIGINT, STOP_SECONDS)
            (self.home / "postgres.json").unlink(missing_ok=True)
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.wait()
            self._watcher = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise NoServer("The server is not running.")
        return self._process.pid

    # -- connections ----------------------------------------------------------

    def url(self, role: str = roles.APPLICATION, database: str = roles.DATABASE) -> str:
        return make_url(role, self.passwords()[role], self.port, database)

    def connect(self, database: str = "postgres", role: str = SUPERUSER) -> psycopg.Connection[Any]:
        """An autocommit connection, by default as the superuser; used for roles, databases and checks only."""
        return psycopg.connect(self.url(role, database), autocommit=True, connect_timeout=5)

    def passwords(self) -> dict[str, str]:
        stored = self.home / "postgres-passwords.json"
        names = (SUPERUSER, roles.OWNER, roles.APPLICATION, roles.REPORT)
        if not stored.exists():
            if (self.data / "PG_VERSION").exists():
                raise NoServer(f"{stored} is missing: without it the database in {self.data} stays closed. {_PUT_BACK}")
            write_private(stored, json.dumps({name: secrets.token_urlsafe(24) for name in names}))
        try:
            found = json.loads(stored.read_text())
            return {name: str(found[name]) for name in names}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoServer(f"{stored} cannot be read as passwords ({type(error).__name__}). {_PUT_BACK}") from error

    # -- steps ----------------------------------------------------------------

    def _take_lock(self) -> None:
        make_home(self.home)
        self._lock = (self.home / "postgres.lock").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            self._lock = None
            raise Locked(
                f"GovPost already runs on the data in {self.home}. Stop it there, or set GOVPOST_DATA to another directory."
            ) from error

    def _ready_binaries(self) -> Binaries:
        version = self.data / "PG_VERSION"
        major = int(version.read_text().strip() or 0) if version.exists() else None
        found = self._binaries or find_binaries(major)
        if major is not None and found.major != major:
            found = find_binaries(major)
        return reachable(found, identity())

    def _create(self, binaries: Binaries) -> None:
        if self.data.exists() and any(self.data.iterdir()):
            raise NoServer(f"{self.data} exists but is no database. Move it away; demo data is rebuilt by `python3 run.py demo --fresh`.")
        self.data.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".initdb-", dir=self.data.parent))
        give(scratch)
        try:
            secret = scratch / "password"
            write_private(secret, self.passwords()[SUPERUSER])
            give(secret)
            self._run_initdb(binaries, scratch / "data", secret)
            if self.data.exists():
                self.data.rmdir()
            (scratch / "data").rename(self.data)  # whole or not at all: a killed first start leaves no half directory
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _run_initdb(self, binaries: Binaries, data: Path, secret: Path) -> None:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        attempts = [locale] if binaries.major >= 17 else [["--locale=C.UTF-8"], ["--locale=C"]]
        common = ["-D", str(data), "-U", SUPERUSER, "-E", "UTF8", "-k", "-A", "scram-sha-256", f"--pwfile={secret}"]
        failed = ""
        for attempt in attempts:
            done = subprocess.run(
                [binaries.program("initdb"), *common, *attempt, "--no-instructions", *self._initdb],
                capture_output=True, text=True, check=False, env=_environment(), cwd="/", timeout=START_SECONDS, **_as_user(),
            )  # fmt: skip
            if done.returncode == 0:
                return
            failed = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit status {done.returncode}"
            shutil.rmtree(data, ignore_errors=True)
        raise NoServer(f"The database could not be made in {self.data}: {failed}. Is there room on the disk?")

    def _wait_for_predecessor(self) -> None:
        """A launcher killed with -9 takes its server along, but the server needs a moment to go."""
        deadline = time.monotonic() + STOP_SECONDS
        while (pid := _postmaster(self.data)) and time.monotonic() < deadline:
            if not is_alive(pid) or not _is_postgres(pid):
                return
            time.sleep(0.05)

    def _write_settings(self) -> None:
        lines = "".join(f"{key} = '{value}'\n" for key, value in sorted(self.settings.items()))
        target = self.data / "postgresql.auto.conf"
        target.write_text(f"# Written by GovPost at every start.\n{lines}")
        give(target)

    def _launch(self, binaries: Binaries, *, keep_port: bool = False) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        while True:
            self.port = self.port or free_port()
            self._spawn(binaries)
            if self._answers():
                return
            words = self._last_words(20)
            if "could not bind" in words:  # a port found free may be taken a moment later
                self.port = self.port if keep_port else 0
            elif "shared memory" not in words:  # sessions of a killed server need a moment to see that it is gone
                break
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)
        words = self._last_words(3)
        raise NoServer(
            f"The database in {self.data} did not start. It said: {words or 'nothing'}\n"
            "If this is demo data, `python3 run.py demo --fresh` builds it anew; otherwise restore a backup. "
            f"The whole log: {self.home / 'postgres.log'}"
        )

    def _spawn(self, binaries: Binaries) -> None:
        with (self.home / "postgres.log").open("wb") as log:
            self._process = subprocess.Popen(
                [binaries.program("postgres"), "-D", str(self.data), "-p", str(self.port)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=_environment(), start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT), **_as_user(),
            )  # fmt: skip
        self._watcher = watch_parent(self._process.pid, signal.SIGINT)

    def _answers(self) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while not self.has_ended() and time.monotonic() < deadline:
            try:
                self.connect().close()
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise NoServer(f"{self.home}/postgres-passwords.json does not open the database in {self.data}. {_PUT_BACK}") from error
                time.sleep(0.03)
            else:
                return True
        return False

    def _has_roles(self) -> bool:
        with self.connect() as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_database d, pg_roles r WHERE d.datname = %s AND r.rolname = %s",
                (roles.DATABASE, roles.REPORT),
            ).fetchone()
        return bool(row and row[0])

    def _prepare(self) -> None:
        with self.connect() as connection:
            roles.make_roles(connection, self.passwords())
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (roles.DATABASE,)).fetchone():
                name, owner = sql.Identifier(roles.DATABASE), sql.Identifier(roles.OWNER)
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(name, owner))
        with self.connect(roles.DATABASE) as connection:
            for extension in roles.EXTENSIONS:
                connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))

    def _write_state(self) -> None:
        state = {"port": self.port, "pid": self.pid, "data": str(self.data)}
        write_private(self.home / "postgres.json", json.dumps(state))

    def _last_words(self, lines: int) -> str:
        try:
            text = (self.home / "postgres.log").read_text(errors="replace").strip()
        except OSError:
            return ""
        return " / ".join(text.splitlines()[-lines:])


def running(home: Path) -> dict[str, str] | None:
    """Addresses by role of the server that runs on `home` now, or None."""
    try:
        state = json.loads((home / "postgres.json").read_text())
        passwords = json.loads((home / "postgres-passwords.json").read_text())
        if not is_alive(state["pid"]) or not _is_postgres(state["pid"]):
            return None
        return {role: make_url(role, secret, state["port"], roles.DATABASE) for role, secret in passwords.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def make_url(role: str, password: str, port: int, database: str) -> str:
    return f"postgresql://{role}:{quote(password, safe='')}@127.0.0.1:{port}/{database}"


def apply_grants(owner_url: str) -> None:
    """What `roles.GRANTS` says, as the owner; after every migration and after new partitions."""
    with psycopg.connect(owner_url, autocommit=True, connect_timeout=5) as connection:
        connection.execute(roles.GRANTS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def end(process: subprocess.Popen[bytes], number: signal.Signals, seconds: float) -> None:
    """Ask `process` to end, and after `seconds` insist. It is reaped either way."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read, whole or not at all."""
    scratch = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    scratch.replace(path)


def give(path: Path) -> None:
    """Hand `path` to the user PostgreSQL runs as."""
    if identity().dropped:
        os.chown(path, identity().uid, identity().gid)


def _as_user() -> dict[str, Any]:
    who = identity()
    return {"user": who.uid, "group": who.gid, "extra_groups": []} if who.dropped else {}


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}


def _postmaster(data: Path) -> int:
    try:
        return int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return 0


def _is_postgres(pid: int) -> bool:
    """Process numbers come round again: after a reboot the number may be anybody's."""
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    except OSError:
        return True
