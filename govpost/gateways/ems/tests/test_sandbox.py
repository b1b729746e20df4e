"""The sandbox as a carrier: it moves parcels by the clock, remembers over a restart, judges orders strictly."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from govpost.common.clock import now
from govpost.common.refusal import Rejected
from govpost.common.serving import serve
from govpost.delivery.ports import NoTrack
from govpost.gateways.ems.client import EmsCarrier
from govpost.gateways.ems.sandbox import make_app, running
from govpost.gateways.ems.testing import (
    AUTHORIZATION,
    KEY,
    NOON,
    SENDER_NO,
    SIGN_KEY,
    Receiver,
    Stage,
    make_agreement,
    make_booking,
    plain_http,
    sample,
    stage,
)
from govpost.gateways.ems.wire import load_json, read_answer, request_form


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One stage for all the questions that leave nothing behind."""
    with stage(tmp_path_factory.mktemp("desk")) as made:
        yield made


def forward(on: Stage, **by: float) -> None:
    on.clock.forward(**by)
    on.sandbox.tick()


def test_a_mail_by_the_carriers_door_is_collected_carried_and_delivered_by_the_clock(on: Stage) -> None:
    waybill = on.carrier.book(make_booking()).waybill_no
    forward(on, minutes=119)
    assert on.receiver.codes == []
    forward(on, minutes=1)
    assert on.receiver.codes == ["203"]
    forward(on, days=2)
    assert on.receiver.codes == ["203", "303", "305", "389", "954", "989", "306", "702", "704"]
    moments = [scan.occurred_at for scan in on.receiver.scans]
    assert moments == sorted(set(moments))
    assert moments[0] > NOON
    assert moments[-1] <= on.clock()
    assert [scan.code for scan in on.carrier.track(waybill)] == on.receiver.codes


def test_the_carriers_work_ends_at_the_delivery_office_where_the_door_is_ours(on: Stage) -> None:
    on.carrier.book(make_booking(door="ours"))
    forward(on, days=5)
    assert on.receiver.scans[-1].kind == "at_delivery_office"


@pytest.mark.parametrize("door", ["ours", "carrier"])
def test_a_mail_that_is_brought_to_the_carrier_may_wait_until_it_is_posted(on: Stage, door: str) -> None:
    on.control(setting={"hold_brought": True})
    waybill = on.carrier.book(make_booking(door=door)).waybill_no
    forward(on, days=5)
    assert on.receiver.codes == []
    on.control(waybill=waybill, post=True)
    on.sandbox.tick()
    assert on.receiver.codes == ["203"]


def test_the_collection_waits_for_its_window(on: Stage) -> None:
    begins = NOON + timedelta(hours=21)
    on.carrier.book(make_booking(pickup_from=begins, pickup_to=begins + timedelta(hours=3)))
    forward(on, hours=21)
    assert on.receiver.codes == []
    forward(on, minutes=30)
    assert on.receiver.codes == ["203"]


def test_an_hour_takes_five_seconds_at_speed_720(tmp_path: Path) -> None:
    with stage(tmp_path, speed=720) as on:
        on.carrier.book(make_booking())
        forward(on, seconds=9)
        assert on.receiver.codes == []
        forward(on, seconds=1)
        assert on.receiver.codes == ["203"]


def test_some_mail_fails_at_first_when_asked(on: Stage) -> None:
    on.control(setting={"fail_every": 1})
    on.carrier.book(make_booking())
    forward(on, days=3)
    assert on.receiver.codes[-4:] == ["702", "705", "702", "704"]
    assert [scan.reason for scan in on.receiver.scans if scan.reason] == ["103"]


def test_every_order_has_a_number_of_its_own_and_a_repeated_one_has_the_same(on: Stage) -> None:
    numbers = [f"GP261123-{i:08d}" for i in range(20)]
    first = [on.carrier.book(make_booking(order_number=number)).waybill_no for number in numbers]
    again = [on.carrier.book(make_booking(order_number=number)).waybill_no for number in numbers]
    assert first == again
    assert len(set(first)) == 20
    standard = on.carrier.book(make_booking(order_number="other", product="standard")).waybill_no
    assert (len(standard), standard[:2]) == (13, "12")


