"""The station desk's pages: its work in order, no wrong envelope, labels as PDF, bags and balance, and nobody else's pieces."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from govpost.common.clock import now, shanghai_day
from govpost.delivery.models import Bag, DayBalance, LabelPrint, Order
from govpost.delivery.rules import Place, Signer
from govpost.delivery.testing import make_order
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations, make_staff
from govpost.surfaces.desk import words

pytestmark = pytest.mark.django_db
STATION = "SL341600S1"


@pytest.fixture
def wang() -> Client:
    """Wang 王, stationed clerk at the Bozhou hall."""
    load_organisations()
    staff = make_staff(Role.STATION, organisation="bozhou-post", outlet=STATION, name="王示例")
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def piece(serial: str = "L-1", waybill: str = "1110000000001") -> Order:
    return make_order(contents=(serial,), waybill_no=waybill, origin=Place("341602", STATION))


def test_a_piece_goes_over_the_desk(wang: Client) -> None:
    order = piece()
    assert order.number in wang.get("/desk/station").content.decode()
    wrong = wang.post(f"/desk/orders/{order.number}/match", {"contents_serial": "L-9", "envelope_serial": "E-1"})
    assert wrong.status_code == 422
    good = wang.post(f"/desk/orders/{order.number}/match", {"contents_serial": "L-1", "envelope_serial": "E-1"})
    assert good.status_code == 302
    labels = wang.post("/desk/station/labels", {"order": [order.number]})
    assert labels.headers["Content-Type"] == "application/pdf"
    assert labels.content.startswith(b"%PDF")
    assert wang.post("/desk/station/seal", {"order": [order.number], "seal_no": "S-1"}).status_code == 302
    bag = Bag.objects.get()
    assert bag.pieces == 1
    assert order.number in wang.get(f"/desk/station/bags/{bag.number}").content.decode()
    order.refresh_from_db()
    assert order.state == "collected"


def test_a_parcel_of_three_says_what_is_still_missing_and_another_envelope_needs_a_reason(wang: Client) -> None:
    order = make_order(contents=("L-1", "L-2", "L-3"), waybill_no="1110000000004", origin=Place("341602", STATION))
    address = f"/desk/orders/{order.number}/match"
    for serial in ("L-1", "L-3"):
        assert wang.post(address, {"contents_serial": serial, "envelope_serial": "E-1"}).headers["Location"] == address
    assert "还差" in wang.get(address).content.decode()
    wang.cookies["govpost_language"] = "en"
    english = wang.get(address).content.decode()
    assert "2 of 3 matched." in english
    assert "L-2" in english
    del wang.cookies["govpost_language"]
    other = wang.post(address, {"contents_serial": "L-2", "envelope_serial": "E-2"})
    assert (other.status_code, "E-1" in other.content.decode()) == (422, True)
    assert wang.post(f"{address}-anew", {"why": ""}).status_code == 422
    assert wang.post(f"{address}-anew", {"why": "信封破损"}).headers["Location"] == address
    for serial in ("L-1", "L-2", "L-3"):
        last = wang.post(address, {"contents_serial": serial, "envelope_serial": "E-2"})
    assert last.headers["Location"] == f"/desk/orders/{order.number}"
    assert "封套内已齐" in wang.get(address).content.decode()


def test_labels_are_all_printed_and_logged_or_none(wang: Client) -> None:
    good = piece()
    bare = make_order(contents=("L-2",), origin=Place("341602", STATION))
    refused = wang.post("/desk/station/labels", {"order": [good.number, bare.number]})
    assert refused.status_code == 409
    good.refresh_from_db()
    assert (good.labelled_at, LabelPrint.objects.count()) == (None, 0)
    assert wang.post("/desk/station/labels", {"order": [good.number]}).status_code == 200


def test_more_labels_than_one_file_holds_are_refused_and_nothing_is_logged(wang: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govpost.delivery.label.MOST_LABELS", 1)
    numbers = [piece(f"L-{n}", f"111000000000{n}").number for n in range(2)]
    refused = wang.post("/desk/station/labels", {"order": numbers})
    assert refused.status_code == 409
    assert "一次最多打印" in refused.content.decode()
    assert not LabelPrint.objects.exists()


def test_the_day_is_balanced_from_scanned_numbers(wang: Client) -> None:
    order = piece()
    today = shanghai_day(now())
    response = wang.post("/desk/station/balance", {"on": today.isoformat(), "counted": f"{order.waybill_no}\n"})
    assert response.status_code == 302
    assert DayBalance.objects.get().balanced
    yesterday = today - timedelta(days=1)
    wang.post("/desk/station/balance", {"on": yesterday.isoformat(), "counted": "XX999"})
    assert "XX999" not in wang.get("/desk/station/balance").content.decode()
    assert "XX999" in wang.get(f"/desk/station/balance?on={yesterday}").content.decode()  # any day can be opened again
    assert wang.get("/desk/station/balance").status_code == 200


def test_a_reprint_asks_why(wang: Client) -> None:
    order = piece()
    wang.post("/desk/station/labels", {"order": [order.number]})
    assert wang.post("/desk/station/labels", {"order": [order.number]}).status_code == 422
    assert wang.post(f"/desk/orders/{order.number}/reprint", {"why": ""}).status_code == 422
    assert wang.post(f"/desk/orders/{order.number}/reprint", {"why": "卡纸"}).headers["Content-Type"] == "application/pdf"


def test_the_order_page_masks_people(wang: Client) -> None:
    order = piece()
    text = wang.get(f"/desk/orders/{order.number}").content.decode()
    assert "138****0001" in text
    assert "13800000001" not in text
    assert "林晓" not in text


def test_another_citys_piece_looks_like_a_missing_one(wang: Client) -> None:
    foreign = make_order(region="37.3708.370811", origin=Place("370811", "X"), destination=Place("370811", "X"))
    assert wang.get(f"/desk/orders/{foreign.number}").status_code == 404
    assert wang.get("/desk/orders/GP000000-XXXXXXXX").status_code == 404


def test_choosing_nothing_says_what_to_do(wang: Client) -> None:
    assert wang.post("/desk/station/labels", {}).status_code == 422
    assert wang.post("/desk/station/seal", {"seal_no": "S"}).status_code == 422


def test_the_list_costs_the_same_for_more_pieces(wang: Client, django_assert_max_num_queries: object) -> None:
    for number in range(6):
        piece(f"L-{number}", f"11100000000{number:02d}")
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        wang.get("/desk/station")


def test_labels_are_printed_without_a_seal_and_an_unknown_number_is_not_an_empty_desk(wang: Client) -> None:
    order = piece()
    page = wang.get("/desk/station").content.decode()
    assert re.search(r'<form method="post" action="/desk/station/labels"[^>]* novalidate>', page)  # the seal's field must not stop it
    unknown = wang.get("/desk/station?q=GP000000-NOBODY").content.decode()
    assert "台上没有这个号码的邮件" in unknown
    assert order.number not in unknown


@pytest.mark.parametrize(
    ("role", "back"),
    [
        (Role.STATION, "/desk/station"),
        (Role.DISPATCHER, "/desk/dispatch"),
        (Role.QUALITY, "/desk/rates"),
        (Role.FINANCE, "/desk/accounts"),
        (Role.SUPERVISOR, "/desk/supervision"),
    ],
)
def test_a_mail_leads_back_to_the_list_of_ones_own_work(role: Role, back: str) -> None:
    load_organisations()
    order = piece()
    client = Client()
    client.force_login(
        make_staff(role, organisation="bozhou-post", outlet=STATION if role is Role.STATION else ""),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert f'<li><a href="{back}">' in client.get(f"/desk/orders/{order.number}").content.decode()
    assert client.get("/desk/")["Location"] == back


def test_an_administrator_starts_with_people() -> None:
    load_organisations()
    client = Client()
    client.force_login(make_staff(Role.ADMIN, organisation="bozhou-post"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/desk/")["Location"] == "/desk/people"


def test_every_signer_that_reports_name_is_said_in_words() -> None:
    assert set(words.SIGNED) >= {signer.value for signer in Signer}
