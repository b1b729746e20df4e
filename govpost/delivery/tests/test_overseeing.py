"""The mail of a jurisdiction: which promise runs, its light to the microsecond, pages, places, and whose mail it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from govpost.common.actor import Actor, Grant
from govpost.common.ids import uuid7
from govpost.common.lights import Light, light
from govpost.common.refusal import InvalidInput, NotFound
from govpost.delivery import overseeing
from govpost.delivery.actions import record_failed_attempt, record_scans
from govpost.delivery.models import Order
from govpost.delivery.overseeing import MailFilter, mail_counts, oversee
from govpost.delivery.rules import Door, Place
from govpost.delivery.states import Verb
from govpost.delivery.testing import LIN, SYSTEM, make_order, make_papers, seen

pytestmark = pytest.mark.django_db

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
PLACED = datetime(2026, 11, 9, 1, tzinfo=UTC)
COLLECT, PROMISE = PLACED + 8 * HOUR, PLACED + 40 * HOUR
GUOYANG, QIAOCHENG = "34.3416.341621", "34.3416.341602"


def supervisor(*regions: str, role: str = "supervisor") -> Actor:
    return Actor("staff", uuid7(), "监督员", tuple(Grant(role, region) for region in regions))


def order(**over: Any) -> Order:
    number = f"1{uuid7().int % 10**12:012}"
    values: dict[str, Any] = {"door": Door.CARRIER, "collect_due_at": COLLECT, "promised_at": PROMISE, "waybill_no": number}
    return make_order(at=PLACED, **(values | over))


def scan(mail: Order, kind: str, at: datetime, **over: Any) -> None:
    record_scans([seen(mail.waybill_no or "", kind, at, **over)], at=at, by=SYSTEM)


@pytest.mark.parametrize(
    ("at", "colour"),
    [
        (PLACED, Light.GREEN),
        (PLACED + 6 * HOUR, Light.GREEN),  # a quarter of eight hours is left
        (PLACED + 6 * HOUR + TICK, Light.AMBER),
        (COLLECT, Light.AMBER),  # at the promised moment itself it is in time
        (COLLECT + TICK, Light.RED),
    ],
)
def test_until_it_is_collected_the_promise_of_the_collection_runs(at: datetime, colour: Light) -> None:
    mail = order()
    [line] = oversee(SYSTEM, at=at).lines
    assert (light(line.amber_at, line.red_at, at), line.due_at) == (colour, COLLECT)
    assert [line.order for line in oversee(SYSTEM, at=at, wanted=MailFilter(light=colour)).lines] == [mail]
    assert mail_counts(SYSTEM, at=at, places=[""])[0].lights == {each: int(each is colour) for each in Light}


@pytest.mark.parametrize(
    ("at", "colour"),
    [
        (PLACED + 30 * HOUR, Light.GREEN), (PLACED + 30 * HOUR + TICK, Light.AMBER), (PROMISE, Light.AMBER), (PROMISE + TICK, Light.RED),
    ],
)  # fmt: skip
def test_afterwards_the_promise_of_the_delivery_runs_since_it_was_placed(at: datetime, colour: Light) -> None:
    scan(order(), "collected", PLACED + HOUR)
    [line] = oversee(SYSTEM, at=at).lines
    assert (light(line.amber_at, line.red_at, at), line.due_at) == (colour, PROMISE)


@pytest.mark.parametrize(
    ("kind", "runs"),
    [
        ("pickup_failed", True),
        ("at_pickup_point", True),
        ("attempt_failed", True),
        ("delivered", False),
        ("returning", False),
        ("refused", False),
    ],
)
def test_what_is_done_or_on_its_way_back_has_no_light(kind: str, runs: bool) -> None:
    scan(order(), kind, PLACED + 2 * HOUR)
    [line] = oversee(SYSTEM, at=PROMISE).lines
    assert (line.red_at is not None) == runs
    assert sum(mail_counts(SYSTEM, at=PROMISE, places=[""])[0].lights.values()) == int(runs)


def test_the_time_that_the_applicant_named_instead_is_the_promise_that_runs() -> None:
    wished = datetime(2026, 11, 10, 6, tzinfo=UTC), datetime(2026, 11, 10, 9, tzinfo=UTC)
    mail = make_papers(at=PLACED, collect_due_at=COLLECT, promised_at=PROMISE)
    record_failed_attempt(
        order_id=mail.id, verb=Verb.MISS, reason="14", moved_to=wished, at=PLACED + HOUR, by=SYSTEM, request_id=uuid7()
    )  # fmt: skip
    [line] = oversee(SYSTEM, at=COLLECT + HOUR).lines
    assert (line.due_at, light(line.amber_at, line.red_at, COLLECT + HOUR)) == (wished[1], Light.GREEN)


def test_mail_without_a_promise_has_no_light() -> None:
    order(collect_due_at=None, promised_at=None)
    assert oversee(SYSTEM, at=PROMISE).lines[0].red_at is None


def test_pages_are_complete_due_first_and_the_done_last_newest_first() -> None:
    later, sooner = order(collect_due_at=COLLECT + HOUR), order()
    done = [make_order(at=PLACED + n * HOUR, waybill_no=f"99{n:011}", door=Door.CARRIER) for n in range(3)]
    for mail in done:
        scan(mail, "delivered", mail.placed_at + HOUR, signer_class="addressee")
    seen_orders, after = [], ""
    while True:
        page = oversee(SYSTEM, at=PROMISE, after=after, limit=2)
        seen_orders += [line.order.id for line in page.lines]
        after = page.next
        if not after:
            break
    assert seen_orders == [sooner.id, later.id, *(mail.id for mail in reversed(done))]
    with pytest.raises(InvalidInput):
        oversee(SYSTEM, at=PROMISE, after="nonsense")


def test_exact_numbers_states_and_places_narrow_the_list() -> None:
    mail = order(ref="受理号-7")
    for words in (mail.number, mail.number.lower(), mail.waybill_no, "受理号-7", LIN.phone):
        assert [line.order for line in oversee(SYSTEM, at=PLACED, wanted=MailFilter(search=words or "")).lines] == [mail], words
    for words in ("受理号", mail.number[:-1], "林晓"):
        assert oversee(SYSTEM, at=PLACED, wanted=MailFilter(search=words)).lines == []
    assert len(oversee(SYSTEM, at=PLACED, wanted=MailFilter(state="ordered")).lines) == 1
    assert oversee(SYSTEM, at=PLACED, wanted=MailFilter(state="delivered")).lines == []
    assert len(oversee(SYSTEM, at=PLACED, wanted=MailFilter(place=QIAOCHENG)).lines) == 1
    assert oversee(SYSTEM, at=PLACED, wanted=MailFilter(place=GUOYANG)).lines == []


def test_a_supervisor_sees_what_belongs_to_the_jurisdiction_begins_or_ends_there_and_nothing_else() -> None:
    here, there = order(), order(destination=Place("341621", "BZ-341621"))
    away = order(region="37.3708.370811", origin=Place("370811", "JN-1"), destination=Place("370811", "JN-1"))
    bozhou, guoyang, jining = supervisor("34.3416"), supervisor(GUOYANG), supervisor("37.3708")
    seen_by = [{line.order.id for line in oversee(who, at=PLACED).lines} for who in (bozhou, guoyang, jining)]
    assert seen_by == [{here.id, there.id}, {there.id}, {away.id}]
    assert [counts.running for counts in mail_counts(bozhou, at=PLACED, places=["", QIAOCHENG, GUOYANG, "37.3708"])] == [2, 2, 1, 0]
    assert overseeing.overseen(guoyang, there.number).order == there
    for number in (here.number, away.number, "GP-NOTHING"):
        with pytest.raises(NotFound):
            overseeing.overseen(guoyang, number)


def test_another_role_widens_neither_the_list_nor_its_figures() -> None:
    order()
    both = Actor("staff", uuid7(), "兼职", (Grant("supervisor", GUOYANG), Grant("clerk", QIAOCHENG)))
    assert oversee(both, at=PLACED).lines == []
    assert mail_counts(both, at=PLACED, places=[""])[0].running == 0
    assert oversee(supervisor("34.3416", role="clerk"), at=PLACED).lines == []


def test_figures_of_all_places_cost_one_statement(django_assert_num_queries: Any) -> None:
    for _ in range(5):
        order()
    with django_assert_num_queries(1):
        mail_counts(SYSTEM, at=PLACED, places=["", QIAOCHENG, GUOYANG])
    with django_assert_num_queries(1):
        oversee(SYSTEM, at=PLACED, limit=4)
    with django_assert_num_queries(2):  # it reaches what is at rest
        oversee(SYSTEM, at=PLACED)
