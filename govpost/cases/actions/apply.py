"""The applicant's verbs, for oneself or through a window or another portal: draft, amend, submit, correct, withdraw, choose again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from govpost.cases import events, halls, mailing, queries, rules, sealing
from govpost.cases.actions.result import leave_parcel
from govpost.cases.intake import Checklist, Provided, missing
from govpost.cases.models import Case, CasePaper
from govpost.cases.moving import (
    belongs_to,
    lock,
    permit_own,
    require_move,
    say,
    start_department_clock,
    step,
    stop_clock,
    tell,
)
from govpost.cases.rules import MAY, Address, Channel, Choice, Form, PaperStatus, PaperWay, ResultWay
from govpost.cases.sealing import Said, Words
from govpost.cases.states import DECIDED, State, Verb
from govpost.catalogue import queries as catalogue
from govpost.catalogue.models import Paper, Service
from govpost.catalogue.rules import Owner, PaperForm
from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.ids import public_number, uuid7
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.parties.models import Party
from govpost.places import queries as places
from govpost.profiles import queries as profiles
from govpost.profiles.rules import Settings, Window


def draft(*, service_id: UUID, form: Form, at: datetime, by: Actor, party_id: UUID | None = None) -> Case:
    """Begin an application; anything may still be missing. `party_id`: the applicant, when a window or portal acts for one.

    Raises Refusal: decided_outside, for_organisations, for_persons, not_permitted, not_found.
    """
    with transaction.atomic():
        case = _new_case(service_id, _applicant(by, party_id), at)
        belongs_to(case, by)
        _permit_apply(by, case)
        fill(case, form)
        _permit_apply(by, case)
        sealing.put_words(case, Words())
        tell(case, events.DRAFTED, at=at, by=by)
    return case


def amend(*, case_id: UUID, form: Form, at: datetime, by: Actor) -> Case:
    """Replace what a draft holds."""
    with transaction.atomic():
        case = lock(case_id)
        permit_own(by, "apply", case)
        require_move(case, Verb.AMEND)
        belongs_to(case, by)
        fill(case, form)
        step(case, Verb.AMEND, events.AMENDED, at=at, by=by)
    return case


def submit(*, case_id: UUID, notice_version: str, at: datetime, by: Actor, screen: str = "") -> Case:
    """Submit a complete draft: it gets its public number, and what is in force now is copied onto it.

    Pins the profile, copies payer and reason of each leg, keeps which notice was confirmed and when. Papers that are fetched
    at the door are commissioned at once; when a window has them all in hand their receipt is now. screen: on what the applicant did
    it ("computer", "mobile"), where another platform says so.
    Raises InvalidInput naming the fields, Refusal (notice_not_read, …).
    """
    with transaction.atomic():
        case = lock(case_id)
        permit_own(by, "apply", case)
        require_move(case, Verb.SUBMIT)
        rules.notice_read(notice_version).require()
        settings = profiles.settings_for(str(case.region), shanghai_day(at))
        wanted = papers_wanted(case.service)
        belongs_to(case, by)
        checklist = _checklist_of(case, by)
        _check(case, settings, at, papers_wanted=bool(missing(checklist, (str(paper.id) for paper in wanted))))
        case.number, case.submitted_at = public_number("BJ", at), at
        case.notice_version, case.chosen_at = notice_version, at
        pin(case, settings)
        papers = _add_papers(case, wanted, checklist, at)
        to_come = [paper for paper in papers if paper.status == PaperStatus.EXPECTED]
        order = mailing.fetch_papers(case, to_come, at=at, by=by) if case.paper_way == PaperWay.DOOR else None
        if not to_come:
            _received_now(case, papers, at)
        facts = {"papers": len(papers), "channel": case.channel, "screen": screen, **_counted(papers), **mailing.order_facts(case, order)}
        step(case, Verb.SUBMIT, events.SUBMITTED, at=at, by=by, **facts)
        say(case, "case_submitted", at=at, by=by)
    return case


def apply_at_once(
    *, service_id: UUID, form: Form, notice_version: str, at: datetime, by: Actor, party_id: UUID | None = None, screen: str = ""
) -> Case:
    """Draft and submit in one: for another portal's interface and for the window."""
    with transaction.atomic():
        case = draft(service_id=service_id, form=form, at=at, by=by, party_id=party_id)
        return submit(case_id=case.id, notice_version=notice_version, at=at, by=by, screen=screen)


