"""Mail without a case: a making centre sends a file of letters, mends the line that was wrong, and a bureau sends one notice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from govpost.delivery.models import Order
from govpost.surfaces.shared.testing import browser
from tests.browser.tabs import Tab, aside
from tests.browser.town import Street, Town

pytestmark = pytest.mark.browser

HEAD = "受理号,姓名,手机号,地址,证件编号,备注\n"
FIRST = "SL-1,林示例,15400000001,安徽省亳州市谯城区示例街道 2 号,ID-1,\n"
WRONG = "SL-2,钱示例,1,安徽省亳州市谯城区示例街道 3 号,ID-2,\n"
THIRD = "SL-3,孙示例,15400000003,安徽省亳州市涡阳县示例街道 4 号,ID-3,\n"


@pytest.mark.parametrize(("size", "language"), [("phone", "zh-hans"), ("desktop", "en")])
def test_a_file_of_letters_and_a_single_notice(town: Town, tmp_path: Path, size: str, language: str) -> None:
    with browser() as chromium:
        street = Street(town, chromium, size, language)
        centre = street.staff("sender", "/desk/send/file")
        a_bad_line_is_shown_with_line_and_field(centre, tmp_path)
        the_mended_file_adds_only_what_was_missing(centre, tmp_path)
        number = a_bureau_sends_one_notice(street)
        the_station_finds_all_three_letters(street, number)
        assert sorted(set(town.wrong())) == []


def upload(tab: Tab, folder: Path, *lines: str) -> None:
    file = folder / "cards.csv"
    file.write_bytes("".join((HEAD, *lines)).encode("gb18030"))
    tab.page.locator("#id_file").set_input_files(file)
    tab.press("Send the file")


def a_bad_line_is_shown_with_line_and_field(tab: Tab, folder: Path) -> None:
    upload(tab, folder, FIRST, WRONG, THIRD)
    row = tab.page.get_by_role("row").filter(has=tab.page.get_by_role("rowheader", name=re.compile(r"\b3$")))
    expect(row).to_contain_text(tab.say("Phone"))
    expect(tab.main).to_contain_text("备注")  # the column that nobody asked for is named
    tab.follow("See the new orders")
    expect(tab.page.locator("tbody tr")).to_have_count(2)


def the_mended_file_adds_only_what_was_missing(tab: Tab, folder: Path) -> None:
    tab.go("/desk/send/file")
    upload(tab, folder, FIRST, WRONG.replace(",1,", ",15400000002,"), THIRD)
    expect(tab.page.locator(".figure").nth(0)).to_contain_text("1")
    expect(tab.page.locator(".figure").nth(1)).to_contain_text("2")
    expect(tab.page.locator("table")).to_have_count(0)


def a_bureau_sends_one_notice(street: Street) -> str:
    tab = street.staff("bureau", "/desk/send")
    tab.press("Place the order")
    expect(tab.page.locator("[data-error-summary]")).to_be_focused()
    tab.fill("Your reference", "亳执〔2026〕1号")
    tab.fill("Recipient", "林示例")
    tab.fill("Phone", "15400000001")
    tab.page.locator("#id_county").select_option("341602")
    tab.fill("Street, house, room", "示例街道 2 号")
    tab.press("Place the order")
    number = tab.page.locator("h1").inner_text()
    street.town.work()
    tab.follow("Mail sent")
    tab.unfold()
    tab.fill("Reference, number or waybill", "亳执〔2026〕1号")
    tab.press("Apply")
    tab.open(number)
    expect(tab.main).to_contain_text("林**")
    return number


def the_station_finds_all_three_letters(street: Street, number: str) -> None:
    sun = street.staff("station")
    expect(sun.page.locator("tbody tr")).to_have_count(aside(Order.objects.count))
    sun.page.get_by_label(sun.say("Scan or type a number")).fill(number)
    sun.page.get_by_label(sun.say("Scan or type a number")).press("Enter")
    sun.look()
    expect(sun.page.locator("tbody tr")).to_have_count(1)
