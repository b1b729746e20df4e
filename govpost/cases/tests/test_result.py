"""The way of a result: parcel, list signed by both, one mail for several cases, fetched after all, given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from govpost.cases import actions, queries, sealing
from govpost.cases.models import Case, CaseOrder, Parcel
from govpost.cases.rules import Address, Desk
from govpost.cases.states import State
from govpost.cases.states import Verb as CaseVerb
from govpost.cases.testing import HOME, SYSTEM, Cast, hand_over, make_case, withdraw
from govpost.catalogue.models import Service
from govpost.common.ids import uuid7
from govpost.common.refusal import InvalidInput, Refusal
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.models import Order
from govpost.delivery.states import State as Mail
from govpost.delivery.states import Verb
from govpost.notices.models import Notice
from govpost.places.testing import AT

LATER = AT + timedelta(hours=6)


def closed_parcel(cast: Cast, *cases: Case) -> Parcel:
    parcel = cases[0].parcels.get(left_at=None).parcel
    return actions.close_parcel(parcel_id=parcel.id, at=LATER, by=cast.station)


def order_of(parcel: Parcel) -> Order:
    assert parcel.order_id is not None
    return delivery.by_id(parcel.order_id)


def lead(order: Order, *verbs: Verb, at: datetime = LATER) -> None:
    """Our own people move the mail along, ten minutes a step."""
    for n, verb in enumerate(verbs, start=1):
        code = delivery.pickup_code_of(order.id)
        mail.record_handover(
            order_id=order.id, verb=verb, at=at + timedelta(minutes=10 * n), by=SYSTEM, request_id=uuid7(), code=code,
            signer="addressee",
        )  # fmt: skip


# -- parcels -------------------------------------------------------------------------


def test_results_of_one_applicant_to_one_address_share_a_parcel(cast: Cast) -> None:
    first, second = make_case(cast, State.HANDED_OVER), make_case(cast, State.HANDED_OVER)
    parcel = closed_parcel(cast, first)
    order = order_of(parcel)
    assert order.contents == [first.document_serial, second.document_serial]
    assert (order.ref, order.direction, order.origin_outlet) == (f"parcel:{parcel.id}", "result", "SL341600S1")
    assert set(CaseOrder.objects.filter(order_id=order.id).values_list("case_id", flat=True)) == {first.id, second.id}
    assert order.promised_at is not None


def test_another_address_is_another_parcel(cast: Cast) -> None:
    elsewhere = Address(HOME.name, HOME.phone, "341621", "示例镇 1 号")
    first, second = make_case(cast, State.APPROVED), make_case(cast, State.APPROVED, address=elsewhere)
    assert first.parcels.get().parcel != second.parcels.get().parcel


def test_a_result_that_has_not_reached_the_desk_stays_for_the_next_parcel(cast: Cast) -> None:
    here, late = make_case(cast, State.HANDED_OVER), make_case(cast, State.APPROVED)
    parcel = closed_parcel(cast, here)
    assert order_of(parcel).contents == [here.document_serial]
    fresh = late.parcels.get(left_at=None).parcel
    assert (fresh == parcel, fresh.closed_at) == (False, None)


def test_the_strictest_item_rules_the_parcel(cast: Cast) -> None:
    cast.service.__class__.objects.filter(code="000191001000").update(signers=["addressee"], post_only=True, needs_code=False)
    food = cast.service.__class__.objects.select_related("department").get(code="000191001000", region="34.3416")
    food.department = cast.service.department  # so that one officer decides both in this test
    food.save()
    first = make_case(cast, State.HANDED_OVER)
    make_case(replace(cast, service=food), State.HANDED_OVER)
    rule = order_of(closed_parcel(cast, first)).rule
    assert (rule["signers"], rule["needs_code"], rule["post_only"]) == (["addressee"], True, True)


def test_closing_twice_posts_once(cast: Cast) -> None:
    case = make_case(cast, State.HANDED_OVER)
    parcel = closed_parcel(cast, case)
    again = actions.close_parcel(parcel_id=parcel.id, at=LATER, by=cast.station)
    assert (again.order_id, Order.objects.filter(ref=f"parcel:{parcel.id}").count()) == (parcel.order_id, 1)


def test_an_empty_parcel_is_not_closed(cast: Cast) -> None:
    case = make_case(cast, State.APPROVED)
    with pytest.raises(Refusal, match="nothing_in_parcel"):
        closed_parcel(cast, case)


# -- lists -----------------------------------------------------------------------------


def test_a_list_is_signed_by_both_and_what_was_not_there_stays(cast: Cast) -> None:
    there, gone = make_case(cast, State.APPROVED), make_case(cast, State.REFUSED)
    made = actions.give_list(case_ids=[there.id, gone.id], desk=Desk.STATION, at=LATER, by=cast.officer)
    assert queries.open_lists(cast.station, Desk.STATION) == [made]
    assert queries.to_hand_over(cast.officer, Desk.STATION) == []
    taken = actions.hand_over(list_id=made.id, found={there.document_serial or ""}, at=LATER, by=cast.station)
    assert (taken.given_by, taken.taken_by) == (cast.officer.label, cast.station.label)
    assert [Case.objects.get(id=c.id).state for c in (there, gone)] == [State.HANDED_OVER, State.REFUSED]
    assert queries.to_hand_over(cast.officer, Desk.STATION) == [gone]
    assert queries.open_lists(cast.station) == []
    with pytest.raises(Refusal, match="list_taken"):
        actions.hand_over(list_id=made.id, found=set(), at=LATER, by=cast.station)


def test_lists_refuse_what_does_not_belong_on_them(cast: Cast) -> None:
    posted, fetched = make_case(cast, State.APPROVED), make_case(cast, State.APPROVED, result_way="window")
    with pytest.raises(Refusal, match="wrong_desk"):
        actions.give_list(case_ids=[fetched.id], desk=Desk.STATION, at=LATER, by=cast.officer)
    with pytest.raises(InvalidInput):
        actions.give_list(case_ids=[], desk=Desk.STATION, at=LATER, by=cast.officer)
    made = actions.give_list(case_ids=[posted.id], desk=Desk.STATION, at=LATER, by=cast.officer)
    with pytest.raises(Refusal, match="listed_before"):
        actions.give_list(case_ids=[posted.id], desk=Desk.STATION, at=LATER, by=cast.officer)
    with pytest.raises(InvalidInput):
        actions.hand_over(list_id=made.id, found={"UNKNOWN"}, at=LATER, by=cast.station)


# -- fetched at the window -------------------------------------------------------------


def test_a_result_waits_at_the_window_and_is_given_after_a_look_at_the_document(cast: Cast) -> None:
    case = make_case(cast, State.HANDED_OVER, result_way="window")
    assert Notice.objects.filter(subject=f"case:{case.id}", template="result_at_window").count() == 1
    with pytest.raises(Refusal, match="identity_not_checked"):
        actions.hand_out(case_id=case.id, identity_checked=False, at=LATER, by=cast.wang)
    case = actions.hand_out(case_id=case.id, identity_checked=True, relation="agent", at=LATER, by=cast.wang)
    assert (case.state, case.closed_at, case.clock) == (State.CLOSED, LATER, "")


def test_an_item_for_the_applicant_in_person_is_not_given_to_an_agent_at_the_window(cast: Cast) -> None:
    case = make_case(cast, State.HANDED_OVER, result_way="window")
    Service.objects.filter(id=case.service_id).update(signers=["addressee"])
    with pytest.raises(Refusal, match="signer_not_allowed"):
        actions.hand_out(case_id=case.id, identity_checked=True, relation="agent", at=LATER, by=cast.wang)
    assert actions.hand_out(case_id=case.id, identity_checked=True, relation="addressee", at=LATER, by=cast.wang).state == State.CLOSED


@pytest.mark.parametrize("state", [State.SUBMITTED, State.ACCEPTED, State.APPROVED])
def test_fetching_after_all_before_the_desk_has_it(cast: Cast, state: State) -> None:
    case = make_case(cast, state)
    case = actions.change_result_way(case_id=case.id, at=LATER, by=cast.lin)
    assert case.result_way == "window"
    assert not case.parcels.filter(left_at=None).exists()
    with pytest.raises(Refusal, match="already_window"):
        actions.change_result_way(case_id=case.id, at=LATER, by=cast.lin)
    if state is State.APPROVED:
        assert hand_over(cast, case, LATER).state == State.HANDED_OVER


def test_fetching_after_all_before_the_post_has_it_stops_the_mail(cast: Cast) -> None:
    case, other = make_case(cast, State.HANDED_OVER), make_case(cast, State.HANDED_OVER)
    parcel = closed_parcel(cast, case)
    actions.change_result_way(case_id=case.id, at=LATER, by=cast.lin)
    assert order_of(parcel).state == Mail.CANCELLED
    follow(parcel)
    fresh = other.parcels.get(left_at=None).parcel
    assert (fresh == parcel, fresh.closed_at) == (False, None)
    assert order_of(closed_parcel(cast, other)).contents == [other.document_serial]
    assert actions.hand_out(case_id=case.id, identity_checked=True, at=LATER, by=cast.wang).state == State.CLOSED


def test_fetching_after_all_on_the_way_must_wait_for_the_arrival(cast: Cast) -> None:
    case = make_case(cast, State.HANDED_OVER)
    parcel = closed_parcel(cast, case)
    lead(order_of(parcel), Verb.POST)
    assert CaseVerb.CHANGE_RESULT_WAY not in queries.buttons(cast.lin, case)
    with pytest.raises(Refusal, match="in_the_mail"):
        actions.change_result_way(case_id=case.id, at=LATER, by=cast.lin)
    with pytest.raises(Refusal, match="in_the_mail"):
        actions.hand_out(case_id=case.id, identity_checked=True, at=LATER, by=cast.wang)
    lead(order_of(parcel), Verb.ARRIVE, at=LATER + timedelta(hours=2))
    assert CaseVerb.CHANGE_RESULT_WAY in queries.buttons(cast.lin, case)
    case = actions.change_result_way(case_id=case.id, at=LATER + timedelta(hours=3), by=cast.lin)
    assert (case.result_way, order_of(parcel).state) == ("window", Mail.AT_PICKUP_POINT)
    lead(order_of(parcel), Verb.FETCH, at=LATER + timedelta(hours=4))
    follow(parcel)
    case.refresh_from_db()
    assert (case.state, case.closed_by_order) == (State.CLOSED, parcel.order_id)


def follow(parcel: Parcel) -> None:
    """What the follower does with the newest fact of the parcel's order."""
    order = order_of(parcel)
    actions.follow_order(
        news=actions.News(order.id, order.version, Mail(order.state), order.delivered_ok, order.state_at, order.state_at), by=SYSTEM
    )


# -- papers given back -------------------------------------------------------------------


def test_papers_of_a_withdrawn_case_are_given_back_at_the_window(cast: Cast) -> None:
    case = withdraw(cast, make_case(cast, State.ACCEPTED), LATER)
    with pytest.raises(Refusal, match="identity_not_checked"):
        actions.return_papers(case_id=case.id, by_mail=False, at=LATER, by=cast.wang)
    case = actions.return_papers(case_id=case.id, by_mail=False, identity_checked=True, at=LATER, by=cast.wang)
    assert {paper.status for paper in case.papers.all()} == {"returned"}
    with pytest.raises(Refusal, match="no_papers_here"):
        actions.return_papers(case_id=case.id, by_mail=True, at=LATER, by=cast.wang)


def test_papers_cannot_be_posted_back_without_an_address(cast: Cast) -> None:
    case = withdraw(cast, make_case(cast, State.ACCEPTED, address=None, result_way="window"), LATER)
    assert sealing.said(case).address is None
    with pytest.raises(Refusal, match="no_address"):
        actions.return_papers(case_id=case.id, by_mail=True, at=LATER, by=cast.wang)
