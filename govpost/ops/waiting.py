"""The page that is up before the web process is: what a starting demo does now, renewing itself.

It shares the port with the web process (SO_REUSEPORT) until that one answers, so nobody meets a closed door in between.
"""

from __future__ import annotations

import html
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SHARES_PORT = sys.platform == "linux"
_PAGE = """<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>政邮通 GovPost</title><style>body{{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;
color:#1d2b26}}h1{{font-size:1.6rem}}li{{margin:.3rem 0}}.now{{font-weight:600}}.done{{color:#5b6b65}}</style></head>
<body><h1>政邮通 GovPost</h1><p>演示环境正在启动，本页会自动刷新。<br>The demonstration is starting; this page renews itself.</p>
<ol>{steps}</ol></body></html>"""


class WaitingPage:
    """Serves the steps so far on every address of the port until it is closed."""

    def __init__(self, port: int) -> None:
        self.steps: list[str] = []
        self._server = _Server(port, self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="waiting page", daemon=True)
        self._thread.start()

    def say(self, step: str) -> None:
        self.steps.append(step)

    def close(self) -> None:
        if self._server.open:
            self._server.open = False
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def body(self) -> bytes:
        items = [f'<li class="done">{html.escape(step)}</li>' for step in self.steps[:-1]]
        items += [f'<li class="now">{html.escape(step)} …</li>' for step in self.steps[-1:]]
        return _PAGE.format(steps="".join(items)).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, page: WaitingPage) -> None:
        self.page = page
        self.open = True
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        if SHARES_PORT:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        super().server_bind()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        body = self.server.page.body()
        self.send_response(503 if self.path == "/healthz" else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Refresh", "1")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it
        return


def is_free(port: int) -> bool:
    """Whether nobody listens on the port, not even one who would share it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True
