"""A case inside, both ways: Lin applies from home, Zhao fetches and brings, the department decides; and every unhappy way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from govpost.cases import actions as cases
from govpost.cases import queries, rules
from govpost.cases.models import Case
from govpost.cases.testing import HOME, SYSTEM, Cast, make_cast, make_form
from govpost.common.ids import uuid7
from govpost.common.refusal import NotFound, Refusal
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.states import Verb
from govpost.dispatch import actions as dispatch
from govpost.journal.models import Fact, SetAside
from govpost.journal.testing import drain
from govpost.places.testing import AT
from govpost.settlement import queries as money
from govpost.timeline import queries as timeline
from tests.journeys.case_inside import HOUR, Story, result_in_the_mail

WAYBILL, SECOND = "1200000000101", "1200000000102"


@pytest.fixture
def cast(journey: str) -> Iterator[Cast]:
    """Bozhou as it ships; in the end nothing was set aside, the ledger sums to zero and Qian has seen nothing."""
    made = make_cast()
    yield made
    assert not SetAside.objects.exists()
    assert money.sums_to_zero()
    assert queries.my_cases(made.qian).lines == []
    for case in Case.objects.exclude(number=None):
        with pytest.raises(NotFound):
            timeline.story(made.qian, case.number or "")


def paid(story: Story) -> list[int]:
    """What stands in the ledger for the case's mails."""
    orders = [link.order_id for link in story.case.orders.order_by("placed_at", "id")]
    return [line.fen for order_id in orders for line in money.charges_of(SYSTEM, order_id)]


def test_from_the_door_to_the_door(cast: Cast) -> None:
    story = Story(cast).apply(paper_way="door")
    assert story.where() == ("submitted", "courier")
    story.collect()
    assert story.where() == ("submitted", "courier")
    assert story.case.clock == "", "what left the door has not reached the department"
    story.receive()
    assert story.where() == ("submitted", "department")

    story.do(cases.request_correction, cast.officer, items=["平面图未标注面积"], papers=["平面图"])
    assert story.where() == ("correcting", "applicant")
    story.do(cases.resubmit, cast.lin, form=make_form(story.now, paper_way="bring"))
    assert story.where() == ("submitted", "applicant")
    story.receive()
    story.do(cases.accept, cast.officer)
    assert story.where() == ("accepted", "department")
    story.do(cases.approve, cast.officer)
    assert story.where() == ("approved", "department")

    story.hand_over()
    assert story.where() == ("handed_over", "station")
    order = story.close_parcel()
    licence = story.case.document_serial or ""
    story.bag(order, WAYBILL, serials=(licence,))
    assert story.where() == ("handed_over", "carrier")
    story.carry(WAYBILL, "in_transit", "at_delivery_office")
    assert story.where() == ("handed_over", "courier")
    story.deliver(order)
    assert story.where() == ("closed", "nobody")

    assert delivery.by_id(order.id).contents == [licence]
    assert [fen > 0 for fen in paid(story)] == [True, True], "the government pays for both ways"
    assert story.said() == [
        "case_submitted", "check_code", "papers_received", "correction_wanted", "papers_received", "case_accepted",
        "case_approved", "mail_on_the_way", "pickup_code", "mail_delivered", "case_closed",
    ]  # fmt: skip
    told = [str(line.words) for line in timeline.story(cast.lin, story.number)]
    assert len(told) >= 12
    facts = str(list(Fact.objects.values_list("payload", flat=True)))
    assert not any(personal in facts for personal in (HOME.name, HOME.phone, HOME.street))


def test_two_results_of_lin_travel_in_one_mail_and_close_together(cast: Cast) -> None:
    first = Story(cast).apply().receive().decide().hand_over()
    second = Story(cast).apply().receive().decide(approve=False).hand_over()
    order = first.close_parcel()
    serials = tuple(story.case.document_serial or "" for story in (first, second))
    mail.match_envelope(order_id=order.id, contents_serial=serials[0], envelope_serial=f"E{WAYBILL}", at=first.now, by=cast.station)
    with pytest.raises(Refusal, match="not_matched"):
        mail.seal_bag(outlet=order.origin_outlet, seal_no="S1", order_ids=[order.id], at=first.now, by=cast.station)
    first.bag(order, WAYBILL, serials=serials[1:])
    first.carry(WAYBILL, "at_delivery_office")
    first.deliver(order)
    assert (first.where(), second.where()) == (("closed", "nobody"), ("closed", "nobody"))
    assert second.result_order() == order
    assert [fen > 0 for fen in paid(first)] == [True], "one mail, one charge"


