"""A collection that did not succeed: again, again at another time, or never."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from govpost.common.clock import shanghai_at, shanghai_day
from govpost.common.ids import uuid7
from govpost.delivery import actions
from govpost.delivery.models import Handover, Order, Scan
from govpost.delivery.reasons import PICKUP, Then, may_order_again, then
from govpost.delivery.states import Verb
from govpost.delivery.testing import SYSTEM, make_papers
from govpost.places.testing import AT

DAY = timedelta(days=1)
ENDING = ("5", "6", "7", "8", "9", "10", "12", "16", "19", "20")


def miss(order: Order, reason: str, at: datetime = AT, **over: Any) -> Order:
    return actions.record_failed_attempt(
        order_id=order.id, verb=Verb.MISS, reason=reason, at=at, by=SYSTEM, **({"request_id": uuid7()} | over)
    )  # fmt: skip


def nine(at: datetime) -> datetime:
    return shanghai_at(shanghai_day(at) + DAY, 9)


def test_every_reason_of_the_carrier_says_what_follows_and_whoever_is_left_alone_is_told_why() -> None:
    assert set(PICKUP) == {str(code) for code in range(1, 22) if code != 13}
    assert {code for code, row in PICKUP.items() if row.then is Then.ENDS} == set(ENDING)
    assert {code for code, row in PICKUP.items() if row.then is Then.MOVED} == {"14", "18"}
    assert {code for code, row in PICKUP.items() if row.then is Then.OPEN} == {"3", "15", "17"}
    assert all(bool(row.told) == (row.then is Then.ENDS) for row in PICKUP.values())
    assert then("no such code") is Then.AGAIN
    assert may_order_again("cancelled_by_applicant")


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ENDING)
def test_a_reason_that_ends_the_collection_cancels_it_in_one_change(reason: str) -> None:
    order, tap = make_papers(at=AT), uuid7()
    for _ in range(2):
        ended = miss(order, reason, AT + DAY, note="示例", request_id=tap)
    assert (ended.state, ended.reason, ended.misses, ended.next_attempt_at) == ("cancelled", reason, 1, None)
    assert ended.version == order.version + 1
    assert Handover.objects.filter(order=order, verb="miss").count() == 1
    assert set(Scan.objects.filter(waybill_no=order.number).values_list("code", "note")) == {("MISS", "示例"), ("CANCEL", "示例")}


@pytest.mark.django_db
def test_a_miss_that_was_not_the_applicants_leaves_the_attempts_as_they_were() -> None:
    order = make_papers(at=AT)
    for days, reason in enumerate(("17", "3", "4", "15")):
        at = AT + days * DAY
        assert miss(order, reason, at).next_attempt_at == nine(at), reason
    assert miss(order, "4", AT + 5 * DAY).next_attempt_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["14", "18"])
def test_the_time_that_the_applicant_named_is_the_appointment(reason: str) -> None:
    order = make_papers(at=AT, window_from=AT, window_to=AT + timedelta(hours=3))
    wished = (AT + 3 * DAY, AT + 3 * DAY + timedelta(hours=3))
    moved = miss(order, reason, moved_to=wished)
    assert (moved.window_from, moved.window_to) == wished
    assert (moved.next_attempt_at, moved.collect_moved_to, moved.collect_due_at) == (*wished, order.collect_due_at)


@pytest.mark.django_db
def test_a_wish_for_another_time_that_named_none_is_no_appointment() -> None:
    moved = miss(make_papers(at=AT), "14")
    assert (moved.next_attempt_at, moved.collect_moved_to) == (nine(AT), None)
    other = miss(make_papers(at=AT), "4", moved_to=(AT + DAY, AT + 2 * DAY))
    assert (other.next_attempt_at, other.collect_moved_to) == (nine(AT), None)
