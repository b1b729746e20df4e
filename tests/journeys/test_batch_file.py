"""A making centre's batch file from the page to the door: two cities, one a CSV in GB18030 and one an XLSX, the same code."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from govpost.catalogue.testing import load_catalogue
from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.delivery.models import Bag, DayBalance, Order
from govpost.journal.models import SetAside
from govpost.journal.testing import drain
from govpost.ops.invariants import broken
from govpost.parties.roles import Role
from govpost.places.testing import AT, LOADER
from govpost.profiles.testing import load_profiles
from govpost.settlement import actions as settlement
from govpost.settlement import queries as money
from govpost.surfaces.desk.testing import as_new
from tests.journeys.carrier import Wire, wired

CARD = "000793001000"
HEADER = ["受理号", "姓名", "手机号", "地址", "证件编号"]
Rows = list[list[str]]


def as_gb18030(rows: Rows) -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return SimpleUploadedFile("制证清单.csv", text.getvalue().encode("gb18030"), "text/csv")


def as_xlsx(rows: Rows) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in [[], ["制证清单（示例）"], *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("制证清单.xlsx", out.getvalue())


@dataclass(frozen=True)
class City:
    """What differs between the cities is data: who sends, from which station, to where, and the kind of the file."""

    code: str
    region: str
    station: str
    address: str
    office: str  # the delivery office there, in whose hands the postage is
    write: Callable[[Rows], SimpleUploadedFile]
    first_line: int

    def browser(self, role: Role, organisation: str, **over: str) -> Client:
        return as_new(role, organisation=f"{self.code}-{organisation}", region=self.region, **over)

    def row(self, n: int, **over: str) -> list[str]:
        values = {"phone": f"1540000000{n}", "address": f"{self.address}示例街道 {n} 号"} | over
        return [f"SL-{n}", "林示例", values["phone"], values["address"], f"SFZ-{n}"]


CITIES = [
    City("jining", "37.3708", "SL370800S1", "山东省济宁市曲阜市", "SL370881D1", as_gb18030, 2),
    City("zhaoqing", "44.4412", "SL441200S1", "广东省肇庆市高要区", "SL441204D1", as_xlsx, 4),
]


@pytest.fixture
def wire(live_url: str, settings: Any, tmp_path: Path) -> Iterator[Wire]:
    load_catalogue()
    load_profiles()
    settlement.load_terms(at=AT, by=LOADER)
    with wired(live_url, settings, tmp_path) as found:
        yield found


@pytest.mark.parametrize("city", CITIES, ids=lambda city: city.code)
def test_a_file_of_cards_is_booked_labelled_bagged_balanced_delivered_and_paid_for(city: City, wire: Wire) -> None:
    rows = [HEADER, city.row(1), city.row(2), city.row(3, phone="1"), city.row(4, address="某地 4 号")]
    centre = city.browser(Role.SENDER, "id-centre")
    outcome = upload(centre, city.write(rows))
    assert (outcome.accepted, outcome.duplicates) == (2, 0)
    assert [(error.line, error.field) for error in outcome.errors] == [(city.first_line + 2, "phone"), (city.first_line + 3, "address")]
    again = upload(centre, city.write(rows))
    assert (again.accepted, again.duplicates, Order.objects.count()) == (0, 2, 2)

    drain()  # the carrier is asked over the wire
    posted, kept = orders()
    assert {len(order.waybill_no or "") for order in (posted, kept)} == {13}
    station = city.browser(Role.STATION, "post", outlet=city.station)
    over_the_desk(station, posted)
    assert Bag.objects.get().outlet == city.station
    balanced(station, [kept])

    posted, kept = orders()
    wire.tell(posted, {"code": "203"}, {"code": "306"}, {"code": "702"}, {"code": "704", "deliver_code": "10"})
    assert (posted.state, posted.delivered_ok, posted.signer) == ("delivered", True, "addressee")
    assert (posted.payer, posted.account, kept.state) == ("recipient", f"recipient:{city.office}", "ordered")
    charges = money.charges_of(Actor.system("test"), posted.id)
    assert [line.fen for line in charges] == [posted.price_fen]
    assert posted.price_fen > 0
    assert money.charges_of(Actor.system("test"), kept.id) == []
    assert money.sums_to_zero()
    assert not SetAside.objects.exists()
    assert broken() == {}


def upload(centre: Client, file: SimpleUploadedFile) -> Any:
    answer = centre.post("/desk/send/file", {"item": CARD, "file": file})
    assert answer.status_code == 200, answer.content.decode()
    return answer.context["outcome"]


def orders() -> tuple[Order, Order]:
    first, second = Order.objects.order_by("ref")
    return first, second


def over_the_desk(station: Client, order: Order) -> None:
    """Matched by double scan (a wrong envelope stops there), labelled, bagged."""
    match = f"/desk/orders/{order.number}/match"
    assert station.post(match, {"contents_serial": "SFZ-2", "envelope_serial": "XF-1"}).status_code == 422
    assert station.post(match, {"contents_serial": order.contents[0], "envelope_serial": "XF-1"}).status_code == 302
    (page,) = pypdfium2.PdfDocument(station.post("/desk/station/labels", {"order": [order.number]}).content)
    codes = {code.text for code in zxingcpp.read_barcodes(page.render(scale=203 / 72).to_pil())}
    assert order.waybill_no in codes
    text = page.get_textpage().get_text_range()
    assert "到付" in text
    assert "林示例" not in text
    assert station.post("/desk/station/seal", {"order": [order.number], "seal_no": "FZ-1"}).status_code == 302


def balanced(station: Client, lying: list[Order]) -> None:
    counted = "\n".join(order.waybill_no or "" for order in lying)
    assert station.post("/desk/station/balance", {"on": shanghai_day(now()).isoformat(), "counted": counted}).status_code == 302
    sheet = DayBalance.objects.get()
    assert (sheet.received, sheet.posted, sheet.expected, sheet.balanced) == (2, 1, 1, True)
