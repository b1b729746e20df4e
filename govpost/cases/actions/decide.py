"""The department's verbs: ask for corrections once, accept or not, approve or refuse; and what time does by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from govpost.cases import clocks, events, mailing, rules, sealing
from govpost.cases.actions.result import join_parcel
from govpost.cases.clocks import ClockKind, Term
from govpost.cases.models import Case, CasePaper
from govpost.cases.moving import (
    day_words,
    deadline,
    due_of,
    lock,
    permit_at,
    require_move,
    run_clock,
    say,
    start_decision_clock,
    start_delivery_clock,
    step,
    stop_clock,
    terms_of,
    wake,
)
from govpost.cases.rules import PaperStatus, ResultWay
from govpost.cases.states import Verb
from govpost.common.actor import Actor
from govpost.common.ids import public_number
from govpost.common.refusal import Decision, InvalidInput
from govpost.common.text import Text
from govpost.licences import actions as licences


def request_correction(
    *, case_id: UUID, items: Sequence[str], papers: Sequence[str] = (), days: int = clocks.CORRECTION_DAYS, at: datetime, by: Actor
) -> Case:
    """Tell the applicant everything that must be corrected, once (行政许可法 32).

    items: the points, in words. papers: names of papers that must come (again); those that were missing are asked for anyway.
    days: working days until which the answer is awaited. Raises Refusal: correction_once, correction_empty, papers_not_here.
    """
    with transaction.atomic():
        case = lock(case_id)
        permit_at(by, "request_correction", case)
        points = [item.strip() for item in items if item.strip()]
        before = case.correction_requested_at is not None
        if not before:  # a second request is refused by the law, whatever the state
            require_move(case, Verb.REQUEST_CORRECTION)
        rules.may_request_correction(requested_before=before, clock_started=case.clock_from_at is not None, items=points).require()
        clocks.may_still_answer(silence=_silence(case, at)).require()
        if days < 1:
            raise InvalidInput({"days": Text("Give at least one working day.")})
        sealing.put_words(case, sealing.Words(corrections=points))
        due = deadline(case, at, Term(days, "working", "地方办理规程"))
        case.correction_requested_at, case.correction_due_on = at, due.on
        run_clock(case, ClockKind.CORRECT, at, due, "working")
        _want_papers(case, papers, at)
        step(case, Verb.REQUEST_CORRECTION, events.CORRECTION_REQUESTED, at=at, by=by, items=len(points))
        wake(case, "cases.end_overdue_correction", due.on)
        say(case, "correction_wanted", at=at, by=by, until=day_words(due.on))
    return case


def accept(*, case_id: UUID, at: datetime, by: Actor) -> Case:
    """Accept the application: the time to decide runs from now; after five silent days it runs since the receipt.

    Raises Refusal: papers_not_here, wrong_state.
    """
    with transaction.atomic():
        case = lock(case_id)
        permit_at(by, "accept", case)
        require_move(case, Verb.ACCEPT)
        rules.papers_here(clock_started=case.clock_from_at is not None).require()
        silent = _silence(case, at).allowed  # too late to choose the day
        _accepted(case, since=case.clock_from_at if silent and case.clock_from_at else at, silent=silent, at=at, by=by)
    return case


def accept_silently(*, case_id: UUID, at: datetime, by: Actor) -> Case:
    """Five days without an answer: accepted by law on the day of receipt; the time to decide has run since then.

    Raises Refusal: not_due, no_silence, wrong_state.
    """
    with transaction.atomic():
        case = lock(case_id)
        permit_at(by, "accept_silently", case)
        require_move(case, Verb.ACCEPT)
        _silence(case, at).require()
        _accepted(case, since=case.clock_from_at or at, silent=True, at=at, by=by)
    return case


def not_accept(*, case_id: UUID, reason: str, remedy: str, at: datetime, by: Actor) -> Case:
    """Do not accept (不予受理), with reason and remedies. A collection that has not begun is cancelled."""
    with transaction.atomic():
        case = lock(case_id)
        permit_at(by, "not_accept", case)
        require_move(case, Verb.NOT_ACCEPT)
        clocks.may_still_answer(silence=_silence(case, at)).require()
        _give_reasons(case, reason, remedy)
        mailing.stop_collection(case, reason="not_accepted", at=at, by=by)
        case.ended_at = at
        stop_clock(case)
        step(case, Verb.NOT_ACCEPT, events.NOT_ACCEPTED, at=at, by=by)
        say(case, "case_not_accepted", at=at, by=by)
    return case


def terminate(*, case_id: UUID, at: datetime, by: Actor) -> Case:
    """The corrections did not come in time: the case ends. Raises Refusal: not_due, wrong_state."""
    with transaction.atomic():
        case = lock(case_id)
        permit_at(by, "terminate", case)
        require_move(case, Verb.TERMINATE)
        clocks.correction_overdue(due_on=case.correction_due_on, at=at).require()
        case.ended_at = at
        stop_clock(case)
        step(case, Verb.TERMINATE, events.TERMINATED, at=at, by=by)
        say(case, "case_terminated", at=at, by=by)
    return case


def approve(*, case_id: UUID, years: int | None = None, at: datetime, by: Actor) -> Case:
    """Approve: the licence is issued, for `years` or as long as the item says; one that is posted joins the applicant's parcel."""
    with transaction.atomic():
        case = lock(case_id)
        permit_at(by, "approve", case)
        require_move(case, Verb.APPROVE)
        if case.service.licence_type_code:
            case.licence = licences.issue(
                case_number=case.number or "", type_code=case.service.licence_type_code, name=case.service.result_name,
                issuer=case.department, holder=case.party,
                years=years or case.service.licence_years, region=str(case.region), at=at, by=by,
            )  # fmt: skip
        _decided(case, Verb.APPROVE, events.APPROVED, at, by)
        say(case, "case_approved", at=at, by=by)
    return case


