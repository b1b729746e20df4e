"""The administrators' pages in a real browser: an administrator lets a clerk join, who signs in with a second factor; and the audit."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse

from govpost.common.clock import now, shanghai_day
from govpost.parties import actions, totp
from govpost.parties.models import Organisation, RoleGrant, Staff
from govpost.parties.roles import Role
from govpost.parties.testing import PASSWORD, load_organisations, make_staff
from govpost.places.testing import LOADER
from govpost.surfaces.desk.testing import as_new
from govpost.surfaces.shared.testing import DESKTOP, PHONE, audit, browser, look_over

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def _admin() -> str:
    """Bozhou's administrator and some people; the session's key."""
    load_organisations()
    client = as_new(Role.ADMIN, login="guan", name="管示例")
    today, post = shanghai_day(now()), {"organisation": "bozhou-post", "outlet": "SL341602D1", "region": "34.3416.341602"}
    wang = make_staff(Role.CLERK, login="wang", name="王示例")
    zhao = make_staff(Role.COURIER, login="zhao", name="赵示例", **post)
    actions.grant(staff=zhao, role=Role.DISPATCHER, region="34.3416", ends_on=today + timedelta(days=9), at=now(), by=LOADER)
    gone = make_staff(Role.CLERK, login="wu", name="吴示例")
    actions.deactivate_staff(staff_id=gone.id, at=now(), by=LOADER)
    market = Organisation.objects.get(code="bozhou-market")
    actions.move_staff(staff_id=wang.id, organisation=market, outlet=None, effective_on=today + timedelta(days=3), at=now(), by=LOADER)
    actions.rename_organisation(
        organisation_id=market.id, name="亳州市市场局（示例）", name_en="", starts_on=today + timedelta(days=3), at=now(), by=LOADER
    )
    actions.make_partner_key(
        name="市场监管业务系统", organisation=market, region="34.3416", active_to=now() + timedelta(days=9), at=now(), by=LOADER
    )
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _pages() -> dict[str, str]:
    wang, market = Staff.objects.get(login="wang"), Organisation.objects.get(code="bozhou-market")
    person = {
        name: reverse(f"desk:{name}", args=[wang.id]) for name in ("person", "grant_new", "person_move", "person_leave", "person_password")
    }
    held, key = RoleGrant.objects.get(staff=wang), market.partner_keys.get()
    return person | {
        "people": reverse("desk:people"), "people-none": reverse("desk:people") + "?state=locked", "join": reverse("desk:person_new"),
        "file": reverse("desk:joiners"), "grants": reverse("desk:grants"), "extend": reverse("desk:grant_extend", args=[held.id]),
        "organisations": reverse("desk:organisations"), "organisation": reverse("desk:organisation", args=[market.id]),
        "organisation-new": reverse("desk:organisation_new"), "close": reverse("desk:organisation_close", args=[market.id]),
        "keys": reverse("desk:partner_keys"), "key": reverse("desk:partner_key", args=[key.id]),
        "rotate": reverse("desk:partner_key_rotate", args=[key.id]), "account": reverse("shared:account"),
        "own-password": reverse("shared:own_password"), "own-factor": reverse("shared:own_second_factor"),
    }  # fmt: skip


def test_every_page_passes_the_audit_at_both_widths_in_both_languages(live_url: str) -> None:
    session = _admin()
    pages, told = _pages(), list[str]()
    with browser() as chromium:
        for language in ("zh-hans", "en"):
            told += look_over(chromium, live_url, pages, language=language, session=session)
    assert told == []


def test_a_clerk_joins_sets_up_a_second_factor_works_and_is_out_when_she_leaves(live_url: str) -> None:
    session = _admin()
    with browser() as chromium:
        office, window = (chromium.new_context(viewport={"width": w, "height": h}) for w, h in (DESKTOP, PHONE))
        host = urlsplit(live_url).hostname or ""
        office.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": host, "path": "/"}])
        admin, clerk = office.new_page(), window.new_page()
        first = _join(admin, live_url)
        _begin(clerk, live_url, first)
        secret = _secure(clerk, live_url)
        clerk.goto(live_url + reverse("desk:window"))
        assert clerk.locator("h1").inner_text()
        window.clear_cookies()
        _sign_in(clerk, live_url, PASSWORD)
        clerk.fill("#id_code", totp.code_at(secret, totp.step_of(now()) + 1))
        clerk.click("main button.button")
        assert "/desk/" in clerk.url
        _let_leave(admin, live_url)
        clerk.goto(live_url + reverse("desk:window"))
        assert "/desk/sign-in" in clerk.url


def _join(page: Page, live_url: str) -> str:
    page.goto(live_url + reverse("desk:people"))
    page.click("a[href$='/people/new']")
    page.fill("#id_login", "lin")
    page.fill("#id_name", "林示例")
    page.select_option("#id_organisation", label="亳州市政务服务管理局（示例）")
    page.select_option("#id_role", value="clerk")
    page.click("main button.button")
    found = re.search(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b", page.locator("main").inner_text())
    assert found
    return found[0]


def _sign_in(page: Page, live_url: str, password: str) -> None:
    page.goto(live_url + "/desk/sign-in")
    page.fill("#id_username", "lin")
    page.fill("#id_password", password)
    page.click("main form.panel button.button")


def _begin(page: Page, live_url: str, first: str) -> None:
    """The first password is changed before anything else."""
    _sign_in(page, live_url, first)
    assert page.url.endswith("/account/password")
    for name, value in (("old", first), ("password", PASSWORD), ("again", PASSWORD)):
        page.fill(f"#id_{name}", value)
    page.click("main form button.button")
    assert page.url.endswith("/desk/counter")


def _secure(page: Page, live_url: str) -> str:
    page.goto(live_url + reverse("shared:own_second_factor"))
    page.click("main form button.button")
    assert audit(page) == []
    page.click("details summary")
    secret = page.locator("details .mono").inner_text().replace(" ", "")
    page.fill("#id_code", totp.code_at(secret, totp.step_of(now())))
    page.click("main form button.button")
    assert page.locator("ol.recovery-codes li").count() == 10
    assert audit(page) == []
    return secret


def _let_leave(page: Page, live_url: str) -> None:
    page.goto(live_url + reverse("desk:people"))
    page.click("tbody a:text-is('lin')")
    page.click("a[href$='/leave']")
    page.click("main form button.button-danger")
    assert "已离岗" in page.locator("main").inner_text()
