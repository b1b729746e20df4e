"""The cities' modes in a real browser: another portal's case in both windows of Bozhou, freight collect of Zhaoqing from a phone,
and the administrator who reads Table 1 and looks at what another version would change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from govpost.cases.models import Case
from govpost.cases.testing import HYGIENE
from govpost.catalogue import queries as catalogue
from govpost.common.clock import shanghai_day
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.delivery.testing import SYSTEM, seen
from govpost.parties.roles import Role
from govpost.parties.testing import make_staff
from govpost.places import queries as places
from govpost.surfaces.shared.testing import browser
from tests.browser.tabs import aside
from tests.browser.test_door_to_door import the_station_posts, the_window_receives
from tests.browser.town import Street, Town, may_sign_in
from tests.journeys.other_portal import hand_in

pytestmark = pytest.mark.browser
PASSPORT = "000788001000"


@pytest.mark.parametrize(("size", "language"), [("phone", "zh-hans"), ("desktop", "en")])
def test_a_case_of_another_portal_stands_in_both_windows_and_before_its_applicant(town: Town, size: str, language: str) -> None:
    number, collection = aside(lambda: handed_in(town))
    with browser() as chromium:
        street = Street(town, chromium, size, language)
        expect(street.staff("dispatcher", "/desk/dispatch").main).to_contain_text(collection)
        window = street.staff("wu", "/desk/supervision")
        window.open(number)
        expect(window.main).to_contain_text(number)
        lin = street.lin("/my")
        expect(lin.main).to_contain_text(number)
        assert sorted(set(town.wrong())) == []


def handed_in(town: Town) -> tuple[str, str]:
    """Lin applied on the online hall's own pages; its program hands the application in."""
    number = hand_in(town.cast.lin_party, screen="computer")
    town.work()
    return number, Order.objects.get(direction="papers").number


def test_zhaoqing_sends_freight_collect_from_a_phone_and_the_recipient_follows_it(town: Town) -> None:
    aside(lambda: may_sign_in(make_staff(Role.SENDER, organisation="zhaoqing-exit-entry", region="44.4412"), "zhaoqing"))
    with browser() as chromium:
        number = sent_from_a_phone(town, chromium)
        assert sorted(set(town.wrong())) == []
    order = aside(lambda: Order.objects.get(number=number))
    assert (order.payer, order.state) == ("recipient", "delivered")


def sent_from_a_phone(town: Town, chromium: Browser) -> str:
    street = Street(town, chromium, "phone", "zh-hans")
    centre = street.staff("zhaoqing", "/desk/send")
    centre.page.locator("#id_item").select_option(PASSPORT)
    centre.fill("Your reference", "ZQ-HZ-1")
    centre.fill("Recipient", "林示例")
    centre.fill("Phone", "15400000001")
    centre.page.locator("#id_county").select_option("441204")
    centre.fill("Street, house, room", "示例街道 2 号")
    centre.page.locator("#id_pays").uncheck()
    centre.press("Place the order")
    number = centre.page.locator("h1").inner_text()
    expect(centre.main).to_contain_text("邮资到付")
    aside(lambda: brought(town, number))
    centre.go(f"/desk/orders/{number}")
    expect(centre.main).to_contain_text("妥投")
    anybody = town.tab(chromium, "phone", "zh-hans")
    anybody.go(f"/track?number={number}")
    expect(anybody.main).to_contain_text("妥投")
    return str(number)


def brought(town: Town, number: str) -> None:
    order, at = Order.objects.get(number=number), town.clock.now()
    mail.note_waybill(order_id=order.id, waybill_no="1110000000021", at=at, by=SYSTEM)
    kinds = ["collected", "in_transit", "delivered"]
    rows = [seen("1110000000021", kind, at + timedelta(seconds=n), signer_class="addressee") for n, kind in enumerate(kinds)]
    mail.record_scans(rows, at=at + timedelta(minutes=1), by=SYSTEM)
    town.work()


