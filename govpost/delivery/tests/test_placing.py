"""Placing: whose reference it is, the same call again, other data under an old reference, numbers that are in use."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from govpost.common.clock import now
from govpost.common.refusal import Refusal
from govpost.delivery import actions
from govpost.delivery.actions import Placed
from govpost.delivery.models import Order
from govpost.delivery.rules import Direction, NewOrder
from govpost.delivery.testing import LIN, SYSTEM, new_order

pytestmark = pytest.mark.django_db
OURS, THEIRS = str(uuid4()), str(uuid4())


def single(**over: Any) -> NewOrder:
    values: dict[str, Any] = {"ref": "1", "direction": Direction.SINGLE, "organisation_id": OURS, "contents": ("ID-1",)}
    return new_order(**(values | over))


def place(*orders: NewOrder) -> list[Placed | Refusal]:
    return actions.place_orders(orders, at=now(), by=SYSTEM)


def placed(order: NewOrder) -> Placed:
    (done,) = place(order)
    assert isinstance(done, Placed)
    return done


def refused(order: NewOrder) -> Refusal:
    (done,) = place(order)
    assert isinstance(done, Refusal)
    return done


def test_two_organisations_may_use_the_same_reference() -> None:
    mine, theirs, nobodys = (placed(single(organisation_id=whose)) for whose in (OURS, THEIRS, None))
    assert [each.new for each in (mine, theirs, nobodys)] == [True, True, True]
    again = [placed(single(organisation_id=whose)) for whose in (OURS, THEIRS, None)]
    assert [(each.new, each.number) for each in again] == [(False, each.number) for each in (mine, theirs, nobodys)]
    assert Order.objects.count() == 3


def test_the_same_reference_with_the_same_data_is_the_same_order_however_it_is_spaced() -> None:
    first = placed(single())
    again = placed(single(recipient=replace(LIN, street=" ".join(LIN.street.replace(" ", "")))))
    assert (again.new, again.number) == (False, first.number)


@pytest.mark.parametrize(
    "other",
    [
        {"recipient": replace(LIN, street="薛阁街道示例路 3 号")},
        {"recipient": replace(LIN, phone="13800000002")},
        {"contents": ("ID-2",)},
        {"item": "000117000002"},
        {"waybill_no": "1110000000001"},
    ],
)
def test_the_same_reference_with_other_data_is_refused_and_names_the_order(other: dict[str, Any]) -> None:
    first = placed(single())
    refusal = refused(single(**other))
    assert refusal.code == "ordered_differently"
    assert first.number in str(refusal.sentence)
    assert placed(single()).number == first.number
    assert Order.objects.count() == 1


def test_a_cancelled_order_gives_its_reference_free_for_other_data_and_a_replay_revives_nothing() -> None:
    first = placed(single())
    actions.cancel_order(order_id=first.id, reason="地址有误", at=now(), by=SYSTEM)
    assert (placed(single()).new, placed(single()).number) == (False, first.number)
    corrected = single(recipient=replace(LIN, street="薛阁街道示例路 3 号"))
    second, again = placed(corrected), placed(corrected)
    assert (second.new, again.new, again.number) == (True, False, second.number)
    third = single(recipient=replace(LIN, street="薛阁街道示例路 4 号"))
    assert second.number in str(refused(third).sentence)
    actions.cancel_order(order_id=second.id, reason="地址有误", at=now(), by=SYSTEM)
    assert placed(third).new
    assert Order.objects.count() == 3


def test_a_waybill_or_an_envelope_in_use_is_refused_and_the_others_are_placed() -> None:
    placed(single(ref="standing", waybill_no="1110000000001", envelope_serial="E-1"))
    orders = [
        single(ref="1"),
        single(ref="2", waybill_no="1110000000001"),
        single(ref="3", envelope_serial="E-1"),
        single(ref="4", waybill_no="1110000000004"),
        single(ref="5", waybill_no="1110000000004"),
    ]
    done = place(*orders)
    assert [each.code if isinstance(each, Refusal) else each.new for each in done] == [
        True,
        "waybill_used",
        "envelope_used",
        True,
        "waybill_used",
    ]
    assert sorted(Order.objects.values_list("ref", flat=True)) == ["1", "4", "standing"]


def test_a_public_number_that_is_taken_is_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["GP261123-AAAAAAAA", "GP261123-AAAAAAAA", "GP261123-BBBBBBBB"])
    monkeypatch.setattr("govpost.delivery.actions.placing.public_number", lambda prefix, at: next(drawn))
    assert [placed(single(ref=ref)).number for ref in ("1", "2")] == ["GP261123-AAAAAAAA", "GP261123-BBBBBBBB"]
