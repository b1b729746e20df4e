"""The choice of a courier in a real browser: a village's days and a full time are shown, an island says why nobody comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from govpost.cases.testing import SYSTEM, make_cast
from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.common.ids import uuid7
from govpost.dispatch import actions as dispatch
from govpost.dispatch.offering import Plan
from govpost.dispatch.reach import reach
from govpost.profiles import queries as profiles
from govpost.surfaces.portal.tests.test_apply import ABOUT, begin, post
from govpost.surfaces.shared.testing import DESKTOP, PHONE, audit, browser

pytestmark = pytest.mark.browser
OFFICE, VILLAGE, ISLAND = "SL341602D1", "谯城示例乡示例西村 3 组", "示例岛村 1 号"


def test_days_full_times_and_the_reason_why_nobody_comes_stand_at_the_choice(live_url: str, as_person: Callable[[Actor], Client]) -> None:
    cast, at = make_cast(), now()
    lin, profile = as_person(cast.lin), profiles.settings_for("34.3416.341602", shanghai_day(at))
    dispatch.keep_plan(outlet=OFFICE, plan=Plan(capacity=1), starts_on=shanghai_day(at), at=at - timedelta(days=2), by=SYSTEM)
    second = reach(division="341602", street=VILLAGE, settings=profile, at=at).windows[1]
    dispatch.hold_place(order_id=uuid7(), outlet=OFFICE, window=second, settings=profile, at=at, by=SYSTEM)
    case = begin(lin, cast)
    host, found = urlsplit(live_url).hostname or "", []
    for street, served in ((VILLAGE, True), (ISLAND, False)):
        assert post(lin, case, "about", {**ABOUT, "street": street}).status_code == 302
        with browser() as chromium:
            for size in (PHONE, DESKTOP):
                context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
                session = lin.cookies[settings.SESSION_COOKIE_NAME].value
                context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": host, "path": "/"}])
                page = context.new_page()
                page.goto(f"{live_url}/drafts/{case.id}/papers")
                assert page.locator("input[name=paper_way][value=door]").is_enabled() is served
                if served:
                    page.locator("input[name=paper_way][value=door]").check()
                    assert "周一、周三、周五" in page.content()
                    assert page.locator(".slot-closed", has_text="已约满").count() == 1
                else:
                    assert "邮政不到示例岛村上门" in page.content()
                    assert page.locator("input[name=window]").count() == 0
                found += [f"{street} {size[0]}: {sentence}" for sentence in audit(page)]
                context.close()
    assert found == []
