"""The station desk: no wrong envelope leaves, every reprint says why, the day balances to the piece."""

from __future__ import annotations

from datetime import timedelta

import pytest

from govpost.common.actor import Actor, Grant
from govpost.common.clock import now, shanghai_day
from govpost.common.ids import uuid7
from govpost.common.refusal import InvalidInput, NotPermitted, Refusal
from govpost.delivery import actions
from govpost.delivery.models import LabelPrint, Order
from govpost.delivery.rules import Door
from govpost.delivery.testing import make_order
from govpost.journal.models import Fact
from govpost.parties.roles import Role

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", uuid7(), "驻点 王**", (Grant(Role.STATION, "34.3416"),))
ELSEWHERE = Actor("staff", uuid7(), "驻点 钱**", (Grant(Role.STATION, "37.3708"),))


def ready(serial: str, waybill: str) -> Order:
    order = make_order(contents=(serial,), waybill_no=waybill)
    actions.match_envelope(order_id=order.id, contents_serial=serial, envelope_serial=f"E-{serial}", at=now(), by=CLERK)
    actions.note_label_printed(order_id=order.id, template="76x130", at=now(), by=CLERK)
    return order


def test_a_certificate_in_a_wrong_envelope_is_refused() -> None:
    mine, other = make_order(contents=("L-1",)), make_order(contents=("L-2",))
    with pytest.raises(Refusal, match="wrong_envelope"):
        actions.match_envelope(order_id=mine.id, contents_serial="L-2", envelope_serial="E-1", at=now(), by=CLERK)
    actions.match_envelope(order_id=other.id, contents_serial="L-2", envelope_serial="E-1", at=now(), by=CLERK)
    with pytest.raises(Refusal, match="envelope_used"):
        actions.match_envelope(order_id=mine.id, contents_serial="L-1", envelope_serial="E-1", at=now(), by=CLERK)


def several(*serials: str, waybill: str = "1110000000003") -> Order:
    return make_order(contents=serials, waybill_no=waybill)


def scan(order: Order, contents: str, envelope: str) -> Order:
    return actions.match_envelope(order_id=order.id, contents_serial=contents, envelope_serial=envelope, at=now(), by=CLERK)


def test_several_certificates_are_matched_only_when_each_of_them_was_scanned_into_the_same_envelope() -> None:
    order = several("L-1", "L-2", "L-3")
    actions.note_label_printed(order_id=order.id, template="76x130", at=now(), by=CLERK)
    for matched, serial in enumerate(("L-1", "L-3"), start=1):
        assert scan(order, serial, "E-1").matched_at is None
        assert len(scan(order, serial, "E-1").matched) == matched, "the same scan again changes nothing"
        with pytest.raises(Refusal, match="not_matched"):
            actions.seal_bag(outlet="BZ-ST", seal_no="S1", order_ids=[order.id], at=now(), by=CLERK)
    assert scan(order, "L-2", "E-1").matched_at is not None
    assert order.handovers.filter(verb="match").count() == 3
    actions.seal_bag(outlet="BZ-ST", seal_no="S1", order_ids=[order.id], at=now(), by=CLERK)


def test_a_second_envelope_is_refused_until_the_match_begins_anew_with_a_reason() -> None:
    order = several("L-1", "L-2")
    scan(order, "L-1", "E-1")
    for serial in ("L-1", "L-2"):
        with pytest.raises(Refusal, match=r"other_envelope: .*E-1"):
            scan(order, serial, "E-2")
    with pytest.raises(InvalidInput):
        actions.match_anew(order_id=order.id, why=" ", at=now(), by=CLERK)
    with pytest.raises(NotPermitted):
        actions.match_anew(order_id=order.id, why="信封破损", at=now(), by=ELSEWHERE)
    actions.match_anew(order_id=order.id, why="信封破损", at=now(), by=CLERK)
    assert order.handovers.get(verb="match_anew").proof == {"why": "信封破损", "envelope": "E-1", "contents": ["L-1"]}
    assert Fact.objects.filter(kind="delivery.match_begun_anew").count() == 1
    assert scan(order, "L-1", "E-2").matched_at is None
    done = scan(order, "L-2", "E-2")
    assert (done.envelope_serial, done.matched_at is not None) == ("E-2", True)


