"""Pictures of pages in a real browser: Chinese glyphs for a bare machine, a browser that starts as root, screenshots."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PHONE = (390, 844)
DESKTOP = (1440, 900)
PICTURES = os.environ.get("GOVPOST_TEST_PICTURES", "")  # a folder: every page that is looked over leaves its pictures there


def find_chromium() -> str | None:
    """The path of a Chromium on this machine."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def browser_environment(folder: Path | None = None) -> dict[str, str | float | bool]:
    """The environment for a browser process, with a FONTCONFIG_FILE that adds the Chinese font package's fonts.

    A bare Debian has no Chinese font, and pictures would show boxes. `folder` keeps the generated file and the font cache.
    """
    home = folder or Path(tempfile.mkdtemp(prefix="govpost-fonts-"))
    config = home / "fonts.conf"
    config.write_text(_fontconfig(home / "cache"), "utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(config)}


def _fontconfig(cache: Path) -> str:
    spec = find_spec("pylopdf_fonts_zh_cn")
    ours = [str(Path(spec.origin).parent)] if spec and spec.origin else []
    folders = "".join(f"<dir>{path}</dir>" for path in ["/usr/share/fonts", "/usr/local/share/fonts", *ours])
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f"{folders}<cachedir>{cache}</cachedir>"
        "<alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>"
        "</fontconfig>"
    )


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium with Chinese fonts; raises `LookupError` where there is none."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        raise LookupError("No Chromium was found; install one, for example with: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="govpost-fonts-") as fonts, sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--font-render-hinting=none", "--lang=zh-CN"], env=browser_environment(Path(fonts))
        )
        try:
            yield started
        finally:
            started.close()


def audit(page: Page) -> list[str]:
    """What the open page owes people who use a phone, a keyboard, a screen reader or weak eyes; empty when nothing.

    Checks width, headings, ids and references, labels, names, alternative texts, inline styles, contrast as computed by
    the browser (WCAG 2.2 AA), and at phone width targets of 44 px.
    """
    return list(page.evaluate((Path(__file__).parent / "audit.js").read_text("utf-8")))


def look_over(chromium: Browser, home: str, pages: Mapping[str, str], *, language: str, session: str) -> list[str]:
    """What the pages (name → address) owe somebody signed in, at phone and desktop width: each is asked for once and resized."""
    told: list[str] = []
    context = chromium.new_context()
    cookies = {"govpost_language": language, settings.SESSION_COOKIE_NAME: session}
    context.add_cookies([{"name": name, "value": value, "url": home} for name, value in cookies.items()])
    page = context.new_page()
    page.on("console", partial(_note_blocked, told))
    page.on("pageerror", lambda error: told.append(str(error)))
    for name, address in pages.items():
        answer = page.goto(home + address)
        told += [] if answer and answer.status == 200 else [f"{name} answered {answer.status if answer else 0}"]
        for width, height in (PHONE, DESKTOP):
            page.set_viewport_size({"width": width, "height": height})
            told += [f"{name} {width} {language}: {sentence}" for sentence in audit(page)]
            if PICTURES:
                page.screenshot(path=str(Path(PICTURES) / f"{name}-{language}-{width}.png"), full_page=True)
    context.close()
    return told


def _note_blocked(told: list[str], message: ConsoleMessage) -> None:
    if "Content Security" in message.text:
        told.append(message.text)


def picture(
    browser: Browser,
    url: str,
    target: Path,
    *,
    size: tuple[int, int] = PHONE,
    language: str = "zh-hans",
    care: bool = False,
) -> Path:
    """A full-page screenshot of `url` in the given size and language."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=1, locale="en-GB" if language == "en" else "zh-CN"
    )
    host = urlsplit(url).hostname or ""
    cookies = {"govpost_language": language, **({"govpost_care": "on"} if care else {})}
    context.add_cookies([{"name": name, "value": value, "domain": host, "path": "/"} for name, value in cookies.items()])
    page = context.new_page()
    page.goto(url)
    # A page with an error summary has moved to it; sticky bars would stand in the middle of the picture.
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=str(target), full_page=True)
    context.close()
    return target