def test_not_accepted_sends_no_courier(cast: Cast) -> None:
    story = Story(cast).apply(paper_way="door")
    remedy = rules.remedy(department=story.case.department.name)
    story.do(cases.not_accept, cast.officer, reason="不属于本部门职权", remedy=remedy)
    assert story.where() == ("not_accepted", "nobody")
    assert story.papers_order().state == "cancelled"
    assert paid(story) == []
    assert "case_not_accepted" in story.said()


def test_a_refusal_travels_as_a_letter(cast: Cast) -> None:
    story = Story(cast).apply().receive().decide(approve=False).hand_over()
    order = story.close_parcel()
    story.bag(order, WAYBILL, serials=(story.case.document_serial or "",))
    story.carry(WAYBILL, "at_delivery_office")
    story.deliver(order)
    assert story.where() == ("closed", "nobody")
    assert story.case.licence_id is None
    words = queries.page(cast.lin, story.case, at=story.now).words
    assert words is not None
    assert "行政复议" in words.remedy


def test_withdrawn_before_the_courier_came(cast: Cast) -> None:
    story = Story(cast).apply(paper_way="door").do(cases.withdraw, cast.lin)
    assert story.where() == ("withdrawn", "nobody")
    assert (story.papers_order().state, paid(story)) == ("cancelled", [])


def test_withdrawn_while_the_papers_travel(cast: Cast) -> None:
    story = Story(cast).apply(paper_way="door").collect().do(cases.withdraw, cast.lin)
    assert story.where() == ("withdrawn", "courier")
    story.receive()
    assert story.where() == ("withdrawn", "window")
    assert story.case.clock == ""
    story.do(cases.return_papers, cast.wang, by_mail=True)
    back = delivery.by_id(story.case.orders.get(leg="returned_papers").order_id)
    story.bag(back, WAYBILL)
    story.carry(WAYBILL, "at_delivery_office")
    story.deliver(back)
    assert story.where() == ("withdrawn", "nobody")
    assert {paper.status for paper in story.case.papers.all()} == {"returned"}


def test_the_collection_is_cancelled_and_the_papers_are_brought(cast: Cast) -> None:
    story = Story(cast).apply(paper_way="door").do(cases.cancel_collection, cast.lin)
    assert story.where() == ("submitted", "applicant")
    assert story.papers_order().state == "cancelled"
    story.receive()
    assert story.where() == ("submitted", "department")
    assert paid(story) == []


def test_a_paper_missing_at_the_door_comes_with_the_correction(cast: Cast) -> None:
    story = Story(cast).apply(paper_way="door").collect(missing=1)
    story.receive({paper.id: paper.status == "on_the_way" for paper in story.case.papers.all()})
    story.do(cases.request_correction, cast.officer, items=["缺申请表"])
    story.do(cases.resubmit, cast.lin, form=make_form(story.now + HOUR, paper_way="door"))
    assert story.case.clock_from_at is None
    story.collect()
    story.receive()
    assert story.case.clock_from_at == story.now
    assert story.decide().case.state == "approved"


def test_nobody_home_twice_then_fetched_at_the_outlet(cast: Cast) -> None:
    story, order = result_in_the_mail(cast, WAYBILL)
    story.nobody_home(order)
    story.tick(timedelta(days=1))
    story.nobody_home(order)
    assert delivery.by_id(order.id).state == "at_pickup_point"
    assert story.where() == ("handed_over", "applicant")
    story.move(order, Verb.FETCH, cast.zhao, code=delivery.pickup_code_of(order.id), signer="addressee")
    assert story.where() == ("closed", "nobody")
    assert story.said()[-3:] == ["mail_ready_to_fetch", "mail_delivered", "case_closed"]
    assert story.said().count("mail_attempt_failed") == 1, "after the last attempt the place to fetch it is said instead"


