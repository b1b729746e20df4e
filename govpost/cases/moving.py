"""What every verb does: lock the case, ask whether this actor may, move by the table, keep the term, tell one fact, say it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from govpost.cases import clocks, halls, sealing
from govpost.cases.clocks import ClockKind, ItemTerms, Term
from govpost.cases.models import Case
from govpost.cases.rules import MAY, PAPERS_HELD, Channel
from govpost.cases.states import ENDED_EARLY, TABLE, State, Verb
from govpost.catalogue.models import Service
from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day, shanghai_midnight
from govpost.common.refusal import NotFound, Refusal
from govpost.common.text import Text
from govpost.journal.actions import record
from govpost.notices import actions as notices
from govpost.parties import queries as parties
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.places.rules import Deadline


def lock(case_id: UUID) -> Case:
    """The case with what its verbs need, locked until the caller commits; raises `NotFound`."""
    found = Case.objects.select_for_update(of=("self",)).filter(id=case_id)
    case = found.select_related("service", "party", "department__hall__station", "hall__station").first()
    if case is None:
        raise NotFound("case")
    return case


def permit_at(by: Actor, verb: str, case: Case) -> None:
    """An office's right: the role in the case's region, and for an officer in the case's department."""
    _permit(by, verb, region=str(case.region), department_id=case.department_id, intake_id=case.intake_id)


def permit_own(by: Actor, verb: str, case: Case) -> None:
    """The applicant's right is the relation; a stranger's case does not exist. Others need a role of `MAY[verb]`."""
    if by.kind == "person":
        if case.party_id != by.id:
            raise NotFound("case")
        return
    permit_at(by, verb, case)


def _permit(by: Actor, verb: str, *, region: str, department_id: UUID, intake_id: UUID | None) -> None:
    """Officers act for their department, integrators for what they took in; the other roles for their region."""
    if by.is_system:
        return
    bound = {Role.OFFICER: department_id, Role.INTEGRATOR: intake_id}
    for role in MAY[verb]:
        if role == Role.INTEGRATOR and intake_id is None:
            continue
        if by.has(role, region, bound.get(role)):
            return
    permit(by, verb, (), region=region)


def on_behalf(by: Actor) -> Actor:
    """For the mail room, whose verbs know no applicants: the case has asked for the right; the label stays who it was."""
    return Actor("system", by.id, by.label)


_CHANNELS = {"person": Channel.PORTAL, "staff": Channel.WINDOW, "partner": Channel.PARTNER}


def belongs_to(case: Case, by: Actor) -> None:
    """Whoever drafts, goes on or submits has the application in hand: a draft of the counter may be finished on the phone."""
    channel = _CHANNELS.get(by.kind)
    if channel is None:
        return
    before, case.channel = case.intake_id, channel.value
    case.clerk_id = by.id if channel is Channel.WINDOW else None
    case.intake_id = None if channel is Channel.PORTAL else next(iter(by.organisations(MAY["apply"])), case.intake_id)
    if channel is Channel.WINDOW and case.intake_id != before:
        halls.stand_at(case, case.intake_id)


def require_move(case: Case, verb: Verb) -> None:
    """Refuse what the table does not allow now; asked before anything else is changed."""
    if (State(case.state), verb) not in TABLE:
        raise Refusal(
            "wrong_state",
            Text("This cannot be done now: the case has moved on. Reload the page to see where it stands."),
            state=case.state,
            verb=verb.value,
        )


def step(case: Case, verb: Verb, event: str, *, at: datetime, by: Actor, occurred_at: datetime | None = None, **facts: Any) -> None:
    """Make the move of `verb`, save the whole case and tell `event`."""
    before = case.state
    _move(case, verb)
    tell(case, event, before=before, at=at, by=by, occurred_at=occurred_at, **facts)


def tell(
    case: Case, event: str, *, at: datetime, by: Actor, before: str | None = None, occurred_at: datetime | None = None, **facts: Any
) -> None:
    """Save the case under its next version and write the fact."""
    case.version += 1
    case.papers_to_return = case.state in ENDED_EARLY and case.papers.filter(status__in=[s.value for s in PAPERS_HELD]).exists()
    case.save()
    record(
        event, subject=f"case:{case.id}", region=str(case.region), at=at, by=by, occurred_at=occurred_at,
        **_payload(case, before or case.state), **facts,
    )  # fmt: skip


def _move(case: Case, verb: Verb) -> None:
    require_move(case, verb)
    case.state = TABLE[State(case.state), verb].value


