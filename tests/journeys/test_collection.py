"""The way of the papers when nobody is home: again, another time, brought, collected by another courier; and back to the window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from govpost.cases import actions as cases
from govpost.cases import queries
from govpost.cases.testing import Cast, make_cast, next_window
from govpost.common.clock import SHANGHAI
from govpost.common.crypto import unseal
from govpost.common.ids import uuid7
from govpost.delivery import queries as delivery
from govpost.delivery.states import Verb
from govpost.dispatch import actions as dispatch
from govpost.dispatch import queries as tasks
from govpost.journal.models import SetAside
from govpost.journal.testing import drain
from govpost.notices.models import Notice
from govpost.profiles.rules import Window
from govpost.timeline import queries as timeline
from tests.journeys.case_inside import Story

WAYBILL = "1200000000301"
DAY = timedelta(days=1)


@pytest.fixture
def cast(journey: str) -> Iterator[Cast]:
    yield make_cast()
    assert not SetAside.objects.exists()


def not_collected(story: Story, reason: str, appointment: Window | None = None) -> Story:
    """Zhao stands at the door in vain."""
    task = story.task(story.papers_order())
    dispatch.take(task_id=task.id, at=story.tick(), by=story.cast.zhao)
    drain()
    dispatch.fail(task_id=task.id, reason=reason, appointment=appointment, at=story.tick(), by=story.cast.zhao, request_id=uuid7())
    drain()
    return story


def nobody_home_twice(cast: Cast) -> Story:
    story = not_collected(Story(cast).apply(paper_way="door"), "4")
    assert story.where() == ("submitted", "courier")
    story.tick(DAY)
    not_collected(story, "4")
    assert story.where() == ("submitted", "applicant")
    assert story.said()[-2:] == ["collection_failed", "collection_not_made"]
    assert tasks.round_of(cast.zhao, at=story.now + DAY).waiting == ()
    return story


def last_message(story: Story) -> dict[str, str]:
    """What was filled into the last message about the papers' mail."""
    found = Notice.objects.filter(subject=f"order:{story.papers_order().id}").order_by("created_at", "id").last()
    assert found is not None
    params: dict[str, str] = unseal(found.sealed, bound_to=f"notice:{found.id}")["params"]
    return {name: value for name, value in params.items() if name != "number"}


def test_nobody_home_twice_then_lin_brings_the_papers(cast: Cast) -> None:
    story = nobody_home_twice(cast)
    assert last_message(story)["place"].startswith("亳州市政务服务中心")
    story.receive()
    assert story.where() == ("submitted", "department")
    assert story.decide().case.state == "approved"


def test_nobody_home_twice_then_another_courier_comes(cast: Cast) -> None:
    story = nobody_home_twice(cast)
    first = story.papers_order()
    story.do(cases.order_collection_again, cast.lin, window=next_window(story.now + timedelta(hours=1)))
    assert story.where() == ("submitted", "courier")
    assert (delivery.by_id(first.id).state, story.papers_order().id != first.id) == ("cancelled", True)
    assert story.said()[-1] == "check_code"
    story.collect()
    story.receive()
    assert story.where() == ("submitted", "department")
    assert "Another collection of the papers was asked for." in [str(line.words) for line in timeline.story(cast.lin, story.number)]


def test_lin_asks_at_the_door_for_another_time_and_the_courier_comes_then(cast: Cast) -> None:
    story = Story(cast).apply(paper_way="door")
    wished = next_window(story.now + 2 * DAY)
    not_collected(story, "14", wished)
    assert (story.case.window_from, story.case.window_to) == (wished.start, wished.end)
    assert story.said()[-1] == "collection_moved"
    local = wished.start.astimezone(SHANGHAI)
    assert last_message(story)["next_time"].startswith(f"{local.month}月{local.day}日")
    turn = timeline.whose_turn(cast.lin, story.number)
    assert (turn.who.value, turn.due) == ("courier", wished.start)
    task = story.task(story.papers_order())
    assert (task.window_from, task.window_to, task.begins_at) == (wished.start, wished.end, wished.start)
    story.tick(2 * DAY)
    assert story.collect().receive().where() == ("submitted", "department")


@pytest.mark.parametrize("reason", ["5", "7", "19"])
def test_a_reason_that_ends_the_collection_leaves_the_papers_to_lin(cast: Cast, reason: str) -> None:
    story = not_collected(Story(cast).apply(paper_way="door"), reason)
    assert (story.where(), story.case.paper_way) == (("submitted", "applicant"), "bring")
    assert story.said()[-1] == "collection_ended"
    assert set(last_message(story)) == {"why", "place"}
    assert tasks.round_of(cast.zhao, at=story.now + DAY).waiting == ()
    assert story.receive().where() == ("submitted", "department")


def test_papers_that_nobody_took_at_home_are_fetched_at_the_window_at_last(cast: Cast) -> None:
    story = Story(cast).apply(paper_way="door").collect().do(cases.withdraw, cast.lin).receive()
    story.do(cases.return_papers, cast.wang, by_mail=True)
    back = delivery.by_id(story.case.orders.get(leg="returned_papers").order_id)
    story.bag(back, WAYBILL)
    story.carry(WAYBILL, "at_delivery_office")
    story.nobody_home(back)
    story.tick(DAY)
    story.nobody_home(back)
    story.tick(7 * DAY)
    story.move(back, Verb.SEND_BACK, cast.station)
    assert story.where() == ("withdrawn", "carrier")
    story.move(back, Verb.TAKE_BACK, cast.station)
    assert story.where() == ("withdrawn", "applicant")
    assert story.said()[-1] == "papers_at_window"
    assert story.case in queries.window_queue(cast.wang, at=story.now).lines
    story.do(cases.return_papers, cast.wang, by_mail=False, identity_checked=True)
    assert story.where() == ("withdrawn", "nobody")
    assert queries.window_queue(cast.wang, at=story.now).lines == []
    told = [str(line.words) for line in timeline.story(cast.lin, story.number)]
    assert told[-2:] == ["The window has the papers again; they are given back there.", "The window gave the papers back."]
