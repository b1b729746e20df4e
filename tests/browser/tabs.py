"""Pages of the browser for the stories: a size, a language, words to press, and what no page may do.

The stories speak English message ids; a tab says them in its own language. With GOVPOST_TEST_PICTURES=<folder> every page that a
story passes is photographed there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from django.db import connections
from django.utils.translation import gettext, override, pgettext
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response

from govpost.journal import followers
from govpost.surfaces.shared.testing import DESKTOP, PHONE, audit

SIZES = {"phone": PHONE, "desktop": DESKTOP}
_pictures = count(1)


@dataclass
class Tab:
    """A page of the browser that notes what no page may do: overflow sideways, complain in the console, fail."""

    page: Page
    home: str
    language: str
    words: Mapping[str, str] = field(default_factory=dict)
    careful: bool = False
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("response", self._answered)

    # -- words ---------------------------------------------------------------------------

    def say(self, msgid: str, context: str = "", **params: object) -> str:
        """A message id in this tab's language; a story's own table of words comes first."""
        if msgid in self.words:
            return self.words[msgid]
        with override(self.language):
            words = pgettext(context, msgid) if context else gettext(msgid)
        return words % params if params else words

    # -- what a hand does ------------------------------------------------------------------

    def go(self, path: str) -> None:
        self.page.goto(self.home + path)
        self.look()

    def find(self, msgid: str, role: Any = "button") -> Locator:
        """By its whole name; a word of a story's own table may be a part of it."""
        words = self.say(msgid)
        name: Any = re.compile(re.escape(words)) if msgid in self.words else words
        return self.page.get_by_role(role, name=name, exact=True).locator("visible=true").first

    def press(self, msgid: str, role: Any = "button") -> None:
        self.find(msgid, role).click()
        self.look()

    def follow(self, msgid: str) -> None:
        self.press(msgid, "link")

    def open(self, words: str) -> None:
        """Follow the link that carries a number, exactly as it stands on the page."""
        self.page.get_by_role("link", name=words, exact=True).locator("visible=true").first.click()
        self.look()

    def fill(self, msgid: str, value: str) -> None:
        self.page.get_by_label(self.say(msgid)).locator("visible=true").first.fill(value)

    def check(self, msgid: str) -> None:
        self.page.get_by_label(self.say(msgid)).locator("visible=true").first.check()

    def unfold(self) -> None:
        """Open the filter, where it is folded away as on a phone."""
        folded = self.page.locator("details.filter-fold:not([open]) > summary").locator("visible=true")
        if folded.count():
            folded.first.click()

    # -- what an eye does --------------------------------------------------------------------

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def look(self) -> None:
        self.page.wait_for_load_state()
        width = (self.page.viewport_size or {"width": 0})["width"]
        if self.page.evaluate("document.documentElement.scrollWidth") > width:
            self.wrong.append(f"wider than the screen: {self.page.url}")
        if self.careful:
            self.wrong += [f"{self.page.url} {width} {self.language}: {sentence}" for sentence in audit(self.page)]
        if folder := os.environ.get("GOVPOST_TEST_PICTURES"):
            self._photograph(Path(folder), width)

    def _photograph(self, folder: Path, width: int) -> None:
        path = re.sub(r"[^a-z-]+", "_", re.sub(r"[0-9a-f-]{36}|[A-Z0-9-]{9,}", "", self.page.url.removeprefix(self.home).split("?")[0]))
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{width}-{self.language[:2]}-{next(_pictures):03}-{path.strip('_') or 'home'}.png"
        self.page.screenshot(path=folder / name, full_page=True)

    def _said(self, message: ConsoleMessage) -> None:
        """A form that is answered with its errors (422), a label without a page icon, a page that is left while it asks for news:
        no complaint."""
        left = "htmx:sendAbort" in message.text or "htmx:afterRequest" in message.text
        expected = left or "422" in message.text or "favicon" in message.text + str(message.location.get("url"))
        if message.type in ("error", "warning") and not expected:
            self.wrong.append(message.text)

    def _answered(self, answer: Response) -> None:
        if answer.status >= 500:
            self.wrong.append(f"{answer.status} {answer.url}")


def tab_of(
    chromium: Browser, home: str, size: str, language: str, *, words: Mapping[str, str] | None = None, script: bool = True,
    careful: bool = False,
) -> Tab:  # fmt: skip
    """A browser of somebody's own: its own cookies, its size and its language."""
    width, height = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, java_script_enabled=script)
    context.add_cookies([{"name": "govpost_language", "value": language, "url": home}])
    context.set_default_timeout(15_000)
    return Tab(context.new_page(), home, language, words or {}, careful)


def aside(work: Callable[[], Any]) -> Any:
    """Work on the database while a browser is open: its thread has an event loop, in which Django refuses to wait."""

    def worked() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(worked).result()


def let_followers_read() -> None:
    while sum(followers.run_once(name) for name in followers.load()):
        pass