def _payload(case: Case, before: str) -> dict[str, Any]:
    due_on = due_of(case)
    return {
        "case": case.id, "number": case.number or "", "version": case.version, "before": before, "state": case.state,
        "service": case.service_id, "item": case.service.code, "department": case.department_id, "hall": case.hall.code,
        "party": case.party_id, "paper_way": case.paper_way, "result_way": case.result_way, "clock": case.clock,
        "due_on": due_on, "due_confirmed": case.due_confirmed,
    }  # fmt: skip


# -- terms -----------------------------------------------------------------------


def terms_of(service: Service) -> ItemTerms:
    return ItemTerms(
        service.item_type, service.accept_days, service.decide_days, service.decide_unit, service.decide_basis,
        service.deliver_days,
    )  # fmt: skip


def due_of(case: Case) -> date | None:
    """The last day of the term that runs now."""
    return {
        ClockKind.ACCEPT: case.accept_due_on,
        ClockKind.CORRECT: case.correction_due_on,
        ClockKind.DECIDE: case.decide_due_on,
        ClockKind.DELIVER: case.deliver_due_on,
    }.get(ClockKind(case.clock)) if case.clock else None  # fmt: skip


def deadline(case: Case, since: datetime, term: Term) -> Deadline:
    """The last day of a term in the hall's calendar (行政许可法 82); the day on which it begins is not counted."""
    start = shanghai_day(since)
    if term.unit == "working":
        return places.add_working_days(start, term.days, calendar=_calendar(case))
    return places.add_calendar_days(start, term.days)


def _calendar(case: Case) -> str:
    return f"hall:{case.hall.code}"


def run_clock(case: Case, kind: ClockKind, since: datetime, due: Deadline, unit: str) -> None:
    """Let the term `kind` be the one that runs; a term in working days stands still on the others."""
    working = places.working_days(shanghai_day(since), due.on, calendar=_calendar(case)) if unit == "working" else None
    marks = clocks.marks(since=since, due_on=due.on, working=working)
    case.clock, case.due_confirmed = kind.value, due.confirmed
    case.amber_at, case.red_at = marks.amber_at, marks.red_at


def stop_clock(case: Case) -> None:
    case.clock, case.due_confirmed, case.amber_at, case.red_at = "", True, None, None


def start_department_clock(case: Case, at: datetime, *, timed: bool = True) -> None:
    """The receipt of the application and its papers: from here on the department's silence counts (行政许可法 32).

    timed: whether a timer is set now; who does not want it calls `wake_up` when the case is where it stands.
    """
    case.clock_from_at = at
    term = clocks.accept_term(terms_of(case.service))
    if term is None:
        return
    due = deadline(case, at, term)
    case.accept_due_on = due.on
    run_clock(case, ClockKind.ACCEPT, at, due, term.unit)
    if timed:
        wake_up(case)


def start_decision_clock(case: Case, since: datetime) -> None:
    term = clocks.decide_term(terms_of(case.service))
    if term is None:
        stop_clock(case)
        return
    due = deadline(case, since, term)
    case.decide_due_on = due.on
    run_clock(case, ClockKind.DECIDE, since, due, term.unit)


def start_delivery_clock(case: Case, since: datetime) -> None:
    term = clocks.deliver_term(terms_of(case.service))
    if term is None:
        stop_clock(case)
        return
    due = deadline(case, since, term)
    case.deliver_due_on = due.on
    run_clock(case, ClockKind.DELIVER, since, due, term.unit)


def wake_up(case: Case) -> None:
    """The timer of the term that runs, if it has one: silence accepts a licence, corrections that never came end the case."""
    due_on = due_of(case)
    if due_on and case.clock == ClockKind.ACCEPT and terms_of(case.service).is_licence:
        wake(case, "cases.accept_silent", due_on)
    elif due_on and case.clock == ClockKind.CORRECT:
        wake(case, "cases.end_overdue_correction", due_on)


def wake(case: Case, task: str, due_on: date) -> None:
    """Defer a timer to the beginning of the day after `due_on`; it looks again whether there is something to do."""
    when = shanghai_midnight(date.fromordinal(due_on.toordinal() + 1))
    jobs.configure_task(task, queue="timers", schedule_at=when).defer(case_id=str(case.id))


# -- words to the applicant ---------------------------------------------------------


def say(case: Case, template: str, *, at: datetime, by: Actor, key: str = "", **params: str) -> None:
    """Tell the applicant, where this case is to be told of; every message names the case by its public number."""
    phone = sealing.said(case).phone or parties.contact_of(case.party_id).phone
    notices.say(
        template, phone=phone, subject=f"case:{case.id}", region=str(case.region),
        params={"number": case.number or "", **params}, at=at, by=by, key=key, party_id=case.party_id,
    )  # fmt: skip


def day_words(on: date) -> str:
    """A day as short messages say it, in Chinese as they are."""
    return f"{on.month}月{on.day}日"
