"""Tasks follow the orders: whatever facts come, an order has the one open task it needs, and old facts change nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govpost.common.actor import Actor
from govpost.common.ids import uuid7
from govpost.common.refusal import NotPermitted
from govpost.delivery.states import State as Mail
from govpost.dispatch import actions
from govpost.dispatch.models import HeardOrder, Task
from govpost.dispatch.rules import needed
from govpost.dispatch.testing import AT, SYSTEM, make_change, make_papers_change, make_task
from govpost.journal.models import Fact
from govpost.profiles.testing import load_profiles


@pytest.fixture(autouse=True)
def _profiles(db: None) -> None:
    load_profiles()  # Bozhou: an instruction is late after thirty minutes


def follow(*changes: dict[str, Any]) -> int:
    return actions.follow_orders(changes, by=SYSTEM)


def states_of(order: str) -> list[str]:
    return list(Task.objects.filter(order_id=order).order_by("id").values_list("state", flat=True))


def test_papers_at_the_door_become_a_task_of_the_outlet_there() -> None:
    window = (AT + timedelta(hours=4), AT + timedelta(hours=7))
    task = make_task(
        make_papers_change(
            origin="341621", origin_outlet="BZ-341621", window_from=window[0].isoformat(), window_to=window[1].isoformat(),
            collect_due_at=window[1].isoformat(),
        )
    )  # fmt: skip
    assert (task.kind, task.state, task.outlet, task.region) == ("collect", "sent", "BZ-341621", "34.3416.341621")
    assert (task.window_from, task.window_to, task.due_at, task.begins_at) == (*window, window[1], window[0])
    assert (task.attempt, task.late_at) == (1, AT + timedelta(minutes=30))


def test_a_result_at_the_delivery_office_becomes_a_task_of_the_destination() -> None:
    task = make_task(make_change(destination="341622", destination_outlet="BZ-341622", window_from=AT.isoformat()))
    assert (task.kind, task.outlet, task.region, task.window_from) == ("deliver", "BZ-341622", "34.3416.341622", None)


def test_nothing_is_sent_where_the_door_is_the_carriers() -> None:
    assert follow(make_change(door="carrier"), make_papers_change(door="carrier")) == 0
    assert not Task.objects.exists()
    assert not HeardOrder.objects.exists()


def test_the_same_fact_twice_and_an_older_one_later_change_nothing() -> None:
    ordered = make_papers_change()
    cancelled = make_papers_change(order=ordered["order"], version=2, before="ordered", after="cancelled")
    assert follow(cancelled) == 0
    assert follow(ordered, cancelled, ordered) == 0
    assert states_of(ordered["order"]) == []


def test_a_failed_attempt_makes_a_new_task_that_begins_when_the_mail_room_says() -> None:
    arrived = make_change()
    first = make_task(arrived)
    tomorrow = AT + timedelta(days=1)
    failed = make_change(
        order=arrived["order"], version=5, after="attempt_failed", attempts=1, reason="103", next_attempt_at=tomorrow.isoformat()
    )
    assert follow(failed) == 2  # the courier did not end the first: it is ended as failed
    first.refresh_from_db()
    assert (first.state, first.reason) == ("failed", "103")
    second = Task.objects.get(order_id=arrived["order"], state="sent")
    assert (second.attempt, second.not_before, second.begins_at) == (2, tomorrow, tomorrow)
    assert second.late_at == tomorrow + timedelta(minutes=30)
    told_again = make_change(**{**failed, "version": 6})
    assert follow(told_again) == 0  # the same attempt in another version: the second task still stands


def test_after_the_last_attempt_no_task_follows() -> None:
    arrived = make_change()
    follow(arrived)
    follow(make_change(order=arrived["order"], version=6, after="at_pickup_point", attempts=2))
    assert states_of(arrived["order"]) == ["cancelled"]


def test_a_withdrawn_delivery_sends_somebody_to_the_door_again() -> None:
    arrived = make_change()
    follow(arrived)
    follow(make_change(order=arrived["order"], version=5, after="delivered"))
    follow(make_change(order=arrived["order"], version=6, before="delivered", after="out_for_delivery"))
    assert states_of(arrived["order"]) == ["done", "sent"]


def test_every_change_of_a_task_is_told_once() -> None:
    task = make_task()
    follow(make_change(order=str(task.order_id), version=9, after="delivered"))
    told = Fact.objects.filter(kind="dispatch.task_changed", subject=f"order:{task.order_id}").order_by("seq")
    assert [(fact.payload["before"], fact.payload["after"]) for fact in told] == [("", "sent"), ("sent", "done")]


def test_a_thousand_changes_cost_a_constant_number_of_statements(django_assert_max_num_queries: Any) -> None:
    changes = [make_change() for _ in range(1000)]
    with django_assert_max_num_queries(10):  # savepoint, heard, open tasks, mark, profile (2), new tasks, heard kept, facts, release
        follow(*changes)
    follow(*(make_change(order=change["order"], version=5, after="delivered") for change in changes))
    assert Task.objects.filter(state="done").count() == 1000


histories = st.lists(st.tuples(st.sampled_from([state.value for state in Mail]), st.booleans(), st.booleans()), min_size=1, max_size=7)


def test_a_delivery_withdrawn_after_a_failed_attempt_sends_somebody_at_once() -> None:
    arrived = make_change()
    follow(arrived)
    follow(make_change(order=arrived["order"], version=7, after="delivered", attempts=1))
    follow(make_change(order=arrived["order"], version=8, before="delivered", after="attempt_failed", attempts=1))
    task = Task.objects.get(order_id=arrived["order"], state="sent")
    assert (task.attempt, task.not_before) == (2, None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, papers=st.booleans(), data=st.data())
def test_any_order_of_facts_with_duplicates_leaves_the_one_task_that_the_newest_state_needs(
    history: list[tuple[str, bool, bool]], papers: bool, data: st.DataObject
) -> None:
    story = _story(history, papers)
    shuffled = data.draw(st.permutations(story + data.draw(st.lists(st.sampled_from(story), max_size=3))))
    cut = data.draw(st.integers(0, len(shuffled)))
    follow(*shuffled[:cut])
    follow(*shuffled[cut:])
    visit = needed(story[-1])
    tasks = Task.objects.filter(order_id=story[0]["order"], ended_at=None)
    assert [task.kind for task in tasks] == ([visit.kind] if visit else [])


def _story(history: list[tuple[str, bool, bool]], papers: bool) -> list[dict[str, Any]]:
    """A history as the mail room would count it: attempts and misses never fall."""
    order, before, story = str(uuid7()), "", []
    failed = {"attempts": 0, "misses": 0}
    for version, (after, again, collected) in enumerate(history, start=1):
        failed["attempts"] += after == "attempt_failed"
        failed["misses"] += after == "pickup_failed"
        make = make_papers_change if papers else make_change
        story.append(
            make(
                order=order, version=version, before=before, after=after, **failed,
                next_attempt_at=(AT + timedelta(days=1)).isoformat() if again else None,
                collected_at=AT.isoformat() if collected else None,
            )
        )  # fmt: skip
        before = after
    return story


def test_only_the_house_itself_makes_tasks() -> None:
    with pytest.raises(NotPermitted):
        actions.follow_orders([make_change()], by=Actor("staff", UUID(int=1), "调度"))
