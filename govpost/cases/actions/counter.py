"""The one-window counter's verbs for somebody who stands there: fill in, go on with, tell what is missing, take in, undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from govpost.cases import counter, events, intake, mailing, sealing
from govpost.cases.actions.apply import fill, gaps, papers_wanted, submit
from govpost.cases.intake import Checklist, Provided
from govpost.cases.models import Case
from govpost.cases.moving import belongs_to, lock, permit_at, require_move, say, step, stop_clock, tell
from govpost.cases.rules import Address, Channel, Form
from govpost.cases.sealing import Said
from govpost.cases.states import State, Verb
from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput, Refusal
from govpost.common.text import Text
from govpost.journal.actions import record_reading
from govpost.parties import queries as parties
from govpost.places import identifiers

READ_FOR = "窗口受理申请"  # the cause under which the applicant finds a licence that stood for a paper


def fill_in(*, case_id: UUID, form: Form, known_address: bool = False, at: datetime, by: Actor) -> Case:
    """Keep what the counter's page says of a draft. known_address: the one that was given before, which nobody at the counter sees.

    An address without a name or telephone gets the applicant's own. Raises Refusal: no_known_address.
    """
    with transaction.atomic():
        case = _draft(case_id, by)
        if known_address:
            found = counter.known_address(by, case)
            if found is None:
                raise Refusal("no_known_address", Text("No earlier address is known. Enter one."))
            form = replace(form, address=found)
        elif form.address is not None:
            form = replace(form, address=_reachable(form.address, case))
        belongs_to(case, by)
        fill(case, form)
        step(case, Verb.AMEND, events.AMENDED, at=at, by=by)
    return case


def continue_draft(*, case_id: UUID, at: datetime, by: Actor) -> Case:
    """Go on at the counter with a draft that the applicant, or a colleague, began; at the applicant's wish, and told."""
    with transaction.atomic():
        case = _draft(case_id, by)
        if case.channel == Channel.WINDOW and case.clerk_id == by.id:
            return case
        came_from = case.channel
        belongs_to(case, by)
        step(case, Verb.AMEND, events.DRAFT_CONTINUED, at=at, by=by, came_from=came_from)
    return case


def tell_missing(*, case_id: UUID, at: datetime, by: Actor) -> Case:
    """The one-time notice: everything that is missing is told at once and in writing; the draft waits for the applicant.

    Raises InvalidInput (a paper without a mark), Refusal: nothing_missing, told_once.
    """
    with transaction.atomic():
        case = _draft(case_id, by)
        said = sealing.said(case)
        wanted = _wanted(case)
        _complete(by, case, said, at, wanted=wanted, comer=False)
        absent = intake.missing(said.checklist, wanted)
        intake.may_tell_missing(missing=absent, told=said.told).require()
        if said.told == absent:
            return case
        said.told = said.told or absent
        sealing.put_said(case, said)
        case.told_at = case.told_at or at
        step(case, Verb.AMEND, events.MISSING_TOLD, at=at, by=by, missing=len(absent))
    return case


def take_in(*, case_id: UUID, notice_version: str, at: datetime, by: Actor) -> Case:
    """The application is taken at the counter, on behalf of the applicant: every paper has its mark, whoever came was looked at,
    the notice was read aloud and the choice is the applicant's own.

    Papers that are missing come later, as chosen; when none is, the receipt is now and the department's time begins.
    Raises InvalidInput naming the fields; Refusal (notice_not_read, …).
    """
    with transaction.atomic():
        case = _draft(case_id, by)
        said = sealing.said(case)
        _complete(by, case, said, at, wanted=_wanted(case), comer=True)
        case = submit(case_id=case_id, notice_version=notice_version, at=at, by=by)
        if case.papers.exclude(licence="").exists():
            record_reading(
                what="licence", subject=f"party:{case.party_id}", cause=READ_FOR, case=case.number or "", region=str(case.region),
                at=at, by=by,
            )  # fmt: skip
    return case


