"""A next version of an item is proposed as a document, reviewed by a second person, and published to take over on its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from govpost.catalogue import documents, events
from govpost.catalogue.actions.publishing import stand
from govpost.catalogue.models import Paper, Proposal, Service
from govpost.catalogue.rules import MAY, may_review, may_take_over, may_withdraw
from govpost.catalogue.states import TABLE, State, Verb
from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.journal import actions as journal


@transaction.atomic
def propose(*, document: dict[str, Any], at: datetime, by: Actor) -> Proposal:
    """Keep a document as the draft of an item's next version, for offers of the proposer's own regions.

    Raises InvalidInput naming wrong keys, Refusal "proposal_stands" where one for the same item and place is open.
    """
    documents.validate(document)
    _permit(by, "propose", document)
    proposal = Proposal(code=document["code"], proposed_by=by.label, changed_at=at)
    _write(proposal, document, at, by)
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
    except IntegrityError as error:
        sentence = Text("A version of this item is being prepared already. Finish or withdraw that one first.")
        raise Refusal("proposal_stands", sentence, item=proposal.code) from error
    _tell(proposal, "", at, by)
    return proposal


@transaction.atomic
def propose_all(*, documents: Sequence[dict[str, Any]], at: datetime, by: Actor) -> list[Proposal]:
    """Many documents as drafts, all or none: a bulk import."""
    return [propose(document=document, at=at, by=by) for document in documents]


@transaction.atomic
def amend_proposal(*, proposal_id: UUID, document: dict[str, Any], at: datetime, by: Actor) -> Proposal:
    """Another text for a draft, or for one that was sent back; whoever amends it does not review it."""
    proposal = _locked(proposal_id, "propose", by)
    documents.validate(document)
    _permit(by, "propose", document)
    if document["code"] != proposal.code:
        raise InvalidInput({"code": Text("A proposal keeps its item.")})
    _write(proposal, document, at, by)
    return _step(proposal, Verb.AMEND, at, by)


@transaction.atomic
def submit_proposal(*, proposal_id: UUID, at: datetime, by: Actor) -> Proposal:
    """Hand it to the other administrators."""
    proposal = _locked(proposal_id, "propose", by)
    may_take_over(valid_from=proposal.valid_from, today=shanghai_day(at)).require()
    proposal.reason = ""
    return _step(proposal, Verb.SUBMIT, at, by)


@transaction.atomic
def approve_proposal(*, proposal_id: UUID, at: datetime, by: Actor) -> Proposal:
    """A second person agrees: the version stands and takes over on its day."""
    proposal = _reviewed(proposal_id, by)
    may_take_over(valid_from=proposal.valid_from, today=shanghai_day(at)).require()
    proposal.standing = _standing(proposal.document)
    moved = _step(proposal, Verb.APPROVE, at, by)
    stand(proposal.document, at, by, review=f"proposal:{proposal.id}")
    return moved


@transaction.atomic
def send_back_proposal(*, proposal_id: UUID, reason: str, at: datetime, by: Actor) -> Proposal:
    """A second person wants something else; the proposer reads why."""
    proposal = _reviewed(proposal_id, by)
    proposal.reason = _reason(reason)
    return _step(proposal, Verb.SEND_BACK, at, by)


@transaction.atomic
def withdraw_proposal(*, proposal_id: UUID, reason: str, at: datetime, by: Actor) -> Proposal:
    """Take it back at any time before its day; an approved version is unmade and the one before goes on as it was to."""
    proposal = _locked(proposal_id, "propose", by)
    was_approved = proposal.state == State.APPROVED
    proposal.reason = _reason(reason)
    if was_approved:
        may_withdraw(valid_from=proposal.valid_from, today=shanghai_day(at)).require()
        _unmake(proposal)
    return _step(proposal, Verb.WITHDRAW, at, by)


def _locked(proposal_id: UUID, verb: str, by: Actor) -> Proposal:
    proposal = Proposal.objects.select_for_update().filter(id=proposal_id).first()
    if proposal is None:
        raise NotFound("proposal")
    _permit(by, verb, proposal.document)
    return proposal


def _reviewed(proposal_id: UUID, by: Actor) -> Proposal:
    proposal = _locked(proposal_id, "review", by)
    may_review(reviewer=by.key, hands=proposal.hands).require()
    proposal.reviewed_by = by.label
    return proposal


def _permit(by: Actor, verb: str, document: dict[str, Any]) -> None:
    for offer in document["offers"]:
        permit(by, verb, MAY[verb], region=offer["region"])


def _write(proposal: Proposal, document: dict[str, Any], at: datetime, by: Actor) -> None:
    proposal.document, proposal.version, proposal.name = document, document["version"], document["name"]
    proposal.region = _common([offer["region"] for offer in document["offers"]])
    proposal.valid_from = date.fromisoformat(document["valid_from"])
    proposal.hands = sorted({*proposal.hands, by.key})
    may_take_over(valid_from=proposal.valid_from, today=shanghai_day(at)).require()


def _common(regions: Sequence[str]) -> str:
    """The nearest region that holds them all."""
    paths = [region.split(".") for region in regions]
    shared = [labels[0] for labels in zip(*paths, strict=False) if len(set(labels)) == 1]
    return ".".join(shared)


def _standing(document: dict[str, Any]) -> dict[str, str | None]:
    """The last days of the versions that this one will end, by id."""
    offers = {(offer["region"], offer["department"]) for offer in document["offers"]}
    open_ones = Service.objects.filter(code=document["code"]).select_related("department").order_by("version")
    newest = {
        service.task_code: service for service in open_ones
        if (str(service.region), service.department.code if service.department else None) in offers
    }  # fmt: skip
    return {str(each.id): each.valid_to.isoformat() if each.valid_to else None for each in newest.values()}


def _unmake(proposal: Proposal) -> None:
    """Nobody applied under it: its day has not come."""
    made = Service.objects.filter(code=proposal.code, version=proposal.version, valid_from=proposal.valid_from)
    regions = {offer["region"] for offer in proposal.document["offers"]}
    ids = [service.id for service in made.select_for_update() if str(service.region) in regions]
    Paper.objects.filter(service_id__in=ids).delete()
    Service.objects.filter(id__in=ids).delete()
    for earlier in Service.objects.select_for_update().filter(id__in=list(proposal.standing)):
        valid_to = proposal.standing[str(earlier.id)]
        earlier.valid_to = date.fromisoformat(valid_to) if valid_to else None
        earlier.save(update_fields=["valid_to"])


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput({"reason": Text("Say why, so that the other person knows what to do.")})
    return reason.strip()


def _step(proposal: Proposal, verb: Verb, at: datetime, by: Actor) -> Proposal:
    before = proposal.state
    _move(proposal, verb)
    proposal.changed_at = at
    proposal.save()
    _tell(proposal, before, at, by)
    return proposal


def _move(proposal: Proposal, verb: Verb) -> None:
    if (State(proposal.state), verb) not in TABLE:
        sentence = Text("This cannot be done now: somebody else has moved the proposal on. Reload the page.")
        raise Refusal("wrong_state", sentence, state=proposal.state, verb=verb.value)
    proposal.state = TABLE[State(proposal.state), verb].value


def _tell(proposal: Proposal, before: str, at: datetime, by: Actor) -> None:
    journal.record(
        events.PROPOSAL_CHANGED, subject=f"proposal:{proposal.id}", region=str(proposal.region), at=at, by=by, code=proposal.code,
        version=proposal.version, valid_from=proposal.valid_from.isoformat(), reason=proposal.reason,
        changes={"state": [before, proposal.state]},
    )  # fmt: skip
