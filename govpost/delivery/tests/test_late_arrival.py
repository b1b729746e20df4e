"""What is told late takes its place in time: the last thing that happened decides, not the last thing that was heard."""

from __future__ import annotations

from datetime import timedelta

import pytest

from govpost.common.clock import now
from govpost.delivery import actions
from govpost.delivery.models import Order
from govpost.delivery.testing import SYSTEM, make_order, seen

pytestmark = pytest.mark.django_db
NUMBER = "1112345678901"


def test_an_earlier_event_that_is_heard_later_moves_nothing_back() -> None:
    at = now()
    order = make_order(at=at - timedelta(hours=20), waybill_no=NUMBER)
    actions.record_scans([seen(NUMBER, "at_delivery_office", at - timedelta(hours=2))], at=at - timedelta(hours=2), by=SYSTEM)
    actions.record_scans([seen(NUMBER, "in_transit", at - timedelta(hours=9))], at=at, by=SYSTEM)
    assert Order.objects.get(id=order.id).state == "at_delivery_office"


def test_a_missing_unclear_event_is_refused_as_not_found() -> None:
    from uuid import UUID

    from govpost.common.refusal import NotFound

    with pytest.raises(NotFound):
        actions.settle_unclear(unclear_id=UUID(int=1), at=now(), by=SYSTEM)


def test_an_event_from_months_ahead_of_the_clock_still_counts() -> None:
    at, later = now(), now() + timedelta(days=150)
    order = make_order(at=at, waybill_no=NUMBER)
    actions.record_scans([seen(NUMBER, "delivered", later, signer_class="addressee")], at=later, by=SYSTEM)
    actions.record_scans([seen(NUMBER, "in_transit", at)], at=at, by=SYSTEM)  # a clock that was set back
    assert Order.objects.get(id=order.id).state == "delivered"
