"""Every page of the desk in a real browser: nothing blocked, too wide, too small, too pale or nameless, in both languages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from govpost.surfaces.desk.tests.scene import Scene
from govpost.surfaces.shared.testing import DESKTOP, PHONE, audit, browser

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Browser, ConsoleMessage

pytestmark = pytest.mark.browser


def test_every_page_passes_the_audit_at_both_widths_in_both_languages(live_url: str) -> None:
    pages = Scene().pages()
    found: list[str] = []
    with browser() as chromium:
        for size in (PHONE, DESKTOP):
            for language in ("zh-hans", "en"):
                for client in dict.fromkeys(who for _, who, _ in pages):
                    mine = [(name, address) for name, who, address in pages if who is client]
                    found += _look(chromium, live_url, client, mine, size, language)
    assert found == []


def _look(
    chromium: Browser, live_url: str, client: Client, pages: list[tuple[str, str]], size: tuple[int, int], language: str
) -> list[str]:
    told: list[str] = []
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
    cookies = {"govpost_language": language, settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    context.add_cookies(
        [{"name": name, "value": value, "domain": urlsplit(live_url).hostname or "", "path": "/"} for name, value in cookies.items()]
    )
    page = context.new_page()
    page.on("console", partial(_note_blocked, told))
    page.on("pageerror", lambda error: told.append(str(error)))
    for name, address in pages:
        answer = page.goto(live_url + address)
        status = answer.status if answer else 0
        told += [] if status == 200 else [f"{name} answered {status}"]
        told += [f"{name} {size[0]} {language}: {sentence}" for sentence in audit(page)]
    context.close()
    return told


def _note_blocked(told: list[str], message: ConsoleMessage) -> None:
    if "Content Security" in message.text:
        told.append(message.text)
