"""One case from the door to the door, walked by everybody who works on it: dispatch, courier, window, department, station, and those
who watch. Every step is a click in a page, on a phone and at a desk, in Chinese and in English.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from govpost.cases.models import Case
from govpost.delivery.models import Order
from govpost.parties.testing import LIN_PHONE
from govpost.surfaces.shared.testing import browser
from tests.browser.tabs import Tab, aside
from tests.browser.town import Street, Town

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_case_walks_from_the_door_to_the_door(town: Town, size: str, language: str) -> None:
    case = town.apply(paper_way="door")
    with browser() as chromium:
        street = Street(town, chromium, size, language)
        papers = town.order_of(case, "papers")
        dispatch_shows_what_was_sent(street, papers)
        the_courier_collects(street, case, papers)
        the_window_receives(street, case)
        the_department_asks_once(street, case)
        lin_answers(street, case)
        supervision_sees_the_light(street, case)
        the_department_decides(street, case)
        result = the_station_posts(street, case)
        the_courier_delivers(street, case, result)
        everybody_reads_the_same(street, case, result)
        assert sorted(set(town.wrong())) == []
    assert town.state_of(case) == "closed"


def told(tab: Tab, msgid: str) -> None:
    """The page says, in its reader's language, what was just done."""
    expect(tab.page.locator("#flash")).to_contain_text(tab.say(msgid))


def dispatch_shows_what_was_sent(street: Street, papers: Order) -> None:
    tab = street.staff("dispatcher")
    row = tab.page.get_by_role("row").filter(has_text=papers.number)
    expect(row).to_contain_text(tab.say("Sent, not yet taken"))
    tab.open(papers.number)
    expect(tab.main).to_contain_text("154****0001")


def the_courier_collects(street: Street, case: Case, papers: Order) -> None:
    """Formalities, every paper by its neutral label, the code that Lin says."""
    zhao = street.staff("zhao", "/courier/")
    zhao.page.locator("a.stop").filter(has_text=papers.number).click()
    zhao.look()
    expect(zhao.main).not_to_contain_text("示例路 2 号")
    zhao.press("Take this stop")
    expect(zhao.main).to_contain_text("薛阁街道示例路 2 号")
    zhao.follow("I am at the door: collect")
    zhao.press("Sealed: confirm collection")
    expect(zhao.page.locator("[data-error-summary]")).to_be_focused()
    zhao.check("I have checked the sender's identity document")
    zhao.check("I have looked at what is mailed (and read nothing)")
    for here in zhao.page.get_by_label(zhao.say("Here"), exact=True).all():
        here.check()
    zhao.fill("Check code", said_by_lin(street, case))
    zhao.press("Sealed: confirm collection")
    told(zhao, "Collected. Take the sealed papers to the window.")
    street.town.work()


def said_by_lin(street: Street, case: Case) -> str:
    """The check code stands on Lin's own page."""
    lin = street.lin(f"/my/cases/{case.number}")
    return re.sub(r"\D", "", lin.page.locator(".code-panel .code-digits").inner_text())


def the_window_receives(street: Street, case: Case) -> None:
    wang = street.staff("wang", "/desk/window")
    wang.open(case.number or "")
    for here in wang.page.get_by_label(wang.say("Here"), exact=True).all():
        here.check()
    wang.press("Received as marked")
    told(wang, "Received. Print the receipt and give it to the applicant or the courier.")
    wang.page.emulate_media(media="print")
    expect(wang.page.get_by_role("link", name=wang.say("Next person"))).to_be_hidden()
    wang.page.emulate_media(media="screen")
    street.town.work()


def the_department_asks_once(street: Street, case: Case) -> None:
    officer = street.staff("officer")
    officer.open(case.number or "")
    officer.follow("Ask for corrections")
    officer.fill("What must be corrected", "平面图未标注面积")
    officer.press("Tell the applicant")
    told(officer, "The applicant has been asked for corrections.")
    street.town.work()


def lin_answers(street: Street, case: Case) -> None:
    lin = street.lin(f"/my/cases/{case.number}")
    expect(lin.page.locator(".points").first).to_contain_text("平面图未标注面积")
    lin.follow("Hand in the corrections")
    lin.page.locator("#id_details").fill("营业面积 80 平方米，见平面图")
    lin.press("Hand in the corrections")
    expect(lin.page.locator("#flash")).to_be_visible()
    street.town.work()


def supervision_sees_the_light(street: Street, case: Case) -> None:
    wu = street.staff("wu")
    expect(wu.page.get_by_role("row").filter(has_text=case.number)).to_contain_text(wu.say("On time"))


def the_department_decides(street: Street, case: Case) -> None:
    officer = street.staff("officer", f"/desk/cases/{case.number}")
    expect(officer.main).to_contain_text("营业面积 80 平方米")
    expect(officer.find("Ask for corrections", "link")).to_have_count(0)
    officer.press("Accept")
    told(officer, "Accepted. The time to decide runs from now.")
    officer.follow("Approve")
    officer.press("Approve")
    told(officer, "Approved. Put the result on a list for the desk next.")
    street.town.work()
    officer.follow("Put it on a list for the desk")
    officer.page.get_by_role("checkbox", name=case.number).check()
    officer.press("Make the list")
    expect(officer.page.locator("h1")).to_have_text(officer.say("Hand-over list of results"))
    on_paper_a_list_stays_a_list(officer)
    street.town.work()


