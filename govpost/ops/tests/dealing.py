"""For the tests of backups: homes of the embedded server with orders in them, and the command as people call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg

from govpost.ops import roles
from govpost.ops.postgres import Server
from govpost.ops.template import REPOSITORY

# A test's server may lose what a power cut would take; WAL that can be copied it must have.
QUICK = {"fsync": "off", "full_page_writes": "off"}
_ORDERS = """
import django, sys
django.setup()
from datetime import timedelta
from govpost.common.clock import now
from govpost.delivery import actions as mail
from govpost.delivery.testing import SYSTEM, make_order, seen
from govpost.journal.testing import drain
for _ in range(int(sys.argv[1])):
    order = make_order(at=now() - timedelta(hours=2))
    mail.record_scans([seen(order.number, "collected", now())], at=now(), by=SYSTEM)
drain()
"""


def environment(home: Path, **over: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "GOVPOST_"))}
    return {
        **kept, "GOVPOST_DATA": str(home), "GOVPOST_DEMO": "1", "DJANGO_SETTINGS_MODULE": "govpost.config.settings",
        "PYTHONPATH": str(REPOSITORY), "GOVPOST_POOL_SIZE": "0", **over,
    }  # fmt: skip


def addresses(server: Server) -> dict[str, str]:
    return {"DATABASE_URL": server.url(), "DATABASE_OWNER_URL": server.url(roles.OWNER)}


def place_orders(server: Server, number: int) -> None:
    """Through the actions, with sealed addresses, facts and what followers make of them."""
    words = [sys.executable, "-c", _ORDERS, str(number)]
    subprocess.run(words, env=environment(server.home, **addresses(server)), check=True, timeout=120, cwd="/")


def govpost(home: Path, *words: str, **over: str) -> tuple[int, dict[str, Any]]:
    """Exit status and what it said as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "govpost.ops.command", *words, "--format", "json"], env=environment(home, **over), cwd="/",
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    try:
        return done.returncode, json.loads(done.stdout)
    except (IndexError, ValueError):
        raise AssertionError(f"{words}: {done.returncode} {done.stdout} {done.stderr}") from None


def counted(server: Server, table: str) -> int:
    with psycopg.connect(server.url(roles.OWNER)) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0
