"""The sandbox as a nuisance: each fault that a journey may ask for, met by the real client and a real receiver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from govpost.common.refusal import Unavailable
from govpost.delivery.ports import NoTrack
from govpost.gateways.ems.testing import Stage, make_booking, stage
from govpost.gateways.ems.wire import to_moment


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path, read_seconds=0.3) as made:
        yield made


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One stage for all the controls that are refused."""
    with stage(tmp_path_factory.mktemp("desk")) as made:
        yield made


@pytest.fixture
def waybill(on: Stage) -> str:
    return on.carrier.book(make_booking()).waybill_no


def test_a_time_out_before_the_work_leaves_no_order(on: Stage) -> None:
    on.control(fault="timeout", seconds=1)
    with pytest.raises(Unavailable, match="ReadTimeout"):
        on.carrier.book(make_booking())
    assert on.holds()["parcels"] == []
    assert on.carrier.book(make_booking()).waybill_no


def test_an_answer_that_came_too_late_left_an_order_that_the_same_number_finds(on: Stage) -> None:
    on.control(fault="late_answer", seconds=1)
    with pytest.raises(Unavailable, match="ReadTimeout"):
        on.carrier.book(make_booking())
    (parcel,) = on.holds()["parcels"]
    assert on.carrier.book(make_booking()).waybill_no == parcel["waybill"]


@pytest.mark.parametrize(("fault", "says"), [("error", "HTTP 503"), ("system", "S00001"), ("garbage", "not JSON")])
def test_failures_are_passing_and_as_many_as_asked_for(on: Stage, fault: str, says: str) -> None:
    on.control(fault=fault, times=2)
    for _ in range(2):
        with pytest.raises(Unavailable, match=says):
            on.carrier.book(make_booking())
    assert on.carrier.book(make_booking()).waybill_no


def test_a_fault_may_be_meant_for_one_interface_and_be_forgotten(on: Stage, waybill: str) -> None:
    on.control(fault="error", api="040001", times=5, status=500)
    on.carrier.book(make_booking(order_number="another"))
    with pytest.raises(Unavailable, match="HTTP 500"):
        on.carrier.track(waybill)
    on.control(fault=None)
    with pytest.raises(NoTrack):
        on.carrier.track(waybill)


def test_success_without_a_track_is_not_found(on: Stage, waybill: str) -> None:
    on.tell(waybill, {"code": "203"})
    on.control(fault="no_track")
    with pytest.raises(NoTrack):
        on.carrier.track(waybill)
    assert on.carrier.track(waybill)


def test_a_push_is_repeated_until_it_is_acknowledged(on: Stage, waybill: str) -> None:
    for mood in ("refuse", "break"):
        on.receiver.mood = mood
        on.tell(waybill, {"code": "203"})
        on.clock.forward(minutes=2)
        on.sandbox.tick()
    assert (on.receiver.codes, len(on.holds()["pushes"])) == ([], 2)
    assert "HTTP 500" in on.holds()["pushes"][0]["answer"]
    on.receiver.mood = "take"
    on.clock.forward(minutes=5)
    on.sandbox.tick()
    assert (on.receiver.codes, on.holds()["pushes"]) == (["203", "203"], [])


