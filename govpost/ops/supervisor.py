"""`govpost demo`: database, web, worker, sandboxes and the history's builder under one command that leaves nothing behind."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import sys
import time
from http.client import HTTPConnection, HTTPException  # noqa: TID251  asks only its own web process on loopback
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from govpost.config.keys import load_keys
from govpost.ops import ground, prepare, sandboxes, sizes
from govpost.ops.binaries import NoServer, make_home, place_for_data
from govpost.ops.children import Child, end_all
from govpost.ops.postgres import Server, free_port
from govpost.ops.waiting import SHARES_PORT, WaitingPage, is_free

DEFAULT_PORT = 8000
WEB_SECONDS = 90
_TICK = 0.2
# Each alone says that a demo or its database was here, whatever was lost or broken since.
_MARKS = ("postgres-passwords.json", "postgres.lock", "prepared", "demo-built", "demo-building")
_MADE = (
    *_MARKS[2:], "postgres-passwords.json", "keys.json", "sandbox-agreements.json", "progress.json", "demo-logins.json", "state.json",
    "postgres.json", *sizes.MARKS,
)  # fmt: skip


class Refused(Exception):
    """The demo cannot start as asked; the message says what to do."""


class Stopped(BaseException):
    """Somebody asked us to end."""


def demo(*, port: int | None = None, fresh: bool = False, size: str | None = None) -> int:
    """Run until Ctrl-C or SIGTERM. 0 when it was asked to end, 2 when it could not start, 1 when a step failed."""
    supervisor = Supervisor(ground.data_directory())
    supervisor.listen_for_signals()
    try:
        supervisor.run(port, fresh=fresh, size=size)
    except Stopped:
        supervisor.tell("Stopping …")
        return 0
    except (Refused, NoServer, ImproperlyConfigured, sizes.OtherSize) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 2
    finally:
        supervisor.end()
    return 1


class Supervisor:
    """Owns everything that runs; `end` undoes all of it, however far `run` got."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server: Server | None = None
        self.children: list[Child] = []
        self.page: WaitingPage | None = None
        self.url = ""
        self._port = 0
        self._issuer = ""
        self._ending = False
        self._lock: IO[str] | None = None
        self._said_progress = -1
        self._size = sizes.SMALL

    # -- signals --------------------------------------------------------------

    def listen_for_signals(self) -> None:
        """Our own handlers, because a command in a script's background starts with SIGINT ignored."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_end)

    def _asked_to_end(self, number: int, frame: object) -> None:
        if self._ending:  # asked twice: no more grace
            for child in self.children:
                child.end(0)
            return
        self._ending = True
        raise Stopped

    def _pause(self, seconds: float) -> None:
        """Sleep, unless somebody asked us to end: Python drops what a handler raises in the hooks of a fork or in a destructor."""
        if self._ending:
            raise Stopped
        time.sleep(seconds)

    def tell(self, sentence: str) -> None:
        print(sentence, flush=True)

    # -- the way up -------------------------------------------------------------

    def run(self, port: int | None, *, fresh: bool, size: str | None = None) -> None:
        self._take_lock()
        self._port = choose_port(port)
        self.url = f"http://127.0.0.1:{self._port}"
        self.page = WaitingPage(self._port)
        self.tell(f"GovPost 政邮通 is starting: {self.url}/  (Ctrl-C ends it)")
        (self.home / "demo.lock").write_text(f" at {self.url}/ (process {os.getpid()})")  # for whoever finds it held
        self._make_room(fresh)
        self._size = sizes.choose(self.home, size)
        load_keys(self.home, demo=True)  # broken ones are said here, not by a process that does not start
        environment = self._start_database()
        self._prepare(environment)
        ports = sandboxes.Ports.free()
        environment |= sandboxes.environment(self.home, ports, self.url)
        self._issuer = environment["GOVPOST_OIDC_ISSUER"]
        self._start_processes(environment, ports)
        ground.write_state(self.url, {name: value for name, value in environment.items() if name.startswith("GOVPOST_")})
        self._watch(self._start_builder(environment), environment)

    def _take_lock(self) -> None:
        make_home(self.home)
        self._lock = (self.home / "demo.lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            where = (self.home / "demo.lock").read_text()
            raise Refused(
                f"The demo already runs{where} on the data in {self.home}.\nOpen that address, end it with Ctrl-C where it runs, "
                "or set GOVPOST_DATA to another directory for a second one."
            ) from error
        self._lock.truncate(0)

    def _make_room(self, fresh: bool) -> None:
        if (self.home / "demo-building").exists() and not (self.home / "demo-built").exists():
            self.tell("The last history was interrupted while it was built; it is built anew.")
            fresh = True
        if not fresh:
            return
        if not ground.has_own_database():
            raise Refused(
                "DATABASE_URL names a database that is not ours to empty. Give an empty database, or unset DATABASE_URL and "
                "DATABASE_OWNER_URL so that the demo starts its own."
            )
        self._step("Clearing the old demonstration")
        wipe(self.home)

    def _start_database(self) -> dict[str, str]:
        environment = child_environment(self.home)
        if not ground.has_own_database():
            return environment
        self._step("Starting the database")
        self.server = Server(self.home)
        self.server.start()
        if self.server.fresh:
            (self.home / "prepared").unlink(missing_ok=True)
            (self.home / "demo-built").unlink(missing_ok=True)
        return environment | ground.addresses(self.server)

    def _prepare(self, environment: dict[str, str]) -> None:
        digest = prepare.digest()
        stamp = self.home / "prepared"
        if self.server and stamp.exists() and stamp.read_text() == digest:
            return
        self._step("Preparing the tables")
        self._finish(Child("prepare", ["govpost.ops.prepare"], environment, self.home / "logs"))
        stamp.write_text(digest)

    def _finish(self, child: Child) -> None:
        """Run a step to its end; raises `Refused` with its last words if it fails."""
        self._start(child)
        while (code := child.code()) is None:
            self._pause(0.05)
        self.children.remove(child)
        if code:
            raise Refused(f"The step “{child.name}” failed:\n{child.last_words()}\nThe whole log: {child.log}")

    def _start_processes(self, environment: dict[str, str], ports: sandboxes.Ports) -> None:
        self._step("Starting web and sandboxes")
        logs = self.home / "logs"
        command = ["govpost.ops.command"]
        speak = [f"--ems-port={ports.ems}", f"--sms-port={ports.sms}", f"--identity-port={ports.identity}"]
        if not SHARES_PORT and self.page:
            self.page.close()
        self._start(Child("sandboxes", [*command, "sandbox", *speak], environment, logs))
        self._start(Child("web", [*command, "serve", f"--port={self._port}"], environment, logs))
        self._hand_over_the_port()

    def _start_worker(self, environment: dict[str, str]) -> None:
        """Last, and after the history: its followers would race with the builder's, its jobs would send three weeks of messages."""
        patient = environment | {"GOVPOST_STATEMENT_TIMEOUT_MS": "60000"}
        words = ["govpost.ops.command", "worker", "--concurrency=2"]  # enough for a demo, and two database sessions fewer
        self._start(Child("worker", words, patient, self.home / "logs"))

    def _start(self, child: Child) -> None:
        child.log.unlink(missing_ok=True)
        self.children.append(child)
        child.start()

    def _hand_over_the_port(self) -> None:
        deadline = time.monotonic() + WEB_SECONDS
        addresses = {"web": f"{self.url}/healthz", "sandboxes": f"{self._issuer}/.well-known/openid-configuration"}
        for child in self.children:
            while not answers(addresses[child.name]):
                if (child.code() or 0) > 0 or time.monotonic() > deadline:
                    raise Refused(f"“{child.name}” did not start:\n{child.last_words()}\nThe whole log: {child.log}")
                looked = time.monotonic()
                self._keep_up()  # what was killed before everything is up
                deadline += time.monotonic() - looked  # a database that recovers takes its own time
                self._pause(0.1)
        if self.page:
            self.page.close()
        self.tell(f"Ready: {self.url}/")

    def _start_builder(self, environment: dict[str, str]) -> Child | None:
        if (self.home / "demo-built").exists() or not has_builder():
            return None
        (self.home / "demo-building").touch()
        self.tell(f"A small history is being built; how far it is: {self.url}/status")
        patient = environment | {"GOVPOST_STATEMENT_TIMEOUT_MS": "60000"}
        builder = Child("history", ["govpost.demo.process"], patient, self.home / "logs")
        self._start(builder)
        return builder

    def _start_filler(self, environment: dict[str, str]) -> Child | None:
        """The mail in bulk comes after the stories, beside everything else; where it was interrupted it goes on."""
        if sizes.is_whole(self.home, self._size) or not (self.home / "demo-built").exists():
            return None
        self.tell(f"Mail of the size {self._size!r} is being added while you look around; how far it is: {self.url}/status")
        patient = environment | {"GOVPOST_STATEMENT_TIMEOUT_MS": "600000"}
        filler = Child("mail", ["govpost.demo.filling", self._size], patient, self.home / "logs")
        self._said_progress = -1
        self._start(filler)
        return filler

    # -- the long watch -----------------------------------------------------------

    def _watch(self, builder: Child | None, environment: dict[str, str]) -> None:
        filler = None
        if builder is None:
            self._start_worker(environment)
            filler = self._start_filler(environment)
        while True:
            self._pause(_TICK)
            if filler and self._is_filled(filler):
                filler = None
            self._keep_up(but=builder)
            if builder and self._look_at(builder):
                builder = None
                self._start_worker(environment)
                filler = self._start_filler(environment)

    def _is_filled(self, filler: Child) -> bool:
        """Say how far the mail in bulk is; True when it is whole. A filler that broke off is started again like the others."""
        done, of, day = sizes.read_progress(self.home)
        tenth = 10 * done // max(of, 1)
        if tenth > self._said_progress and done < of:
            self._said_progress = tenth
            self.tell(f"Mail: {day}, {done} of {of} days")
        if filler.code() != 0:
            return False
        self.children.remove(filler)
        sizes.note_whole(self.home)
        self.tell(f"The mail is complete.\n{filler.last_words()}")
        return True

    def _keep_up(self, *, but: Child | None = None) -> None:
        """Start again what has ended; the history's builder ends of itself."""
        self._look_at_the_database()
        for child in self.children:
            if child is not but and (sentence := child.revive()):
                self.tell(sentence)

    def _look_at_the_database(self) -> None:
        """Start it again if it ended. What hinders it may pass, such as a stranger on its port: the next look tries again."""
        if self.server is None or not self.server.has_ended():
            return
        self.tell("PostgreSQL ended and is started again.")
        try:
            self.server.restart()
        except NoServer as error:
            self.tell(f"It does not start, and is tried again: {error}")
            self._pause(1)

    def _look_at(self, builder: Child) -> bool:
        """Say how far the history is; True when its builder has ended."""
        self._say_progress()
        code = builder.code()
        if code is None:
            return False
        self.children.remove(builder)
        if code == 0:
            (self.home / "demo-built").touch()
            (self.home / "demo-building").unlink(missing_ok=True)
            self.tell(f"The history is complete. What to try, and everybody's login: {self.url}/status\n{builder.last_words()}")
        else:
            self.tell(f"The history could not be completed:\n{builder.last_words()}\nThe whole log: {builder.log}")
        return True

    def _say_progress(self) -> None:
        try:
            stored = json.loads((self.home / "progress.json").read_text())
            tenth = 10 * int(stored["done"]) // max(int(stored["of"]), 1)
        except (OSError, ValueError, KeyError):
            return
        if tenth > self._said_progress and not stored.get("finished"):
            self._said_progress = tenth
            self.tell(f"History: {stored['done']} of {stored['of']}")

    def _step(self, sentence: str) -> None:
        self.tell(f"{sentence} …")
        if self.page:
            self.page.say(sentence)

    # -- the way down ---------------------------------------------------------------

    def end(self) -> None:
        self._ending = True
        if self._lock is None:
            return
        if self.page:
            self.page.close()
        end_all(self.children)
        if self.server:
            self.server.stop()
        if self.url:
            ground.forget_state()
        self._lock.close()


