from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest

from govpost.common.serving import serve, serve_built


def saying(words: str) -> Callable[..., Iterable[bytes]]:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
        return [f"{words} {environ['PATH_INFO']}".encode()]

    return app


def fetch(url: str) -> str:
    return httpx.get(url, timeout=5, trust_env=False).text


def test_an_application_answers_over_http_while_the_block_lasts_and_not_after() -> None:
    with serve(saying("here")) as served:
        assert fetch(f"{served.url}/a") == "here /a"
    with pytest.raises(httpx.ConnectError):
        fetch(f"{served.url}/a")


def test_an_application_can_be_built_from_its_own_address() -> None:
    with serve_built(saying) as served:
        assert fetch(f"{served.url}/") == f"{served.url} /"


def test_a_taken_port_is_an_error_of_the_caller_and_not_the_end_of_the_process() -> None:
    with serve(saying("first")) as served:
        second = serve(saying("second"), port=int(served.url.rpartition(":")[2]))
        with pytest.raises(OSError, match="in use"):
            second.__enter__()