def test_pushes_to_nobody_are_kept(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        on.sandbox.pusher._url = "http://127.0.0.1:1/push"
        waybill = on.carrier.book(make_booking()).waybill_no
        on.tell(waybill, {"code": "203"}, {"code": "303"})
        assert on.holds()["pushes"][-1]["answer"] == "no answer: ConnectError"
    with stage(tmp_path) as on:
        on.clock.forward(minutes=1)
        on.sandbox.tick()
        assert on.receiver.codes == ["203", "303"]


def test_duplicates_shuffles_losses_delays_and_unknown_codes(on: Stage, waybill: str) -> None:
    on.control(fault="duplicate")
    on.tell(waybill, {"code": "203"})
    assert on.receiver.codes == ["203", "203"]
    on.control(fault="lose")
    on.tell(waybill, {"code": "303"})
    assert on.receiver.codes[2:] == []
    on.control(fault="late", seconds=3600)
    on.tell(waybill, {"code": "305"})
    assert on.receiver.codes[2:] == []
    on.control(fault="unknown_code")
    on.tell(waybill, {"code": "306"})
    assert on.receiver.codes[2:] == ["999X", "306"]
    on.clock.forward(hours=1)
    on.sandbox.mover.store.hold(waybill, True)
    on.sandbox.tick()
    assert on.receiver.codes[4:] == ["305"]
    assert [scan.code for scan in on.carrier.track(waybill)] == ["203", "303", "305", "306"]


def test_shuffled_events_arrive_in_reverse_with_their_own_moments(on: Stage, waybill: str) -> None:
    on.control(fault="shuffle", times=3)
    on.tell(waybill, {"code": "203"}, {"code": "702"}, {"code": "704"})
    on.clock.forward(minutes=1)
    on.sandbox.tick()
    assert on.receiver.codes == ["704", "702", "203"]
    moments = [scan.occurred_at for scan in on.receiver.scans]
    assert moments == sorted(moments, reverse=True)


def test_a_storm_tells_everything_again(on: Stage, waybill: str) -> None:
    on.tell(waybill, {"code": "203"}, {"code": "303"})
    other = on.carrier.book(make_booking(order_number="another")).waybill_no
    on.tell(other, {"code": "203"})
    assert on.control(again=10) == {"ok": True, "pushes": 30}
    assert on.control(waybill=waybill, again=1) == {"ok": True, "pushes": 2}
    on.sandbox.tick()
    assert Counter((scan.waybill_no, scan.code) for scan in on.receiver.scans) == {
        (waybill, "203"): 12, (waybill, "303"): 12, (other, "203"): 11,
    }  # fmt: skip
    assert on.holds()["tallies"]["acknowledged"] == 35


def test_a_delivery_is_withdrawn_by_the_older_push_and_gone_from_the_track(on: Stage, waybill: str) -> None:
    on.tell(waybill, {"code": "702"}, {"code": "704", "deliver_code": "10"})
    delivered = on.receiver.scans[-1]
    on.tell(waybill, {"void": "704"})
    void = [scan for scan in on.receiver.scans if not scan.effect]
    assert {(scan.code, scan.occurred_at) for scan in void} == {("10", delivered.occurred_at), ("704", delivered.occurred_at)}
    assert [scan.code for scan in on.carrier.track(waybill)] == ["702"]
    on.tell(waybill, {"void": "704"})  # nothing left to withdraw
    assert len([scan for scan in on.receiver.scans if not scan.effect]) == 2


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_return_is_told_by_the_older_push_alone_in_either_form(on: Stage, waybill: str, form: str) -> None:
    on.control(setting={"older_format": form})
    on.tell(waybill, {"code": "705", "reason": "104"}, {"older": True, "action": "10", "properdelivery": "14", "place": "政务大厅"})
    assert [(scan.code, scan.kind) for scan in on.receiver.scans] == [("705", "refused"), ("10", "returned")]
    assert on.receiver.scans[-1].place_name == "政务大厅"


def test_an_older_batch_is_repeated_for_the_mail_that_was_not_taken(on: Stage, waybill: str) -> None:
    on.receiver.mood = "refuse"
    on.tell(waybill, {"older": True, "action": "10", "properdelivery": "13"})
    assert on.receiver.scans == []
    on.receiver.mood = "take"
    on.clock.forward(seconds=2)
    on.sandbox.tick()
    assert [scan.kind for scan in on.receiver.scans] == ["returned"]
    assert on.holds()["pushes"] == []


def test_a_script_is_an_exact_history_by_the_clock(on: Stage, waybill: str) -> None:
    on.control(
        waybill=make_booking().order_number,
        script=[
            {"code": "203", "after": 1},
            {"code": "702", "after": 2, "place": "利辛揽投部"},
            {"code": "705", "after": 1, "reason": "103", "silent": True},
            {"code": "704", "at": "2026-11-20 08:00:00", "deliver_code": "12", "by": "收发室"},
            {"void": "704"},
        ],
    )
    on.clock.forward(hours=3)
    on.sandbox.tick()
    assert [(scan.code, scan.place_name) for scan in on.receiver.scans] == [("203", "谯城区揽投部"), ("702", "利辛揽投部")]
    on.clock.forward(hours=2)
    on.sandbox.tick()
    assert [(scan.code, scan.effect) for scan in on.receiver.scans[2:]] == [("704", True), ("10", False), ("704", False)]
    assert {to_moment(scan.occurred_at) for scan in on.receiver.scans[2:]} == {"2026-11-20 08:00:00"}
    assert [scan.code for scan in on.carrier.track(waybill)] == ["203", "702", "705"]
    assert on.holds()["parcels"][0]["to_come"] == 0


def test_a_held_parcel_waits_and_everything_may_be_pulled_forward(on: Stage, waybill: str) -> None:
    on.control(waybill=waybill, hold=True)
    on.clock.forward(days=1)
    on.sandbox.tick()
    assert on.receiver.codes == []
    on.control(waybill=waybill, hold=False)
    other = on.carrier.book(make_booking(order_number="another")).waybill_no
    on.control(advance_hours=2)
    on.sandbox.tick()
    assert {scan.waybill_no for scan in on.receiver.scans} == {waybill, other}
    assert on.control(waybill=other, move=2) == {"ok": True, "moved": 2}
    assert on.control(waybill=other, move=200)["moved"] < 200


@pytest.mark.parametrize(
    "message",
    [
        [], {}, {"move": 1, "hold": True}, {"waybill": "1", "move": 1}, {"fault": "flood"}, {"fault": "error", "times": 0},
        {"fault": "error", "status": 200}, {"setting": {"speed": 0}}, {"setting": {"speed": True}}, {"setting": {"colour": 1}},
        {"setting": 1}, {"advance_hours": -1}, {"advance_hours": "many"}, {"again": 1000}, {"setting": {"fail_every": -1}},
    ],
)  # fmt: skip
def test_a_wrong_control_is_refused_in_words(desk: Stage, message: Any) -> None:
    answer = desk.http.post(f"{desk.url}/control", json=message)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize(
    "steps", ["704", [1], [{}], [{"code": "704", "colour": 1}], [{"older": True, "code": "704"}], [{"code": "704", "at": "soon"}],
              [{"code": "704", "after": -1}], [{"code": "704"}] * 201]
)  # fmt: skip
def test_a_wrong_script_changes_nothing(desk: Stage, steps: Any) -> None:
    waybill = desk.carrier.book(make_booking()).waybill_no
    for verb in ("script", "now"):
        answer = desk.http.post(f"{desk.url}/control", json={"waybill": waybill, verb: steps})
        assert answer.status_code == 400
    (parcel,) = desk.holds()["parcels"]
    assert (parcel["told"], parcel["to_come"]) == ([], 9)


def test_a_control_that_a_foreign_page_could_send_is_refused(on: Stage) -> None:
    assert on.http.post(f"{on.url}/control", content=b'{"again":1}').status_code == 415
