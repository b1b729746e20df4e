"""`POST /orders` and what stands in its way: other organisations' references, other data, fields that have to be mended."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from govpost.delivery.models import Order
from govpost.surfaces.partner_api.tests import test_api
from govpost.surfaces.partner_api.tests.test_api import body, get, key, place, post

pytestmark = pytest.mark.django_db
province = test_api.province
ZHAOQING = {"name": "执法局（示例）", "phone": "0758-1234567", "division": "441202", "street": "示例路 1 号"}


def test_two_organisations_may_use_the_same_reference_and_each_gets_its_own_order() -> None:
    ours, theirs = key(), key("zhaoqing-enforcement", "44.4412")
    first, second = place(ours), place(theirs, sender=ZHAOQING)
    assert (first["new"], second["new"]) == (True, True)
    assert first["number"] != second["number"]
    for token, number in ((ours, first["number"]), (theirs, second["number"])):
        assert [each["number"] for each in get(f"/orders?ref={body()['ref']}", token).json()["items"]] == [number]
    again = place(theirs, sender=ZHAOQING)
    assert (again["new"], again["number"]) == (False, second["number"])
    assert Order.objects.count() == 2


def test_the_same_reference_with_other_data_is_a_conflict_that_names_the_order() -> None:
    token = key()
    number = place(token)["number"]
    other = body(recipient={"name": "林示例", "phone": "15400000001", "division": "370881", "street": "示例街 9 号"})
    response = post("/orders", other, token, str(uuid4()))
    assert (response.status_code, response.json()["code"]) == (409, "ordered_differently")
    assert number in response.json()["detail"]
    assert response.json()["facts"] == {"number": number}
    post(f"/orders/{number}/cancellation", {"reason": "地址有误"}, token, str(uuid4()))
    assert post("/orders", other, token, str(uuid4())).json()["new"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"item": "999999999999"}, "item"),
        ({"recipient": {"name": "林示例", "phone": "15400000001", "division": "999999", "street": "示例街 2 号"}}, "recipient.division"),
        ({"recipient": {"name": "林示例", "phone": "15400000001", "division": "370881", "street": "街" * 121}}, "recipient.street"),
        ({"sender": {"name": "执法局", "phone": "0537-1234567", "division": "999999", "street": "示例路 1 号"}}, "sender.division"),
    ],
)
def test_what_a_commission_refuses_names_the_field_of_the_body(change: dict[str, Any], field: str) -> None:
    response = post("/orders", body(**change), key(), str(uuid4()))
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


@pytest.mark.parametrize("name", ["placed_at", "promised_at", "collect_due_at", "waybill_no"])
def test_a_partner_cannot_say_when_its_mail_was_ordered_or_promised(name: str) -> None:
    response = post("/orders", body(**{name: "2030-01-01T00:00:00+08:00"}), key(), str(uuid4()))
    assert response.status_code == 422
    assert not Order.objects.exists()