def test_kept_at_the_outlet_on_lins_wish(cast: Cast) -> None:
    story, order = result_in_the_mail(cast, WAYBILL)
    story.do(cases.change_result_way, cast.lin)
    assert delivery.by_id(order.id).state == "at_pickup_point"
    story.move(order, Verb.FETCH, cast.zhao, code=delivery.pickup_code_of(order.id))
    assert story.where() == ("closed", "nobody")


def test_fetched_at_the_window_after_all(cast: Cast) -> None:
    story = Story(cast).apply().receive().decide().hand_over()
    order = story.close_parcel()
    story.do(cases.change_result_way, cast.lin)
    assert story.where() == ("handed_over", "applicant")
    assert delivery.by_id(order.id).state == "cancelled"
    story.do(cases.hand_out, cast.wang, identity_checked=True)
    assert story.where() == ("closed", "nobody")
    assert paid(story) == []


def test_returned_and_given_at_the_window(cast: Cast) -> None:
    story, order = result_in_the_mail(cast, WAYBILL)
    story.nobody_home(order)
    story.tick(timedelta(days=1))
    story.nobody_home(order)
    story.tick(timedelta(days=7))
    story.move(order, Verb.SEND_BACK, cast.station)
    story.move(order, Verb.TAKE_BACK, cast.station)
    assert story.where() == ("handed_over", "applicant")
    assert "result_at_window" in story.said()
    story.do(cases.hand_out, cast.wang, identity_checked=True)
    assert story.where() == ("closed", "nobody")


def test_a_withdrawn_delivery_reopens_and_the_next_one_closes_again(cast: Cast) -> None:
    story, order = result_in_the_mail(cast, WAYBILL)
    story.deliver(order)
    handed_at = delivery.by_id(order.id).delivered_at
    assert handed_at is not None
    mail.void_scan(order_id=order.id, code="DELIVER", occurred_at=handed_at, why="投错一户", at=story.tick(), by=cast.station)
    drain()
    assert story.where() == ("handed_over", "courier")
    fen = paid(story)
    assert (len(fen), sum(fen)) == (2, 0)
    story.bring_again(order)
    assert story.where() == ("closed", "nobody")
    assert sum(paid(story)) > 0
    assert story.said().count("case_reopened") == 1


def test_time_alone_accepts_and_ends(cast: Cast) -> None:
    silent = Story(cast).apply().receive()
    cases.accept_silently(case_id=silent.case.id, at=AT + timedelta(days=8), by=SYSTEM)
    drain()
    assert silent.where() == ("accepted", "department")
    ending = Story(cast).apply().receive().do(cases.request_correction, cast.officer, items=["缺页"])
    cases.terminate(case_id=ending.case.id, at=AT + timedelta(days=8), by=SYSTEM)
    drain()
    assert ending.where() == ("terminated", "window"), "the window still holds the papers"
    ending.do(cases.return_papers, cast.wang, by_mail=False, identity_checked=True)
    assert ending.where() == ("terminated", "nobody")


def test_news_that_comes_in_one_heap_leaves_the_case_where_the_last_word_says(cast: Cast) -> None:
    story, order = result_in_the_mail(cast, WAYBILL)
    task = story.go_out(order)
    dispatch.finish_deliver(
        task_id=task.id, signer="addressee", code=delivery.pickup_code_of(order.id), at=story.tick(), by=cast.zhao, request_id=uuid7()
    )
    handed_at = delivery.by_id(order.id).delivered_at
    assert handed_at is not None
    mail.void_scan(order_id=order.id, code="DELIVER", occurred_at=handed_at, why="投错一户", at=story.tick(), by=cast.station)
    drain()
    assert story.where() == ("handed_over", "courier")
    assert "case_closed" not in story.said(), "it was never true for anybody who listens"
    assert sum(paid(story)) == 0