def test_a_restart_keeps_parcels_their_way_and_the_pushes_owed(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        booked = on.carrier.book(make_booking())
        on.receiver.mood = "break"
        forward(on, hours=2)
        assert on.receiver.codes == []
    with stage(tmp_path) as on:
        assert on.carrier.book(make_booking()) == booked
        forward(on, hours=3)
        assert on.receiver.codes == ["203", "303"]
        assert [scan.code for scan in on.carrier.track(booked.waybill_no)] == ["203", "303"]


def test_a_cancelled_order_is_told_and_stays_cancelled(on: Stage) -> None:
    booking = make_booking()
    waybill = on.carrier.book(booking).waybill_no
    on.carrier.cancel(booking.order_number, waybill, "申请人撤回")
    on.carrier.cancel(booking.order_number, waybill, "申请人撤回")
    forward(on, days=5)
    assert [(scan.code, scan.kind) for scan in on.receiver.scans] == [("O_011", "cancelled")]
    with pytest.raises(Rejected, match="已撤销"):
        on.carrier.book(booking)


def test_a_collected_order_is_not_cancelled(on: Stage) -> None:
    booking = make_booking()
    waybill = on.carrier.book(booking).waybill_no
    forward(on, hours=2)
    with pytest.raises(Rejected, match="B00010"):
        on.carrier.cancel(booking.order_number, waybill, "申请人撤回")


def call(on: Stage, api_code: str, message: Any, **over: str) -> Any:
    """A call by hand, past the client."""
    form = request_form(api_code=api_code, message=message, sender_no=SENDER_NO, authorization=AUTHORIZATION, key=KEY, at=on.clock())
    response = on.http.post(on.url, data=form | over)
    assert "default-src 'none'" in response.headers["content-security-policy"]
    return read_answer(response.content).body


ORDER = load_json(sample("order_request.json"))[0]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (ORDER, "B00001"), ([], "B00001"), ([ORDER, ORDER], "B00001"), (["x"], "B00001"),
        ([ORDER | {"logisticOrderNo": "a slip"}], "B00002"),
        ([ORDER | {"logisticsOrderNo": ""}], "B00003"), ([ORDER | {"sender": {**ORDER["sender"], "name": ""}}], "B00003"),
        ([ORDER | {"cargos": [{"cargoName": ""}]}], "B00003"), ([ORDER | {"bizProductNo": "99"}], "B00004"),
        ([ORDER | {"pickupType": 7}], "B00004"), ([ORDER | {"ecommerceUserId": "x" * 50}], "B00005"),
        ([ORDER | {"bizProductNo": "3"}], "B00006"), ([ORDER | {"paymentMode": "2"}], "B00006"),
        ([ORDER | {"pickupPreEndTime": ORDER["pickupPreBeginTime"]}], "B00007"), ([ORDER | {"createdTime": "today"}], "B00011"),
        ([ORDER | {"receiver": {**ORDER["receiver"], "mobile": ""}}], "B00013"),
        ([ORDER | {"receiver": {**ORDER["receiver"], "idNumber": "1"}}], "B00002"),
        ([ORDER | {"receiver": {**ORDER["receiver"], "address": "长" * 201}}], "B00017"), ([ORDER | {"cargos": []}], "B00018"),
        ([ORDER | {"pickupPreBeginTime": "2026-11-22 09:00:00", "pickupPreEndTime": "2026-11-22 12:00:00"}], "B00020"),
    ],
)  # fmt: skip
def test_an_order_is_judged_field_by_field(desk: Stage, message: Any, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        call(desk, "020003", message)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"senderNo": "1"}, "B00100"), ({"authorization": "客"}, "B00100"), ({"msgType": "1"}, "B00102"),
        ({"logitcsInterface": "{}"}, "B00101"), ({"logitcsInterface": "|$4|AAAA"}, "B00101"), ({"apiCode": "060002"}, "B00404"),
    ],
)  # fmt: skip
def test_a_stranger_or_a_broken_message_is_refused(desk: Stage, over: dict[str, str], code: str) -> None:
    with pytest.raises(Rejected) as caught:
        call(desk, "040001", {"waybillNo": "1", "direction": "0"}, **over)
    assert caught.value.code == code


def test_estimate_and_address_are_answered_as_the_samples_are(desk: Stage) -> None:
    for api in ("estimate", "address"):
        code = {"estimate": "050005", "address": "060001"}[api]
        answered = call(desk, code, load_json(sample(f"{api}_request.json")))
        assert answered == read_answer(sample(f"{api}_answer.json")).body
    with pytest.raises(Rejected, match="B00013"):
        call(desk, "050005", {"productCode": "1", "weight": "50"})


