"""A case that another system already has comes in as it stands there: every move under its own moment, and nothing is done anew.

Nobody is told by short message, no courier is ordered, no licence of ours is issued; from here on it is a case like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from govpost.cases import clocks, events, history, lights, rules, sealing
from govpost.cases.actions.apply import papers_wanted, pin
from govpost.cases.actions.result import join_parcel
from govpost.cases.clocks import ClockKind, Term
from govpost.cases.history import Told
from govpost.cases.intake import Provided, Source
from govpost.cases.models import Case, CaseOrder, CasePaper, ParcelCase
from govpost.cases.moving import (
    deadline,
    lock,
    run_clock,
    start_decision_clock,
    start_delivery_clock,
    start_department_clock,
    step,
    stop_clock,
    wake_up,
)
from govpost.cases.rules import MAY, Leg, PaperStatus, PaperWay, ResultWay
from govpost.cases.sealing import Said, Words
from govpost.cases.states import State, Verb
from govpost.catalogue import queries as catalogue
from govpost.catalogue.models import Service
from govpost.catalogue.rules import Owner
from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.ids import public_number, uuid7
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.delivery import queries as delivery
from govpost.delivery.states import State as Mail
from govpost.parties import actions as parties
from govpost.parties import queries as contacts
from govpost.parties.models import Party
from govpost.places.identifiers import cleaned
from govpost.places.models import Hall
from govpost.profiles import queries as profiles

SOURCE = "import"


@dataclass(frozen=True, slots=True)
class Brought:
    """The case here, whether it is new, and how many of its moves were made now."""

    case: Case
    new: bool
    moves: int


def bring_in(*, told: Told, at: datetime, by: Actor) -> Brought:
    """Make the case, or bring one that came in before to where it stands there now; the same again changes nothing.

    A case is known by its number there (or here) within its department; what was begun here is left alone.
    Raises InvalidInput naming the fields, Refusal (no_profile, told_differently, moved_on_here).
    """
    permit(by, "bring_in", MAY["bring_in"])
    if errors := history.check(told, at=at):
        raise InvalidInput(errors)
    try:
        with transaction.atomic():
            service, hall = _service(told)
            party = _party(told, service, hall, at, by)
            case = _standing(told, service)
            if case is None:
                return Brought(_new(told, service, hall, party, at, by), True, 1)
            if not case.ref:
                return Brought(case, False, 0)
            if (case.party_id, case.service.task_code) != (party.id, service.task_code):
                raise Refusal("told_differently", Text("This number is here for another applicant or item. Compare both."))
            return Brought(case, False, _go_on(case, told, at, by))
    except IntegrityError as error:
        if "document_serial" not in str(error):
            raise
        raise InvalidInput({"document": Text("This serial belongs to another case's result. Compare both with their papers.")}) from None


def _service(told: Told) -> tuple[Service, Hall]:
    try:
        service = catalogue.service(told.item, shanghai_day(told.submitted_at))
    except NotFound:
        sentence = Text("No item with this code was offered on that day. Look at the catalogue's versions.")
        raise InvalidInput({"item": sentence}) from None
    department = service.department
    if service.owner != Owner.INSIDE or department is None or department.hall is None:
        raise InvalidInput({"item": Text("This item is decided elsewhere: no case of it can be here.")})
    if told.department not in ("", department.code):
        raise InvalidInput({"department": Text("Another department decides this item. Correct the department or the item.")})
    return service, department.hall


def _party(told: Told, service: Service, hall: Hall, at: datetime, by: Actor) -> Party:
    """The other system vouches for the applicant; whoever is known by this number already is the same person."""
    who = told.applicant
    party = parties.introduce_party(
        name=who.name, id_type=who.id_type, id_number=who.id_number, phone=who.phone, region=str(hall.region), at=at, by=by
    )
    fits = rules.applicant_fits(subject=service.subject, kind=party.kind)
    if not fits.allowed:
        raise InvalidInput({"id_type": fits.sentence})
    return party


def _standing(told: Told, service: Service) -> Case | None:
    known = Case.objects.filter(department_id=service.department_id)
    found = known.filter(ref=told.ref).first() or known.filter(number=told.ref).first()
    return lock(found.id) if found else None


def _new(told: Told, service: Service, hall: Hall, party: Party, at: datetime, by: Actor) -> Case:
    case = Case(
        id=uuid7(), ref=told.ref, number=public_number("BJ", at), state=State.DRAFT.value, service=service, party=party,
        department=service.department, hall=hall, region=str(hall.region), channel=told.channel, created_at=at,
        paper_way=told.paper_way, result_way=told.result_way,
    )  # fmt: skip
    answers = {key: told.answers[key] for key in rules.ANSWER_KEYS if told.answers.get(key)}
    phone = cleaned(told.applicant.phone)
    elsewhere = phone != contacts.contact_of(party.id).phone  # the account's own telephone stays as it is
    sealing.put_said(case, Said(answers, told.address, phone=phone if elsewhere else ""))
    sealing.put_words(case, Words())
    pin(case, profiles.settings_for(str(hall.region), shanghai_day(told.submitted_at)))
    case.save()
    _go_on(case, told, at, by)
    return case


def _go_on(case: Case, told: Told, at: datetime, by: Actor) -> int:
    """Make the moves that were not made here yet; returns how many."""
    made = 0
    for verb, moment in history.moves(told):
        if _is_made(case, verb):
            continue
        try:
            _VERBS[verb](case, told, moment, at, by)
        except Refusal as refused:
            if refused.code != "wrong_state":
                raise
            sentence = Text("The case has moved on here (%(state)s). Go on with it at the desk.", {"state": case.state})
            raise Refusal("moved_on_here", sentence) from None
        made += 1
    if made:
        _follow_mail(case, told, at, by)
        wake_up(case)
    return made


def _is_made(case: Case, verb: Verb) -> bool:
    return case.state != State.DRAFT and getattr(case, history.MOMENTS[verb]) is not None


# -- the moves -----------------------------------------------------------------------


def _submit(case: Case, told: Told, moment: datetime, at: datetime, by: Actor) -> None:
    case.submitted_at = moment
    wanted = papers_wanted(case.service)
    elsewhere = told.paper_way == PaperWay.NONE
    how, why = (Provided.ELECTRONIC.value, Source.COPY.value) if elsewhere else ("", "")
    status = PaperStatus.ELECTRONIC if elsewhere else PaperStatus.EXPECTED
    CasePaper.objects.bulk_create(
        CasePaper(
            case=case, paper=paper, round=0, position=position, name=paper.name, name_en=paper.name_en,
            door_label=paper.name_on_door, status=status.value, status_at=moment, how=how, why=why,
        )
        for position, paper in enumerate(wanted, start=1)
    )  # fmt: skip
    if elsewhere or not wanted:
        start_department_clock(case, moment, timed=False)
    _tell(case, Verb.SUBMIT, events.SUBMITTED, moment, at, by, papers=len(wanted), channel=case.channel, screen="")
    _link(case, told.papers_mail, Leg.PAPERS, "papers_mail")


def _receive(case: Case, told: Told, moment: datetime, at: datetime, by: Actor) -> None:
    received = case.papers.filter(status__in=[PaperStatus.EXPECTED.value, PaperStatus.ON_THE_WAY.value])
    count = received.update(status=PaperStatus.RECEIVED.value, status_at=moment)
    case.papers_received_at = moment
    if case.state == State.SUBMITTED and case.clock_from_at is None:
        start_department_clock(case, moment, timed=False)
    _tell(case, Verb.RECEIVE_PAPERS, events.PAPERS_RECEIVED, moment, at, by, order=None, received=count, missing=0)


def _correct(case: Case, told: Told, moment: datetime, at: datetime, by: Actor) -> None:
    sealing.put_words(case, Words(corrections=list(told.corrections)))
    due = deadline(case, moment, Term(clocks.CORRECTION_DAYS, "working", "地方办理规程"))
    case.correction_requested_at, case.correction_due_on = moment, told.correction_due_on or due.on
    run_clock(case, ClockKind.CORRECT, moment, due, "working")
    _tell(case, Verb.REQUEST_CORRECTION, events.CORRECTION_REQUESTED, moment, at, by, items=len(told.corrections))


def _resubmit(case: Case, told: Told, moment: datetime, at: datetime, by: Actor) -> None:
    case.resubmitted_at, case.clock_from_at = moment, None
    stop_clock(case)
    if told.papers_received_at is None or told.papers_received_at <= moment:
        start_department_clock(case, moment, timed=False)
    _tell(case, Verb.RESUBMIT, events.RESUBMITTED, moment, at, by, papers=0, order=None)


def _accept(case: Case, told: Told, moment: datetime, at: datetime, by: Actor) -> None:
    case.accepted_at = moment
    start_decision_clock(case, moment)
    _tell(case, Verb.ACCEPT, events.ACCEPTED, moment, at, by, silent=False, accepted_at=moment)


def _decide(case: Case, told: Told, moment: datetime, at: datetime, by: Actor) -> None:
    """The document is the other system's; a licence that it issued is not issued again here."""
    verb, event = (Verb.REFUSE, events.REFUSED) if told.refused else (Verb.APPROVE, events.APPROVED)
    _reasons(case, told)
    case.decided_at = moment
    case.document_serial = told.document or public_number("JD", at)
    start_delivery_clock(case, moment)
    _tell(case, verb, event, moment, at, by, parcel=None, licence=None, document=case.document_serial)


