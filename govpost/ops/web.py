"""The web process: granian in front of Django, one process and a few threads, for the demo and for production."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from govpost.ops.processes import follow_parent

THREADS = 4


def serve(host: str, port: int, *, workers: int = 1, threads: int = THREADS) -> int:
    """Serve until SIGTERM or SIGINT; requests under way are answered first."""
    logging.getLogger("_granian").setLevel(logging.WARNING)
    server = Server(
        "govpost.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=256,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=_load, wrap_loader=False)
    return 0


def _load() -> Callable[..., Any]:
    """Runs in granian's worker: it must not outlive the main process, which a kill -9 may take."""
    follow_parent()
    from govpost.config.wsgi import application

    return application
