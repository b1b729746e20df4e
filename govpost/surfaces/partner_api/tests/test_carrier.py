"""The carrier's push at our door: real envelopes, acknowledged after the commit, harmless when repeated."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from govpost.common.clock import SHANGHAI, now
from govpost.delivery.models import Order, Unclear
from govpost.delivery.testing import make_order
from govpost.gateways.ems.wire import SignKey, push_form, to_moment
from govpost.journal.models import Fact
from govpost.surfaces.partner_api.carrier import push_token

pytestmark = pytest.mark.django_db
KEY, SENDER, WAYBILL = "ASNFZ4mrze/+3LqYdlQyEA==", "90000001", "1112345678901"


@pytest.fixture(autouse=True)
def agreement(settings: Any) -> None:
    settings.GOVPOST_EMS_URL, settings.GOVPOST_EMS_SENDER_NO = "http://127.0.0.1:1", SENDER
    settings.GOVPOST_EMS_AUTHORIZATION, settings.GOVPOST_EMS_SIGN_KEY = "test", KEY


def push(order: Order, code: str, **over: str) -> Any:
    item = {
        "waybillNo": WAYBILL,
        "opTime": to_moment(now() - timedelta(hours=1)),
        "opCode": code,
        "opName": "x",
        "opOrgCode": "23600001",
        **over,
    }
    form = push_form(message=item, sender_no=SENDER, serial_no="1", key=SignKey.parse(KEY), at=now())
    return Client().post("/api/v1/carriers/ems/push", urlencode(form), content_type="application/x-www-form-urlencoded")


def test_a_push_is_stored_and_acknowledged_and_its_repeat_is_harmless() -> None:
    order = make_order(waybill_no=WAYBILL)
    moment = to_moment(now() - timedelta(hours=2))
    for _ in range(2):
        assert push(order, "203", opTime=moment).json()["code"] == "00000"
    order.refresh_from_db()
    assert (order.state, order.version) == ("collected", 2)


def test_a_push_with_a_wrong_key_or_sender_is_not_taken() -> None:
    make_order(waybill_no=WAYBILL)
    form = push_form(message={}, sender_no="other", serial_no="1", key=SignKey.parse(KEY), at=now())
    answer = Client().post("/api/v1/carriers/ems/push", urlencode(form), content_type="application/x-www-form-urlencoded")
    assert answer.json()["code"] != "00000"
    assert Client().post("/api/v1/carriers/ems/push", b"nonsense", content_type="text/plain").json()["code"] != "00000"


def test_the_older_push_returns_and_voids_behind_its_token() -> None:
    order = make_order(waybill_no=WAYBILL)
    at = (now() - timedelta(hours=3)).astimezone(SHANGHAI)
    row = {
        "serialnumber": "1", "mailnum": WAYBILL, "procdate": at.strftime("%Y%m%d"), "proctime": at.strftime("%H%M%S"),
        "orgfullname": "亳州（示例）", "action": "10", "properdelivery": "10", "notproperdelivery": "", "description": "", "effect": "1",
    }  # fmt: skip

    def send(token: str, **over: str) -> Any:
        batch = {"listexpressmail": [{**row, **over}]}
        return Client().post(f"/api/v1/carriers/ems/older-push/{token}", batch, content_type="application/json")

    assert send("wrong").status_code == 404
    assert send(push_token(KEY)).status_code == 200
    order.refresh_from_db()
    assert (order.state, order.delivered_ok) == ("delivered", True)
    send(push_token(KEY), effect="0")
    order.refresh_from_db()
    assert order.state == "ordered"


def told(items: list[dict[str, str]]) -> Any:
    form = push_form(message=items, sender_no=SENDER, serial_no="1", key=SignKey.parse(KEY), at=now())
    return Client().post("/api/v1/carriers/ems/push", urlencode(form), content_type="application/x-www-form-urlencoded").json()


def test_a_row_that_cannot_be_read_is_kept_for_a_person_and_not_asked_for_again() -> None:
    order = make_order(waybill_no=WAYBILL)
    good = {"waybillNo": WAYBILL, "opTime": to_moment(now() - timedelta(hours=1)), "opCode": "203", "opName": "x"}
    bad = [{**good, "opTime": "soon"}, {**good, "waybillNo": "电话 13800000001"}, {**good, "waybillNo": "1199999999999", "opCode": ""}]
    assert told([good, *bad])["code"] == "00000"
    order.refresh_from_db()
    assert order.state == "collected"
    kept = Unclear.objects.filter(kind="unreadable").order_by("waybill_no")
    assert [(item.waybill_no, item.code, item.order_id, str(item.region)) for item in kept] == [
        ("", "waybillNo", None, ""), (WAYBILL, "opTime", order.id, str(order.region)), ("1199999999999", "opCode", None, ""),
    ]  # fmt: skip
    facts = Fact.objects.filter(kind="delivery.scan_unclear", payload__reason="unreadable")
    assert facts.count() == 3
    assert "13800000001" not in str([(fact.subject, fact.payload) for fact in facts])
    told([{**good, "opTime": "soon"}])
    assert kept.get(waybill_no=WAYBILL).count == 2


def test_an_unreadable_row_of_the_older_push_is_kept_too() -> None:
    order = make_order(waybill_no=WAYBILL)
    batch = {"listexpressmail": [{"mailnum": WAYBILL, "procdate": "2026", "proctime": "140000", "action": "00", "effect": "1"}]}
    answer = Client().post(f"/api/v1/carriers/ems/older-push/{push_token(KEY)}", batch, content_type="application/json").json()
    assert (answer["success"], answer["failmailnums"]) == ("1", "")
    assert "procdate" in answer["remark"]
    assert [(item.kind, item.code, item.order_id) for item in Unclear.objects.all()] == [("unreadable", "procdate", order.id)]


def test_without_an_agreement_the_door_says_so(settings: Any) -> None:
    settings.GOVPOST_EMS_SIGN_KEY = ""
    assert Client().post("/api/v1/carriers/ems/push", b"x", content_type="text/plain").status_code == 503
    assert Client().post("/api/v1/carriers/ems/older-push/x", b"x", content_type="text/plain").status_code == 503
