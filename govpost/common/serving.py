"""Serves a WSGI application over real HTTP from a thread: how tests, journeys and the demo reach the sandboxes.

Not for production traffic: the web itself runs under granian.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass(frozen=True, slots=True)
class Served:
    """`url` has no trailing slash, for example "http://127.0.0.1:43211"."""

    url: str
    app: WSGIApplication


@contextmanager
def serve(app: WSGIApplication, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[Served]:
    """Serve `app` until the block ends; port 0 takes a free one. Raises OSError if the port is taken."""
    with serve_built(lambda url: app, host=host, port=port) as served:
        yield served


@contextmanager
def serve_built(build: Callable[[str], WSGIApplication], *, host: str = "127.0.0.1", port: int = 0) -> Iterator[Served]:
    """Like `serve`, for an application that must know its own address: `build(url)` makes it."""
    # Our own socket: werkzeug ends the process when it cannot bind, and a caller deserves the OSError.
    with socket.create_server((host, port)) as listener:
        url = f"http://{host}:{listener.getsockname()[1]}"
        app = build(url)
        server = make_server(host, port, app, threaded=True, request_handler=_Quiet, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), name=f"serve {url}", daemon=True)
    thread.start()
    try:
        yield Served(url, app)
    finally:
        server.shutdown()
        thread.join()


class _Quiet(WSGIRequestHandler):
    """No line per request: request lines may carry codes and numbers, which no log may keep."""

    def log(self, *words: Any) -> None:
        return
