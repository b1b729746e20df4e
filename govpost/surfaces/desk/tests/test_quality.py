"""The quality pages: a rate opens its items, a past day that was rewritten says so, another city's figures stay closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from govpost.common.clock import now
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.delivery.rules import Place
from govpost.delivery.testing import SYSTEM, make_order, seen
from govpost.journal.testing import drain
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations, make_staff
from govpost.profiles.testing import load_profiles

WAYBILL = "1110000000001"


def signed_in(region: str = "34.3416") -> Client:
    client = Client()
    staff = make_staff(Role.QUALITY, organisation="bozhou-post", region=region)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def order(journey: str) -> Order:
    """Delivered three days ago, in time."""
    load_organisations()
    load_profiles()
    placed = now() - timedelta(days=5)
    made = make_order(at=placed, waybill_no=WAYBILL, promised_at=placed + timedelta(days=3), destination=Place("341602", "SL341602D1"))
    mail.record_scans(
        [
            seen(WAYBILL, "collected", placed + timedelta(hours=2)),
            seen(WAYBILL, "at_delivery_office", placed + timedelta(hours=30)),
            seen(WAYBILL, "delivered", placed + timedelta(days=2), signer_class="addressee"),
        ],
        at=placed + timedelta(days=2),
        by=SYSTEM,
    )
    drain()
    return made


def test_a_rate_opens_its_items(order: Order) -> None:
    quality = signed_in()
    assert "100.0%" in quality.get("/desk/rates").content.decode()
    opened = quality.get("/desk/rates/behind?kpi=delivery_on_time")
    assert opened.status_code == 200
    assert order.number in opened.content.decode()
    assert quality.get("/desk/rates?within=34.3416.341602").status_code == 200


def test_a_voided_delivery_corrects_the_past_day_and_says_so(order: Order) -> None:
    placed = order.placed_at
    void = seen(WAYBILL, None, placed + timedelta(days=2), code="delivered", effect=False, note="误操作")
    mail.record_scans([void], at=now(), by=SYSTEM)
    drain()
    page = signed_in().get("/desk/rates/corrections").content.decode()
    assert order.number in page


def test_bad_input_is_said_at_its_field(order: Order) -> None:
    quality = signed_in()
    assert quality.get("/desk/rates?first=2026-13-01").status_code == 200
    assert quality.get("/desk/rates?within=x").status_code == 422
    assert quality.get("/desk/rates/behind?kpi=nothing").status_code == 404


def test_another_city_sees_none_of_it(order: Order) -> None:
    assert order.number not in signed_in("37.3708").get("/desk/rates/behind?kpi=delivery_on_time").content.decode()