def refuse(*, case_id: UUID, reason: str, remedy: str, at: datetime, by: Actor) -> Case:
    """Refuse, with reason and remedies; the decision letter travels the way that the applicant chose."""
    with transaction.atomic():
        case = lock(case_id)
        permit_at(by, "refuse", case)
        require_move(case, Verb.REFUSE)
        _give_reasons(case, reason, remedy)
        _decided(case, Verb.REFUSE, events.REFUSED, at, by)
        say(case, "case_refused", at=at, by=by)
    return case


def _silence(case: Case, at: datetime) -> Decision:
    due_on = case.accept_due_on if case.clock == ClockKind.ACCEPT else None
    return clocks.silence_accepts(is_licence=terms_of(case.service).is_licence, due_on=due_on, at=at)


def _accepted(case: Case, *, since: datetime, silent: bool, at: datetime, by: Actor) -> None:
    case.accepted_at, case.accepted_by_silence = since, silent
    start_decision_clock(case, since)
    step(case, Verb.ACCEPT, events.ACCEPTED, at=at, by=by, silent=silent, accepted_at=since)
    due_on = due_of(case)
    if due_on is not None:
        say(case, "case_accepted", at=at, by=by, until=day_words(due_on))


def _decided(case: Case, verb: Verb, event: str, at: datetime, by: Actor) -> None:
    """Issue the paper's serial, start the time to deliver, and put a result that is to be posted into its parcel."""
    case.decided_at = at
    case.document_serial = case.licence.serial if case.licence else public_number("JD", at)
    start_delivery_clock(case, at)
    case.save()
    parcel = join_parcel(case, at=at) if case.result_way == ResultWay.DOOR else None
    step(
        case, verb, event, at=at, by=by, parcel=parcel.number if parcel else None,
        licence=case.licence.identifier if case.licence else None, document=case.document_serial,
    )  # fmt: skip


def _give_reasons(case: Case, reason: str, remedy: str) -> None:
    rules.may_decide(reason=reason, remedy=remedy).require()
    words = sealing.words(case)
    words.reason, words.remedy = reason.strip(), remedy.strip()
    sealing.put_words(case, words)


def _want_papers(case: Case, names: Sequence[str], at: datetime) -> None:
    """The papers of the correction: what was missing, and what the officer names. Their door labels go on neutrally."""
    missing = [(p.paper_id, p.name, p.name_en) for p in case.papers.filter(status=PaperStatus.MISSING.value).order_by("position")]
    named = [(None, name.strip(), name.strip()) for name in names if name.strip()]
    CasePaper.objects.bulk_create(
        CasePaper(
            case=case, paper_id=paper_id, round=1, position=position, name=name, name_en=name_en,
            door_label=f"补正材料 {position}", status=PaperStatus.EXPECTED.value, status_at=at,
        )
        for position, (paper_id, name, name_en) in enumerate([*missing, *named], start=1)
    )  # fmt: skip
