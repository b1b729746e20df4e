"""What goes out of the house and comes back: a pick-up code by short message, and a booking whose answer is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from govpost.cases.testing import Cast, make_cast
from govpost.common.clock import now
from govpost.common.ids import uuid7
from govpost.common.refusal import Refusal, Unavailable
from govpost.common.serving import serve
from govpost.delivery import actions as mail
from govpost.delivery import queries
from govpost.delivery.models import Order
from govpost.delivery.rules import Door, Place
from govpost.delivery.tasks import ask_for_waybill
from govpost.delivery.testing import SYSTEM, make_order
from govpost.dispatch import actions as dispatch
from govpost.gateways.ems import client
from govpost.gateways.ems.sandbox import Sandbox, make_app
from govpost.gateways.ems.testing import AUTHORIZATION, SENDER_NO, SIGN_KEY, plain_http
from govpost.gateways.sms.testing import KEY, Gateway, gateway
from govpost.journal.testing import drain
from govpost.notices import actions as notices
from govpost.notices.models import Notice
from tests.journeys.case_inside import Story, result_in_the_mail

WAYBILL = "1112345678901"
SIX_DIGITS = re.compile(r"取件码(\d{6})")


@pytest.fixture
def cast(journey: str) -> Cast:
    return make_cast()


# -- the code ------------------------------------------------------------------------------


@pytest.fixture
def phones(tmp_path: Path, settings: Any) -> Iterator[Gateway]:
    with gateway(tmp_path) as served:
        settings.GOVPOST_SMS_URL, settings.GOVPOST_SMS_KEY = served.url, KEY
        yield served


def code_in(phones: Gateway, order: Order) -> str:
    """What the recipient reads on the phone, and nothing else knows."""
    recipient = queries.addresses(order)[1].phone
    found = [SIX_DIGITS.search(message["text"]) for message in phones.messages(recipient) if order.number in message["text"]]
    codes = {match.group(1) for match in found if match}
    assert len(codes) == 1, codes
    return codes.pop()


def hand_out(story: Story, order: Order, code: str) -> None:
    dispatch.finish_deliver(
        task_id=story.task(order).id, signer="addressee", code=code, at=story.tick(), by=story.cast.zhao, request_id=uuid7()
    )
    drain()


def test_the_code_that_comes_by_short_message_opens_the_delivery(cast: Cast, phones: Gateway) -> None:
    story, order = result_in_the_mail(cast, WAYBILL)
    story.go_out(order)
    code = code_in(phones, order)
    wrong = "000000" if code != "000000" else "111111"
    with pytest.raises(Refusal, match="wrong_code"):
        hand_out(story, order, wrong)
    assert queries.by_id(order.id).code_tries == 1
    hand_out(story, order, code)
    assert queries.by_id(order.id).state == "delivered"
    assert story.case.state == "closed"
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}


def test_a_code_whose_message_failed_is_sent_again_and_opens_the_delivery(cast: Cast, phones: Gateway) -> None:
    story, order = result_in_the_mail(cast, WAYBILL)
    lost = Notice.objects.get(subject=f"order:{order.id}", template="pickup_code", key="0")
    Notice.objects.filter(id=lost.id).update(state="failed", error="unavailable")
    notices.send_again(notice_id=lost.id, at=story.tick(), by=cast.wang)
    drain()
    story.go_out(order)
    hand_out(story, order, code_in(phones, order))
    assert queries.by_id(order.id).state == "delivered"


# -- the lost answer -----------------------------------------------------------------------


@pytest.fixture
def carrier(journey: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Sandbox, str]]:
    """The sandbox over HTTP, and a client that waits a moment instead of ten seconds."""
    sandbox = make_app(
        tmp_path / "ems.sqlite3", clock=now, speed=1.0, callback_url="", sender_no=SENDER_NO, authorization=AUTHORIZATION, sign_key=SIGN_KEY
    )
    with serve(sandbox) as served, httpx.Client(timeout=httpx.Timeout(0.5), trust_env=False) as hurried:
        monkeypatch.setattr(client, "_client", lambda local: hurried)
        settings.GOVPOST_EMS_URL, settings.GOVPOST_EMS_SENDER_NO = served.url, SENDER_NO
        settings.GOVPOST_EMS_AUTHORIZATION, settings.GOVPOST_EMS_SIGN_KEY = AUTHORIZATION, SIGN_KEY
        yield sandbox, served.url
        sandbox.stop()
    sandbox.close()


def tell(url: str, **message: Any) -> None:
    with plain_http() as http:
        http.post(f"{url}/control", json=message).raise_for_status()


def parcels(url: str) -> list[dict[str, Any]]:
    with plain_http() as http:
        found: list[dict[str, Any]] = http.get(f"{url}/control").json()["parcels"]
    return found


def ordered() -> Order:
    """Placed, and asked for once by the job."""
    order = make_order(door=Door.CARRIER, destination=Place("341602", "SL341602D1"))
    drain()
    return queries.by_id(order.id)


@pytest.mark.parametrize(("fault", "known"), [("late_answer", 1), ("timeout", 0)])
def test_a_booking_that_times_out_is_found_booked_once_by_the_next_try(carrier: tuple[Sandbox, str], fault: str, known: int) -> None:
    _, url = carrier
    tell(url, fault=fault, times=1, api="020003", seconds=30)
    order = ordered()
    assert (order.waybill_no, order.booking) == (None, "wanted")
    assert len(parcels(url)) == known, "a late answer was lost after the order was taken"
    for _ in range(2):
        ask_for_waybill(order.id, first=False, last=False)
    order = queries.by_id(order.id)
    assert [(parcel["order_no"], parcel["waybill"]) for parcel in parcels(url)] == [(order.number, order.waybill_no)]
    assert order.booking == "booked"


def test_an_order_that_is_cancelled_after_its_answer_was_lost_is_withdrawn_at_the_carrier(carrier: tuple[Sandbox, str]) -> None:
    _, url = carrier
    tell(url, fault="late_answer", times=1, api="020003", seconds=30)
    order = ordered()
    mail.cancel_order(order_id=order.id, reason="申请人撤回", at=now(), by=SYSTEM)
    drain()
    assert [parcel["state"] for parcel in parcels(url)] == ["open"], "nobody knows its number yet"
    ask_for_waybill(order.id, first=False, last=False)
    drain()
    assert [parcel["state"] for parcel in parcels(url)] == ["cancelled"]
    assert queries.by_id(order.id).state == "cancelled"


def test_a_carrier_that_stays_silent_is_told_to_a_person_in_the_end(carrier: tuple[Sandbox, str]) -> None:
    _, url = carrier
    tell(url, fault="timeout", times=3, api="020003", seconds=30)
    order = ordered()
    with pytest.raises(Unavailable):
        ask_for_waybill(order.id, first=False, last=False)
    ask_for_waybill(order.id, first=False, last=True)
    assert queries.by_id(order.id).booking == "failed"
    mail.retry_booking(order_id=order.id, at=now(), by=SYSTEM)
    drain()
    assert queries.by_id(order.id).booking == "booked"
