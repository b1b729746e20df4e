"""Turns DATABASE_URL and DATABASE_OWNER_URL into Django's databases, with every wait bounded."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# A database that stops answering costs seconds, not a stuck worker: the driver's own limits hold when the server's cannot.
_DRIVER = {
    "connect_timeout": 3,
    "tcp_user_timeout": 3000,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
_LOCK_TIMEOUT_MS = 2000
_IDLE_IN_TRANSACTION_MS = 30_000


def parse_url(url: str) -> dict[str, Any]:
    """postgresql://user:password@host:port/name?sslmode=… → Django's keys; raises `ImproperlyConfigured`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must read postgresql://user:password@host:port/database.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "OPTIONS": {**_DRIVER, **dict(parse_qsl(parts.query))},
    }


def databases(data: Path) -> dict[str, dict[str, Any]]:
    """`default` is the application's role; `owner` migrates and makes months, and is there only where its address is."""
    url = os.environ.get("DATABASE_URL") or _running(data, "govpost_app")
    # Beside a named database of somebody's, our own server is not its owner.
    owner_url = os.environ.get("DATABASE_OWNER_URL") or ("" if os.environ.get("DATABASE_URL") else _running(data, "govpost_owner"))
    nowhere = "postgresql://govpost_app@127.0.0.1:1/govpost"  # commands that ask no database still load settings
    found = {"default": _application(parse_url(url or nowhere))}
    if owner_url:
        found["owner"] = parse_url(owner_url)
        found["owner"]["OPTIONS"]["options"] = f"-c lock_timeout={_LOCK_TIMEOUT_MS}"
    return found


def _application(found: dict[str, Any]) -> dict[str, Any]:
    statement_ms = int(os.environ.get("GOVPOST_STATEMENT_TIMEOUT_MS", "5000"))
    found["OPTIONS"]["options"] = (
        f"-c statement_timeout={statement_ms} -c lock_timeout={_LOCK_TIMEOUT_MS}"
        f" -c idle_in_transaction_session_timeout={_IDLE_IN_TRANSACTION_MS}"
    )
    size = int(os.environ.get("GOVPOST_POOL_SIZE", "8"))
    if size:
        found["OPTIONS"]["pool"] = {"min_size": 1, "max_size": size, "timeout": 4, "max_idle": 60}
        found["CONN_HEALTH_CHECKS"] = True  # after a restart of PostgreSQL, no request meets a dead connection
    # pgbouncer in transaction mode keeps no cursors between transactions.
    found["DISABLE_SERVER_SIDE_CURSORS"] = os.environ.get("GOVPOST_PGBOUNCER", "") == "1"
    return found


def _running(data: Path, role: str) -> str:
    """The address of our own server, where one runs on this data directory."""
    try:
        port = json.loads((data / "postgres.json").read_text())["port"]
        password = json.loads((data / "postgres-passwords.json").read_text())[role]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return f"postgresql://{role}:{password}@127.0.0.1:{port}/govpost"
