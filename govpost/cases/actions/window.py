"""The window's verbs: receive papers however they come, give papers back, hand out a result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from govpost.cases import events, mailing, rules
from govpost.cases.actions.apply import pending_papers
from govpost.cases.actions.result import leave_parcel
from govpost.cases.models import Case, CasePaper
from govpost.cases.moving import (
    lock,
    permit_at,
    require_move,
    say,
    start_department_clock,
    step,
    stop_clock,
)
from govpost.cases.rules import PaperStatus
from govpost.cases.states import State, Verb
from govpost.common.actor import Actor
from govpost.common.refusal import InvalidInput, Refusal
from govpost.common.text import Text


def receive_papers(*, case_id: UUID, seen: Mapping[UUID, bool], at: datetime, by: Actor, request_id: UUID) -> Case:
    """The window has papers in hand: seen or missing for each paper it still waits for (`seen` by paper id).

    However they came: a collection that is under way ends here as received. In a submitted case the receipt starts the
    department's time; in a case that has ended it only makes the papers ready to go back.
    Raises InvalidInput (papers), Refusal (wrong_state, count_incomplete, nothing_expected).
    """
    with transaction.atomic():
        case = lock(case_id)
        permit_at(by, "receive_papers", case)
        require_move(case, Verb.RECEIVE_PAPERS)
        if _was_received(case, seen):
            return case
        papers = pending_papers(case)
        _refuse_count(papers, seen)
        order = mailing.receive_collection(case, seen, at=at, by=by, request_id=request_id)
        _note(papers, seen, at)
        case.papers_received_at = at
        starts = case.state == State.SUBMITTED and case.clock_from_at is None
        if starts:
            start_department_clock(case, at)
        counts: dict[str, Any] = {"received": sum(seen.values()), "missing": sum(not there for there in seen.values())}
        step(case, Verb.RECEIVE_PAPERS, events.PAPERS_RECEIVED, at=at, by=by, order=order, **counts)
        if starts:
            say(case, "papers_received", at=at, by=by, key=str(case.version))
    return case


def return_papers(*, case_id: UUID, by_mail: bool, identity_checked: bool = False, at: datetime, by: Actor) -> Case:
    """Give the papers of a case that ended early back: by mail to the applicant's address, or at the window.

    Raises Refusal: wrong_state, no_papers_here, no_address, identity_not_checked.
    """
    with transaction.atomic():
        case = lock(case_id)
        permit_at(by, "return_papers", case)
        require_move(case, Verb.RETURN_PAPERS)
        papers = list(case.papers.select_for_update().filter(status=PaperStatus.RECEIVED.value))
        if not papers:
            raise Refusal("no_papers_here", Text("The window has none of this case's papers."))
        if not by_mail:
            rules.may_hand_out(identity_checked=identity_checked, in_the_mail=False).require()
        order = mailing.send_papers_back(case, papers, at=at, by=by) if by_mail else None
        _mark(papers, PaperStatus.RETURNED, at)
        how = "mail" if by_mail else "window"
        facts = mailing.order_facts(case, order)
        step(case, Verb.RETURN_PAPERS, events.PAPERS_RETURNED, at=at, by=by, how=how, papers=len(papers), **facts)
    return case


def hand_out(*, case_id: UUID, identity_checked: bool, relation: str = "addressee", at: datetime, by: Actor) -> Case:
    """The result is given at the window to the applicant or whom the applicant sent; the case closes.

    relation: "addressee", or "agent" where the item's rule allows one.
    Raises Refusal: identity_not_checked, in_the_mail, signer_not_allowed, wrong_state.
    """
    with transaction.atomic():
        case = lock(case_id)
        permit_at(by, "hand_out", case)
        require_move(case, Verb.HAND_OUT)
        rules.may_hand_out(identity_checked=identity_checked, in_the_mail=mailing.live_result(case) is not None).require()
        signer = rules.signer_of(relation)
        rules.may_fetch(signers=case.service.signers, signer=signer, basis=case.service.mail_basis).require()
        leave_parcel(case, at=at)
        case.closed_at, case.closed_by_order, case.flag = at, None, ""
        stop_clock(case)
        step(case, Verb.HAND_OUT, events.CLOSED, at=at, by=by, how="window", order=None, signer=signer)
        say(case, "case_closed", at=at, by=by, key=str(case.version))
    return case


def _was_received(case: Case, seen: Mapping[UUID, bool]) -> bool:
    """Whether this very count was recorded before: the button was pressed twice."""
    known = dict(case.papers.filter(id__in=list(seen)).values_list("id", "status"))
    wanted = {paper_id: PaperStatus.RECEIVED.value if there else PaperStatus.MISSING.value for paper_id, there in seen.items()}
    return any(seen.values()) and known == wanted


def _refuse_count(papers: list[CasePaper], seen: Mapping[UUID, bool]) -> None:
    if not papers:
        raise Refusal("nothing_expected", Text("No paper of this case is expected at the window now."))
    if set(seen) != {paper.id for paper in papers}:
        raise Refusal("count_incomplete", Text("Mark every paper as seen or missing before you go on."))
    if not any(seen.values()):
        raise InvalidInput({"papers": Text("Nothing was received: mark at least one paper as seen.")})


def _note(papers: list[CasePaper], seen: Mapping[UUID, bool], at: datetime) -> None:
    _mark([paper for paper in papers if seen[paper.id]], PaperStatus.RECEIVED, at)
    _mark([paper for paper in papers if not seen[paper.id]], PaperStatus.MISSING, at)


def _mark(papers: list[CasePaper], status: PaperStatus, at: datetime) -> None:
    CasePaper.objects.filter(id__in=[paper.id for paper in papers]).update(status=status.value, status_at=at)