@pytest.mark.parametrize(("city", "region", "county", "size", "language"), [
    ("jining", "37.3708", "370881", "phone", "zh-hans"), ("zhaoqing", "44.4412", "441284", "desktop", "en"),
])  # fmt: skip
def test_a_case_is_decided_inside_and_the_carriers_courier_brings_it(
    town: Town, city: str, region: str, county: str, size: str, language: str
) -> None:
    """Bozhou's own way, with our couriers, is walked in test_door_to_door."""
    aside(lambda: staff_of(city, region, county))
    with browser() as chromium:
        street = Street(town, chromium, size, language)
        street.inside |= {seat: street.staff(f"{city}-{seat}") for seat in ("wang", "officer", "station")}
        case = lin_applies(street, region, county)
        the_window_receives(street, case)
        the_department_approves(street, case)
        result = the_station_posts(street, case)
        assert (result.door, result.payer) == ("carrier", "recipient")
        town.carry(result, "203", "306", "702", "704", to="10")
        lin = street.lin(f"/my/cases/{case.number}")
        expect(lin.main).to_contain_text(lin.say("Closed"))
        assert sorted(set(town.wrong())) == []
    assert town.state_of(case) == "closed"


def staff_of(city: str, region: str, county: str) -> None:
    """The clerk of the county's hall; who decides and who posts sit in the city's."""
    for seat, role, organisation, where, outlet in (
        ("wang", Role.CLERK, f"government-{county}", f"{region}.{county}", ""), ("officer", Role.OFFICER, "health", region, ""),
        ("station", Role.STATION, "post", region, f"SL{region[-4:]}00S1"),
    ):  # fmt: skip
        may_sign_in(make_staff(role, organisation=f"{city}-{organisation}", region=where, outlet=outlet), f"{city}-{seat}")


def lin_applies(street: Street, region: str, county: str) -> Case:
    """She brings the papers to the hall of her county, which the page names, and wants the result at the door."""
    service = aside(lambda: catalogue.service(HYGIENE, shanghai_day(street.town.clock.now()), region))
    hall = aside(lambda: places.hall(f"HALL{county}"))
    lin = street.lin(f"/services/{service.task_code}/apply")
    lin.press("Begin")
    for field, value in (("province", region[:2]), ("city", region[3:]), ("county", county)):
        lin.page.locator(f"#id_{field}").select_option(value)
    lin.page.locator("#id_street").fill("示例街道示例路 2 号")
    lin.press("Save and continue")
    lin.page.locator("#id_subject").fill("示例美容店")
    lin.press("Save and continue")
    lin.page.locator("input[value=bring]").check()
    expect(lin.page.locator("#id_hall")).to_have_value(hall.code)
    expect(lin.main).to_contain_text(hall.address)
    lin.press("Save and continue")
    lin.page.locator("input[value=door]").check()
    lin.press("Save and continue")
    lin.page.get_by_role("checkbox").check()
    lin.press("Save and continue")
    lin.press("Submit the application")
    number = lin.page.locator(".done-number").inner_text()
    street.town.work()
    return aside(lambda: Case.objects.get(number=number))  # type: ignore[no-any-return]


def the_department_approves(street: Street, case: Case) -> None:
    officer = street.staff("officer", f"/desk/cases/{case.number}")
    officer.press("Accept")
    officer.follow("Approve")
    officer.press("Approve")
    street.town.work()
    officer.follow("Put it on a list for the desk")
    officer.page.get_by_role("checkbox", name=case.number).check()
    officer.press("Make the list")
    street.town.work()


@pytest.mark.parametrize(("size", "language"), [("phone", "zh-hans"), ("desktop", "en")])
def test_an_administrator_reads_table_one_and_looks_at_what_would_change(town: Town, size: str, language: str) -> None:
    aside(lambda: may_sign_in(make_staff(Role.ADMIN, organisation="bozhou-government", region="34.3416"), "admin"))
    with browser() as chromium:
        street = Street(town, chromium, size, language)
        admin = street.staff("admin", "/desk/three-cities")
        expect(admin.main).to_contain_text(admin.say("Government pays"))
        admin.go("/desk/profiles/bozhou/new")
        admin.page.locator("#id_lead_payer").select_option("user")
        admin.fill("Why", "示例批文")
        admin.press("See what changes")
        expect(admin.page.locator("#preview")).to_contain_text(admin.say("Users pay"))
        admin.press("Add this version")
        tomorrow = shanghai_day(town.clock.now()) + timedelta(days=1)
        admin.go(f"/desk/three-cities?on={tomorrow.isoformat()}")
        expect(admin.main).to_contain_text(admin.say("Users pay"))
        assert sorted(set(town.wrong())) == []
