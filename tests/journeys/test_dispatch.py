"""The courier's thread: an instruction is sent, late, taken; papers come to the window; a result is delivered at the second try."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from govpost.catalogue.models import Service
from govpost.common.actor import Actor, Grant
from govpost.common.clock import SHANGHAI
from govpost.common.ids import uuid7
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.delivery.queries import check_code_of, pickup_code_of
from govpost.delivery.rules import Check, Direction
from govpost.delivery.states import Verb
from govpost.delivery.testing import HALL, LIN, seen
from govpost.dispatch import actions, queries
from govpost.dispatch.queries import BoardFilter
from govpost.journal.models import SetAside
from govpost.journal.testing import drain
from govpost.notices import queries as notices
from govpost.parties.testing import load_organisations, make_wang, make_zhao
from govpost.profiles.testing import load_profiles
from govpost.settlement import actions as settlement
from govpost.settlement import queries as money
from govpost.settlement.actions import Commission

SYSTEM = Actor.system("test")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
LICENCE = "000117000001"
STATION = Actor("staff", UUID(int=22), "驻点窗口", (Grant("station", "34.3416"),))
DISPATCHER = Actor("staff", UUID(int=21), "调度窗口", (Grant("dispatcher", "34.3416"),))


@pytest.fixture
def zhao(journey: str) -> Iterator[Actor]:
    """Bozhou with its terms, and Zhao, the courier of Qiaocheng."""
    load_organisations()
    load_profiles()
    settlement.load_terms(at=MONDAY, by=SYSTEM)
    Service.objects.create(
        code=LICENCE, task_code=uuid4().hex[:31], version=1, name="示例", name_en="Example", region="34.3416", owner="inside",
        item_type="01", subject="both", valid_from=date(2020, 1, 1), signers=["addressee"], needs_code=True, mail_basis="示例",
    )  # fmt: skip
    yield make_zhao()
    assert not SetAside.objects.exists()


def commission(direction: Direction) -> Order:
    papers = direction is Direction.PAPERS
    station = "SL341600S1"
    (done,) = settlement.commission(
        [
            Commission(
                ref="case:1", direction=direction, item=LICENCE, region="34.3416.341602", origin="341602", destination="341602",
                sender=LIN if papers else HALL, recipient=HALL if papers else LIN,
                checks=(Check("a", "材料 1"), Check("b", "材料 2")) if papers else (),
                waybill_no=None if papers else "1300000000031", origin_outlet="" if papers else station,
                destination_outlet=station if papers else "",
            )
        ],
        at=MONDAY, by=SYSTEM,
    )  # fmt: skip
    drain()
    return Order.objects.get(id=done.order_id)


def state_of(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def arrive(order: Order, at: datetime) -> None:
    """The carrier brings the result to the delivery office and stops there: the door is ours."""
    number = order.waybill_no or ""
    mail.record_scans([seen(number, "collected", at), seen(number, "at_delivery_office", at)], at=at, by=SYSTEM)
    drain()


def test_papers_are_fetched_after_the_dispatcher_saw_that_nobody_went(zhao: Actor) -> None:
    order = commission(Direction.PAPERS)
    assert not queries.board(DISPATCHER, at=MONDAY + timedelta(minutes=30), only=BoardFilter("late")).lines
    late = MONDAY + timedelta(minutes=31)
    (line,) = queries.board(DISPATCHER, at=late, only=BoardFilter("late")).lines
    assert [waiting.id for waiting in queries.round_of(zhao, at=late).waiting] == [line.id]
    actions.take(task_id=line.id, at=late, by=zhao)
    drain()
    assert state_of(order) == "pickup_assigned"
    door = queries.visit(zhao, line.id, at=late)
    assert (door.in_full, [label for _, label in door.checks]) == (True, ["材料 1", "材料 2"])
    actions.finish_collect(
        task_id=line.id, seen={"a": True, "b": True}, check_code=check_code_of(order.id), real_name_checked=True, inspected=True,
        at=late, by=zhao, request_id=uuid7(),
    )  # fmt: skip
    drain()
    mail.record_handover(
        order_id=order.id, verb=Verb.RECEIVE, at=late + timedelta(hours=1), by=make_wang(), request_id=uuid7(),
        seen={"a": True, "b": True},
    )  # fmt: skip
    drain()
    assert state_of(order) == "delivered"
    assert [task.state for task in queries.tasks_of(SYSTEM, order.id, at=late)] == ["done"]
    assert [line.fen for line in money.charges_of(SYSTEM, order.id)] == [1000]
    assert "Check code for the collection" in [str(said.title) for said in notices.sent_for(f"order:{order.id}", SYSTEM)]


def test_nobody_home_then_delivered_with_the_code_and_a_withdrawal_sends_somebody_again(zhao: Actor) -> None:
    order = commission(Direction.RESULT)
    noon, tomorrow = MONDAY + timedelta(hours=3), MONDAY + timedelta(days=1)
    arrive(order, noon)
    (first,) = queries.round_of(zhao, at=noon).waiting
    actions.take(task_id=first.id, at=noon, by=zhao)
    actions.go_out(task_id=first.id, at=noon, by=zhao, request_id=uuid7())
    drain()
    actions.fail(task_id=first.id, reason="103", at=noon + timedelta(hours=1), by=zhao, request_id=uuid7())
    drain()
    assert queries.round_of(zhao, at=noon + timedelta(hours=2)).waiting == ()
    (second,) = queries.round_of(zhao, at=tomorrow).waiting
    assert (second.attempt, second.not_before) == (2, tomorrow)
    actions.take(task_id=second.id, at=tomorrow, by=zhao)
    actions.finish_deliver(task_id=second.id, signer="addressee", code=pickup_code_of(order.id), at=tomorrow, by=zhao, request_id=uuid7())
    drain()
    assert state_of(order) == "delivered"
    assert [line.fen for line in money.charges_of(SYSTEM, order.id)] == [1200]
    mail.void_scan(order_id=order.id, code="DELIVER", occurred_at=tomorrow, why="送错人", at=tomorrow, by=STATION)
    drain()
    tasks = queries.tasks_of(DISPATCHER, order.id, at=tomorrow)
    assert [(task.attempt, task.state) for task in tasks] == [(1, "failed"), (2, "done"), (2, "sent")]
    assert [line.fen for line in money.charges_of(SYSTEM, order.id)] == [1200, -1200]


def test_a_cancelled_collection_takes_the_instruction_away(zhao: Actor) -> None:
    order = commission(Direction.PAPERS)
    (waiting,) = queries.round_of(zhao, at=MONDAY).waiting
    actions.take(task_id=waiting.id, at=MONDAY, by=zhao)
    drain()
    mail.cancel_order(order_id=order.id, reason="withdrawn", at=MONDAY, by=SYSTEM)
    drain()
    assert queries.task(zhao, waiting.id, at=MONDAY).state == "cancelled"
    assert queries.round_of(zhao, at=MONDAY).mine == ()
    assert money.charges_of(SYSTEM, order.id) == []


def test_papers_that_the_applicant_brought_after_all_cost_nothing_and_need_no_courier(zhao: Actor) -> None:
    order = commission(Direction.PAPERS)
    mail.record_handover(order_id=order.id, verb=Verb.RECEIVE, at=MONDAY, by=make_wang(), request_id=uuid7(), seen={"a": True, "b": True})
    drain()
    assert [task.state for task in queries.tasks_of(SYSTEM, order.id, at=MONDAY)] == ["cancelled"]
    assert money.charges_of(SYSTEM, order.id) == []
