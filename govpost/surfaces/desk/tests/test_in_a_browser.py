"""Every page of the desk in a real browser: nothing blocked, too wide, too small, too pale or nameless, in both languages."""

from __future__ import annotations

import pytest
from django.conf import settings

from govpost.surfaces.desk.tests.scene import Scene
from govpost.surfaces.shared.testing import browser, look_over

pytestmark = pytest.mark.browser


def test_every_page_passes_the_audit_at_both_widths_in_both_languages(live_url: str) -> None:
    pages = Scene().pages()
    found: list[str] = []
    with browser() as chromium:
        for language in ("zh-hans", "en"):
            for client in dict.fromkeys(who for _, who, _ in pages):
                mine = {name: address for name, who, address in pages if who is client}
                session = client.cookies[settings.SESSION_COOKIE_NAME].value
                found += look_over(chromium, live_url, mine, language=language, session=session)
    assert found == []
