"""Every state × every verb through the real actions, every verb × every actor: what the tables do not allow is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from govpost.cases import actions, rules
from govpost.cases.actions import follow
from govpost.cases.models import Case, CaseOrder, HandoverList, Parcel
from govpost.cases.rules import Desk
from govpost.cases.states import TABLE, State, Verb
from govpost.cases.testing import SYSTEM, Cast, make_case, make_form, next_window, seen_all
from govpost.common.actor import Actor
from govpost.common.ids import uuid7
from govpost.common.refusal import NotFound, NotPermitted, Refusal
from govpost.delivery import actions as mail
from govpost.delivery.states import State as Mail
from govpost.parties.roles import Role
from govpost.parties.testing import staff_actor
from govpost.places.testing import AT

Do = Callable[[Case, datetime, Actor], object]
REMEDY = "可申请行政复议或提起行政诉讼"


def _news(case: Case, after: Mail, at: datetime) -> follow.News:
    """The post speaks of a result order of this case."""
    order = CaseOrder.objects.create(case=case, order_id=uuid7(), number="GP", leg="result", placed_at=at)
    if case.state == State.CLOSED:
        Case.objects.filter(id=case.id).update(closed_by_order=order.order_id)
    return follow.News(order.order_id, 1, after, True, at, at)


def _hand_over(case: Case, at: datetime, by: Actor) -> object:
    desk = Desk.STATION if case.result_way == "door" else Desk.WINDOW
    made = HandoverList.objects.create(
        id=uuid7(), number=f"JJ{uuid7()}", department=case.department, hall=case.hall, region=str(case.region), desk=desk.value,
        given_at=at, given_by="test",
    )  # fmt: skip
    made.items.create(case=case, serial=case.document_serial or "s")
    return actions.hand_over(list_id=made.id, found={case.document_serial or "s"}, at=at, by=by)


def _close_parcel(case: Case, at: datetime, by: Actor) -> object:
    binding = case.parcels.filter(left_at=None).first()
    parcel = (
        binding.parcel
        if binding
        else Parcel.objects.create(
            number=f"BG{uuid7()}", party=case.party, hall=case.hall, region=str(case.region), digest=b"", created_at=at
        )
    )
    if binding is None:
        parcel.contents.create(case=case, serial="s", joined_at=at)
    return actions.close_parcel(parcel_id=parcel.id, at=at, by=by)


DO: dict[Verb, Do] = {
    Verb.AMEND: lambda case, at, by: actions.amend(case_id=case.id, form=make_form(at), at=at, by=by),
    Verb.SUBMIT: lambda case, at, by: actions.submit(case_id=case.id, notice_version=rules.NOTICE.version, at=at, by=by),
    Verb.CANCEL_COLLECTION: lambda case, at, by: actions.cancel_collection(case_id=case.id, at=at, by=by),
    Verb.ORDER_COLLECTION_AGAIN: lambda case, at, by: actions.order_collection_again(case_id=case.id, window=next_window(at), at=at, by=by),
    Verb.RECEIVE_PAPERS: lambda case, at, by: actions.receive_papers(
        case_id=case.id, seen=seen_all(case), at=at, by=by, request_id=uuid7()
    ),
    Verb.REQUEST_CORRECTION: lambda case, at, by: actions.request_correction(case_id=case.id, items=["缺页"], at=at, by=by),
    Verb.RESUBMIT: lambda case, at, by: actions.resubmit(case_id=case.id, form=make_form(at), at=at, by=by),
    Verb.ACCEPT: lambda case, at, by: actions.accept(case_id=case.id, at=at, by=by),
    Verb.NOT_ACCEPT: lambda case, at, by: actions.not_accept(case_id=case.id, reason="不属职权", remedy=REMEDY, at=at, by=by),
    Verb.WITHDRAW: lambda case, at, by: actions.withdraw(case_id=case.id, at=at, by=by),
    Verb.TERMINATE: lambda case, at, by: actions.terminate(case_id=case.id, at=at + timedelta(days=60), by=by),
    Verb.RECORD_CONTACT: lambda case, at, by: actions.record_contact(
        case_id=case.id, phone="13900000077", identity_seen=True, at=at, by=by
    ),
    Verb.RETURN_PAPERS: lambda case, at, by: actions.return_papers(case_id=case.id, by_mail=True, at=at, by=by),
    Verb.APPROVE: lambda case, at, by: actions.approve(case_id=case.id, at=at, by=by),
    Verb.REFUSE: lambda case, at, by: actions.refuse(case_id=case.id, reason="不合标准", remedy=REMEDY, at=at, by=by),
    Verb.CHANGE_RESULT_WAY: lambda case, at, by: actions.change_result_way(case_id=case.id, at=at, by=by),
    Verb.HAND_OVER: _hand_over,
    Verb.CLOSE_PARCEL: _close_parcel,
    Verb.HAND_OUT: lambda case, at, by: actions.hand_out(case_id=case.id, identity_checked=True, at=at, by=by),
    Verb.CLOSE: lambda case, at, by: actions.follow_order(news=_news(case, Mail.DELIVERED, at), by=by),
    Verb.REOPEN: lambda case, at, by: actions.follow_order(news=_news(case, Mail.IN_TRANSIT, at), by=by),
}
# Allowed by the table and still refused, because this case's own facts say so.
OWN_FACTS = {
    (State.SUBMITTED, Verb.REQUEST_CORRECTION): "papers_not_here",
    (State.SUBMITTED, Verb.ACCEPT): "papers_not_here",
    (State.SUBMITTED, Verb.ORDER_COLLECTION_AGAIN): "collection_stands",
    (State.CORRECTING, Verb.RECEIVE_PAPERS): "nothing_expected",
    (State.ACCEPTED, Verb.RECEIVE_PAPERS): "nothing_expected",
    (State.TERMINATED, Verb.RECEIVE_PAPERS): "nothing_expected",
    (State.NOT_ACCEPTED, Verb.RETURN_PAPERS): "no_papers_here",
    (State.WITHDRAWN, Verb.RETURN_PAPERS): "no_papers_here",
}


def _refusal_of(do: Do, case: Case, at: datetime, by: Actor) -> Refusal | None:
    try:
        with transaction.atomic():
            do(case, at, by)
            transaction.set_rollback(True)
    except Refusal as refused:
        return refused
    return None


@pytest.mark.parametrize("state", State)
def test_each_verb_is_done_or_refused_as_the_table_says(cast: Cast, state: State) -> None:
    over: dict[str, Any] = {"result_way": "window"} if state is State.CLOSED else {}
    over |= {"paper_way": "door"} if state is State.SUBMITTED else {}
    case, at = make_case(cast, state, **over), AT + timedelta(hours=8)
    for verb in Verb:
        refused = _refusal_of(DO[verb], case, at, SYSTEM)
        if (state, verb) in OWN_FACTS:
            assert refused is not None, verb
            assert refused.code == OWN_FACTS[state, verb], verb
        elif (state, verb) in TABLE:
            assert refused is None, f"{verb}: {refused}"
        elif verb in (Verb.CLOSE, Verb.REOPEN):
            assert refused is None  # what the post tells is never refused; it changes nothing here, see below
        else:
            assert refused is not None, verb
            assert refused.code in {"wrong_state", "nothing_in_parcel", "papers_not_here", "correction_once"}, (verb, refused.code)


@pytest.mark.parametrize("state", [state for state in State if state not in (State.HANDED_OVER, State.CLOSED)])
def test_the_posts_facts_move_no_case_whose_result_is_not_in_the_mail(cast: Cast, state: State) -> None:
    case = make_case(cast, state)
    for after in Mail:
        actions.follow_order(news=_news(case, after, AT), by=SYSTEM)
    case.refresh_from_db()
    assert case.state == state


# Who may do what, in Bozhou, written out again: everybody else is refused.
MAY: dict[Verb, set[str]] = {
    Verb.AMEND: {"lin", "wang"}, Verb.SUBMIT: {"lin", "wang"}, Verb.RESUBMIT: {"lin", "wang"}, Verb.WITHDRAW: {"lin", "wang"},
    Verb.CANCEL_COLLECTION: {"lin", "wang"}, Verb.ORDER_COLLECTION_AGAIN: {"lin", "wang"},
    Verb.CHANGE_RESULT_WAY: {"lin", "wang", "station"},
    Verb.RECORD_CONTACT: {"wang"}, Verb.RECEIVE_PAPERS: {"wang"}, Verb.RETURN_PAPERS: {"wang"},
    Verb.REQUEST_CORRECTION: {"officer"}, Verb.ACCEPT: {"officer"}, Verb.NOT_ACCEPT: {"officer"}, Verb.APPROVE: {"officer"},
    Verb.REFUSE: {"officer"}, Verb.HAND_OVER: {"station"}, Verb.CLOSE_PARCEL: {"station"},
    Verb.HAND_OUT: {"wang", "station"}, Verb.TERMINATE: set(), Verb.CLOSE: set(), Verb.REOPEN: set(),
}  # fmt: skip
WHERE: dict[Verb, tuple[State, dict[str, Any]]] = {
    Verb.AMEND: (State.DRAFT, {}), Verb.SUBMIT: (State.DRAFT, {}), Verb.RESUBMIT: (State.CORRECTING, {}),
    Verb.WITHDRAW: (State.ACCEPTED, {}), Verb.CANCEL_COLLECTION: (State.SUBMITTED, {"paper_way": "door"}),
    Verb.ORDER_COLLECTION_AGAIN: (State.SUBMITTED, {"paper_way": "door"}),
    Verb.RECORD_CONTACT: (State.SUBMITTED, {}), Verb.CHANGE_RESULT_WAY: (State.APPROVED, {}), Verb.RECEIVE_PAPERS: (State.SUBMITTED, {}),
    Verb.RETURN_PAPERS: (State.TERMINATED, {}), Verb.REQUEST_CORRECTION: (State.SUBMITTED, {}),
    Verb.ACCEPT: (State.SUBMITTED, {}), Verb.NOT_ACCEPT: (State.SUBMITTED, {}),
    Verb.APPROVE: (State.ACCEPTED, {}), Verb.REFUSE: (State.ACCEPTED, {}), Verb.HAND_OVER: (State.APPROVED, {}),
    Verb.CLOSE_PARCEL: (State.HANDED_OVER, {}), Verb.HAND_OUT: (State.HANDED_OVER, {"result_way": "window"}),
    Verb.TERMINATE: (State.CORRECTING, {}), Verb.CLOSE: (State.HANDED_OVER, {}),
    Verb.REOPEN: (State.CLOSED, {"result_way": "window"}),
}  # fmt: skip


def _everybody(cast: Cast) -> dict[str, Actor]:
    """The cast, the same roles elsewhere, and the roles that only look."""
    jining: dict[str, str] = {"organisation": "jining-government", "region": "37.3708"}
    return {
        "lin": cast.lin, "qian": cast.qian, "wang": cast.wang, "officer": cast.officer, "station": cast.station,
        "zhao": cast.zhao, "supervisor": cast.supervisor, "wang of jining": staff_actor(Role.CLERK, **jining),
        "officer of another department": staff_actor(Role.OFFICER, organisation="bozhou-market"),
        "officer of jining": staff_actor(Role.OFFICER, organisation="jining-enforcement", region="37.3708"),
        "station of jining": staff_actor(Role.STATION, organisation="jining-post", region="37.3708", outlet="SL370800S1"),
        "nobody": Actor("staff", uuid7(), "nobody"),
    }  # fmt: skip


@pytest.mark.parametrize("verb", Verb)
def test_each_verb_is_for_those_who_may_and_refused_to_everybody_else(cast: Cast, verb: Verb) -> None:
    state, over = WHERE[verb]
    case, at = make_case(cast, state, **over), AT + timedelta(hours=8)
    if verb in (Verb.REQUEST_CORRECTION, Verb.ACCEPT):
        actions.receive_papers(case_id=case.id, seen=seen_all(case), at=at, by=cast.wang, request_id=uuid7())
    if verb is Verb.ORDER_COLLECTION_AGAIN:
        mail.cancel_order(order_id=case.orders.get().order_id, reason="5", at=at, by=SYSTEM)
    for name, actor in _everybody(cast).items():
        refused = _refusal_of(DO[verb], case, at, actor)
        if name in MAY[verb]:
            assert refused is None, (name, refused)
        else:
            assert isinstance(refused, NotPermitted | NotFound), (name, refused)
        if name == "qian":
            assert isinstance(refused, NotPermitted if verb in _OFFICE_ONLY else NotFound), refused


_OFFICE_ONLY = {verb for verb, who in MAY.items() if "lin" not in who}


def test_a_missing_case_is_not_found_by_anybody(cast: Cast) -> None:
    missing = Case(id=UUID(int=1))
    for verb in (Verb.SUBMIT, Verb.WITHDRAW, Verb.ACCEPT, Verb.APPROVE, Verb.TERMINATE):
        assert isinstance(_refusal_of(DO[verb], missing, AT, cast.lin), NotFound)
