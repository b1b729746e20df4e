"""Two callers at once with one reference, one waybill: the second waits for the first and is told what stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from govpost.common.clock import now
from govpost.common.refusal import Refusal
from govpost.delivery import actions
from govpost.delivery.models import Order
from govpost.delivery.rules import Direction, NewOrder
from govpost.delivery.testing import LIN, SYSTEM, new_order
from tests.journeys.test_case_races import while_we_hold

OURS = str(uuid4())


def single(**over: Any) -> NewOrder:
    values: dict[str, Any] = {"ref": "1", "direction": Direction.SINGLE, "organisation_id": OURS, "waybill_no": "1110000000001"}
    return new_order(**(values | over))


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (single(), "stands"),
        (single(recipient=replace(LIN, street="示例路 9 号")), "ordered_differently"),
        (single(ref="2"), "waybill_used"),
    ],
)
def test_the_second_of_two_concurrent_orders_is_told_what_stands(journey: str, second: NewOrder, told: str) -> None:
    answers: list[str] = []

    def place() -> None:
        (done,) = actions.place_orders([second], at=now(), by=SYSTEM)
        answers.append(done.code if isinstance(done, Refusal) else "new" if done.new else "stands")

    with while_we_hold(place):
        actions.place_orders([single()], at=now(), by=SYSTEM)
    assert answers == [told]
    assert Order.objects.count() == 1
