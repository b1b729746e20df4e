"""What the storm rages over: a PostgreSQL with its durable settings, the web process and the worker as in production."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, LiteralString

import httpx

from govpost.ops import roles
from govpost.ops.postgres import Server, free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0  # seconds until a state that should come is given up: no measure of speed, only an end to a broken run
SEED = """
import json, django
django.setup()
from govpost.catalogue import actions as catalogue
from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.parties import actions as parties, queries
from govpost.places import actions as places
from govpost.profiles import actions as profiles
from govpost.settlement import actions as settlement
by, at = Actor.system("storm"), now()
places.load_all(at=at, by=by)
parties.load_organisations(at=at, by=by)
profiles.load_seed(at=at, by=by)
catalogue.load_seed(at=at, by=by)
settlement.load_terms(at=at, by=by)
bureau = queries.organisation_by_code("jining-enforcement")
keys = [parties.make_partner_key(name=name, organisation=bureau, region="37.3708", at=at, by=by)[1] for name in ("phone", "carrier")]
print(json.dumps(keys))
"""
DRAIN = """
import django
django.setup()
from govpost.journal import followers
while sum(followers.run_once(name) for name in followers.load()):
    pass
"""


class Ground:
    """Starts and kills; `keys` are two partners that report the same deliveries under two names."""

    def __init__(self, home: Path) -> None:
        self.server = Server(home / "pg")
        self.home, self.port = home, free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.keys: list[str] = []
        self.log = (home / "storm.log").open("wb")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v1"

    def start(self) -> None:
        self.server.start()
        self._run("-m", "govpost.ops.command", "migrate")
        self.keys = json.loads(self._run("-c", SEED))
        with self.server.connect() as connection:  # the ground itself is on the disk before anything is killed
            connection.execute("CHECKPOINT")
        for name in ("web", "worker"):
            self.spawn(name)
        self.wait_for_web()

    def spawn(self, name: str) -> None:
        words = ["serve", "--port", str(self.port)] if name == "web" else ["worker"]
        command = [sys.executable, "-P", "-m", "govpost.ops.command", *words]
        self.processes[name] = subprocess.Popen(
            command, cwd=ROOT, env=self._environment(), stdout=self.log, stderr=self.log, start_new_session=True
        )

    def kill(self, name: str) -> None:
        """kill -9 of a whole process group or of the postmaster, then a fresh start; returns when what was killed works again."""
        if name == "postgres":
            with suppress(ProcessLookupError):
                os.kill(self.server.pid, signal.SIGKILL)
            _until(self.server.has_ended, "PostgreSQL did not end")
            self.server.restart()
            self.wait_for_web()
            return
        self.end(name)
        self.spawn(name)
        if name == "web":
            self.wait_for_web()
        else:
            _until(self._follows, "no follower asked for facts", self.processes[name])

    def _follows(self) -> bool:
        """Whether a follower has asked for facts since the last start of the worker; whether there were any is another matter."""
        asked = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%journal_cursor%' AND pid <> pg_backend_pid()"
        with self.server.connect(roles.DATABASE) as connection:  # others' statements are the superuser's to see
            row = connection.execute(asked).fetchone()
        return row is not None and row[0] > 0

    def wait_for_web(self) -> None:
        _until(self._answers, f"the web process did not come up; see {self.log.name}", self.processes["web"])

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def interrupt(self, follower: str) -> None:
        """Start the worker over what waits for it and kill it in the moment in which this follower's cursor has moved."""
        moved = self._moved_at(follower)
        self.spawn("worker")
        _until(lambda: self._moved_at(follower) > moved, f"{follower} read nothing", self.processes["worker"])
        self.end("worker")

    def _moved_at(self, follower: str = "%") -> str:
        return str(self.rows("SELECT coalesce(max(moved_at)::text, '') FROM journal_cursor WHERE follower LIKE %s", [follower])[0][0])

    def end(self, name: str) -> None:
        process = self.processes[name]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def drain(self) -> None:
        """Let the followers read everything that was committed."""
        for name in self.processes:
            self.end(name)
        self._run("-c", DRAIN)

    def invariants(self) -> list[str]:
        """Errors that `govpost doctor --invariants` names among the invariants."""
        found = json.loads(self._run("-m", "govpost.ops.command", "doctor", "--invariants", "--format", "json", fails=True))
        return [f"{f['about']}: {f['sentence']}" for f in found["findings"] if f["about"][:1] == "I" and f["level"] != "ok"]

    def rows(self, sql: LiteralString, values: Sequence[str] | None = None) -> list[tuple[Any, ...]]:
        with self.server.connect(roles.DATABASE, roles.OWNER) as connection:
            return connection.execute(sql, values).fetchall()

    def stop(self) -> None:
        for name in self.processes:
            self.end(name)
        self.server.stop(at_once=True)
        self.log.close()

    def _run(self, *words: str, fails: bool = False) -> str:
        done = subprocess.run(
            [sys.executable, "-P", *words], cwd=ROOT, env=self._patient(), capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        if done.returncode and not fails:
            raise AssertionError(f"{words[:3]} failed: {done.stderr[-2000:]}")
        return done.stdout

    def _patient(self) -> dict[str, str]:
        """For one-off commands, which judge nothing by their speed: no pool, and time to connect on a busy machine."""
        environment = self._environment() | {"GOVPOST_POOL_SIZE": "0", "GOVPOST_STATEMENT_TIMEOUT_MS": "300000"}
        return environment | {name: f"{environment[name]}?connect_timeout=60" for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GOVPOST_", "DATABASE_"))}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "govpost.config.settings",
            "PYTHONPATH": str(ROOT),
            "GOVPOST_DATA": str(self.home / "data"),
            "GOVPOST_DEMO": "1",
            "GOVPOST_LOG_LEVEL": "WARNING",
            "DATABASE_URL": self.server.url(roles.APPLICATION),
            "DATABASE_OWNER_URL": self.server.url(roles.OWNER),
        }


def _until(holds: Callable[[], bool], otherwise: str, process: subprocess.Popen[bytes] | None = None) -> None:
    """Wait for a state; a process that should bring it and has ended never will."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        ended = process is not None and process.poll() is not None
        assert not ended, f"{otherwise}: the process ended"
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.05)
