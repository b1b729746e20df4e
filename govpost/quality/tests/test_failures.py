"""Moments of failed collections through the real mail room: several misses, late arrival and withdrawals count alike however read."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from govpost.common.clock import shanghai_at
from govpost.common.ids import uuid7
from govpost.delivery import actions as mail
from govpost.delivery.actions import record_scans
from govpost.delivery.events import ORDER_CHANGED
from govpost.delivery.models import Order
from govpost.delivery.rules import Door
from govpost.delivery.states import Verb
from govpost.delivery.testing import SYSTEM, make_order, seen
from govpost.journal.models import Fact
from govpost.quality import actions, queries
from govpost.quality.models import FactNow
from govpost.quality.queries import Cut
from govpost.quality.recomputing import differences

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
PLACED = shanghai_at(datetime(2026, 11, 22).date(), 9)  # noqa: DTZ001 a plain day
DUE = shanghai_at(datetime(2026, 11, 23).date(), 12)  # noqa: DTZ001 a plain day
NUMBER = "1110000000077"


def carried() -> Order:
    """The carrier's own door, due on the 23rd at noon."""
    return make_order(at=PLACED, waybill_no=NUMBER, door=Door.CARRIER, collect_due_at=DUE, promised_at=None)


def told(kind: str | None, at: datetime, *, known: datetime | None = None, **over: object) -> None:
    record_scans([seen(NUMBER, kind, at, **over)], at=known or at, by=SYSTEM)


def verdict() -> tuple[str, str]:
    """As kept now; what was kept and what is counted again from the journal must agree."""
    payloads = [fact.payload for fact in Fact.objects.filter(kind=ORDER_CHANGED).order_by("id")]
    actions.keep_facts(payloads, at=DUE, by=SYSTEM)
    assert differences() == []
    fact = FactNow.objects.get()
    return fact.outcome, fact.reason


def test_a_courier_who_comes_a_day_late_is_late_and_stays_late() -> None:
    carried()
    told("pickup_failed", DUE + 22 * HOUR, reason="4")
    assert verdict() == ("late", "came_late")
    told("collected", DUE + 46 * HOUR)
    assert verdict() == ("late", "came_late")
    counts = queries.total(SYSTEM, Cut("collection_on_time", DUE.date(), DUE.date()), at=DUE + 72 * HOUR)
    assert (counts.judged, counts.late, counts.excluded) == (1, 1, 0)


def test_a_customer_who_was_not_there_in_time_stays_excluded_after_later_misses() -> None:
    carried()
    told("pickup_failed", DUE - HOUR, reason="4")
    assert verdict() == ("excluded", "pickup_4")
    told("pickup_failed", DUE + 22 * HOUR, reason="17")
    assert verdict() == ("excluded", "pickup_4")
    told("collected", DUE + 46 * HOUR)
    assert verdict() == ("excluded", "pickup_4")


def test_a_miss_that_becomes_known_after_the_collection_counts_from_its_own_moment() -> None:
    carried()
    told("collected", DUE + 20 * HOUR)
    assert verdict() == ("late", "")
    told("pickup_failed", DUE - HOUR, known=DUE + 30 * HOUR, reason="4")
    assert verdict() == ("excluded", "pickup_4")


def test_a_miss_that_is_withdrawn_excludes_nothing_any_more() -> None:
    carried()
    told("pickup_failed", DUE - HOUR, reason="4", code="441")
    told("pickup_failed", DUE + 2 * HOUR, reason="5", code="442")
    told("collected", DUE + 20 * HOUR)
    assert verdict() == ("excluded", "pickup_4")
    told(None, DUE - HOUR, known=DUE + 30 * HOUR, code="441", effect=False, note="误操作")
    assert verdict() == ("late", "came_late")


EVENTS = [("pickup_failed", -HOUR, "17", "A"), ("pickup_failed", 2 * HOUR, "4", "B"), ("collected", 20 * HOUR, "", "C")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_arrival_does_not_matter_and_each_version_says_what_was_known(order: tuple[int, ...]) -> None:
    carried()
    for n, which in enumerate(order):
        kind, after, reason, code = EVENTS[which]
        told(kind, DUE + after, known=DUE + (30 + n) * HOUR, reason=reason, code=code)
    assert verdict() == ("late", "came_late")


def test_an_appointment_counts_from_the_miss_that_made_it() -> None:
    order = make_order(at=PLACED, collect_due_at=DUE, promised_at=None)
    _miss(order, DUE - HOUR, "14")  # moved to the next day at nine
    assert verdict() == ("open", "appointment_moved")
    assert FactNow.objects.get().due_at == DUE + 21 * HOUR
    _miss(order, DUE + 30 * HOUR, "14")  # the post is late for it; a new wish moves nothing
    assert verdict() == ("late", "came_late")
    assert FactNow.objects.get().due_at == DUE + 21 * HOUR


def _miss(order: Order, at: datetime, reason: str) -> None:
    mail.record_failed_attempt(order_id=order.id, verb=Verb.MISS, reason=reason, at=at, by=SYSTEM, request_id=uuid7())
