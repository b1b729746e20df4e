"""A real browser goes there and comes back: the page's own policy must not stand in the way of the redirect."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from govpost.common.serving import serve
from govpost.gateways.identity.people import LIN
from govpost.gateways.identity.testing import Province, province

pytestmark = pytest.mark.browser
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def returned(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Stands for our own site: says with what the browser came back."""
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [environ["QUERY_STRING"].encode()]


@pytest.fixture
def home() -> Iterator[str]:
    with serve(returned) as served:
        yield served.url


@pytest.fixture
def anhui(tmp_path: Path, home: str) -> Iterator[Province]:
    with province(tmp_path, returns=[home]) as sandbox:
        yield sandbox


@pytest.fixture
def tab() -> Iterator[Any]:
    """A page of a phone's width."""
    from playwright.sync_api import sync_playwright

    program = next(found for name in CHROMIUM if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 390, "height": 800})
        browser.close()


def test_choosing_and_declining_both_lead_back(anhui: Province, home: str, tab: Any) -> None:
    complaints: list[str] = []
    tab.on("console", lambda said: complaints.append(said.text))
    begun = anhui.identity().begin(f"{home}/return")

    tab.goto(begun.authorize_url)
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    tab.get_by_role("button", name=LIN.name).click()
    tab.wait_for_url(f"{home}/return?code=*")
    assert f"state={begun.state}" in tab.url

    tab.goto(begun.authorize_url)
    tab.get_by_role("button", name="拒绝授权").press("Enter")
    tab.wait_for_url(f"{home}/return?error=access_denied*")
    assert [said for said in complaints if "favicon" not in said] == []