def resubmit(*, case_id: UUID, form: Form, at: datetime, by: Actor) -> Case:
    """Answer the one request for corrections: new answers, and papers again by door or brought.

    `form.paper_way` and `window` say how the papers of the correction travel; `address` and `result_way` change only if given.
    The department's time to accept begins again with the receipt of all that was asked for (行政许可法 32).
    """
    with transaction.atomic():
        case = lock(case_id)
        permit_own(by, "apply", case)
        require_move(case, Verb.RESUBMIT)
        papers = pending_papers(case)
        fill(case, _merged(case, form, papers_wanted=bool(papers)))
        _check(case, _pinned(case), at, papers_wanted=bool(papers))
        case.resubmitted_at, case.clock_from_at = at, None
        stop_clock(case)
        order = mailing.fetch_papers(case, papers, at=at, by=by) if case.paper_way == PaperWay.DOOR else None
        if not papers:
            start_department_clock(case, at)
        step(case, Verb.RESUBMIT, events.RESUBMITTED, at=at, by=by, papers=len(papers), **mailing.order_facts(case, order))
    return case


def withdraw(*, case_id: UUID, at: datetime, by: Actor) -> Case:
    """Take the application back, at any time before the decision.

    Papers not yet collected are not collected any more; papers under way are received by the window and sent back.
    """
    with transaction.atomic():
        case = lock(case_id)
        permit_own(by, "withdraw", case)
        require_move(case, Verb.WITHDRAW)
        order = mailing.stop_collection(case, reason="withdrawn", at=at, by=by)
        case.ended_at = at
        stop_clock(case)
        step(case, Verb.WITHDRAW, events.WITHDRAWN, at=at, by=by, order=order.order_id if order else None)
        say(case, "case_withdrawn", at=at, by=by)
    return case


def cancel_collection(*, case_id: UUID, at: datetime, by: Actor) -> Case:
    """No courier after all, while none has collected: the applicant brings the papers. Raises Refusal: nothing_to_cancel."""
    with transaction.atomic():
        case = lock(case_id)
        permit_own(by, "cancel_collection", case)
        require_move(case, Verb.CANCEL_COLLECTION)
        order = mailing.stop_collection(case, reason="cancelled_by_applicant", at=at, by=by)
        if order is None:
            sentence = Text("There is no collection to cancel: the papers have been collected or come another way.")
            raise Refusal("nothing_to_cancel", sentence)
        forget_collection(case)
        step(case, Verb.CANCEL_COLLECTION, events.COLLECTION_CANCELLED, at=at, by=by, order=order.order_id)
    return case


def change_result_way(*, case_id: UUID, at: datetime, by: Actor) -> Case:
    """Fetch the result after all: at the window while it is not posted, at the outlet once it has arrived there.

    Raises Refusal: already_window, in_the_mail (it is between two places; it can be kept once it has arrived).
    """
    with transaction.atomic():
        case = lock(case_id)
        permit_own(by, "change_result_way", case)
        require_move(case, Verb.CHANGE_RESULT_WAY)
        if case.result_way == ResultWay.WINDOW:
            raise Refusal("already_window", Text("The result is already kept for you to fetch."))
        place, order_id = _keep_result(case, at, by)
        case.result_way = ResultWay.WINDOW.value
        if place == "window" and case.state == State.HANDED_OVER:  # it lies at the desk to which the department gave it
            halls.move(case, halls.posting_hall(case))
        step(case, Verb.CHANGE_RESULT_WAY, events.RESULT_WAY_CHANGED, at=at, by=by, place=place, order=order_id)
        if place == "window" and case.state == State.HANDED_OVER:
            say(case, "result_at_window", at=at, by=by, key=str(case.version), place=case.hall.name)
    return case