def _hand_over(case: Case, told: Told, moment: datetime, at: datetime, by: Actor) -> None:
    case.handed_over_at = moment
    desk = "station" if case.result_way == ResultWay.DOOR else "window"
    _tell(case, Verb.HAND_OVER, events.HANDED_OVER, moment, at, by, list=None, desk=desk)
    _link(case, told.result_mail, Leg.RESULT, "result_mail")


def _close(case: Case, told: Told, moment: datetime, at: datetime, by: Actor) -> None:
    order = case.orders.filter(leg=Leg.RESULT.value).first()
    case.closed_at, case.closed_by_order, case.flag = moment, order.order_id if order else None, ""
    stop_clock(case)
    ParcelCase.objects.filter(case=case, parcel__closed_at=None, left_at=None).update(left_at=at)
    how = "delivered" if case.result_way == ResultWay.DOOR else "window"
    _tell(case, Verb.CLOSE, events.CLOSED, moment, at, by, how=how, order=case.closed_by_order)


def _end(verb: Verb, event: str) -> Callable[[Case, Told, datetime, datetime, Actor], None]:
    def end(case: Case, told: Told, moment: datetime, at: datetime, by: Actor) -> None:
        if verb is Verb.NOT_ACCEPT:
            _reasons(case, told)
        case.ended_at = moment
        stop_clock(case)
        _give_back(case, moment)
        _tell(case, verb, event, moment, at, by)

    return end


