"""A migrated data directory for tests, made once per state of the migrations and copied for every run.

Runs do not disturb each other: each copies the directory, starts its own PostgreSQL on a free port and removes both.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import sql

from govpost.common.clock import now
from govpost.ops import roles
from govpost.ops.binaries import Binaries, NoServer, binaries_in, find_binaries, identity, reaches
from govpost.ops.postgres import Server
from govpost.ops.processes import is_alive

TEMPLATE = "govpost_template"
REPOSITORY = Path(__file__).resolve().parents[2]
# The one place where durability is given up: a test's database does not outlive the test.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1h",
    "shared_buffers": "128MB",
}
_KEEP = 4


def wanted_binaries() -> Binaries:
    """GOVPOST_TEST_DATABASE may name a folder of PostgreSQL's programs, for example /usr/lib/postgresql/15/bin."""
    named = os.environ.get("GOVPOST_TEST_DATABASE", "")
    return binaries_in(Path(named)) if named else find_binaries()


def start_copy(room: Path) -> Server:
    """A running server over a fresh copy of the template, below `room`; the caller stops it and removes `room`."""
    server = Server(room, binaries=fill(room), settings=FAST)
    server.start()
    return server


def fill(room: Path) -> Binaries:
    """Copy the template's data directory and passwords into `room`; returns the programs that made them."""
    binaries = wanted_binaries()
    copy(binaries, room)
    return binaries


def copy(binaries: Binaries, room: Path) -> None:
    """A migrated home, made by these programs, into `room`."""
    subprocess.run(["cp", "-a", f"{_template(binaries)}/.", str(room)], check=True)
    room.chmod(0o711)


def new_room(prefix: str = "govpost-test-") -> Path:
    """A new folder for one run that PostgreSQL's user can reach. What killed runs left behind is swept away."""
    for parent in (Path(tempfile.gettempdir()), Path("/var/tmp"), Path("/dev/shm")):
        if parent.is_dir() and reaches(parent / "x", identity()):
            _sweep(parent, prefix)
            room = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=parent))
            room.chmod(0o711)
            return room
    raise NoServer("No temporary folder can be reached by PostgreSQL's user. Set TMPDIR to one that can.")


def _sweep(parent: Path, prefix: str) -> None:
    for room in parent.glob(f"{prefix}*"):
        maker = room.name.removeprefix(prefix).partition("-")[0]
        if maker.isdigit() and is_alive(int(maker)):  # its server may be stopped for a moment: a template that is being copied
            continue
        lock = room / "postgres.lock"
        try:
            with lock.open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(room, ignore_errors=True)
        except OSError:  # in use, not ours, or too young to have a lock
            continue


def _template(binaries: Binaries) -> Path:
    shelf = Path(os.environ.get("GOVPOST_TEST_TEMPLATES") or REPOSITORY / ".govpost")
    shelf.mkdir(parents=True, exist_ok=True)
    with _alone(shelf / f"test-template-{os.geteuid()}.lock"):
        home = shelf / f"test-template-{_digest(binaries)}"
        if not home.exists():
            _build(home, binaries)
        os.utime(home)
        _forget_old(shelf)
    return home


def _build(home: Path, binaries: Binaries) -> None:
    room = new_room("govpost-template-")
    try:
        server = Server(room, binaries=binaries, settings=FAST, initdb=("--wal-segsize=1",))
        server.start()
        try:
            _migrate(server)
            with server.connect() as connection:
                name, template = sql.Identifier(roles.DATABASE), sql.Identifier(TEMPLATE)
                connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(name, template))
                clone(server, roles.DATABASE)
        finally:
            server.stop()
        shutil.rmtree(home.with_suffix(".part"), ignore_errors=True)
        subprocess.run(["cp", "-a", str(room), str(home.with_suffix(".part"))], check=True)
        # A copied lock that nobody holds would let another run sweep the copy away before its server starts.
        home.with_suffix(".part").joinpath("postgres.lock").unlink(missing_ok=True)
        home.with_suffix(".part").rename(home)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _migrate(server: Server) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": server.url(),
        "DATABASE_OWNER_URL": server.url(roles.OWNER),
        "PYTHONPATH": str(REPOSITORY),
    }
    done = subprocess.run(
        [sys.executable, "-m", "govpost.ops.migrate"], env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        raise NoServer(f"The tests' database could not be migrated:\n{done.stdout}{done.stderr}")


def clone(server: Server, name: str) -> None:
    """A new database `name`, equal to the template, owned by the owner role."""
    with server.connect() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(roles.OWNER)
            )
        )


def drop(server: Server, name: str) -> None:
    with server.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _digest(binaries: Binaries) -> str:
    """Of everything that decides what the migrated database looks like."""
    from django.conf import settings

    month = now().strftime("%Y-%m")  # migrations make partitions for the months around their own
    seen = hashlib.sha256(f"{binaries.bin} {binaries.major} {os.geteuid()} {month} {settings.INSTALLED_APPS}".encode())
    sources = [*REPOSITORY.glob("govpost/**/migrations/*.py"), *REPOSITORY.glob("govpost/**/*.sql")]
    sources += [REPOSITORY / "requirements.txt", Path(roles.__file__), Path(__file__)]
    for source in sorted(sources):
        seen.update(str(source.resolve().relative_to(REPOSITORY)).encode() + source.read_bytes())
    return seen.hexdigest()[:16]


def _forget_old(shelf: Path) -> None:
    homes = [each for each in shelf.glob("test-template-*") if each.is_dir() and each.stat().st_uid == os.geteuid()]
    homes.sort(key=lambda each: each.stat().st_mtime, reverse=True)
    for each in homes[_KEEP:]:
        shutil.rmtree(each, ignore_errors=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