def on_paper_a_list_stays_a_list(tab: Tab) -> None:
    """A sheet of A4 is as narrow as a small screen; the buttons stay behind."""
    size = tab.page.viewport_size
    tab.page.emulate_media(media="print")
    tab.page.set_viewport_size({"width": 680, "height": 960})
    expect(tab.page.locator("tbody tr").first).to_have_css("display", "table-row")
    expect(tab.page.get_by_role("button", name=tab.say("Print"))).to_be_hidden()
    tab.page.emulate_media(media="screen")
    if size:
        tab.page.set_viewport_size(size)


def the_station_posts(street: Street, case: Case) -> Order:
    """Counted, closed, scanned twice, labelled, bagged; in the evening the day balances."""
    sun, serial = street.staff("station", "/desk/station/lists"), aside(lambda: Case.objects.get(id=case.id).document_serial)
    sun.follow("Count")
    sun.fill("Scan the serial numbers", serial)
    sun.press("Take over what was counted")
    sun.follow("To the parcels")
    sun.press("Close it and order the mail")
    street.town.work()
    order = street.town.order_of(case, "result")
    sun.follow("Scan certificate and envelope")
    scan(sun, f"{serial}X", "E120")
    expect(sun.page.locator("[data-error-summary]")).to_be_visible()
    scan(sun, serial, "E120")
    told(sun, "They belong together. Print the label next.")
    with sun.page.context.expect_event("response", lambda answer: "labels" in answer.url) as printed:
        sun.find("Print the label").click()
    assert printed.value.headers["content-type"] == "application/pdf"
    sun.go("/desk/station")
    sun.page.get_by_role("checkbox", name=order.number).check()
    sun.fill("Seal number", "FZ-1")
    sun.press("Seal the chosen pieces into a bag")
    expect(sun.main).to_contain_text("FZ-1")
    street.town.work()
    sun.go("/desk/station/balance")
    sun.press("Balance the day")
    expect(sun.main).to_contain_text(sun.say("Balanced"))
    return order


def scan(tab: Tab, certificate: str, envelope: str) -> None:
    """A scanner types and sends Enter."""
    tab.page.locator("#id_contents_serial").fill(certificate)
    tab.page.locator("#id_envelope_serial").fill(envelope)
    tab.page.locator("#id_envelope_serial").press("Enter")
    tab.look()


def the_courier_delivers(street: Street, case: Case, result: Order) -> None:
    """The carrier brings the bag to the delivery office; Zhao goes out, and Lin's phone has the code."""
    street.town.carry(result, "203", "306")
    zhao = street.staff("zhao", "/courier/")
    zhao.page.locator("a.stop").filter(has_text=result.number).click()
    zhao.look()
    zhao.press("Take this stop")
    zhao.press("I have it and leave now")
    told(zhao, "The recipient was told that you are on your way.")
    street.town.work()
    zhao.follow("I am at the door: deliver")
    zhao.page.locator("input[name=signer][value=addressee]").check()
    zhao.fill("Pick-up code", "000000")
    zhao.press("Confirm delivery")
    expect(zhao.page.locator("[data-error-summary]")).to_be_visible()
    zhao.fill("Pick-up code", street.town.code_for(LIN_PHONE, "pickup_code"))
    zhao.press("Confirm delivery")
    told(zhao, "Delivered. Thank you.")
    street.town.work()
    lin = street.lin(f"/my/cases/{case.number}")
    expect(lin.main).to_contain_text(lin.say("Closed"))


def everybody_reads_the_same(street: Street, case: Case, result: Order) -> None:
    """Supervision reads the thread, money has the charge, quality opens its figure down to the mail."""
    wu = street.staff("wu", "/desk/supervision")
    wu.page.get_by_label(wu.say("Case number, mail number, telephone or document number")).fill(case.number or "")
    wu.press("Find")
    wu.open(case.number or "")
    expect(wu.main).to_contain_text(wu.say("Kept"))
    expect(wu.main.get_by_role("button")).to_have_count(0)
    wu.open(result.number)
    finance = street.staff("finance", "/desk/accounts")
    finance.page.locator("tbody th a").first.click()
    finance.look()
    finance.open(result.number)
    street.town.clock.forward(days=3)  # a rate counts a mail on the day on which it was due
    quality = street.staff("quality", "/desk/rates")
    panel = quality.page.locator(".panel").filter(has_text=quality.say("Delivered on time"))
    panel.locator("a.figure").first.click()
    quality.look()
    expect(quality.main).to_contain_text(quality.say("Numerator"))
    quality.open(result.number)
    expect(quality.page.locator(".timeline")).to_be_visible()
