"""What couriers and dispatchers do with a task, and who may: only one's own outlet, only one's own task, only with the right code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from govpost.common.actor import Actor, Grant
from govpost.common.ids import uuid7
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.delivery.actions.facts import payload_of
from govpost.delivery.models import Handover, Order
from govpost.delivery.queries import check_code_of, pickup_code_of
from govpost.delivery.rules import ItemRule, Place
from govpost.delivery.testing import make_order, make_papers
from govpost.dispatch import actions, queries
from govpost.dispatch.models import Task
from govpost.dispatch.queries import BoardFilter
from govpost.dispatch.rules import COLLECT_REASONS
from govpost.dispatch.testing import AT, SYSTEM
from govpost.parties.models import Staff
from govpost.parties.testing import load_organisations, make_zhao
from govpost.profiles.rules import Window
from govpost.profiles.testing import load_profiles

OUTLET = "SL341602D1"
DISPATCHER = Actor("staff", UUID(int=21), "调度窗口", (Grant("dispatcher", "34.3416"),))
SUPERVISOR = Actor("staff", UUID(int=22), "监督窗口", (Grant("supervisor", "34"),))
FAR_DISPATCHER = Actor("staff", UUID(int=23), "调度窗口", (Grant("dispatcher", "37.3708"),))
CLERK = Actor("staff", UUID(int=24), "综合窗口", (Grant("clerk", "34.3416"),))
QIAN = Actor("person", UUID(int=25), "钱**")
SEEN = {"a": True, "b": False}


@pytest.fixture(autouse=True)
def _places(db: None) -> None:
    load_organisations()
    load_profiles()


@pytest.fixture
def zhao() -> Actor:
    return make_zhao()


def follow(order: Order) -> Task:
    order.refresh_from_db()
    actions.follow_orders([payload_of(order, before="", known_at=AT, source="ours")], by=SYSTEM)
    return Task.objects.filter(order_id=order.id).order_by("-sent_at", "-id")[0]


def collection(**over: Any) -> Task:
    return follow(make_papers(at=AT, origin=Place("341602", OUTLET), **over))


def delivery(**over: Any) -> Task:
    """A result that lies at the delivery office because its station is there."""
    order = make_order(at=AT, origin=Place("341602", OUTLET), destination=Place("341602", OUTLET), **over)
    Order.objects.filter(id=order.id).update(state="at_delivery_office")
    return follow(order)


def order_of(task: Task) -> Order:
    return Order.objects.get(id=task.order_id)


def collect(task: Task, by: Actor, **over: Any) -> Task:
    values: dict[str, Any] = {
        "seen": SEEN, "check_code": check_code_of(task.order_id), "real_name_checked": True, "inspected": True,
        "at": AT, "by": by, "request_id": uuid7(),
    }  # fmt: skip
    return actions.finish_collect(task_id=task.id, **(values | over))


def test_a_collection_is_taken_announced_and_finished(zhao: Actor) -> None:
    task = collection()
    actions.take(task_id=task.id, at=AT, by=zhao)
    assert order_of(task).state == "pickup_assigned"
    done = collect(task, zhao)
    assert (done.state, order_of(task).state) == ("done", "collected")
    proof = Handover.objects.get(order_id=task.order_id, verb="collect").proof
    assert proof["real_name_checked"] is True
    assert (proof["seen"], proof["missing"]) == (1, 1)


def test_taking_twice_is_harmless_and_a_colleague_comes_too_late(zhao: Actor) -> None:
    task, colleague = collection(), make_zhao(name="孙示例")
    actions.take(task_id=task.id, at=AT, by=zhao)
    actions.take(task_id=task.id, at=AT + timedelta(minutes=1), by=zhao)
    with pytest.raises(Refusal, match="wrong_state"):
        actions.take(task_id=task.id, at=AT, by=colleague)
    assert Handover.objects.filter(order_id=task.order_id, verb="assign").count() == 1


def test_a_repeated_tap_finishes_once(zhao: Actor) -> None:
    task, tap = collection(), uuid7()
    actions.take(task_id=task.id, at=AT, by=zhao)
    collect(task, zhao, request_id=tap)
    assert collect(task, zhao, request_id=tap).state == "done"
    with pytest.raises(Refusal, match="wrong_state"):
        collect(task, zhao)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"real_name_checked": False}, "real_name"),
        ({"inspected": False}, "not_inspected"),
        ({"seen": {"a": True}}, "count_incomplete"),
        ({"check_code": "000000"}, "wrong_code"),
    ],
)
def test_a_collection_is_refused_until_the_door_step_is_complete(zhao: Actor, over: dict[str, Any], code: str) -> None:
    task = collection()
    actions.take(task_id=task.id, at=AT, by=zhao)
    with pytest.raises(Refusal, match=code):
        collect(task, zhao, **over)
    task.refresh_from_db()
    assert (task.state, order_of(task).state) == ("taken", "pickup_assigned")
    assert order_of(task).code_tries == int(code == "wrong_code")


def test_a_delivery_goes_out_and_is_handed_over_with_the_code(zhao: Actor) -> None:
    task = delivery(rule=ItemRule(signers=("addressee",), needs_code=True))
    actions.take(task_id=task.id, at=AT, by=zhao)
    assert order_of(task).state == "at_delivery_office"
    actions.go_out(task_id=task.id, at=AT, by=zhao, request_id=uuid7())
    assert order_of(task).state == "out_for_delivery"
    give: dict[str, Any] = {"task_id": task.id, "at": AT, "by": zhao}
    for signer, code, refused in (("family", "", "signer_not_allowed"), ("addressee", "000000", "wrong_code")):
        with pytest.raises(Refusal, match=refused):
            actions.finish_deliver(**give, signer=signer, code=code, request_id=uuid7())
    done = actions.finish_deliver(**give, signer="addressee", code=pickup_code_of(task.order_id), request_id=uuid7())
    assert (done.state, order_of(task).state, order_of(task).delivered_ok) == ("done", "delivered", True)


def test_nobody_home_ends_the_task_and_another_follows_tomorrow(zhao: Actor) -> None:
    task = delivery()
    actions.take(task_id=task.id, at=AT, by=zhao)
    actions.fail(task_id=task.id, reason="103", note="", at=AT, by=zhao, request_id=uuid7())
    second = follow(order_of(task))
    task.refresh_from_db()
    assert (task.state, task.reason, second.state, second.attempt) == ("failed", "103", "sent", 2)
    assert second.not_before == order_of(task).next_attempt_at
    actions.take(task_id=second.id, at=AT + timedelta(days=1), by=zhao)
    actions.fail(task_id=second.id, reason="103", at=AT + timedelta(days=1), by=zhao, request_id=uuid7())
    assert order_of(task).state == "at_pickup_point"
    assert follow(order_of(task)).id == second.id


@pytest.mark.parametrize(("reason", "state"), [("104", "refused"), ("115", "at_pickup_point"), ("105", "attempt_failed")])
def test_what_a_reason_does_to_the_mail(zhao: Actor, reason: str, state: str) -> None:
    task, tap = delivery(), uuid7()
    actions.take(task_id=task.id, at=AT, by=zhao)
    actions.fail(task_id=task.id, reason=reason, at=AT, by=zhao, request_id=tap)
    assert actions.fail(task_id=task.id, reason=reason, at=AT, by=zhao, request_id=tap).state == "failed"
    assert order_of(task).state == state


def test_a_collection_that_failed_is_missed(zhao: Actor) -> None:
    task = collection()
    actions.take(task_id=task.id, at=AT, by=zhao)
    with pytest.raises(Refusal, match="unknown_reason"):
        actions.fail(task_id=task.id, reason="103", at=AT, by=zhao, request_id=uuid7())
    actions.fail(task_id=task.id, reason="4", at=AT, by=zhao, request_id=uuid7())
    assert (order_of(task).state, order_of(task).misses) == ("pickup_failed", 1)
    assert follow(order_of(task)).attempt == 2


def test_another_time_is_chosen_among_those_offered_and_becomes_the_next_visit(zhao: Actor) -> None:
    task = collection(window_from=AT, window_to=AT + timedelta(hours=2))
    actions.take(task_id=task.id, at=AT, by=zhao)
    offered = queries.visit(zhao, task.id, at=AT).appointments
    never = Window(offered[0].start + timedelta(minutes=5), offered[0].end)
    for wrong in (None, never):
        with pytest.raises(InvalidInput) as missing:
            actions.fail(task_id=task.id, reason="14", appointment=wrong, at=AT, by=zhao, request_id=uuid7())
        assert set(missing.value.errors) == {"appointment"}
    chosen = offered[-1]
    actions.fail(task_id=task.id, reason="14", appointment=chosen, at=AT, by=zhao, request_id=uuid7())
    second = follow(order_of(task))
    assert (second.window_from, second.window_to, second.not_before, second.due_at) == (chosen.start, chosen.end, chosen.start, chosen.end)
    assert second.begins_at == chosen.start


def test_after_a_plain_miss_the_old_appointment_says_nothing_any_more(zhao: Actor) -> None:
    task = collection(window_from=AT, window_to=AT + timedelta(hours=2))
    actions.take(task_id=task.id, at=AT, by=zhao)
    actions.fail(task_id=task.id, reason="4", at=AT, by=zhao, request_id=uuid7())
    second = follow(order_of(task))
    assert (second.window_from, second.window_to, second.begins_at) == (None, None, order_of(task).next_attempt_at)


@pytest.mark.parametrize("reason", sorted(code for code, reason in COLLECT_REASONS.items() if reason.ends))
def test_after_a_reason_that_ends_the_collection_nobody_is_sent_again(zhao: Actor, reason: str) -> None:
    task = collection()
    actions.take(task_id=task.id, at=AT, by=zhao)
    actions.fail(task_id=task.id, reason=reason, at=AT, by=zhao, request_id=uuid7())
    assert order_of(task).state == "cancelled"
    last = follow(order_of(task))
    assert (last.id, last.state, last.reason) == (task.id, "failed", reason)


def test_a_task_of_the_other_kind_is_refused(zhao: Actor) -> None:
    task = delivery()
    actions.take(task_id=task.id, at=AT, by=zhao)
    with pytest.raises(Refusal, match="wrong_kind"):
        collect(task, zhao)
    papers = collection()
    actions.take(task_id=papers.id, at=AT, by=zhao)
    with pytest.raises(Refusal, match="wrong_kind"):
        actions.go_out(task_id=papers.id, at=AT, by=zhao, request_id=uuid7())


def test_given_back_the_clock_of_lateness_starts_again(zhao: Actor) -> None:
    task, later = collection(), AT + timedelta(hours=2)
    actions.take(task_id=task.id, at=AT, by=zhao)
    actions.give_back(task_id=task.id, at=later, by=zhao)
    line = queries.task(DISPATCHER, task.id, at=later + timedelta(minutes=30))
    assert (line.state, line.late, line.taken_by) == ("sent", False, None)
    assert queries.task(DISPATCHER, task.id, at=later + timedelta(minutes=31)).late


def test_a_dispatcher_gives_a_task_to_a_courier_of_the_same_outlet(zhao: Actor) -> None:
    task = collection()
    assert zhao.id is not None
    actions.reassign(task_id=task.id, courier_id=zhao.id, at=AT, by=DISPATCHER)
    assert queries.task(DISPATCHER, task.id, at=AT).taken_by == zhao.id
    other = make_zhao(region="34.3416.341621", outlet="SL341621D1")
    assert other.id is not None
    with pytest.raises(Refusal, match="other_outlet"):
        actions.reassign(task_id=task.id, courier_id=other.id, at=AT, by=DISPATCHER)
    with pytest.raises(NotFound):
        actions.reassign(task_id=task.id, courier_id=uuid7(), at=AT, by=DISPATCHER)


def test_an_assignment_by_the_dispatcher_reaches_the_mail_room(zhao: Actor) -> None:
    task = collection()
    assert zhao.id is not None
    actions.reassign(task_id=task.id, courier_id=zhao.id, at=AT, by=DISPATCHER)
    assert order_of(task).state == "pickup_assigned"


def test_who_may_do_what(zhao: Actor) -> None:
    """Every verb for everybody who is not allowed to: strangers find nothing, colleagues without the right are refused."""
    task, colleague = collection(), make_zhao(name="孙示例")
    neighbour = make_zhao(region="34.3416.341621", outlet="SL341621D1")
    actions.take(task_id=task.id, at=AT, by=zhao)
    assert zhao.id is not None
    verbs: dict[str, Callable[[Actor], object]] = {
        "take": lambda by: actions.take(task_id=task.id, at=AT, by=by),
        "give_back": lambda by: actions.give_back(task_id=task.id, at=AT, by=by),
        "reassign": lambda by: actions.reassign(task_id=task.id, courier_id=zhao.id or uuid7(), at=AT, by=by),
        "finish_collect": lambda by: collect(task, by),
        "go_out": lambda by: actions.go_out(task_id=task.id, at=AT, by=by, request_id=uuid7()),
        "finish_deliver": lambda by: actions.finish_deliver(task_id=task.id, signer="addressee", at=AT, by=by, request_id=uuid7()),
        "fail": lambda by: actions.fail(task_id=task.id, reason="4", at=AT, by=by, request_id=uuid7()),
    }
    blind = (neighbour, FAR_DISPATCHER, CLERK, QIAN, Actor("partner", uuid7(), "接入方", (Grant("integrator", "34"),)))
    allowed = {(DISPATCHER.key, "give_back"), (DISPATCHER.key, "reassign"), (colleague.key, "take")}
    for verb, act in verbs.items():
        for stranger in blind:
            with pytest.raises(NotFound):
                act(stranger)
        for seeing in (SUPERVISOR, DISPATCHER, colleague):
            if (seeing.key, verb) not in allowed:
                with pytest.raises(NotPermitted):
                    act(seeing)
    task.refresh_from_db()
    assert (task.state, task.taken_by) == ("taken", zhao.id)


def test_a_courier_who_left_or_has_no_outlet_sees_nothing(zhao: Actor) -> None:
    task = collection()
    assert zhao.id is not None
    Staff.objects.filter(id=zhao.id).update(outlet=None)
    assert queries.round_of(zhao, at=AT).waiting == ()
    with pytest.raises(NotFound):
        queries.task(zhao, task.id, at=AT)


def test_the_full_address_is_for_the_courier_who_has_the_task(zhao: Actor) -> None:
    task, colleague = collection(), make_zhao(name="孙示例")
    actions.take(task_id=task.id, at=AT, by=zhao)
    mine = queries.visit(zhao, task.id, at=AT)
    assert (mine.in_full, mine.address.phone) == (True, "13800000001")
    assert mine.checks == (("a", "材料 1"), ("b", "材料 2"))
    for other in (colleague, DISPATCHER, SUPERVISOR):
        seen = queries.visit(other, task.id, at=AT)
        assert (seen.in_full, seen.address.phone, seen.address.name) == (False, "138****0001", "林*")
    collect(task, zhao)
    assert not queries.visit(zhao, task.id, at=AT).in_full


def test_the_round_shows_what_is_mine_and_what_waits_at_my_outlet_today_in_order(zhao: Actor) -> None:
    late = collection(window_from=AT + timedelta(hours=5), window_to=AT + timedelta(hours=7))
    soon = collection(window_from=AT + timedelta(hours=1), window_to=AT + timedelta(hours=3))
    tomorrow = collection(window_from=AT + timedelta(days=1), window_to=AT + timedelta(days=1, hours=3))
    mine = delivery()
    follow(make_papers(at=AT, origin=Place("341621", "SL341621D1")))
    actions.take(task_id=mine.id, at=AT, by=zhao)
    seen = queries.round_of(zhao, at=AT)
    assert [line.id for line in seen.mine] == [mine.id]
    assert [line.id for line in seen.waiting] == [soon.id, late.id]
    assert {line.street for line in seen.waiting} == {"谯城区薛阁街道示例路 ***"}  # to plan the way, and no more than that
    assert "*" not in seen.mine[0].street
    assert tomorrow.id not in {line.id for line in seen.waiting}
    assert queries.round_of(DISPATCHER, at=AT).waiting == ()


def test_the_board_counts_what_is_late_and_pages(zhao: Actor) -> None:
    tasks = [collection(window_from=AT + timedelta(minutes=n), window_to=AT + timedelta(hours=3)) for n in range(5)]
    actions.take(task_id=tasks[0].id, at=AT, by=zhao)
    actions.fail(task_id=tasks[0].id, reason="4", at=AT, by=zhao, request_id=uuid7())
    actions.take(task_id=tasks[1].id, at=AT, by=zhao)
    soon, later = AT + timedelta(minutes=30), AT + timedelta(minutes=31)
    counts = queries.board(DISPATCHER, at=soon).counts
    assert (counts.sent, counts.late, counts.taken, counts.done, counts.failed) == (3, 0, 1, 0, 1)
    assert queries.board(SUPERVISOR, at=later).counts.late == 3
    first = queries.board(DISPATCHER, at=later, only=BoardFilter("late"), limit=2)
    second = queries.board(DISPATCHER, at=later, only=BoardFilter("late"), after=first.next, limit=2)
    assert [line.id for line in (*first.lines, *second.lines)] == [task.id for task in tasks[2:]]
    assert second.next == ""
    assert [line.id for line in queries.board(DISPATCHER, at=later, only=BoardFilter("failed")).lines] == [tasks[0].id]
    assert queries.board(DISPATCHER, at=later, only=BoardFilter(kind="deliver")).lines == ()
    assert queries.board(DISPATCHER, at=later, only=BoardFilter(outlet="SL341621D1")).counts.sent == 0
    assert queries.board(FAR_DISPATCHER, at=later).counts.sent == 0
    bad: dict[str, Any]
    for bad in ({"only": BoardFilter("everything")}, {"after": "x"}):
        with pytest.raises(InvalidInput):
            queries.board(DISPATCHER, at=later, **bad)


def test_the_board_costs_the_same_however_long_it_is(zhao: Actor, django_assert_num_queries: Any) -> None:
    for _ in range(4):
        collection()
    with django_assert_num_queries(2):
        assert len(queries.board(DISPATCHER, at=AT).lines) == 4
    queries.round_of(zhao, at=AT)  # which outlets follow each other is remembered from here on
    with django_assert_num_queries(7):  # staff twice, the marks of what is remembered, mine, waiting, done, the orders for their streets
        assert len(queries.round_of(zhao, at=AT).waiting) == 4