def choose_port(wanted: int | None) -> int:
    """`wanted` or a refusal with the remedy; without a wish 8000, or another where that is taken."""
    if wanted is not None and not is_free(wanted):
        raise Refused(
            f"Port {wanted} is in use by another program. Choose another with --port, or leave --port out and a free one is taken."
        )
    if wanted is not None:
        return wanted
    return DEFAULT_PORT if is_free(DEFAULT_PORT) else free_port()


def wipe(home: Path) -> None:
    """Remove what a demo made, and nothing else that lies in the data directory."""
    data = place_for_data(home / "postgres")
    if not any((home / mark).exists() for mark in _MARKS) and not (data / "PG_VERSION").exists():
        return  # never ours
    for folder in (data, home / "postgres", home / "sandbox", home / "files"):
        shutil.rmtree(folder, ignore_errors=True)
    own_keys = os.environ.get("GOVPOST_KEYS_FILE", "")
    for name in _MADE:
        if not own_keys or (home / name) != Path(own_keys).absolute():
            (home / name).unlink(missing_ok=True)


def child_environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "GOVPOST_DATA": str(home),
        "GOVPOST_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "govpost.config.settings",
        "PYTHONPATH": str(ground.REPOSITORY),
        "PYTHONUNBUFFERED": "1",
    }


def has_builder() -> bool:
    return bool(find_spec("govpost.demo") and find_spec("govpost.demo.build"))


def answers(url: str) -> bool:
    """Whether it answers with 200; /healthz does when it is the web process, not the waiting page, and reaches its database."""
    place = urlsplit(url)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=5)  # no proxy stands between us and loopback
    try:
        connection.request("GET", place.path)
        return connection.getresponse().status == 200
    except (HTTPException, OSError):
        return False
    finally:
        connection.close()
