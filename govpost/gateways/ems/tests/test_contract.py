"""One contract, two sides: the committed samples, and the sandbox over HTTP. Both must be read alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from govpost.common.refusal import Rejected, Unavailable
from govpost.delivery.ports import NoTrack, ScanSeen, Serves
from govpost.delivery.states import State
from govpost.gateways.ems.client import EmsCarrier
from govpost.gateways.ems.older import read_older
from govpost.gateways.ems.push import read_push
from govpost.gateways.ems.testing import (
    KEY,
    SENDER_NO,
    Stage,
    carrier_answering,
    make_booking,
    make_place,
    sample,
    stage,
)
from govpost.gateways.ems.wire import push_form

UNKNOWN = "1100000000999"
DELIVERED = [{"code": "203"}, {"code": "702"}, {"code": "705", "reason": "103"}, {"code": "704", "deliver_code": "11", "by": "家人"}]


@dataclass
class Side:
    """One way of meeting the carrier: `deliver` lets a booked mail be delivered to family after one failed attempt."""

    carrier: EmsCarrier
    deliver: Callable[[str], None]
    pushes: Callable[[], list[bytes]]
    withdrawal: Callable[[str], bytes]


def samples_side() -> Side:
    names = {
        "020003": "order_answer.json", "020006": "cancel_answer.json", "050001": "postage_answer.json", "010004": "label_pdf.json",
        "030005": "range_ok.json", "040001": "track_answer.json",
    }  # fmt: skip
    state = {"delivered": False}

    def answer(api_code: str, message: Any) -> bytes:
        name = names[api_code]
        if api_code == "040001" and (message["waybillNo"] == UNKNOWN or not state["delivered"]):
            name = "track_nothing.json"
        elif api_code == "050001" and not state["delivered"]:
            name = "postage_not_yet.json"
        elif api_code == "020006" and state["delivered"]:
            name = "cancel_refused.json"
        elif api_code == "030005" and "范围外" in message["address"]:
            name = "range_outside.json"
        elif api_code == "030005" and "无频次" in message["address"]:
            name = "range_no_times.json"
        elif api_code == "010004" and message["getURL"] == "1":
            name = "label_url.json"
        return sample(name)

    def pushes() -> list[bytes]:
        import json
        from urllib.parse import urlencode

        from govpost.gateways.ems.testing import NOON

        found = [json.loads(sample(f"push_{name}.json")) for name in ("collected", "failed", "delivered")]
        return [urlencode(push_form(message=m, sender_no=SENDER_NO, serial_no="1", key=KEY, at=NOON)).encode() for m in found]

    return Side(carrier_answering(answer), lambda waybill: state.update(delivered=True), pushes, lambda waybill: sample("older_void.json"))


def sandbox_side(on: Stage) -> Side:
    def withdrawal(waybill: str) -> bytes:
        on.receiver.bodies.clear()
        on.tell(waybill, {"void": "704"})
        return on.receiver.bodies[-1]

    return Side(on.carrier, lambda waybill: on.tell(waybill, *DELIVERED), lambda: on.receiver.bodies, withdrawal)


@pytest.fixture(params=["samples", "sandbox"])
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Side]:
    if request.param == "samples":
        yield samples_side()
        return
    with stage(tmp_path) as on:
        yield sandbox_side(on)


def test_an_order_is_taken_with_a_number_of_thirteen_digits(side: Side) -> None:
    booked = side.carrier.book(make_booking())
    assert len(booked.waybill_no) == 13
    assert booked.waybill_no.startswith("11")
    assert booked.waybill_no.isdigit()
    assert booked.routing
    assert side.carrier.book(make_booking()) == booked  # the same order number again is the same mail


def test_a_mail_without_events_is_not_found_however_successful_the_answer(side: Side) -> None:
    booked = side.carrier.book(make_booking())
    for waybill in (booked.waybill_no, UNKNOWN):
        with pytest.raises(NoTrack, match="查无"):
            side.carrier.track(waybill)


def test_the_track_tells_the_whole_story(side: Side) -> None:
    waybill = side.carrier.book(make_booking()).waybill_no
    side.deliver(waybill)
    scans = side.carrier.track(waybill)
    assert {scan.waybill_no for scan in scans} == {waybill}
    assert all(scan.kind in set(State) for scan in scans)
    assert all(scan.occurred_at.tzinfo and scan.place_city == "亳州市" and scan.name for scan in scans)
    assert [(scan.kind, scan.reason, scan.cause, scan.signer_class) for scan in scans if scan.code in ("705", "704")] == [
        ("attempt_failed", "103", "address", ""), ("delivered", "", "", "other"),
    ]  # fmt: skip
    assert not any("13900000" in scan.note for scan in scans)


def test_pushes_say_the_same_as_the_track(side: Side) -> None:
    waybill = side.carrier.book(make_booking()).waybill_no
    side.deliver(waybill)
    pushed = [scan for body in side.pushes() for scan in read_push(body, key=KEY, sender_no=SENDER_NO).scans]
    track = side.carrier.track(waybill)
    assert [scan for scan in pushed if scan.kind == "delivered"] == [scan for scan in track if scan.kind == "delivered"]
    assert {identity(scan) for scan in pushed} <= {identity(scan) for scan in track}


def identity(scan: ScanSeen) -> tuple[object, ...]:
    return (scan.source, scan.waybill_no, scan.code, scan.occurred_at, scan.place_code)


def test_a_withdrawal_meets_the_delivery_that_was_pushed(side: Side) -> None:
    waybill = side.carrier.book(make_booking()).waybill_no
    side.deliver(waybill)
    (delivery,) = [scan for scan in side.carrier.track(waybill) if scan.kind == "delivered"]
    voids = read_older(side.withdrawal(waybill)).scans
    assert ("704", delivery.occurred_at, False) in {(void.code, void.occurred_at, void.effect) for void in voids}
    assert {void.waybill_no for void in voids} == {waybill}


def test_an_order_may_be_cancelled_until_it_is_collected(side: Side) -> None:
    booking = make_booking()
    waybill = side.carrier.book(booking).waybill_no
    side.deliver(waybill)
    with pytest.raises(Rejected):
        side.carrier.cancel(booking.order_number, waybill, "申请人撤回")


def test_cancelling_before_collection_is_taken(side: Side) -> None:
    booking = make_booking()
    side.carrier.cancel(booking.order_number, side.carrier.book(booking).waybill_no, "申请人撤回")


def test_postage_is_known_after_weighing_only(side: Side) -> None:
    booking = make_booking()
    waybill = side.carrier.book(booking).waybill_no
    with pytest.raises(Unavailable):
        side.carrier.postage(booking.order_number, waybill)
    side.deliver(waybill)
    postage = side.carrier.postage(booking.order_number, waybill)
    assert postage.fen == 2000
    assert 50 <= postage.weight_g < 100


@pytest.mark.parametrize(
    ("place", "serves", "code", "word"),
    [
        ("示例路", Serves.YES, "0", "collects"),
        ("范围外的村", Serves.NO, "1", "outside"),
        ("无频次的村", Serves.NO, "10", "no collection times"),
    ],
)
def test_the_range_check_answers_with_a_sentence(side: Side, place: str, serves: Serves, code: str, word: str) -> None:
    answer = side.carrier.range_check(make_place(place), "express")
    assert (answer.serves, answer.code) == (serves, code)
    assert word in str(answer.sentence)


def test_a_label_comes_as_pdf_or_as_an_address(side: Side) -> None:
    waybill = side.carrier.book(make_booking()).waybill_no
    assert side.carrier.label(waybill).pdf.startswith(b"%PDF-")
    assert side.carrier.label(waybill, as_url=True).url.endswith(".pdf")


def test_the_health_check_finds_nothing_wrong(side: Side) -> None:
    assert side.carrier.check() == []