_VERBS: Mapping[Verb, Callable[[Case, Told, datetime, datetime, Actor], None]] = {
    Verb.SUBMIT: _submit, Verb.RECEIVE_PAPERS: _receive, Verb.REQUEST_CORRECTION: _correct, Verb.RESUBMIT: _resubmit,
    Verb.ACCEPT: _accept, Verb.APPROVE: _decide, Verb.REFUSE: _decide, Verb.HAND_OVER: _hand_over, Verb.CLOSE: _close,
    Verb.NOT_ACCEPT: _end(Verb.NOT_ACCEPT, events.NOT_ACCEPTED), Verb.WITHDRAW: _end(Verb.WITHDRAW, events.WITHDRAWN),
    Verb.TERMINATE: _end(Verb.TERMINATE, events.TERMINATED),
}  # fmt: skip


def _tell(case: Case, verb: Verb, event: str, moment: datetime, at: datetime, by: Actor, **facts: Any) -> None:
    step(case, verb, event, at=at, by=by, occurred_at=moment, source=SOURCE, **facts)


def _give_back(case: Case, moment: datetime) -> None:
    """Where a case ended elsewhere its papers went back from there."""
    case.papers.filter(status=PaperStatus.RECEIVED.value).update(status=PaperStatus.RETURNED.value, status_at=moment)


def _reasons(case: Case, told: Told) -> None:
    words = sealing.words(case)
    words.reason, words.remedy = told.reason, told.remedy
    sealing.put_words(case, words)


# -- what it waits for now --------------------------------------------------------------


def _link(case: Case, number: str, leg: Leg, name: str) -> None:
    """Mail that is here carries something for this case: its news moves the case from now on."""
    if not number:
        return
    order = delivery.by_any_number(number)
    if order is None or order.organisation_id != case.department_id:
        raise InvalidInput({name: Text("The department has no mail of this number here. Import the orders first.")})
    CaseOrder.objects.create(
        case=case,
        order_id=order.id,
        number=order.number,
        leg=leg.value,
        heard=order.state,
        version=order.version,
        placed_at=order.placed_at,
    )
    if lights.note_mail(case):
        case.save(update_fields=["mail_amber_at", "mail_red_at"])


def _follow_mail(case: Case, told: Told, at: datetime, by: Actor) -> None:
    """What has to be brought and is in no mail yet lies at the desk, in the applicant's parcel; what was delivered meanwhile is closed."""
    if case.state not in (State.APPROVED, State.REFUSED, State.HANDED_OVER) or case.result_way != ResultWay.DOOR:
        return
    linked = case.orders.filter(leg=Leg.RESULT.value).first()
    if linked is None:
        if not ParcelCase.objects.filter(case=case, left_at=None).exists():
            join_parcel(case, at=at)
        return
    order = delivery.by_id(linked.order_id)
    if Mail(order.state) is Mail.DELIVERED and order.delivered_ok and case.state == State.HANDED_OVER:
        _close(case, told, order.delivered_at or at, at, by)
