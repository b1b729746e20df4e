"""Bozhou as the browser stories find it: everybody with a login of their own, the three sandboxes around it, a clock with hands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Browser

from govpost.cases.models import Case
from govpost.cases.states import State
from govpost.cases.testing import Cast, make_case, make_cast
from govpost.common.clock import SHANGHAI
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.gateways.ems.sandbox import Sandbox
from govpost.gateways.ems.testing import plain_http
from govpost.gateways.identity.people import LIN
from govpost.gateways.sms.testing import Gateway
from govpost.journal.testing import drain
from govpost.parties import queries as parties
from govpost.parties.models import Staff
from govpost.parties.roles import Role
from govpost.parties.testing import PASSWORD, make_party, make_staff, person
from tests.browser.tabs import Tab, aside, tab_of
from tests.journeys.case_inside import HOUR, Story


class Clock:
    """Moves the program's time ahead of the machine's: a story begins on a Monday morning and may last for days."""

    def __init__(self) -> None:
        today = datetime.now(tz=SHANGHAI)
        monday = today + timedelta(days=7 - today.weekday())
        self.ahead = monday.replace(hour=8, minute=30) - today

    def now(self, tz: Any = UTC) -> datetime:
        return datetime.now(tz=tz) + self.ahead

    def forward(self, **by: float) -> None:
        self.ahead += timedelta(**by)

    def hands(self) -> SimpleNamespace:
        """What stands for `datetime` in `govpost.common.clock`."""
        return SimpleNamespace(now=self.now, combine=datetime.combine)


@dataclass
class Town:
    """The cast with their logins, and what a story does outside the pages: the carrier moves, a phone is read, work is done."""

    cast: Cast
    home: str
    clock: Clock
    carrier: Sandbox
    carrier_url: str
    phone: Gateway
    tabs: list[Tab] = field(default_factory=list)

    def apply(self, **over: Any) -> Case:
        """Lin has applied; the pages of that are test_portal_apply's."""

        def applied() -> Case:
            case = make_case(self.cast, State.SUBMITTED, at=self.clock.now(), **over)
            drain()
            return case

        return aside(applied)  # type: ignore[no-any-return]

    def result_on_its_way(self) -> tuple[Case, Order]:
        """Lin's licence was decided and posted; the carrier has brought it to the delivery office."""

        def posted() -> Case:
            story = Story(self.cast, now=self.clock.now() - 10 * HOUR).apply().receive().decide().hand_over()
            order = story.close_parcel()
            at, desk = story.tick(), self.cast.station
            mail.match_envelope(order_id=order.id, contents_serial=order.contents[0], envelope_serial="E-1", at=at, by=desk)
            mail.note_label_printed(order_id=order.id, template="76x130", at=at, by=desk)
            mail.seal_bag(outlet=order.origin_outlet, seal_no="FZ-1", order_ids=[order.id], at=story.tick(), by=desk)
            drain()
            return story.case

        case: Case = aside(posted)
        order = self.order_of(case, "result")
        self.carry(order, "203", "306")
        return case, order

    def work(self) -> None:
        """What the worker does all day: followers read, jobs run."""
        aside(drain)

    def order_of(self, case: Case, leg: str) -> Order:
        return aside(lambda: Order.objects.get(id=case.orders.filter(leg=leg).latest("placed_at").order_id))  # type: ignore[no-any-return]

    def state_of(self, case: Case) -> str:
        return str(aside(lambda: Case.objects.get(id=case.id).state))

    def carry(self, order: Order, *codes: str, to: str = "") -> None:
        """The carrier moves a parcel now, and tells us over its own wire. to: its code for who took it, when the last one delivers."""
        events = [{"code": code} for code in codes]
        if to:
            events[-1]["deliver_code"] = to
        with plain_http() as http:
            http.post(f"{self.carrier_url}/control", json={"waybill": order.number, "now": events})
        while self.carrier.tick():
            pass
        self.work()

    def code_for(self, number: str, template: str) -> str:
        """The six digits of the newest message of a kind on a phone."""
        said = [message for message in self.phone.messages(number) if message["template"] == template]
        digits = next(value for value in said[-1]["params"].values() if len(str(value).replace(" ", "")) == 6 and str(value)[0].isdigit())
        return str(digits)

    # -- people ----------------------------------------------------------------------------

    def tab(self, chromium: Browser, size: str, language: str) -> Tab:
        made = tab_of(chromium, self.home, size, language, careful=True)
        self.tabs.append(made)
        return made

    def wrong(self) -> list[str]:
        return [sentence for tab in self.tabs for sentence in tab.wrong]


@dataclass
class Street:
    """One story's browser: whoever is called comes in with a window of their own, at the story's width and in its language."""

    town: Town
    chromium: Browser
    size: str
    language: str
    inside: dict[str, Tab] = field(default_factory=dict)

    def staff(self, login: str, path: str = "/desk/") -> Tab:
        """Somebody's own window, signed in by typing; `path` is where they go next."""
        if login in self.inside:
            tab = self.inside[login]
            tab.go(path)
            return tab
        tab = self.inside[login] = self.town.tab(self.chromium, self.size, self.language)
        tab.go(path)
        tab.fill("Login", login)
        tab.fill("Password", PASSWORD)
        tab.press("Sign in")
        return tab

    def lin(self, path: str) -> Tab:
        """Lin, who signs in at the province when the portal asks her to."""
        known = self.inside.get("lin")
        tab = self.inside["lin"] = known or self.town.tab(self.chromium, self.size, self.language)
        tab.go(path)
        if known is None:
            tab.press("Go on to the identity service")
            tab.page.get_by_role("button", name=LIN.name).click()
            tab.look()
        return tab


def people_of_bozhou() -> Cast:
    """The cast with Lin as the province knows her, and a login for everybody who works."""
    cast = make_cast()
    party = make_party(subject=LIN.subject, name=LIN.name, id_number=LIN.number, phone=LIN.phone)
    cast = replace(cast, lin_party=party, lin=person(party))
    made = {
        "wang": cast.wang, "officer": cast.officer, "station": cast.station, "zhao": cast.zhao, "wu": cast.supervisor,
    }  # fmt: skip
    for login, actor in made.items():
        assert actor.id is not None
        may_sign_in(parties.staff_member(actor.id), login)
    for login, role, home in (
        ("dispatcher", Role.DISPATCHER, "bozhou-post"), ("quality", Role.QUALITY, "bozhou-post"),
        ("finance", Role.FINANCE, "bozhou-post"), ("sender", Role.SENDER, "bozhou-id-centre"),
        ("bureau", Role.SENDER, "bozhou-enforcement"),
    ):  # fmt: skip
        may_sign_in(make_staff(role, organisation=home), login)
    return cast


def may_sign_in(staff: Staff, login: str) -> None:
    staff.login = login
    staff.set_password(PASSWORD)
    staff.save(update_fields=["login", "password"])
