"""The carrier over the real wire: booked, cancelled, queried and pushed over HTTP against its sandbox, which misbehaves on request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from govpost.catalogue.testing import load_catalogue
from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.delivery import actions as mail
from govpost.delivery import queries
from govpost.delivery.models import Order, Unclear
from govpost.delivery.rules import Door, ItemRule, Place
from govpost.delivery.tasks import ask_for_waybill, query
from govpost.delivery.testing import make_order
from govpost.gateways.ems.testing import plain_http
from govpost.journal.testing import drain
from govpost.ops.invariants import broken
from govpost.profiles.testing import load_profiles
from tests.journeys.carrier import Wire, wired

SYSTEM = Actor.system("journey")
CARD = ItemRule(signers=("addressee", "agent"), needs_code=True)


@pytest.fixture
def wire(live_url: str, settings: Any, tmp_path: Path) -> Iterator[Wire]:
    load_catalogue()
    load_profiles()
    with wired(live_url, settings, tmp_path) as found:
        yield found


def booked(**over: Any) -> Order:
    """An order by the carrier's own door, booked by the job over HTTP."""
    values: dict[str, Any] = {"door": Door.CARRIER, "destination": Place("341602", "SL341602D1")} | over
    order = make_order(**values)
    drain()
    order.refresh_from_db()
    return order


def test_an_order_gets_its_number_and_follows_the_pushes_to_the_door(wire: Wire) -> None:
    order = booked()
    assert order.waybill_no is not None
    assert len(order.waybill_no) == 13
    wire.tell(order, {"code": "203"}, {"code": "954"}, {"code": "306"}, {"code": "702"}, {"code": "704", "deliver_code": "10"})
    assert (order.state, order.delivered_ok, order.signer) == ("delivered", True, "addressee")
    assert broken() == {}


def test_a_system_error_at_booking_is_asked_again_and_gives_one_waybill(wire: Wire) -> None:
    wire.control(fault="system", times=1, api="020003")
    order = make_order(door=Door.CARRIER, destination=Place("341602", "SL341602D1"))
    drain()
    waybills = [queries.by_id(order.id).waybill_no]
    for _ in range(2):
        ask_for_waybill(order.id, first=False, last=False)
        waybills.append(queries.by_id(order.id).waybill_no)
    assert waybills[0] is None
    assert waybills[1]
    assert waybills[2] == waybills[1]


def test_duplicates_and_disorder_change_nothing(wire: Wire) -> None:
    order = booked()
    wire.tell(order, {"code": "203"}, {"code": "306"}, {"code": "704", "deliver_code": "10"})
    version = order.version
    wire.control(waybill=order.number, again=3)
    while wire.sandbox.tick():
        pass
    drain()
    order.refresh_from_db()
    assert (order.state, order.version) == ("delivered", version)


def test_an_unknown_code_is_kept_shown_and_never_guessed(wire: Wire) -> None:
    order = wire.tell(booked(), {"code": "203"}, {"code": "999X", "name": "未知动作"})
    assert order.state == "collected"
    assert "999X" in [line.code for line in queries.story(order)]
    assert Unclear.objects.filter(kind="unknown_code", code="999X").exists()


def test_a_failed_attempt_is_no_end_and_the_code_goes_with_the_order(wire: Wire) -> None:
    order = booked(rule=CARD)
    wire.tell(order, {"code": "203"}, {"code": "306"}, {"code": "702"}, {"code": "705", "reason": "103"})
    assert (order.state, order.attempts, order.reason, order.cause) == ("attempt_failed", 1, "103", "address")
    wire.tell(order, {"code": "702"}, {"code": "704", "deliver_code": "11"})
    assert (order.state, order.delivered_ok) == ("delivered", False)
    assert Unclear.objects.filter(kind="signer_not_allowed").exists()


def test_returns_and_voided_events_come_by_the_older_push(wire: Wire) -> None:
    order = booked()
    wire.tell(order, {"code": "203"}, {"code": "306"}, {"code": "704", "deliver_code": "10"})
    assert order.state == "delivered"
    wire.tell(order, {"void": "704"})
    assert order.state == "at_delivery_office"
    assert any(line.voided for line in queries.story(order))
    wire.tell(order, {"older": True, "action": "10", "properdelivery": "14"})
    assert order.state == "returned"
    assert broken() == {}


def test_a_pick_up_point_told_by_the_track_is_withdrawn_by_the_older_push(wire: Wire) -> None:
    order = booked()
    wire.tell(order, {"code": "203"}, {"code": "306"}, {"code": "748"})
    assert order.state == "at_pickup_point"
    wire.tell(order, {"void": "748"})
    assert order.state == "at_delivery_office"


def test_a_success_without_a_track_is_no_track(wire: Wire) -> None:
    order = booked()
    wire.control(fault="no_track", times=1)
    query.func(str(order.id))
    order.refresh_from_db()
    assert order.state == "ordered"


def test_missed_pushes_are_fetched_by_asking(wire: Wire) -> None:
    order = booked()
    wire.control(waybill=order.number, now=[{"code": "203", "silent": True}, {"code": "306", "silent": True}])
    order.refresh_from_db()
    assert order.state == "ordered"
    query.func(str(order.id))
    order.refresh_from_db()
    assert order.state == "at_delivery_office"


def test_a_cancelled_order_is_withdrawn_at_the_carrier_too(wire: Wire) -> None:
    order = booked()
    mail.cancel_order(order_id=order.id, reason="申请人撤回", at=now(), by=SYSTEM)
    drain()
    while wire.sandbox.tick():
        pass
    order.refresh_from_db()
    assert order.state == "cancelled"
    with plain_http() as http:
        parcels = http.get(f"{wire.url}/control").json()["parcels"]
    assert any(parcel.get("cancelled") or parcel.get("state") == "cancelled" for parcel in parcels), parcels


def test_our_own_door_ends_for_the_carrier_at_the_delivery_office(wire: Wire) -> None:
    order = booked(door=Door.OURS)
    wire.control(setting={"hold_brought": True})
    wire.control(waybill=order.number, move=20)
    while wire.sandbox.tick():
        pass
    drain()
    order.refresh_from_db()
    assert order.state == "at_delivery_office"
