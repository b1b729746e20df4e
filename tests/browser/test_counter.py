"""Three people at the one-window counter: one who is known, by keyboard alone; one who is new and lacks papers; one who goes home."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from govpost.cases.models import Case
from govpost.cases.states import State
from govpost.gateways.identity.people import LIN
from govpost.places.testing import make_resident_id
from govpost.surfaces.shared.testing import browser
from tests.browser.tabs import aside
from tests.browser.town import Street, Town

pytestmark = pytest.mark.browser


@dataclass
class Keys:
    """A clerk's two hands on the keyboard: what they type, and what they press besides."""

    page: Page
    typed: int = 0
    pressed: list[str] = field(default_factory=list)
    fields: int = 0

    def type(self, words: str) -> Keys:
        self.page.keyboard.type(words)
        self.typed, self.fields = self.typed + len(words), self.fields + 1
        return self

    def press(self, *keys: str) -> Keys:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed.append(key)
        return self

    def choose(self) -> Keys:
        """The choice on which the focus stands."""
        self.fields += 1
        return self.press("Space")

    def enter(self, address: str) -> Keys:
        """Enter, and wait until the page that follows is there."""
        self.press("Enter")
        self.page.wait_for_url(address)
        self.page.wait_for_load_state()
        return self


def scanned(page: Page) -> str:
    """What a telephone reads from the square code on the page."""
    picture = Image.open(io.BytesIO(page.locator(".qr img").first.screenshot()))
    return str(zxingcpp.read_barcodes(picture)[0].text)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_somebody_known_is_taken_in_by_keyboard_alone(town: Town, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    known = town.apply()
    with browser() as chromium:
        wang = Street(town, chromium, "desktop", language).staff("wang", "/desk/counter")
        keys = Keys(wang.page)
        keys.type(LIN.number).enter("**/counter/people/*")
        expect(wang.main).to_contain_text(str(known.number))
        keys.type("ggcs").enter("**q=ggcs")
        expect(wang.main).to_contain_text(wang.say("Begin another one"))
        keys.enter("**/counter/drafts/*")
        keys.type("示例美容店").press("Tab").type("亳州市谯城区示例路 8 号")
        keys.press("Alt+a")
        keys.choose().press("Tab").choose().press("Tab").choose().enter("**/check")
        expect(wang.main).to_contain_text(wang.say("Nothing is missing: the receipt is now, and the department's time begins today."))
        keys.choose().enter("**/receipts/*")
        wang.look()
        case: Case = aside(lambda: Case.objects.select_related("service").get(channel="window"))
        expect(wang.main).to_contain_text(str(case.number))
        opened = chromium.new_page()
        opened.goto(scanned(wang.page))
        expect(opened.locator("main")).to_contain_text(str(case.number))
        assert LIN.name not in opened.content()
        assert sorted(set(town.wrong())) == []
    assert (case.state, case.result_way, case.clock_from_at is not None) == (State.SUBMITTED, "window", True)
    with capsys.disabled():
        print(f"\ncounter: {keys.fields} fields, {len(keys.pressed)} keys besides {keys.typed} typed characters, no mouse")
    assert (keys.fields, len(keys.pressed)) <= (8, 16)


@pytest.mark.parametrize(("size", "language"), [("desktop", "zh-hans"), ("phone", "en")])
def test_somebody_new_who_lacks_papers_gets_the_notice_and_comes_back(town: Town, size: str, language: str) -> None:
    with browser() as chromium:
        wang = Street(town, chromium, size, language).staff("wang", "/desk/counter")
        wang.fill("Document number or telephone", make_resident_id(sequence=760))
        wang.press("Find")
        wang.fill("Name", "新示例")
        wang.fill("Telephone", "15400000760")
        wang.check("I have looked at the original document")
        wang.press("Enter and go on")
        wang.fill("What for?", "卫生许可")
        wang.press("Find the item")
        wang.press("Take this item")
        rows = wang.page.locator("[data-paper]")
        for row in range(4):
            mark = wang.say("Missing", "paper") if row < 2 else wang.say("On paper")
            rows.nth(row).get_by_text(mark, exact=True).click()
        wang.press("Give the one-time notice of what is missing")
        wang.press("This is all: give the notice")
        expect(wang.main.locator("ol.points li")).to_have_count(2)
        wang.go("/desk/counter")
        expect(wang.main).to_contain_text(wang.say("Told what is missing"))
        comes_back(wang.page, wang)
        assert sorted(set(town.wrong())) == []
    case: Case = aside(Case.objects.get)
    assert (case.state, case.told_at is not None, case.clock_from_at is not None) == (State.SUBMITTED, True, True)


def comes_back(page: Page, wang: object) -> None:
    """With the two papers: everything is there now, and the application is taken."""
    from tests.browser.tabs import Tab

    assert isinstance(wang, Tab)
    page.locator("main table a").first.click()
    wang.look()
    wang.press("All on paper")
    wang.fill("Applies for", "新示例小店")
    wang.fill("Premises", "示例路 1 号")
    page.get_by_text(wang.say("Fetched here at the window"), exact=True).click()
    page.get_by_text(wang.say("The applicant in person"), exact=True).click()
    wang.check("I have looked at the identity document of the person at the counter, and it fits")
    wang.press("Check and take in")
    wang.check("I have read the notice aloud. How papers and result travel is the applicant's own, voluntary choice.")
    wang.press("Take in")


def test_somebody_goes_on_on_the_own_phone(town: Town) -> None:
    with browser() as chromium:
        hall, home = Street(town, chromium, "desktop", "zh-hans"), Street(town, chromium, "phone", "zh-hans")
        wang = hall.staff("wang", "/desk/counter")
        wang.fill("Document number or telephone", LIN.number)
        wang.press("Find")
        wang.fill("What for?", "ggcs")
        wang.press("Find the item")
        wang.press("Take this item")
        wang.fill("Applies for", "林家小店")
        wang.press("Go on with your own phone")
        lin = home.lin(scanned(wang.page).removeprefix(town.home))
        draft: Case = aside(Case.objects.get)
        lin.go(f"/drafts/{draft.id}/answers")
        expect(lin.page.locator("input[name=subject]")).to_have_value("林家小店")
        lin.page.locator("input[name=premises]").fill("亳州市谯城区示例路 8 号")
        lin.page.locator("main form button").last.click()
        lin.look()
        wang.go("/desk/counter")
        expect(wang.main).not_to_contain_text(wang.say("Left unfinished by me"))
        assert sorted(set(town.wrong())) == []
    assert aside(lambda: Case.objects.get().channel) == "portal"
