"""The post's facts reach cases: late, twice, out of order, withdrawn. What was heard last by version is what holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govpost.cases import actions, queries
from govpost.cases.actions import News
from govpost.cases.models import Case, CaseOrder, Parcel
from govpost.cases.rules import Flag, PaperStatus
from govpost.cases.states import State
from govpost.cases.testing import SYSTEM, Cast, hand_out, make_case, receive
from govpost.common.ids import uuid7
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.states import State as Mail
from govpost.delivery.states import Verb
from govpost.journal.models import Fact
from govpost.notices.models import Notice
from govpost.places.testing import AT

LATER = AT + timedelta(hours=6)


def news(order_id: UUID, version: int, after: Mail, *, ok: bool = True, at: datetime | None = None) -> News:
    moment = at or LATER + timedelta(minutes=version)
    return News(order_id, version, after, ok and after is Mail.DELIVERED, moment, moment)


def hear(order_id: UUID, version: int, after: Mail, *, ok: bool = True) -> int:
    return actions.follow_order(news=news(order_id, version, after, ok=ok), by=SYSTEM)


def posted(cast: Cast, *, several: bool = False) -> tuple[Case, UUID]:
    """A case whose result is in the mail."""
    case = make_case(cast, State.HANDED_OVER)
    if several:
        make_case(cast, State.HANDED_OVER)
    parcel = actions.close_parcel(parcel_id=case.parcels.get().parcel_id, at=LATER, by=cast.station)
    assert parcel.order_id is not None
    return case, parcel.order_id


def facts(case: Case) -> list[str]:
    return list(Fact.objects.filter(subject=f"case:{case.id}").order_by("seq").values_list("kind", flat=True))


def fresh(case: Case) -> Case:
    return Case.objects.get(id=case.id)


# -- results ---------------------------------------------------------------------------


def test_a_delivery_closes_every_case_of_the_parcel_once(cast: Cast) -> None:
    case, order_id = posted(cast, several=True)
    assert hear(order_id, 5, Mail.DELIVERED) == 2
    assert hear(order_id, 5, Mail.DELIVERED) == 0, "told twice"
    assert {c.state for c in Case.objects.filter(orders__order_id=order_id)} == {State.CLOSED}
    case = fresh(case)
    assert (case.closed_at, case.closed_by_order, case.clock) == (LATER + timedelta(minutes=5), order_id, "")
    assert facts(case).count("cases.closed") == 1
    assert Notice.objects.filter(subject=f"case:{case.id}", template="case_closed").count() == 1


def test_older_news_changes_nothing(cast: Cast) -> None:
    case, order_id = posted(cast)
    hear(order_id, 5, Mail.DELIVERED)
    for version in (2, 3, 4, 5):
        assert hear(order_id, version, Mail.OUT_FOR_DELIVERY) == 0
    assert fresh(case).state == State.CLOSED


def test_a_withdrawn_delivery_reopens_the_case_and_its_time_runs_on(cast: Cast) -> None:
    case, order_id = posted(cast)
    due_on = fresh(case).deliver_due_on
    hear(order_id, 5, Mail.DELIVERED)
    hear(order_id, 6, Mail.AT_DELIVERY_OFFICE)
    case = fresh(case)
    assert (case.state, case.closed_at, case.closed_by_order) == (State.HANDED_OVER, None, None)
    assert (case.clock, case.deliver_due_on) == ("deliver", due_on)
    assert facts(case)[-1] == "cases.reopened"
    assert Notice.objects.filter(subject=f"case:{case.id}", template="case_reopened").count() == 1
    hear(order_id, 7, Mail.DELIVERED)
    assert fresh(case).state == State.CLOSED


def test_a_signer_who_may_not_sign_closes_nothing_and_is_flagged_until_it_is_settled(cast: Cast) -> None:
    case, order_id = posted(cast)
    hear(order_id, 5, Mail.DELIVERED, ok=False)
    assert (fresh(case).state, fresh(case).flag) == (State.HANDED_OVER, Flag.SIGNER_NOT_ALLOWED)
    hear(order_id, 6, Mail.DELIVERED)
    assert (fresh(case).state, fresh(case).flag) == (State.CLOSED, "")


def test_a_good_delivery_that_turns_out_irregular_reopens_and_flags(cast: Cast) -> None:
    case, order_id = posted(cast)
    hear(order_id, 5, Mail.DELIVERED)
    hear(order_id, 6, Mail.DELIVERED, ok=False)
    assert (fresh(case).state, fresh(case).flag) == (State.HANDED_OVER, Flag.SIGNER_NOT_ALLOWED)


def test_a_returned_result_waits_at_the_window_and_the_person_is_told(cast: Cast) -> None:
    case, order_id = posted(cast)
    hear(order_id, 5, Mail.RETURNING)
    returned(order_id)
    hear(order_id, 6, Mail.RETURNED)
    case = fresh(case)
    assert (case.state, case.result_way) == (State.HANDED_OVER, "window")
    assert not case.parcels.filter(left_at=None).exists()
    assert Notice.objects.filter(subject=f"case:{case.id}", template="result_at_window").count() == 1
    assert hand_out(cast, case, LATER).state == State.CLOSED
    hear(order_id, 7, Mail.IN_TRANSIT)
    assert fresh(case).state == State.CLOSED, "what was given by hand is not reopened by a scan"


def test_a_withdrawn_return_puts_the_result_back_into_the_mail(cast: Cast) -> None:
    case, order_id = posted(cast)
    hear(order_id, 5, Mail.RETURNED)
    hear(order_id, 6, Mail.AT_DELIVERY_OFFICE)
    case = fresh(case)
    assert case.parcels.get(left_at=None).parcel.order_id == order_id
    hear(order_id, 7, Mail.DELIVERED)
    assert fresh(case).state == State.CLOSED


def test_a_lost_result_is_flagged(cast: Cast) -> None:
    case, order_id = posted(cast)
    hear(order_id, 5, Mail.LOST)
    assert (fresh(case).state, fresh(case).flag) == (State.HANDED_OVER, Flag.LOST)
    hear(order_id, 6, Mail.IN_TRANSIT)
    assert fresh(case).flag == ""
    assert facts(case).count("cases.flagged") == 2


def test_a_mail_given_up_by_the_desk_sends_its_results_into_a_new_parcel(cast: Cast) -> None:
    case, order_id = posted(cast)
    mail.cancel_order(order_id=order_id, reason="wrong label", at=LATER, by=cast.station)
    hear(order_id, 2, Mail.CANCELLED)
    again = Parcel.objects.get(contents__case=case, contents__left_at=None)
    assert (again.closed_at, again.order_id) == (None, None)
    second = actions.close_parcel(parcel_id=again.id, at=LATER + timedelta(hours=1), by=cast.station)
    assert second.order_id is not None
    hear(order_id, 3, Mail.DELIVERED)
    assert fresh(case).state == State.HANDED_OVER, "the mail that was given up speaks for nothing any more"
    hear(second.order_id, 4, Mail.DELIVERED)
    assert fresh(case).state == State.CLOSED


STORY = [(2, Mail.COLLECTED), (3, Mail.AT_DELIVERY_OFFICE), (4, Mail.DELIVERED), (5, Mail.OUT_FOR_DELIVERY), (6, Mail.DELIVERED)]


@pytest.mark.parametrize("order", list(permutations(range(5)))[::12])
def test_any_order_of_hearing_ends_where_the_newest_news_says(cast: Cast, order: tuple[int, ...]) -> None:
    case, order_id = posted(cast)
    for n in order:
        hear(order_id, *STORY[n])
    assert fresh(case).state == State.CLOSED
    assert CaseOrder.objects.get(case=case, order_id=order_id).version == 6


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(heard=st.lists(st.tuples(st.integers(2, 9), st.sampled_from(list(Mail)), st.booleans()), min_size=1, max_size=8))
def test_whatever_is_told_the_case_agrees_with_the_newest_word(cast: Cast, heard: list[tuple[int, Mail, bool]]) -> None:
    with transaction.atomic():
        case, order_id = posted(cast)
        newest, delivered = 1, False
        for version, after, ok in heard:
            hear(order_id, version, after, ok=ok)
            if version > newest:
                newest, delivered = version, after is Mail.DELIVERED and ok
        case = fresh(case)
        # A result that was given up or came back waits for a person; it never closes by the same order's later word alone
        # unless that word is a delivery.
        assert (case.state == State.CLOSED) == delivered
        transaction.set_rollback(True)


# -- papers -----------------------------------------------------------------------------


def collected(cast: Cast, *, missing: int = 0) -> tuple[Case, UUID]:
    case = make_case(cast, paper_way="door")
    order_id = case.orders.get().order_id
    papers = list(case.papers.order_by("position"))
    seen = {str(paper.id): n >= missing for n, paper in enumerate(papers)}
    mail.record_handover(
        order_id=order_id, verb=Verb.COLLECT, seen=seen, code=delivery.check_code_of(order_id), at=LATER, by=cast.zhao,
        request_id=uuid7(),
    )  # fmt: skip
    return case, order_id


def test_collected_papers_are_on_the_way_and_no_time_runs(cast: Cast) -> None:
    case, order_id = collected(cast)
    hear(order_id, 2, Mail.COLLECTED)
    assert {paper.status for paper in case.papers.all()} == {PaperStatus.ON_THE_WAY}
    assert (fresh(case).clock, facts(case)[-1]) == ("", "cases.papers_on_the_way")


def test_a_paper_missing_at_the_door_is_known_at_the_window(cast: Cast) -> None:
    case, order_id = collected(cast, missing=1)
    hear(order_id, 2, Mail.COLLECTED)
    statuses = list(case.papers.order_by("position").values_list("status", flat=True))
    assert statuses == [PaperStatus.MISSING, *[PaperStatus.ON_THE_WAY] * 3]


def test_news_that_comes_after_the_windows_receipt_takes_nothing_back(cast: Cast) -> None:
    case, order_id = collected(cast)
    actions.receive_papers(
        case_id=case.id, seen={paper.id: True for paper in case.papers.all()}, at=LATER, by=cast.wang, request_id=uuid7()
    )
    hear(order_id, 2, Mail.COLLECTED)
    hear(order_id, 3, Mail.DELIVERED)
    assert {paper.status for paper in case.papers.all()} == {PaperStatus.RECEIVED}


def test_a_collection_cancelled_by_the_post_lets_lin_bring_the_papers(cast: Cast) -> None:
    case = make_case(cast, paper_way="door")
    hear(case.orders.get().order_id, 2, Mail.CANCELLED)
    assert (fresh(case).paper_way, fresh(case).window_from) == ("bring", None)
    assert facts(case)[-1] == "cases.collection_cancelled"


def test_lins_own_cancellation_is_told_once(cast: Cast) -> None:
    case = make_case(cast, paper_way="door")
    actions.cancel_collection(case_id=case.id, at=LATER, by=cast.lin)
    hear(case.orders.get().order_id, 2, Mail.CANCELLED)
    assert facts(case).count("cases.collection_cancelled") == 1


def test_lost_papers_are_flagged(cast: Cast) -> None:
    case, order_id = collected(cast)
    hear(order_id, 3, Mail.LOST)
    assert fresh(case).flag == Flag.PAPERS_LOST


def back_in_the_mail(cast: Cast) -> tuple[Case, UUID]:
    """Lin withdrew, and the window posted the papers back."""
    case = receive(cast, make_case(cast), AT)
    actions.withdraw(case_id=case.id, at=AT, by=cast.lin)
    actions.return_papers(case_id=case.id, by_mail=True, at=LATER, by=cast.wang)
    return case, case.orders.get(leg="returned_papers").order_id


def statuses(case: Case) -> set[str]:
    return set(case.papers.values_list("status", flat=True))


@pytest.mark.parametrize("after", [Mail.RETURNED, Mail.CANCELLED])
def test_papers_that_did_not_reach_lin_are_at_the_window_again_and_given_there(cast: Cast, after: Mail) -> None:
    case, order_id = back_in_the_mail(cast)
    assert statuses(case) == {PaperStatus.RETURNED}
    hear(order_id, 3, after)
    assert statuses(case) == {PaperStatus.RECEIVED}
    assert facts(case)[-1] == "cases.papers_came_back"
    told = Notice.objects.filter(subject=f"case:{case.id}", template="papers_at_window").count()
    assert told == (1 if after is Mail.RETURNED else 0), "what was never posted gave nobody hope"
    assert case in queries.window_queue(cast.wang, at=LATER).lines
    actions.return_papers(case_id=case.id, by_mail=False, identity_checked=True, at=LATER + timedelta(hours=1), by=cast.wang)
    assert (statuses(case), facts(case)[-1]) == ({PaperStatus.RETURNED}, "cases.papers_returned")
    hear(order_id, 4, after)
    assert statuses(case) == {PaperStatus.RETURNED}, "what Lin fetched does not come back"


def test_a_return_that_was_withdrawn_takes_the_papers_from_the_window(cast: Cast) -> None:
    case, order_id = back_in_the_mail(cast)
    hear(order_id, 3, Mail.RETURNED)
    hear(order_id, 4, Mail.OUT_FOR_DELIVERY)
    assert statuses(case) == {PaperStatus.RETURNED}
    hear(order_id, 5, Mail.RETURNED)
    assert statuses(case) == {PaperStatus.RECEIVED}


def test_papers_lost_or_signed_for_by_a_stranger_on_their_way_back_are_flagged_until_it_is_settled(cast: Cast) -> None:
    case, order_id = back_in_the_mail(cast)
    hear(order_id, 3, Mail.LOST)
    assert fresh(case).flag == Flag.PAPERS_LOST
    hear(order_id, 4, Mail.DELIVERED, ok=False)
    assert fresh(case).flag == Flag.SIGNER_NOT_ALLOWED
    hear(order_id, 5, Mail.DELIVERED)
    assert (fresh(case).flag, statuses(case)) == ("", {PaperStatus.RETURNED})


def test_papers_posted_a_second_time_follow_the_second_mail_only(cast: Cast) -> None:
    case, first = back_in_the_mail(cast)
    hear(first, 3, Mail.RETURNED)
    actions.return_papers(case_id=case.id, by_mail=True, at=LATER + timedelta(hours=1), by=cast.wang)
    hear(first, 4, Mail.RETURNING)
    hear(first, 5, Mail.RETURNED)
    assert statuses(case) == {PaperStatus.RETURNED}


def returned(order_id: UUID) -> None:
    """The mail room's own word, for what asks it directly."""
    mail.record_handover(order_id=order_id, verb=Verb.POST, at=LATER + timedelta(minutes=1), by=SYSTEM, request_id=uuid7(), seen=None)
    mail.record_handover(order_id=order_id, verb=Verb.TAKE_BACK, at=LATER + timedelta(minutes=2), by=SYSTEM, request_id=uuid7())
