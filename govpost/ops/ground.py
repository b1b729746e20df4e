"""What a command stands on: the data directory, and a database that runs for as long as the command needs it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from govpost.ops import postgres, roles
from govpost.ops.binaries import NoServer
from govpost.ops.postgres import Server, write_private
from govpost.ops.processes import is_alive

REPOSITORY = Path(__file__).resolve().parents[2]


def data_directory() -> Path:
    """GOVPOST_DATA, or `.govpost` beside the code."""
    home = Path(os.environ.get("GOVPOST_DATA") or REPOSITORY / ".govpost").absolute()
    with suppress(PermissionError):  # said when it is to be written
        if home.exists() and not home.is_dir():
            raise NoServer(f"{home} must be a directory and is a file. Move it away, or set GOVPOST_DATA to another place.")
    return home


def has_own_database() -> bool:
    """Whether the database is ours to start: no address of another was given."""
    if os.environ.get("DATABASE_OWNER_URL") and not os.environ.get("DATABASE_URL"):
        raise NoServer("DATABASE_OWNER_URL is set without DATABASE_URL. Set both to the same database, or neither for a demo of our own.")
    return not os.environ.get("DATABASE_URL")


@contextmanager
def database() -> Iterator[Server | None]:
    """Let the settings find a database: the one DATABASE_URL names, the running demo's, or our own started for this block.

    Yields the server if it was started here. Raises `binaries.NoServer` with a sentence.
    """
    if not has_own_database():  # somebody's own: no running demo may lend it its keys
        yield None
        return
    os.environ.update(running_demo().get("environment", {}))
    os.environ["GOVPOST_DEMO"] = "1"
    home = data_directory()
    if found := postgres.running(home):
        os.environ.update(DATABASE_URL=found[roles.APPLICATION], DATABASE_OWNER_URL=found[roles.OWNER])
        yield None
        return
    server = Server(home)
    server.start()
    try:
        os.environ.update(addresses(server))
        yield server
    finally:
        server.stop()


def addresses(server: Server) -> dict[str, str]:
    return {"DATABASE_URL": server.url(roles.APPLICATION), "DATABASE_OWNER_URL": server.url(roles.OWNER)}


# -- the running demo's state file ---------------------------------------------------


def write_state(url: str, environment: dict[str, str]) -> None:
    """What another command must know of a running demo; the environment holds the sandboxes' keys, so 0600."""
    state = {"pid": os.getpid(), "url": url, "environment": environment}
    write_private(data_directory() / "state.json", json.dumps(state))


def forget_state() -> None:
    (data_directory() / "state.json").unlink(missing_ok=True)


def running_demo() -> dict[str, Any]:
    """{"pid": …, "url": …, "environment": {…}} of the demo that runs on this data directory, or {}."""
    try:
        state: dict[str, Any] = json.loads((data_directory() / "state.json").read_text())
        return state if is_alive(int(state["pid"])) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