def pending_papers(case: Case) -> list[CasePaper]:
    """Papers of the current round that the window does not have yet."""
    latest = case.papers.order_by("-round").values_list("round", flat=True).first()
    found = case.papers.filter(round=latest) if latest is not None else case.papers.none()
    waiting = [PaperStatus.EXPECTED.value, PaperStatus.ON_THE_WAY.value, PaperStatus.MISSING.value]
    return list(found.filter(status__in=waiting).order_by("position"))


def forget_collection(case: Case) -> None:
    case.paper_way, case.window_from, case.window_to = PaperWay.BRING.value, None, None


def _keep_result(case: Case, at: datetime, by: Actor) -> tuple[str, UUID | None]:
    """Where the result waits from now on ("window" or "outlet"), and the order that was stopped or kept."""
    if State(case.state) not in DECIDED:
        return "window", None
    order = mailing.live_result(case)
    if order is None:
        leave_parcel(case, at=at)
        return "window", None
    return mailing.keep_or_cancel_result(case, order, at=at, by=by), order.order_id


def _applicant(by: Actor, party_id: UUID | None) -> Party:
    wanted = by.id if by.kind == "person" else party_id
    found = Party.objects.filter(id=wanted).first() if wanted else None
    if found is None or (by.kind == "person" and party_id not in (None, by.id)):
        raise NotFound("party")
    return found


def _new_case(service_id: UUID, party: Party, at: datetime) -> Case:
    service = catalogue.service(service_id, shanghai_day(at))
    department = service.department
    if service.owner != Owner.INSIDE or department is None or department.hall is None:
        raise Refusal("decided_outside", Text("This item is decided elsewhere. The guide says where to apply."))
    rules.applicant_fits(subject=service.subject, kind=party.kind).require()
    hall = halls.hall_for(service) or department.hall
    return Case(
        id=uuid7(), state=State.DRAFT.value, service=service, party=party, department=department, hall=hall,
        region=str(hall.region), created_at=at,
    )  # fmt: skip


def _permit_apply(by: Actor, case: Case) -> None:
    """Asked again once the hall is known: an office takes in for the halls of its region."""
    if by.kind != "person":
        permit(by, "apply", MAY["apply"], region=str(case.region))


def fill(case: Case, form: Form) -> None:
    answers = {key: form.answers[key].strip() for key in rules.ANSWER_KEYS if key in form.answers}
    before = sealing.said(case) if case.sealed else Said()
    checklist = before.checklist if form.checklist is None else dict(form.checklist)
    _settle_hall(case, form, before.address)
    sealing.put_said(case, Said(answers, form.address, checklist, form.comer or before.comer, before.told, before.phone))
    case.paper_way, case.result_way = form.paper_way, form.result_way
    by_door = form.paper_way == PaperWay.DOOR
    case.window_from = form.window.start if form.window and by_door else None
    case.window_to = form.window.end if form.window and by_door else None


def _settle_hall(case: Case, form: Form, before: Address | None) -> None:
    """As chosen; else, while nobody stands at a counter and nothing was sent, where the address lies."""
    if State(case.state) is not State.DRAFT:
        return
    moved = form.address is not None and (before is None or before.division != form.address.division)
    if form.hall:
        halls.choose(case, form.hall)
    elif moved and form.address is not None and case.channel != Channel.WINDOW:
        halls.follow(case, form.address.division)


def _merged(case: Case, form: Form, *, papers_wanted: bool) -> Form:
    """A correction's form over what was said before."""
    before = sealing.said(case)
    return Form(
        answers={**before.answers, **form.answers}, address=form.address or before.address,
        paper_way=form.paper_way if papers_wanted else PaperWay.NONE.value, result_way=form.result_way or case.result_way,
        window=form.window,
    )  # fmt: skip


def _check(case: Case, settings: Settings, at: datetime, *, papers_wanted: bool) -> None:
    """Raise InvalidInput with everything that is wrong at once."""
    said = sealing.said(case)
    errors = halls.check_open(case, shanghai_day(at)) | rules.check_answers(said.answers) | rules.check_choice(
        Choice(case.paper_way, case.result_way), papers_wanted=papers_wanted, paper_ways=settings.papers_ways,
        result_ways=settings.result_ways,
    )  # fmt: skip
    window = Window(case.window_from, case.window_to) if case.window_from and case.window_to else None
    if case.paper_way == PaperWay.DOOR or case.result_way == ResultWay.DOOR:
        errors |= check_address(case, said, settings, window=window, at=at)
    if errors:
        raise InvalidInput(errors)


