"""Lin in a real browser: she searches, reads the guide, signs in at the province, applies by door, and follows her case.

On a phone and at a desk, in Chinese and in English, and once without any script.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from govpost.cases.models import Case
from govpost.gateways.identity.people import LIN
from govpost.gateways.identity.testing import Province
from govpost.surfaces.shared.testing import browser
from tests.browser import tabs
from tests.browser.tabs import Tab, aside, let_followers_read

pytestmark = pytest.mark.browser

WORDS = {
    "zh-hans": {
        "search": "搜索", "apply": "网上申请", "leave": "前往身份认证", "begin": "开始填写", "save": "保存并继续",
        "collect": "揽投员上门取", "home": "送到家", "consent": "我已阅读本告知书", "submit": "提交申请", "done": "申请已提交",
        "code": "揽收校验码", "case": "查看办件", "turn": "现在轮到", "mine": "我的办件", "out": "退出",
    },
    "en": {
        "search": "Search", "apply": "Apply online", "leave": "Go on to the identity service", "begin": "Begin",
        "save": "Save and continue", "collect": "A courier collects them", "home": "Bring it to my door",
        "consent": "I have read this notice", "submit": "Submit the application", "done": "Application submitted",
        "code": "Check code for the courier", "case": "See the case", "turn": "It is the turn of", "mine": "My cases", "out": "Sign out",
    },
}  # fmt: skip


def tab_of(chromium: Browser, home: str, size: str, language: str, *, script: bool = True) -> Tab:
    return tabs.tab_of(chromium, home, size, language, words=WORDS[language], script=script)


def sign_in(tab: Tab) -> None:
    tab.press("leave")
    tab.page.get_by_role("button", name=LIN.name).click()
    tab.look()


def find_and_read(tab: Tab) -> None:
    """From the first page by an everyday word to the guide."""
    tab.go("/")
    tab.page.locator("#home-q").fill("理发店")
    tab.press("search")
    tab.page.locator("a.row").first.click()
    tab.look()
    expect(tab.page.locator("body")).to_contain_text("《行政许可法》" if tab.language == "zh-hans" else "Administrative Licence Law")
    expect(tab.page.locator(".ways")).to_contain_text("市财政统一支付" if tab.language == "zh-hans" else "The city's treasury pays for all")


def fill_in(tab: Tab) -> None:
    """Every page of the application; the courier comes in the first window that is offered."""
    page = tab.page
    expect(page.locator("#id_name")).to_have_value(LIN.name)
    expect(page.locator("#id_county")).to_have_value("341602")
    page.locator("#id_street").fill("薛阁街道示例路 2 号")
    tab.press("save")
    page.locator("#id_subject").fill("示例美容店")
    assert "薛阁街道示例路 2 号" in page.locator("#id_premises").input_value()
    tab.press("save")
    page.get_by_role("radio", name=re.compile(tab.words["collect"])).check()
    page.locator(".slot input").first.check()
    tab.press("save")
    page.get_by_role("radio", name=re.compile(tab.words["home"])).check()
    tab.press("save")
    page.get_by_role("checkbox", name=re.compile(tab.words["consent"])).check()
    tab.press("save")
    expect(page.locator("main")).to_contain_text("示例美容店")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_lin_applies_by_door_and_follows_her_case(bozhou: Province, live_url: str, size: str, language: str) -> None:
    with browser() as chromium:
        tab = tab_of(chromium, live_url, size, language)
        find_and_read(tab)
        tab.page.get_by_role("link", name=re.compile(tab.words["apply"])).locator("visible=true").first.click()
        sign_in(tab)
        tab.press("begin")
        fill_in(tab)
        tab.press("submit")
        expect(tab.page.locator("h1")).to_have_text(tab.words["done"])
        expect(tab.page.locator(".code")).to_contain_text(tab.words["code"])
        number = tab.page.locator(".done-number").inner_text()
        aside(let_followers_read)
        tab.press("case", "link")
        expect(tab.page.locator(".turn")).to_contain_text(tab.words["turn"])
        expect(tab.page.locator(".timeline li")).to_have_count(2)
        tab.press("mine", "link")
        expect(tab.page.locator("a.row")).to_contain_text(number)
        tab.press("out")
        tab.go(f"/my/cases/{number}")
        assert "/sign-in" in tab.page.url
        assert tab.wrong == []
    case = Case.objects.get(number=number)
    assert (case.state, case.paper_way, case.notice_version != "") == ("submitted", "door", True)


def test_without_script_everything_works_too(bozhou: Province, live_url: str) -> None:
    with browser() as chromium:
        tab = tab_of(chromium, live_url, "phone", "zh-hans", script=False)
        page = tab.page
        page.goto(f"{live_url}/services?q=理发店")
        page.locator("a.row").first.click()
        page.get_by_role("link", name="网上申请").first.click()
        page.get_by_role("button", name="前往身份认证").click()
        page.get_by_role("button", name=LIN.name).click()
        page.get_by_role("button", name="开始填写").click()
        page.locator("#id_province").select_option("37")
        page.get_by_role("button", name="更新市、县列表").click()
        page.locator("#id_city").select_option("3708")
        page.get_by_role("button", name="更新市、县列表").click()
        expect(page.locator("#id_county")).to_contain_text("任城区")
        page.locator("#id_province").select_option("34")
        page.get_by_role("button", name="更新市、县列表").click()
        page.locator("#id_city").select_option("3416")
        page.get_by_role("button", name="更新市、县列表").click()
        page.locator("#id_county").select_option("341602")
        fill_in_without_script(tab)
        expect(page.locator("h1")).to_have_text("申请已提交")


def fill_in_without_script(tab: Tab) -> None:
    page = tab.page
    page.locator("#id_street").fill("薛阁街道示例路 2 号")
    page.get_by_role("button", name="保存并继续").click()
    page.locator("#id_subject").fill("示例美容店")
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("radio", name=re.compile("自己送到窗口")).check()
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("radio", name=re.compile("窗口自取")).check()
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("button", name="提交申请").click()


def test_mistakes_are_led_to_and_choices_follow_each_other(bozhou: Province, live_url: str) -> None:
    with browser() as chromium:
        tab = tab_of(chromium, live_url, "phone", "zh-hans")
        page = tab.page
        find_and_read(tab)
        tab.page.get_by_role("link", name="网上申请").first.click()
        sign_in(tab)
        tab.press("begin")
        page.locator("#id_phone").fill("12")
        tab.press("save")
        expect(page.locator("[data-error-summary]")).to_be_focused()
        page.locator("[data-error-summary] a").first.click()
        expect(page.locator("#id_phone")).to_be_focused()
        page.locator("#id_phone").fill(LIN.phone)
        page.locator("#id_province").select_option("44")
        expect(page.locator("#id_city option", has_text="肇庆市")).to_have_count(1)
        expect(page.locator("#id_county option")).to_have_count(1)  # nothing to choose before the city
        page.locator("#id_city").select_option("4412")
        expect(page.locator("#id_county option", has_text="端州区")).to_have_count(1)
        page.locator("#id_county").select_option(label="端州区")
        page.locator("#id_street").fill("示例路 1 号")
        tab.press("save")
        page.locator("#id_subject").fill("示例美容店")
        tab.press("save")
        expect(page.get_by_role("radio", name=re.compile("揽投员上门取"))).to_be_disabled()
        page.get_by_role("radio", name=re.compile("自己送到窗口")).check()
        expect(page.locator(".when-door")).to_be_hidden()
        assert tab.wrong == []


def test_the_receipt_prints_without_its_buttons(bozhou: Province, live_url: str) -> None:
    with browser() as chromium:
        tab = tab_of(chromium, live_url, "desktop", "zh-hans")
        find_and_read(tab)
        tab.page.get_by_role("link", name="网上申请").locator("visible=true").first.click()
        sign_in(tab)
        tab.press("begin")
        fill_in(tab)
        tab.press("submit")
        tab.page.emulate_media(media="print")
        expect(tab.page.locator(".top")).to_be_hidden()
        expect(tab.page.get_by_role("button", name="打印")).to_be_hidden()
        expect(tab.page.locator(".done-number")).to_be_visible()
        assert tab.page.pdf(format="A4").startswith(b"%PDF")


def test_lin_changes_her_mind_and_is_asked_before_anything_happens(bozhou: Province, live_url: str) -> None:
    with browser() as chromium:
        tab = tab_of(chromium, live_url, "phone", "zh-hans")
        page = tab.page
        find_and_read(tab)
        page.get_by_role("link", name="网上申请").first.click()
        sign_in(tab)
        tab.press("begin")
        fill_in(tab)
        tab.press("submit")
        tab.press("case", "link")
        page.get_by_role("link", name="取消上门，改为自己送").click()
        page.get_by_role("link", name="不，保持原样").click()
        expect(page.locator(".code")).to_be_visible()
        page.get_by_role("link", name="取消上门，改为自己送").click()
        page.get_by_role("button", name="确定取消上门").click()
        expect(page.locator("#flash")).to_contain_text("请把材料送到窗口")
        expect(page.locator(".code")).to_have_count(0)
        aside(let_followers_read)
        page.get_by_role("link", name="撤回申请").click()
        page.get_by_role("button", name="确定撤回").click()
        expect(page.locator("#flash")).to_contain_text("申请已撤回")
        aside(let_followers_read)
        page.reload()
        expect(page.locator(".turn")).to_contain_text("本件已办结")
        assert tab.wrong == []
    assert Case.objects.get().state == "withdrawn"
