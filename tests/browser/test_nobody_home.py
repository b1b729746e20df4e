"""Nobody home, twice: the licence waits at the outlet, and Lin fetches it at the window with her document and the code."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from govpost.cases.models import Case
from govpost.delivery.models import Order
from govpost.parties.testing import LIN_PHONE
from govpost.surfaces.shared.testing import browser
from govpost.timeline.reasons import REASONS
from tests.browser.tabs import Tab
from tests.browser.town import Street, Town

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "language"), [("phone", "en"), ("desktop", "zh-hans")])
def test_nobody_is_home_twice_and_the_window_hands_it_out(town: Town, size: str, language: str) -> None:
    case, order = town.result_on_its_way()
    with browser() as chromium:
        street = Street(town, chromium, size, language)
        zhao_finds_nobody(street, order)
        dispatch_sees_the_failed_visit(street, order)
        town.clock.forward(days=1)
        zhao_finds_nobody(street, order)
        lin_reads_where_it_waits(street, case)
        the_window_hands_it_out(street, case)
        assert sorted(set(town.wrong())) == []
    assert town.state_of(case) == "closed"


def zhao_finds_nobody(street: Street, order: Order) -> None:
    zhao = street.staff("zhao", "/courier/")
    zhao.page.locator("a.stop").filter(has_text=order.number).click()
    zhao.look()
    zhao.press("Take this stop")
    leaves(zhao)
    street.town.work()
    zhao.follow("It did not work out")
    zhao.check("The recipient was not at the address")
    zhao.press("Save")
    expect(zhao.page.locator("#flash")).to_contain_text(zhao.say("Noted. The person is told what happens next."))
    street.town.work()


def leaves(zhao: Tab) -> None:
    """A mail that stayed with the courier overnight is not taken out again."""
    out = zhao.find("I have it and leave now")
    if out.count():
        out.click()
        zhao.look()


def dispatch_sees_the_failed_visit(street: Street, order: Order) -> None:
    tab = street.staff("dispatcher", "/desk/dispatch?show=failed")
    tab.open(order.number)
    expect(tab.main).to_contain_text(tab.say("Not done"))
    expect(tab.main).to_contain_text(tab.say(REASONS["103"].msgid))


def lin_reads_where_it_waits(street: Street, case: Case) -> None:
    lin = street.lin(f"/my/cases/{case.number}")
    expect(lin.page.locator(".mail").last).to_contain_text(lin.say("Ready to fetch"))


def the_window_hands_it_out(street: Street, case: Case) -> None:
    wang = street.staff("wang", "/desk/results")
    wang.page.get_by_label(wang.say("Case number, mail number, telephone or document number")).fill(case.number or "")
    wang.press("Find")
    wang.follow("Hand out the result")
    wang.press("Show the full data")
    expect(wang.main).to_contain_text(LIN_PHONE)
    wang.check("I have looked at the identity document of the person before me, and it fits")
    wang.fill("Pick-up code", street.town.code_for(LIN_PHONE, "pickup_code"))
    wang.press("Handed out")
    expect(wang.page.locator("h1")).to_have_text(wang.say("Receipt for the result"))
    street.town.work()
    wang.go(f"/desk/results/{case.number}/receipt")
    lin = street.lin("/my/readings")
    expect(lin.main).to_contain_text(case.number or "")
