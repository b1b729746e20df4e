"""A department's own mail: one notice on the month account, a file of identity cards, the same file again."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from govpost.catalogue.testing import load_catalogue
from govpost.common.clock import now
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.parties.roles import Role
from govpost.parties.testing import make_staff
from govpost.places.testing import AT, LOADER
from govpost.profiles.testing import load_profiles
from govpost.settlement import actions as settlement
from govpost.surfaces.desk.sending.views import Outcome
from govpost.surfaces.shared.words import say

pytestmark = pytest.mark.django_db
NOTICE, CARD = "000295001000", "000793001000"


@pytest.fixture(autouse=True)
def province() -> None:
    load_catalogue()
    load_profiles()
    settlement.load_terms(at=AT, by=LOADER)


def signed_in(organisation: str, region: str) -> Client:
    client = Client()
    staff = make_staff(Role.SENDER, organisation=organisation, region=region)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


FORM = {
    "key": "018f0000-0000-7000-8000-00000000000a", "item": NOTICE, "ref": "济执〔2026〕1号", "name": "林示例",
    "phone": "15400000001", "county": "370811", "street": "示例街道 2 号", "pays": "on",
}  # fmt: skip


def test_a_notice_goes_on_the_departments_month_account() -> None:
    bureau = signed_in("jining-enforcement", "37.3708")
    assert bureau.get("/desk/send").status_code == 200
    assert bureau.post("/desk/send", FORM | {"phone": "1"}).status_code == 422
    assert bureau.post("/desk/send", FORM).status_code == 302
    assert bureau.post("/desk/send", FORM).status_code == 302
    order = Order.objects.get()
    assert (order.payer, order.door, order.direction) == ("department", "carrier", "single")
    assert order.number in bureau.get("/desk/sent").content.decode()
    assert order.number in bureau.get("/desk/sent", {"q": order.ref, "state": "ordered"}).content.decode()
    assert order.number not in bureau.get("/desk/sent", {"state": "delivered"}).content.decode()


def test_a_file_of_cards_becomes_orders_and_the_same_file_changes_nothing() -> None:
    centre = signed_in("jining-id-centre", "37.3708")
    text = (
        "受理号,姓名,手机号,地址,证件编号\n"
        "SL-1,林示例,15400000001,山东省济宁市任城区示例街道 2 号,ID-1\n"
        "SL-2,钱示例,1,山东省济宁市曲阜市示例街道 3 号,ID-2\n"
        "SL-3,孙示例,15400000003,山东省济宁市曲阜市示例街道 3 号,ID-3\n"
    )

    def upload() -> str:
        file = SimpleUploadedFile("cards.csv", text.encode("gb18030"), "text/csv")
        response = centre.post("/desk/send/file", {"item": CARD, "file": file})
        assert response.status_code == 200
        return response.content.decode()

    first = upload()
    assert Order.objects.count() == 2
    assert {o.payer for o in Order.objects.all()} == {"recipient"}
    assert ">3<" in first.replace(" ", "")
    upload()
    assert Order.objects.count() == 2
    bad = centre.post("/desk/send/file", {"item": CARD, "file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n", "text/csv")})
    assert bad.status_code == 422
    listed = centre.get("/desk/sent?format=csv")
    lines = b"".join(listed).decode("utf-8-sig")
    assert "SL-3" in lines
    assert "已下单" in lines


def test_another_department_sees_nothing_of_it() -> None:
    signed_in("jining-enforcement", "37.3708").post("/desk/send", FORM)
    other = signed_in("jining-id-centre", "37.3708")
    assert Order.objects.get().number not in other.get("/desk/sent").content.decode()
    assert other.get(f"/desk/orders/{Order.objects.get().number}").status_code == 404


# -- a making centre's file, in each city's own kind ----------------------------------------------

HEADER = ["受理号", "姓名", "手机号", "地址", "证件编号"]


@dataclass(frozen=True)
class City:
    centre: str
    region: str
    start: str  # how its addresses begin
    write: Callable[[list[list[str]]], SimpleUploadedFile]


def as_gb18030(rows: list[list[str]]) -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return SimpleUploadedFile("cards.csv", text.getvalue().encode("gb18030"), "text/csv")


def as_xlsx(rows: list[list[str]]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("cards.xlsx", out.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


JINING = City("jining-id-centre", "37.3708", "山东省济宁市曲阜市", as_gb18030)
ZHAOQING = City("zhaoqing-id-centre", "44.4412", "广东省肇庆市高要区", as_xlsx)
CITIES = pytest.mark.parametrize("city", [JINING, ZHAOQING], ids=["jining, CSV in GB18030", "zhaoqing, XLSX"])


def row(city: City, ref: str, **over: str) -> list[str]:
    values = {"name": "林示例", "phone": "15400000001", "address": f"{city.start}示例街道 2 号", "contents": f"ID-{ref}"} | over
    return [ref, *values.values()]


def send(client: Client, file: SimpleUploadedFile, item: str = CARD) -> Outcome:
    answer = client.post("/desk/send/file", {"item": item, "file": file})
    assert answer.status_code == 200, answer.content.decode()
    outcome = answer.context["outcome"]
    assert isinstance(outcome, Outcome)
    text = answer.content.decode()
    assert all(f">{error.line}</th>" in text and say(error.sentence) in unescape(text) for error in outcome.errors)
    return outcome


def told(outcome: Outcome) -> tuple[int, int, list[tuple[int, str]]]:
    return outcome.accepted, outcome.duplicates, [(error.line, error.field) for error in outcome.errors]


@CITIES
def test_a_centres_file_becomes_orders_with_freight_collect_and_its_replay_changes_nothing(city: City) -> None:
    centre = signed_in(city.centre, city.region)
    rows = [HEADER, row(city, "SL-1"), row(city, "SL-2", phone="1"), row(city, "SL-3", address="某地 3 号"), row(city, "SL-4")]
    assert told(send(centre, city.write(rows))) == (2, 0, [(3, "phone"), (4, "address")])
    assert {(o.payer, o.door, o.carrier, o.booking, str(o.region)) for o in Order.objects.all()} == {
        ("recipient", "carrier", "ems", "wanted", city.region)
    }
    assert told(send(centre, city.write(rows))) == (0, 2, [(3, "phone"), (4, "address")])
    mended = [HEADER, row(city, "SL-1"), row(city, "SL-2"), row(city, "SL-3"), row(city, "SL-4")]
    assert told(send(centre, city.write(mended))) == (2, 2, [])
    assert Order.objects.count() == 4


@CITIES
def test_a_corrected_row_under_an_old_reference_is_an_error_until_the_order_is_cancelled(city: City) -> None:
    centre = signed_in(city.centre, city.region)
    send(centre, city.write([HEADER, row(city, "SL-1"), row(city, "SL-2")]))
    order = Order.objects.get(ref="SL-1")
    corrected = [HEADER, row(city, "SL-1", address=f"{city.start}示例街道 9 号"), row(city, "SL-2")]
    outcome = send(centre, city.write(corrected))
    assert told(outcome) == (0, 1, [(2, "ref")])
    assert order.number in str(outcome.errors[0].sentence)
    mail.cancel_order(order_id=order.id, reason="地址有误", at=now(), by=LOADER)
    assert told(send(centre, city.write(corrected))) == (1, 1, [])


@CITIES
def test_a_waybill_number_in_use_is_an_error_of_its_row(city: City) -> None:
    centre = signed_in(city.centre, city.region)
    header = [*HEADER, "运单号"]
    send(centre, city.write([header, [*row(city, "SL-1"), "1110000000001"]]))
    rows = [[*row(city, f"SL-{n}"), waybill] for n, waybill in ((2, "1110000000001"), (3, "1110000000003"), (4, "1110000000003"), (5, ""))]
    assert told(send(centre, city.write([header, *rows]))) == (2, 0, [(2, "waybill_no"), (4, "waybill_no")])


@CITIES
@pytest.mark.parametrize(("column", "field"), [("承诺时间", "promised_at"), ("下单时间", "placed_at"), ("承诺揽收时间", "collect_due_at")])
def test_a_sender_cannot_say_when_its_mail_was_ordered_or_promised(city: City, column: str, field: str) -> None:
    rows = [[*HEADER, "运单号", column], [*row(city, "SL-1"), "1110000000001", "2030-01-01 00:00"], [*row(city, "SL-2"), "", ""]]
    assert told(send(signed_in(city.centre, city.region), city.write(rows))) == (1, 0, [(2, field)])


@CITIES
def test_what_a_commission_refuses_stands_at_its_column(city: City) -> None:
    centre = signed_in(city.centre, city.region)
    rows = [[*HEADER, "事项编码"], [*row(city, "SL-1"), "999999999999"], [*row(city, "SL-2"), NOTICE], [*row(city, "SL-3"), ""]]
    outcome = send(centre, city.write(rows))
    assert told(outcome) == (1, 0, [(2, "item"), (3, "payer")])
    assert "not_found" not in str(outcome.errors[0].sentence)


def test_two_organisations_may_number_their_rows_alike() -> None:
    for city in (JINING, ZHAOQING):
        assert told(send(signed_in(city.centre, city.region), city.write([HEADER, row(city, "1")]))) == (1, 0, [])
    assert Order.objects.filter(ref="1").count() == 2


def test_a_broken_workbook_is_refused_with_a_sentence_and_not_with_an_error_of_ours() -> None:
    whole = as_xlsx([HEADER, row(ZHAOQING, "SL-1")]).read()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as book, zipfile.ZipFile(out, "w") as broken:
        for name in book.namelist():
            broken.writestr(name, book.read(name)[: -40 if name.endswith("sheet1.xml") else None])
    file = SimpleUploadedFile("cards.xlsx", out.getvalue())
    answer = signed_in(ZHAOQING.centre, ZHAOQING.region).post("/desk/send/file", {"item": CARD, "file": file})
    assert answer.status_code == 422
    assert "XLSX" in answer.content.decode()


def test_a_single_order_pressed_again_with_another_address_is_refused_at_the_form() -> None:
    bureau = signed_in("jining-enforcement", "37.3708")
    assert bureau.post("/desk/send", FORM).status_code == 302
    answer = bureau.post("/desk/send", FORM | {"street": "示例街道 9 号"})
    assert answer.status_code == 422
    assert Order.objects.get().number in answer.content.decode()