@pytest.mark.parametrize(("over", "status"), [({"bizProductNo": ""}, "3"), ({"bizProductNo": "99"}, "4"), ({"city": ""}, "2"), ({}, "0")])
def test_the_range_check_names_what_is_missing(desk: Stage, over: dict[str, str], status: str) -> None:
    question = {
        "address": "示例路1号",
        "prov": "安徽省",
        "city": "亳州市",
        "county": "谯城区",
        "bizProductNo": "1",
        "type": "2",
        "senderNo": "1",
    }
    assert call(desk, "030005", question | over) == {"status": status}


def test_a_label_has_an_address_of_its_own(on: Stage) -> None:
    waybill = on.carrier.book(make_booking()).waybill_no
    fetched = on.http.get(on.carrier.label(waybill, as_url=True).url)
    assert fetched.content == on.carrier.label(waybill).pdf
    assert on.http.get(f"{on.url}/labels/1.pdf").status_code == 404
    for wrong in ("100", ""):
        with pytest.raises(Rejected):
            on.carrier.label(waybill, wrong)
    with pytest.raises(Rejected, match="查无"):
        on.carrier.label("1100000000999")


def test_the_page_shows_parcels_without_names_and_its_buttons_work(on: Stage) -> None:
    assert "还没有邮件" in on.http.get(on.url).text
    waybill = on.carrier.book(make_booking()).waybill_no
    with plain_http() as browser:
        page = browser.get(on.url + "/").text
        assert waybill in page
        assert "林示例" not in page
        assert "<script" not in page
        assert "style=" not in page
        assert browser.get(on.url + "/style.css").headers["content-type"].startswith("text/css")
        message = json.dumps({"waybill": waybill, "now": [{"code": "704", "deliver_code": "10"}], "end": True})
        assert browser.post(on.url + "/press", data={"message": message}).status_code == 303
        page = browser.get(on.url + "/").text
        assert "投递结果反馈-妥投" in page
        assert "已了结" in page
        assert browser.post(on.url + "/press", data={"message": "{}"}).status_code == 400
        assert browser.post(on.url + "/press", data={"message": message}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert browser.get(on.url + "/nowhere").status_code == 404


def test_a_running_sandbox_moves_by_itself_and_stops_at_once(tmp_path: Path) -> None:
    receiver = Receiver()
    with serve(receiver) as platform:
        sandbox = make_app(
            tmp_path / "carrier.sqlite3", clock=now, speed=1e6, callback_url=f"{platform.url}/push", sender_no=SENDER_NO,
            authorization=AUTHORIZATION, sign_key=SIGN_KEY,
        )  # fmt: skip
        with running(sandbox) as served, plain_http() as http:
            carrier = EmsCarrier(make_agreement(served.url), http=http)
            waybill = carrier.book(make_booking()).waybill_no
            wait_for(receiver)
            assert carrier.track(waybill)[0].code == "203"
    assert receiver.codes[0] == "203"


def wait_for(receiver: Receiver) -> None:
    """Real threads and a real clock: give them a bounded while."""
    until = time.monotonic() + 30
    while not receiver.scans and time.monotonic() < until:
        time.sleep(0.02)


def test_a_sandbox_refuses_a_speed_at_which_nothing_moves(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="speed"):
        make_app(tmp_path / "x", clock=now, speed=0, callback_url="", sender_no="1", authorization="1", sign_key=SIGN_KEY)


def test_without_push_addresses_the_track_is_the_only_source(tmp_path: Path) -> None:
    sandbox = make_app(
        tmp_path / "x", clock=lambda: NOON, speed=1, callback_url="", sender_no=SENDER_NO, authorization=AUTHORIZATION, sign_key=SIGN_KEY
    )
    with serve(sandbox) as served, plain_http() as http:
        carrier = EmsCarrier(make_agreement(served.url), http=http, clock=lambda: NOON)
        waybill = carrier.book(make_booking()).waybill_no
        with pytest.raises(NoTrack):
            carrier.track(waybill)
        http.post(f"{served.url}/control", json={"waybill": waybill, "move": 1}).raise_for_status()
        sandbox.tick()
        assert len(carrier.track(waybill)) == 1
        assert http.get(f"{served.url}/control").json()["pushes"] == []
    sandbox.close()
