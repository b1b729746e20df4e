"""The courier's pages on a phone in a real browser: nothing blocked, too wide, too small or nameless, in both languages."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse

from govpost.parties.testing import load_organisations, make_zhao
from govpost.profiles.testing import load_profiles
from govpost.surfaces.courier.tests.test_door import at, browser, collection, delivery
from govpost.surfaces.shared import testing
from govpost.surfaces.shared.testing import PHONE, audit

pytestmark = pytest.mark.browser


def test_every_page_of_the_round_passes_the_audit_and_another_time_is_asked_for_only_with_its_reason(live_url: str) -> None:
    load_organisations()
    load_profiles()
    zhao = make_zhao()
    papers, result = collection(zhao), delivery(zhao)
    addresses = [reverse("courier:round"), *(at(name, task) for task in (papers, result) for name in ("stop", "finish", "fail"))]
    session = browser(zhao).cookies[settings.SESSION_COOKIE_NAME].value
    found: list[str] = []
    with testing.browser() as chromium:
        for language in ("zh-hans", "en"):
            context = chromium.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
            cookies = {settings.LANGUAGE_COOKIE_NAME: language, settings.SESSION_COOKIE_NAME: session}
            host = urlsplit(live_url).hostname or ""
            context.add_cookies([{"name": name, "value": value, "domain": host, "path": "/"} for name, value in cookies.items()])
            page = context.new_page()
            for address in addresses:
                page.goto(live_url + address)
                found += [f"{address} {language}: {sentence}" for sentence in audit(page)]
            page.goto(live_url + at("fail", papers))
            assert not page.locator("select[name=appointment]").is_visible()
            page.locator("input[name=reason][value='14']").check()
            assert page.locator("select[name=appointment]").is_visible()
            found += [f"another time {language}: {sentence}" for sentence in audit(page)]
            context.close()
    assert found == []