def check_address(case: Case, said: Said, settings: Settings, *, window: Window | None, at: datetime) -> dict[str, Text]:
    """What is wrong with the address and the time for the ways that the case holds, by field."""
    errors = rules.check_address(said.address)
    if said.address is None:
        return errors
    try:
        places.structured_address(said.address.division, said.address.street)
    except InvalidInput as invalid:
        return errors | invalid.errors
    if case.paper_way != PaperWay.DOOR:
        return errors
    reached = queries.reach_of(case, said.address, settings, at=at)
    wrong = reached.why_not(window)
    return errors | ({(reached.field or "window"): wrong} if wrong else {})


def pin(case: Case, settings: Settings) -> None:
    """What was in force when the applicant chose; a later change of the profile changes nothing for this case."""
    case.profile_pin = settings.pin
    payers = {leg: settings.payer_for(case.service.code, leg) for leg in ("papers", "result")}
    case.payers = {
        leg: {"payer": payer.kind.value, "reason": payer.reason.to_json(), "basis": payer.basis, "basis_en": payer.basis_en}
        for leg, payer in payers.items()
    }


def _pinned(case: Case) -> Settings:
    return profiles.settings_by_pin(case.profile_pin)


def papers_wanted(service: Service) -> list[Paper]:
    """The papers that must come on paper: required, not waived, not electronic."""
    return [
        paper for paper in catalogue.papers(service)
        if paper.required and not paper.waived and paper.form != PaperForm.ELECTRONIC
    ]  # fmt: skip


def _checklist_of(case: Case, by: Actor) -> Checklist:
    """What a window marked counts when a window submits; who goes on alone keeps all papers and has them all to send or bring."""
    return {} if by.kind == "person" else sealing.said(case).checklist


_STATUS = {
    Provided.PAPER: PaperStatus.RECEIVED, Provided.ELECTRONIC: PaperStatus.ELECTRONIC, Provided.WAIVED: PaperStatus.WAIVED,
    Provided.LATER: PaperStatus.EXPECTED,
}  # fmt: skip


def _add_papers(case: Case, wanted: Sequence[Paper], checklist: Checklist, at: datetime) -> list[CasePaper]:
    rows = []
    for position, paper in enumerate(wanted, start=1):
        given = checklist.get(str(paper.id))
        status = _STATUS[Provided(given.how)] if given else PaperStatus.EXPECTED
        rows.append(CasePaper(
            case=case, paper=paper, round=0, position=position, name=paper.name, name_en=paper.name_en,
            door_label=paper.name_on_door, status=status.value, status_at=at, how=given.how if given else "",
            why=given.why if given else "", licence=given.licence if given else "",
        ))  # fmt: skip
    return CasePaper.objects.bulk_create(rows)


def _received_now(case: Case, papers: Sequence[CasePaper], at: datetime) -> None:
    """Nothing has to come any more: the receipt is this moment, and the department's time begins."""
    if any(paper.status == PaperStatus.RECEIVED for paper in papers):
        case.papers_received_at = at
    start_department_clock(case, at)


def _counted(papers: Sequence[CasePaper]) -> dict[str, int]:
    """How the papers of an application stand that a window took in."""
    found = Counter(paper.how for paper in papers if paper.how)
    return {f"papers_{how}": count for how, count in sorted(found.items())}


def gaps(case: Case, *, checklist: Checklist, at: datetime) -> dict[str, Text]:
    """What is still wrong with a draft, by field; empty when it can be submitted."""
    to_come = missing(checklist, (str(paper.id) for paper in papers_wanted(case.service)))
    try:
        _check(case, profiles.settings_for(str(case.region), shanghai_day(at)), at, papers_wanted=bool(to_come))
    except InvalidInput as invalid:
        return dict(invalid.errors)
    return {}
