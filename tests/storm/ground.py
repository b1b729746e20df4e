"""What the storm rages over: a PostgreSQL with its durable settings, the web process and the worker as in production."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from govpost.ops import roles
from govpost.ops.postgres import Server, free_port

ROOT = Path(__file__).resolve().parents[2]
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
        """kill -9 of a whole process group or of the postmaster, then a fresh start."""
        if name == "postgres":
            with suppress(ProcessLookupError):
                os.kill(self.server.pid, signal.SIGKILL)
            self.server.restart()
            return
        process = self.processes[name]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        self.spawn(name)

    def wait_for_web(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=2).status_code == 200:
                    return
            time.sleep(0.2)
        raise AssertionError(f"the web process did not come up; see {self.log.name}")

    def drain(self) -> None:
        """Let the followers read everything that was committed."""
        for process in self.processes.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        self._run("-c", DRAIN)

    def invariants(self) -> list[str]:
        """Errors that `govpost doctor --invariants` names among the invariants."""
        found = json.loads(self._run("-m", "govpost.ops.command", "doctor", "--invariants", "--format", "json", fails=True))
        return [f"{f['about']}: {f['sentence']}" for f in found["findings"] if f["about"][:1] == "I" and f["level"] != "ok"]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.server.connect(roles.DATABASE, roles.OWNER) as connection:
            return connection.execute(sql).fetchall()

    def stop(self) -> None:
        for process in self.processes.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        self.server.stop(at_once=True)
        self.log.close()

    def _run(self, *words: str, fails: bool = False) -> str:
        done = subprocess.run(
            [sys.executable, "-P", *words], cwd=ROOT, env=self._environment(), capture_output=True, text=True, timeout=300, check=False
        )
        if done.returncode and not fails:
            raise AssertionError(f"{words[:3]} failed: {done.stderr[-2000:]}")
        return done.stdout

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
