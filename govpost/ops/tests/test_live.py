"""The address that browser journeys use: the whole application over real HTTP, on the journey's own database."""

from __future__ import annotations

from http.client import HTTPConnection  # noqa: TID251  asks the test's own server
from urllib.parse import urlsplit


def _get(url: str, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_the_whole_application_answers_and_brings_its_sheets(live_url: str) -> None:
    assert _get(live_url, "/healthz") == (200, b'{"status": "ok"}')
    status, sheet = _get(live_url, "/static/shared/tokens.css")
    assert status == 200
    assert b"--" in sheet


def test_what_is_not_there_is_a_page_and_no_error(live_url: str) -> None:
    status, page = _get(live_url, "/no-such-page")
    assert status == 404
    assert "<html" in page.decode()