def undo_intake(*, case_id: UUID, why: str, at: datetime, by: Actor) -> Case:
    """An intake was a mistake: the case ends as withdrawn, with the reason and who undid it; papers here go back.

    Raises Refusal: why_missing, too_late_to_undo, wrong_state.
    """
    with transaction.atomic():
        case = lock(case_id)
        permit_at(by, "undo_intake", case)
        require_move(case, Verb.WITHDRAW)
        taken_on = shanghai_day(case.submitted_at) if case.submitted_at and case.channel == Channel.WINDOW else None
        untouched = case.state == State.SUBMITTED and case.correction_requested_at is None
        intake.may_undo(taken_on=taken_on, today=shanghai_day(at), untouched=untouched, why=why).require()
        order = mailing.stop_collection(case, reason="withdrawn", at=at, by=by)
        case.ended_at = at
        stop_clock(case)
        facts: dict[str, Any] = {"order": order.order_id if order else None, "mistake": why}
        step(case, Verb.WITHDRAW, events.WITHDRAWN, at=at, by=by, **facts)
        say(case, "case_withdrawn", at=at, by=by)
    return case


def discard_draft(*, case_id: UUID, at: datetime, by: Actor) -> None:
    """A draft of the counter is thrown away with what was typed; that it was begun and discarded stays in the journal.

    Raises Refusal not_of_the_counter: what the applicant began alone is the applicant's.
    """
    with transaction.atomic():
        case = _draft(case_id, by)
        if case.channel != Channel.WINDOW:
            raise Refusal("not_of_the_counter", Text("The applicant began this draft. Only the applicant can throw it away."))
        tell(case, events.DRAFT_DISCARDED, at=at, by=by)
        case.papers.all().delete()
        case.delete()


def record_contact(*, case_id: UUID, phone: str, identity_seen: bool, at: datetime, by: Actor) -> Case:
    """The applicant stands at the window with another telephone: this case is told of there from now on.

    The account keeps its own, and is told there once. Raises InvalidInput.
    """
    with transaction.atomic():
        case = lock(case_id)
        permit_at(by, "record_contact", case)
        require_move(case, Verb.RECORD_CONTACT)
        said, new = sealing.said(case), identifiers.cleaned(phone)
        known = said.phone or parties.contact_of(case.party_id).phone
        if errors := intake.check_contact(new, known=known, identity_seen=identity_seen):
            raise InvalidInput(errors)
        say(case, "contact_recorded", at=at, by=by, key=str(case.version))
        said.phone = new
        sealing.put_said(case, said)
        step(case, Verb.RECORD_CONTACT, events.CONTACT_RECORDED, at=at, by=by)
    return case


def _draft(case_id: UUID, by: Actor) -> Case:
    case = lock(case_id)
    permit_at(by, "take_in", case)
    require_move(case, Verb.AMEND)
    return case


def _wanted(case: Case) -> list[str]:
    return [str(paper.id) for paper in papers_wanted(case.service)]


def problems(actor: Actor, case: Case, *, at: datetime) -> dict[str, Text]:
    """Everything that keeps a draft of the counter from being taken in, by field."""
    said = sealing.said(case)
    found = gaps(case, checklist=said.checklist, at=at)
    try:
        _complete(actor, case, said, at, wanted=_wanted(case), comer=True)
    except InvalidInput as invalid:
        found |= invalid.errors
    return found


def _complete(by: Actor, case: Case, said: Said, at: datetime, *, wanted: list[str], comer: bool) -> None:
    """Raise InvalidInput for marks that are missing or cannot be, and for who came."""
    errors = intake.check_checklist(said.checklist, wanted=wanted, licences=_usable(by, case, said.checklist, at))
    if comer:
        errors |= intake.check_comer(said.comer, on=shanghai_day(at))
    if errors:
        raise InvalidInput(errors)


def _usable(by: Actor, case: Case, checklist: Checklist, at: datetime) -> set[str]:
    if not any(given.how == Provided.ELECTRONIC for given in checklist.values()):
        return set()
    return {licence.identifier for licence in counter.licences_of(by, case.party_id, on=shanghai_day(at))}


def _reachable(address: Address, case: Case) -> Address:
    own = parties.contact_of(case.party_id)
    return replace(address, name=address.name.strip() or own.name, phone=address.phone.strip() or own.phone)