def test_the_label_on_a_discarded_envelope_does_not_count() -> None:
    order = ready("L-1", "1110000000001")
    actions.match_anew(order_id=order.id, why="信封破损", at=now(), by=CLERK)
    scan(order, "L-1", "E-2")
    with pytest.raises(Refusal, match="not_labelled"):
        actions.seal_bag(outlet="BZ-ST", seal_no="S1", order_ids=[order.id], at=now(), by=CLERK)
    actions.note_label_printed(order_id=order.id, template="76x130", at=now(), by=CLERK)
    actions.seal_bag(outlet="BZ-ST", seal_no="S1", order_ids=[order.id], at=now(), by=CLERK)
    with pytest.raises(Refusal, match="wrong_state"):
        actions.match_anew(order_id=order.id, why="太晚", at=now(), by=CLERK)


def test_a_clerk_of_another_city_may_not_touch_it() -> None:
    order = make_order(contents=("L-1",))
    with pytest.raises(NotPermitted):
        actions.match_envelope(order_id=order.id, contents_serial="L-1", envelope_serial="E", at=now(), by=ELSEWHERE)


def test_a_reprint_says_why() -> None:
    order = ready("L-1", "1110000000001")
    with pytest.raises(InvalidInput):
        actions.note_label_printed(order_id=order.id, template="76x130", at=now(), by=CLERK)
    actions.note_label_printed(order_id=order.id, template="76x130", why="卡纸", at=now(), by=CLERK)
    assert LabelPrint.objects.filter(order=order).count() == 2


def test_only_matched_and_labelled_pieces_are_bagged_and_bagging_posts_them() -> None:
    order = ready("L-1", "1110000000001")
    bare = make_order(contents=("L-2",), waybill_no="1110000000002")
    with pytest.raises(Refusal, match="not_matched"):
        actions.seal_bag(outlet="BZ-ST", seal_no="S1", order_ids=[order.id, bare.id], at=now(), by=CLERK)
    bag = actions.seal_bag(outlet="BZ-ST", seal_no="S1", order_ids=[order.id], at=now(), by=CLERK)
    order.refresh_from_db()
    assert (bag.pieces, order.state, order.bag_id) == (1, "collected", bag.id)
    with pytest.raises(Refusal, match="already_posted"):
        actions.seal_bag(outlet="BZ-ST", seal_no="S2", order_ids=[order.id], at=now(), by=CLERK)


def test_a_carriers_own_collection_is_not_claimed_by_the_bag() -> None:
    order = make_order(waybill_no="1110000000009", door=Door.CARRIER)
    actions.note_label_printed(order_id=order.id, template="76x130", at=now(), by=CLERK)
    actions.seal_bag(outlet="BZ-ST", seal_no="S9", order_ids=[order.id], at=now(), by=CLERK)
    order.refresh_from_db()
    assert order.state == "ordered"


def test_the_day_balances_and_a_difference_names_the_last_holder() -> None:
    bagged, lying, lost = ready("L-1", "1110000000001"), ready("L-2", "1110000000002"), ready("L-3", "1110000000003")
    actions.seal_bag(outlet="BZ-ST", seal_no="S1", order_ids=[bagged.id], at=now(), by=CLERK)
    at, today = now() + timedelta(seconds=1), shanghai_day(now())
    good = actions.balance_day(outlet="BZ-ST", on=today, counted=[lying.number, lost.number], at=at, by=CLERK)
    assert (good.received, good.posted, good.expected, good.balanced) == (3, 1, 2, True)
    bad = actions.balance_day(outlet="BZ-ST", on=today, counted=[lying.number, "GP-XXX"], at=at, by=CLERK)
    assert not bad.balanced
    assert [(d["number"], d["what"]) for d in bad.differences] == [(lost.number, "missing"), ("GP-XXX", "unknown")]
    assert bad.differences[0]["last_holder"] == CLERK.label
