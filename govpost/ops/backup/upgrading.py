"""`govpost upgrade`: a data directory of an older PostgreSQL becomes one of the carried version, by dump and restore.

The old directory is only read, and kept aside afterwards. Until the rows of every table are equal and the checks hold nothing takes its
place; stopped at any moment, the same command goes on or begins again.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from govpost.ops import roles
from govpost.ops.backup import manifest, programs, restoring
from govpost.ops.binaries import Binaries, NoServer, find_binaries, place_for_data
from govpost.ops.postgres import Server, write_private

SWAP = "postgres-upgrade.json"


@dataclass(frozen=True, slots=True)
class Upgraded:
    """`rows` of every table, equal on both sides; `kept` is where the old directory lies now."""

    before: int
    after: int
    rows: dict[str, int]
    kept: Path
    done: bool = True


def upgrade(home: Path, *, binaries: Binaries | None = None) -> Upgraded:
    """To the programs that this installation carries (or `binaries`); nothing to do is no error (`done` is False)."""
    _finish_swap(home)
    data = place_for_data(home / "postgres")
    if not (data / "PG_VERSION").exists():
        raise NoServer(f"{home} holds no database of ours. Name the data directory, the one with `postgres-passwords.json`.")
    before, new = int((data / "PG_VERSION").read_text()), binaries or find_binaries()
    if before == new.major:
        return Upgraded(before, new.major, {}, data, done=False)
    if before > new.major:
        raise NoServer(f"The data is of PostgreSQL {before}, newer than {new.major} here. Take the program that carries {before}.")
    scratch = home / f".upgrade-{new.major}"
    old = Server(home, binaries=find_binaries(before))
    old.start()  # its lock keeps everybody else out
    try:
        rows = _copy(old, scratch, new)
    finally:
        old.stop()
    kept = data.with_name(f"{data.name}-{before}")
    if kept.exists():
        raise NoServer(f"{kept} is in the way: an older copy was kept there. Move it away and run the same command again.")
    swap = {"old": str(data), "kept": str(kept), "new": str(place_for_data(scratch / "postgres")), "scratch": str(scratch)}
    write_private(home / SWAP, json.dumps(swap))
    _finish_swap(home)
    return Upgraded(before, new.major, rows, kept)


def _copy(old: Server, scratch: Path, new: Binaries) -> dict[str, int]:
    shutil.rmtree(place_for_data(scratch / "postgres"), ignore_errors=True)  # of a run that was interrupted
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o711)
    write_private(scratch / "postgres-passwords.json", (old.home / "postgres-passwords.json").read_text())
    fresh = Server(scratch, binaries=new)
    fresh.start()
    try:
        with _dump(old.url(roles.OWNER), new) as process:
            restoring.load(process.stdout, fresh.url(roles.OWNER))
        rows = _compare(old, fresh)
        _check(fresh)
    finally:
        fresh.stop()
    return rows


@contextmanager
def _dump(url: str, binaries: Binaries) -> Iterator[subprocess.Popen[bytes]]:
    """By the newer programs, as PostgreSQL advises; straight into the new server, without a file between."""
    arguments = ("-F", "custom", "-Z", "0", "--no-owner", "--no-comments", "--no-password")
    process = programs.start("pg_dump", url, *arguments, binaries=binaries, stdout=subprocess.PIPE)
    try:
        yield process
        programs.finish(process, "The dump")
    finally:
        programs.close(process)


def _compare(old: Server, new: Server) -> dict[str, int]:
    counts = []
    for server in (old, new):
        with psycopg.connect(server.url(roles.OWNER), autocommit=True) as connection:
            connection.execute("SET statement_timeout = 0")
            counts.append(manifest.every_table(connection))
    if counts[0] != counts[1]:
        differ = {name: (counts[0].get(name), counts[1].get(name)) for name in counts[0].keys() | counts[1].keys()}
        wrong = {name: pair for name, pair in differ.items() if pair[0] != pair[1]}
        raise NoServer(f"The copy differs from the original: {wrong}. The old directory stays in use; nothing was changed.")
    return counts[0]


_CHECK = """
import django
django.setup()
from govpost.ops.backup.checking import check
found = check()
print(*found.wrong, sep="; ")
"""


def _check(server: Server) -> None:
    """In a process of its own: this one may have settled on another database already."""
    import sys

    urls = {"DATABASE_URL": server.url(roles.APPLICATION), "DATABASE_OWNER_URL": server.url(roles.OWNER)}
    settings = {"DJANGO_SETTINGS_MODULE": "govpost.config.settings", "GOVPOST_STATEMENT_TIMEOUT_MS": "0", "GOVPOST_POOL_SIZE": "0"}
    data = {} if os.environ.get("GOVPOST_KEYS_FILE") else {"GOVPOST_DEMO": "1", "GOVPOST_DATA": str(server.home.parent)}
    done = subprocess.run(
        [sys.executable, "-c", _CHECK], env={**os.environ, **settings, **urls, **data}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        raise NoServer(f"The copy could not be checked: {last}. The old directory stays in use; nothing was changed.")
    if wrong := done.stdout.strip():
        raise NoServer(f"The copy does not hold what must hold: {wrong}. The old directory stays in use; nothing was changed.")


def _finish_swap(home: Path) -> None:
    """Old aside, new in its place: each rename happens once, whenever this was interrupted."""
    note = home / SWAP
    if not note.exists():
        return
    swap = {name: Path(path) for name, path in json.loads(note.read_text()).items()}
    if not swap["kept"].exists():
        swap["old"].rename(swap["kept"])
    if swap["new"].exists():
        swap["new"].rename(swap["old"])
    shutil.rmtree(swap["scratch"], ignore_errors=True)
    note.unlink()
