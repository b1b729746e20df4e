"""`govpost picture`: photographs the running demonstration for the README (docs/picture.png), a desk page with a phone beside it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from govpost.ops import ground

WIDTH, HEIGHT, PHONE = 1280, 860, (390, 844)
TARGET = ground.REPOSITORY / "docs" / "picture.png"


def take(target: Path = TARGET) -> int:
    """Needs a running demo, Chromium and the developer's packages; 0 when the picture was written."""
    url = str(ground.running_demo().get("url", "")).rstrip("/")
    if not url:
        print("No demo is running. Start `python3 run.py demo`, wait for its history, then ask again.", file=sys.stderr)
        return 2
    try:
        from PIL import Image

        from govpost.surfaces.shared.testing import browser
    except ImportError:
        print("The picture needs the developer's packages: run `python3 run.py check --quick` once.", file=sys.stderr)
        return 2
    from govpost.demo.people import PASSWORD

    with browser() as chromium:
        desk = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN")
        desk.goto(f"{url}/desk/sign-in")
        desk.fill("input[name=username]", "wu")
        desk.fill("input[name=password]", PASSWORD)
        desk.click("main form button:not([type=button])")
        desk.goto(f"{url}/desk/supervision")
        board = Image.open(io.BytesIO(desk.screenshot()))
        phone = chromium.new_page(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN")
        phone.goto(f"{url}/")
        hand = Image.open(io.BytesIO(phone.screenshot()))
    whole = Image.new("RGB", (WIDTH + PHONE[0] + 60, HEIGHT + 40), "#dfe6e2")
    whole.paste(board, (20, 20))
    whole.paste(hand, (WIDTH + 40, 28))
    small = whole.resize((whole.width * 3 // 4, whole.height * 3 // 4), Image.Resampling.LANCZOS).quantize(128)
    small.save(target, optimize=True)
    print(f"{target}: {target.stat().st_size // 1000} kB")
    return 0
