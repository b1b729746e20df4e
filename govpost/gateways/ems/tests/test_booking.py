"""The order object: exact field names, who pays, whose door, and that nothing else leaves the house."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from govpost.common.clock import SHANGHAI
from govpost.common.refusal import Rejected
from govpost.gateways.ems.booking import order_object
from govpost.gateways.ems.codes import OWN_DOOR_PROJECT
from govpost.gateways.ems.sandbox_orders import check_order
from govpost.gateways.ems.testing import NOON, SENDER_NO, make_booking, make_contact, sample
from govpost.gateways.ems.wire import load_json

NINE = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)
TWELVE = datetime(2026, 11, 24, 4, tzinfo=UTC)


def order(**over: Any) -> dict[str, Any]:
    return order_object(make_booking(**over), sender_no=SENDER_NO, at=NOON)


def test_an_order_with_a_collection_window_is_the_sample_to_the_letter() -> None:
    made = order(pickup_from=NINE, pickup_to=TWELVE)
    (expected,) = load_json(sample("order_request.json"))
    assert made | {"ecommerceUserId": ""} == expected | {"ecommerceUserId": ""}
    assert len(made["ecommerceUserId"]) < 50


def test_nothing_leaves_but_what_the_waybill_needs() -> None:
    made = order()
    assert set(made) == {
        "createdTime", "ecommerceUserId", "senderNo", "logisticsOrderNo", "oneBillFlag", "contentsAttribute", "bizProductNo",
        "weight", "paymentMode", "deliverType", "pickupType", "sender", "receiver", "cargos",
    }  # fmt: skip
    assert made["cargos"] == [{"cargoName": "文件"}]
    assert set(made["receiver"]) == {"name", "postCode", "mobile", "prov", "city", "county", "address"}


@pytest.mark.parametrize(
    ("payer", "product", "biz", "mode"),
    [
        ("sender", "express", "1", "1"), ("monthly", "standard", "11", "1"), ("government", "express", "1", "1"),
        ("department", "same_day", "9", "1"), ("recipient", "express", "3", "2"), ("recipient", "standard", "3", "2"),
        ("recipient_monthly", "parcel", "2", "4"), ("free", "express", "1", "5"),
    ],
)  # fmt: skip
def test_who_pays_decides_payment_mode_and_for_freight_collect_the_product(payer: str, product: str, biz: str, mode: str) -> None:
    made = order(payer=payer, product=product)
    assert (made["bizProductNo"], made["paymentMode"]) == (biz, mode)
    check_order(made, NOON)


@pytest.mark.parametrize(("field", "value"), [("payer", "the king"), ("product", "pigeon")])
def test_what_the_carrier_has_no_code_for_is_refused_with_what_there_is(field: str, value: str) -> None:
    with pytest.raises(Rejected) as caught:
        order(**{field: value})
    assert caught.value.code == field
    assert "Use one of" in caught.value.sentence


def test_the_carrier_is_sent_to_a_door_only_where_the_door_is_the_carriers() -> None:
    ours = order(door="ours", pickup_from=NINE, pickup_to=TWELVE)
    assert (ours["pickupType"], ours["projectId"]) == ("0", OWN_DOOR_PROJECT)
    assert "pickupPreBeginTime" not in ours
    theirs = order(door="carrier", pickup_from=NINE, pickup_to=TWELVE)
    assert (theirs["pickupType"], theirs["pickupPreBeginTime"], theirs["pickupPreEndTime"]) == (
        "1", "2026-11-24 09:00:00", "2026-11-24 12:00:00",
    )  # fmt: skip
    assert "projectId" not in theirs
    assert order(door="carrier")["pickupType"] == "0"  # brought to the counter


def test_delivery_window_code_note_and_goods_have_their_fields() -> None:
    made = order(deliver_from=NINE, deliver_to=TWELVE, recipient_code="204816", note="示例备注", goods=True, contents="证件")
    assert (made["deliverPreDate"], made["deliverPreEndDate"]) == ("2026-11-24 09:00:00", "2026-11-24 12:00:00")
    assert (made["receiverSafetyCode"], made["note"], made["contentsAttribute"]) == ("204816", "示例备注", "3")
    assert made["cargos"] == [{"cargoName": "证件"}]


@pytest.mark.parametrize(("phone", "field"), [("13900000009", "mobile"), ("139 0000 0009", "mobile"), ("0558-0000000", "phone")])
def test_a_mobile_and_a_landline_go_into_their_own_fields(phone: str, field: str) -> None:
    end = order(recipient=make_contact(phone=phone))["receiver"]
    assert end[field] == phone.replace(" ", "")
    assert len({"phone", "mobile"} & set(end)) == 1
