"""Administrators in a browser: a version proposed, reviewed and seen by a citizen on its day; a closed day moves a term; an agreement is
renewed; a carrier that the law does not allow is refused.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from govpost.cases.testing import SYSTEM, Cast, make_case, make_cast, receive
from govpost.catalogue import actions, keeping
from govpost.catalogue import queries as catalogue
from govpost.catalogue.models import Service
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import Refusal
from govpost.delivery.rules import Direction
from govpost.parties.roles import Role
from govpost.places.testing import AT
from govpost.settlement import actions as settlement
from govpost.settlement.models import Agreement
from govpost.settlement.queries import quote
from govpost.surfaces.desk.testing import as_new
from govpost.surfaces.shared.testing import DESKTOP, audit, browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def seat(chromium: Browser, live_url: str, client: Client) -> Page:
    """A page signed in as the client's person."""
    context = chromium.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([
        {"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": urlsplit(live_url).hostname or "", "path": "/"}
    ])  # fmt: skip
    return context.new_page()


def test_a_version_is_proposed_reviewed_and_seen_on_its_day(live_url: str) -> None:
    cast = make_cast()
    day = shanghai_day(now()) + timedelta(days=10)
    li, sun = as_new(Role.ADMIN, name="李示例"), as_new(Role.ADMIN, name="孙示例")
    with browser() as chromium:
        page = seat(chromium, live_url, li)
        page.goto(live_url + reverse("desk:services") + f"?words={cast.service.code}")
        page.get_by_role("link", name=cast.service.name).click()
        page.get_by_role("link", name="提出新版本").click()
        page.locator("#id_valid_from").fill(day.isoformat())
        page.locator("#id_summary").fill("示例：新的办理说明")
        page.get_by_role("button", name="保存并提交审核").click()
        page.wait_for_url("**/proposals/*")
        assert page.get_by_text("等待第二人审核").is_visible()
        assert page.get_by_role("button", name="通过").count() == 0
        assert audit(page) == []
        address = page.url
        other = seat(chromium, live_url, sun)
        other.goto(address)
        assert other.locator("mark", has_text="新的办理说明").is_visible()
        other.get_by_role("button", name="通过").click()
        assert other.get_by_text("已通过").first.is_visible()
    assert catalogue.guide(catalogue.service(cast.service.code, day, "34.3416")).service.summary == "示例：新的办理说明"
    assert catalogue.service(cast.service.code, day - timedelta(days=1), "34.3416").summary != "示例：新的办理说明"
    assert catalogue.search(cast.service.name, "34.3416", day)[0].version == 2


def test_a_running_case_keeps_its_version(journey: str) -> None:
    cast = make_cast()
    case = make_case(cast)
    [document] = keeping.documents([cast.service])
    later = document | {"version": 2, "valid_from": (AT.date() + timedelta(days=1)).isoformat(), "summary": "新"}
    actions.publish(document=later, at=AT, by=SYSTEM)
    case.refresh_from_db()
    assert case.service.version == 1
    assert Service.objects.filter(task_code=cast.service.task_code).count() == 2


def test_a_closed_day_moves_a_term_and_an_agreement_is_renewed(live_url: str) -> None:
    cast = make_cast()
    today, admin, before = shanghai_day(now()), as_new(Role.ADMIN), _accept_by(cast, now())
    with browser() as chromium:
        page = seat(chromium, live_url, admin)
        page.goto(live_url + reverse("desk:calendars") + "?calendar=hall:HALL341601")
        page.get_by_role("link", name="设置例外").click()
        page.locator("#id_on").fill(before.isoformat())
        page.get_by_text("不上班").click()
        page.locator("#id_note").fill("大厅搬迁")
        page.get_by_role("button", name="设置例外").click()
        assert page.get_by_text("大厅搬迁").first.is_visible()
        page.goto(live_url + reverse("desk:agreements") + "?words=EX-AG-BZ-01")
        page.get_by_role("link", name="EX-AG-BZ-01").click()
        page.get_by_role("link", name="续签").click()
        page.locator("#id_number").fill("XY-JOURNEY")
        page.locator("#id_ends_on").fill("2028-12-31")
        page.get_by_role("button", name="续签协议").click()
        assert page.get_by_text("XY-JOURNEY").first.is_visible()
    assert _accept_by(cast, now()) > before
    renewed = Agreement.objects.get(number="XY-JOURNEY")
    assert (renewed.starts_on, renewed.follows) == (date(2028, 1, 1), Agreement.objects.get(number="EX-AG-BZ-01"))
    assert today < renewed.starts_on


def _accept_by(cast: Cast, at: datetime) -> date:
    case = receive(cast, make_case(cast, at=at), at)
    assert case.accept_due_on is not None
    return case.accept_due_on


def test_a_carrier_that_the_law_does_not_allow_is_refused_with_clause_and_sentence(journey: str) -> None:
    make_cast()
    settlement.declare_carrier(code="kd", name="示例快递", name_en="Example Express", basis="示例许可", at=AT, by=SYSTEM)
    with pytest.raises(Refusal) as refused:
        settlement.rule_carrier(
            carrier="kd", item="000295001000", region="34.3416", allowed=True, basis="示例", starts_on=AT.date() + timedelta(days=1),
            at=AT, by=SYSTEM,
        )  # fmt: skip
    assert (refused.value.code, refused.value.facts["basis"]) == ("reserved_by_law", "邮政法 55")
    price = quote(item="000190001000", direction=Direction.RESULT, region="34.3416.341602", origin="341602", destination="341602", at=AT)
    assert price.price_fen > 0  # the post carries it all the same
