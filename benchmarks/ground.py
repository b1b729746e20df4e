"""One PostgreSQL with its durable settings, one web process, one partner; the other side speaks SQL to the same server."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection  # noqa: TID251  the load, not a gateway
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg

from govpost.ops import roles
from govpost.ops.postgres import Server, free_port
from govpost.ops.template import new_room

ROOT = Path(__file__).resolve().parents[1]
_SEED = """
import json, django
django.setup()
from govpost.catalogue import actions as catalogue
from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.parties import actions as parties, queries
from govpost.places import actions as places
from govpost.profiles import actions as profiles
from govpost.settlement import actions as settlement
by, at = Actor.system("bench"), now()
places.load_all(at=at, by=by)
parties.load_organisations(at=at, by=by)
profiles.load_seed(at=at, by=by)
catalogue.load_seed(at=at, by=by)
settlement.load_terms(at=at, by=by)
bureau = queries.organisation_by_code("jining-enforcement")
print(json.dumps(parties.make_partner_key(name="bench", organisation=bureau, region="37.3708", at=at, by=by)[1]))
"""


class Caller:
    """One kept connection of a client that costs little itself: it shares the machine's cores with what it measures."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        place = urlsplit(url)
        self._connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
        self._path, self._headers = place.path, headers

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> bytes:
        """The answer's body; anything but success is the benchmark's end."""
        self._connection.request(method, self._path + path, body, self._headers | headers)
        answer = self._connection.getresponse()
        found = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {found[:300]!r}")
        return found


@dataclass(slots=True)
class Ground:
    """`url` of the API, the partner's `key`, `sql` a connection of the application's role to the same database; `web`: a process id."""

    url: str
    key: str
    server: Server
    environment: dict[str, str]
    web: int = 0

    def cpu_ms(self) -> tuple[float, float]:
        """CPU time that the web processes and PostgreSQL's have used: what a busy machine does not stretch as it does seconds."""
        postmaster = int((self.server.data / "postmaster.pid").read_text().split("\n", 1)[0])
        return _cpu_ms(self.web), _cpu_ms(postmaster)

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.server.url(roles.APPLICATION))

    def owner(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.server.url(roles.OWNER), autocommit=True)

    def caller(self) -> Caller:
        return Caller(self.url, self.headers())

    def headers(self, key: str = "") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} | ({"Idempotency-Key": key} if key else {})


@contextmanager
def ground() -> Iterator[Ground]:
    home, port = new_room("govpost-bench-"), free_port()
    server = Server(home / "pg")
    server.start()
    environment = {n: v for n, v in os.environ.items() if not n.startswith(("GOVPOST_", "DATABASE_"))} | {
        "DJANGO_SETTINGS_MODULE": "govpost.config.settings", "PYTHONPATH": str(ROOT), "GOVPOST_DATA": str(home / "data"),
        "GOVPOST_DEMO": "1", "GOVPOST_LOG_LEVEL": "ERROR", "DATABASE_URL": server.url(roles.APPLICATION),
        "DATABASE_OWNER_URL": server.url(roles.OWNER),
    }  # fmt: skip
    web = None
    try:
        _run(environment, "-m", "govpost.ops.command", "migrate")
        key = json.loads(_run(environment, "-c", _SEED))
        words = [sys.executable, "-P", "-m", "govpost.ops.command", "serve", "--port", str(port), "--processes", "2", "--threads", "4"]
        web = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait(port)
        yield Ground(f"http://127.0.0.1:{port}/api/v1", key, server, environment, web.pid)
    finally:
        if web is not None:
            web.terminate()
            web.wait(15)
        server.stop(at_once=True)
        shutil.rmtree(home, ignore_errors=True)


def _run(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run([sys.executable, "-P", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200:
                return
        time.sleep(0.2)
    raise RuntimeError("the web process did not come up")


@dataclass(frozen=True, slots=True)
class Rate:
    """Units per second, and the latency percentiles of single calls in milliseconds."""

    per_s: float
    p50_ms: float
    p99_ms: float


def drive(work: Callable[[Any], int], make: Callable[[], Any], *, clients: int, calls: int) -> Rate:
    """`calls` calls of `work(tool)` over `clients` threads, each with its own tool; `work` answers how many units it did."""
    left, lock = list(range(calls)), threading.Lock()
    times: list[float] = []
    units = 0

    def go() -> None:
        nonlocal units
        tool = make()
        while True:
            with lock:
                if not left:
                    return
                left.pop()
            started = time.perf_counter()
            done = work(tool)
            spent = time.perf_counter() - started
            with lock:
                times.append(spent)
                units += done

    threads = [threading.Thread(target=go) for _ in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - started
    times.sort()
    return Rate(units / wall, times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000)


def _cpu_ms(top: int) -> float:
    """Of a process, its threads and its children."""
    parents: dict[int, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            parents[int(process.name)] = int((process / "stat").read_text().rpartition(")")[2].split()[1])
    spent = 0.0
    for pid in parents:
        above = pid
        while above not in (0, top):
            above = parents.get(above, 0)
        if above == top:
            with suppress(FileNotFoundError, ProcessLookupError):
                spent += sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()) / 1e6
    return spent


def machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "python": platform.python_version(), "load": round(os.getloadavg()[0], 1)}
