"""The paper's three cities, each in its own mode: who hands in, who pays and why, what is told, what is charged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from govpost.cases.models import Case
from govpost.cases.testing import HYGIENE, make_cast
from govpost.catalogue.testing import load_catalogue
from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.delivery.testing import SYSTEM, seen
from govpost.journal.models import SetAside
from govpost.journal.testing import drain
from govpost.ops.invariants import broken
from govpost.parties.roles import Role
from govpost.places.testing import AT, LOADER
from govpost.profiles.rules import REASONS
from govpost.profiles.testing import load_profiles
from govpost.quality.table_one import queries as table_one
from govpost.settlement import actions as settlement
from govpost.settlement import queries as money
from govpost.surfaces.desk.testing import as_new
from govpost.surfaces.partner_api.tests.test_api import get, key
from govpost.surfaces.shared.access import PARTY_KEY
from govpost.surfaces.shared.words import say
from tests.journeys.case_inside import Story
from tests.journeys.other_portal import hand_in

NOTICE_OF_ENFORCEMENT, PASSPORT = "000295001000", "000788001000"


def test_bozhou_another_portal_drives_the_whole_flow_and_both_windows_see_it(journey: str) -> None:
    cast = make_cast()
    portal = key("bozhou-government", "34.3416")
    guide = get(f"/services/{HYGIENE}", portal).json()
    assert guide["payers"]["result"]["payer"] == "government"

    number = hand_in(cast.lin_party, screen="mobile")
    drain()
    story = Story(cast, now=now(), case_id=Case.objects.get().id)

    dispatcher = as_new(Role.DISPATCHER, organisation="bozhou-post")
    supervisor = as_new(Role.SUPERVISOR, organisation="bozhou-government")
    assert story.papers_order().number in dispatcher.get("/desk/dispatch").content.decode(), "the dispatch window has the instruction"
    assert number in supervisor.get("/desk/supervision").content.decode(), "the supervision window has the case"

    story.collect().receive().decide().hand_over()
    order = story.close_parcel()
    story.bag(order, "1110000000001", serials=(story.case.document_serial or "",))
    story.carry("1110000000001", "in_transit", "at_delivery_office")
    story.deliver(order)

    told = get(f"/cases/{number}/timeline", portal).json()
    assert (told["state"], {each["leg"] for each in told["mail"]}) == ("closed", {"papers", "result"})
    assert len(told["lines"]) >= 8
    assert get(f"/cases/{number}", portal).json()["payers"]["result"]["reason"] == "寄递服务由政府统一购买，申请人和收件人无需付费。"
    order.refresh_from_db()
    assert (order.payer, charged(order)) == ("government", [order.price_fen])
    lin = Client()
    session = lin.session
    session[PARTY_KEY] = str(cast.lin_party.id)
    session.save()
    assert number in lin.get(reverse("portal:my_cases")).content.decode(), "Lin finds here what she applied for there"
    assert number in supervisor.get(f"/desk/supervision/{number}").content.decode()
    cells = {cell.row.key: cell for cell in column("bozhou")}
    assert cells["interconnection"].exercised
    assert cells["payment"].exercised
    assert [str(each.params["what"]) for each in cells["embedding"].lacking] == ["Cases of another platform, on computers"]
    sound()


@pytest.fixture
def province(journey: str) -> None:
    load_catalogue()
    load_profiles()
    settlement.load_terms(at=AT, by=LOADER)


def test_jining_a_department_round_is_posted_by_the_stationed_clerk_and_the_department_pays(province: None) -> None:
    bureau = as_new(Role.SENDER, organisation="jining-enforcement", region="37.3708")
    page = sent(bureau, NOTICE_OF_ENFORCEMENT, "济执〔2026〕1号", "370811")
    order = Order.objects.get()
    assert order.payer == "department"
    assert reason("department_rounds") in page
    number_waybill(order, "1110000000011")
    station = as_new(Role.STATION, organisation="jining-post", region="37.3708", outlet="SL370800S1")
    assert order.number in station.get("/desk/station").content.decode()
    assert station.post("/desk/station/labels", {"order": [order.number]}).status_code == 200
    assert station.post("/desk/station/seal", {"order": [order.number], "seal_no": "FZ-1"}).status_code == 302
    carried(order, "1110000000011")
    assert (order.state, order.account.partition(":")[0], charged(order)) == ("delivered", "department", [order.price_fen])
    assert "妥投" in bureau.get(f"/desk/orders/{order.number}").content.decode(), "the department reads its story"
    cells = {cell.row.key: cell for cell in column("jining")}
    assert [(each.measure.code, each.n) for each in cells["payment"].exceptions] == [("department_pays", 1)]
    sound()


def test_zhaoqing_a_passport_goes_freight_collect_and_the_recipient_is_charged(province: None) -> None:
    centre = as_new(Role.SENDER, organisation="zhaoqing-exit-entry", region="44.4412")
    page = sent(centre, PASSPORT, "ZQ-HZ-1", "441204")
    order = Order.objects.get()
    assert order.payer == "recipient"
    assert reason("recipient_collect") in page
    number_waybill(order, "1110000000021")
    carried(order, "1110000000021")
    assert (order.state, order.account.partition(":")[0], charged(order)) == ("delivered", "recipient", [order.price_fen])
    cells = {cell.row.key: cell for cell in column("zhaoqing")}
    assert cells["payment"].exercised
    assert not cells["payment"].exceptions
    assert not cells["embedding"].exercised, "no platform of the government has used a phone yet"
    sound()


# -- what the stories share ------------------------------------------------------------------


def sent(sender: Client, item: str, ref: str, county: str) -> str:
    """One mail at the department's desk; its page."""
    form = {
        "key": str(uuid4()), "item": item, "ref": ref, "name": "林示例", "phone": "15400000001", "county": county,
        "street": "示例街道 2 号",
    }  # fmt: skip
    answer = sender.post("/desk/send", form)
    assert answer.status_code == 302, answer.content.decode()
    drain()
    return str(sender.get(f"/desk/orders/{Order.objects.get().number}").content.decode())


def reason(code: str) -> str:
    with translation.override("zh-hans"):
        return say(REASONS[code])


def number_waybill(order: Order, waybill: str) -> None:
    mail.note_waybill(order_id=order.id, waybill_no=waybill, at=now(), by=SYSTEM)
    order.refresh_from_db()


def carried(order: Order, waybill: str) -> None:
    """The carrier's own courier brings it."""
    at = now()
    rows = [
        seen(waybill, kind, at + timedelta(seconds=n), **over)
        for n, (kind, over) in enumerate([("collected", {}), ("in_transit", {}), ("delivered", {"signer_class": "addressee"})])
    ]
    mail.record_scans(rows, at=at + timedelta(minutes=1), by=SYSTEM)
    drain()
    order.refresh_from_db()


def charged(order: Order) -> list[int]:
    return [line.fen for line in money.charges_of(Actor.system("test"), order.id)]


def column(code: str) -> tuple[Any, ...]:
    at = now()
    return table_one.table(Actor.system("test"), on=shanghai_day(at), at=at, codes=[code]).cities[0].cells


def sound() -> None:
    assert money.sums_to_zero()
    assert not SetAside.objects.exists()
    assert broken() == {}
