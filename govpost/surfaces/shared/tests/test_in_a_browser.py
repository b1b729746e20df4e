"""The components in a real browser: nothing blocked, nothing too wide, small, pale or nameless, with script and without."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import pytest

from govpost.surfaces.shared.testing import DESKTOP, PHONE, audit, browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage

pytestmark = [pytest.mark.browser, pytest.mark.urls("govpost.surfaces.shared.tests.routes")]
PAGES = ["/style-guide/portal", "/style-guide/desk", "/style-guide/courier", "/desk/sign-in", "/courier/sign-in", "/refuse/state"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("care", [False, True], ids=["plain", "larger"])
def test_every_page_passes_the_audit_in_both_languages(live_url: str, chromium: Browser, size: tuple[int, int], care: bool) -> None:
    found: list[str] = []
    for language in ("zh-hans", "en"):
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
        cookies = {"govpost_language": language, **({"govpost_care": "on"} if care else {})}
        context.add_cookies([{"name": name, "value": value, "url": live_url} for name, value in cookies.items()])
        page = context.new_page()
        page.on("console", partial(_note_blocked, found))
        page.on("pageerror", partial(_note_error, found))
        for path in PAGES:
            page.goto(live_url + path)
            found += [f"{path} {language}: {sentence}" for sentence in audit(page)]
        context.close()
    assert found == []


def _note_blocked(found: list[str], message: ConsoleMessage) -> None:
    if "Content Security" in message.text:
        found.append(message.text)


def _note_error(found: list[str], error: object) -> None:
    found.append(str(error))


def test_the_language_switch_and_larger_text_work_without_script(live_url: str, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_url + "/desk/sign-in?next=/desk/any")
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("heading", name="Staff sign-in").is_visible()
    assert page.url.endswith("/desk/sign-in?next=/desk/any")
    page.get_by_role("button", name="Larger text").click()
    assert page.get_by_role("button", name="Larger text").get_attribute("aria-pressed") == "true"
    context.close()


def test_the_audit_finds_what_it_is_there_for(chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    page.set_content(
        '<html><title> </title><body><h1>a</h1><h1>b</h1><input id="x"><i id="x"></i><p style="color:#999">pale</p>'
        '<div class="button" aria-describedby="nowhere">small</div><img src="x"><button></button><main><pre>' + "w" * 400 + "</pre>"
    )
    told = " ".join(audit(page))
    for word in ("2 main headings", "no language", "no title", "id twice", "inline style", "contrast", "small target", "leads nowhere"):
        assert word in told
    for word in ("without alt", "nothing to say", "field without label", "wider than the screen"):
        assert word in told
    page.close()
