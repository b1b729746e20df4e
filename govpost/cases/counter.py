"""Questions of the one-window counter: what of a person is under way, what a clerk took in, which papers wait to be handed on,
and the check code by which whoever holds a receipt sees where the case stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from govpost.cases import queries, sealing
from govpost.cases.listing import Page, newest_first
from govpost.cases.models import Case, CasePaper, HandoverItem, HandoverList
from govpost.cases.queries import PAGE, Filter
from govpost.cases.rules import MAY, Address, Channel, Desk, PaperStatus
from govpost.cases.states import FINAL, OPEN, State
from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day, shanghai_midnight
from govpost.common.crypto import same_text, text_code
from govpost.common.masks import mask_address, mask_name, mask_phone
from govpost.common.refusal import NotFound
from govpost.dispatch.reach import Reach
from govpost.licences import queries as licences
from govpost.licences.models import Licence
from govpost.licences.rules import Status
from govpost.parties.roles import Role
from govpost.profiles.rules import Settings

SHOWN, SHOWN_TO_GIVE = 50, 300
CODE_LENGTH = 8


# -- a person at the counter ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft as the counter may know of it: of the applicant's own nothing but the item and since when."""

    id: UUID
    service_name: str
    service_name_en: str
    created_at: datetime
    ours: bool
    told: bool


def cases_of_party(actor: Actor, party_id: UUID) -> list[Case]:
    """The submitted cases of a person within the actor's sight, those under way first, newest first."""
    found = queries.visible(actor).filter(party_id=party_id).exclude(state=State.DRAFT.value)
    listed = list(found.select_related("service", "party", "department", "hall").order_by("-submitted_at", "-id")[:SHOWN])
    return sorted(listed, key=lambda case: State(case.state) in FINAL)


def drafts_of_party(actor: Actor, party_id: UUID) -> list[Waiting]:
    """What waits unfinished in the clerk's jurisdiction: begun at a counter, or by the applicant alone."""
    found = _of_clerk(actor).filter(party_id=party_id, state=State.DRAFT.value).select_related("service")
    return [_waiting(case) for case in found.order_by("-created_at", "-id")[:SHOWN]]


def own_drafts(actor: Actor) -> list[Case]:
    """What this clerk has left unfinished, newest first."""
    found = _of_clerk(actor).filter(clerk_id=actor.id, state=State.DRAFT.value, channel=Channel.WINDOW.value)
    return list(found.select_related("service", "party").order_by("-created_at", "-id")[:SHOWN])


def running(actor: Actor, party_id: UUID, service_code: str) -> list[Case]:
    """Cases of the same item that are under way for the same person: worth a word before another one is begun."""
    return [case for case in cases_of_party(actor, party_id) if case.service.code == service_code and State(case.state) not in FINAL]


def counter_draft(actor: Actor, case_id: UUID) -> Case:
    """A draft that the counter has in hand; raises `NotFound` for anybody else's and for the applicant's own."""
    found = _of_clerk(actor).filter(id=case_id, channel=Channel.WINDOW.value)
    case = found.select_related("service__department", "hall__station", "department__hall", "party").first()
    if case is None:
        raise NotFound("draft")
    return case


def said(actor: Actor, case: Case) -> sealing.Said:
    """What a draft of the counter holds, for whoever has it in hand; its address only masked (`shown_address`)."""
    found = sealing.said(case)
    return sealing.Said(found.answers, None, found.checklist, found.comer, found.told)


def licences_of(actor: Actor, party_id: UUID, *, on: date) -> list[Licence]:
    """The person's licences within the actor's sight that are in force on a day and may stand for a paper."""
    found = licences.visible(actor).filter(holder_id=party_id, status=Status.VALID.value, valid_from__lte=on)
    return list(found.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on)).order_by("-issued_at", "-id")[:SHOWN])


def known_address(actor: Actor, case: Case) -> Address | None:
    """What the draft holds, else what the person gave with the last application here. Inner use; shown by `shown_address`."""
    own = sealing.said(case).address
    if own is not None:
        return own
    earlier = queries.visible(actor).filter(party_id=case.party_id, submitted_at__isnull=False).exclude(id=case.id)
    for found in earlier.order_by("-submitted_at")[:5]:
        if address := sealing.said(found).address:
            return address
    return None


def reach_here(actor: Actor, case: Case, settings: Settings, *, at: datetime) -> Reach:
    """Whether and when a courier fetches papers at the known address, else at any of the hall's county."""
    known = known_address(actor, case) or Address("", "", case.hall.division_id, "")
    return queries.reach_of(case, known, settings, at=at)


def shown_address(actor: Actor, case: Case) -> Address | None:
    """The known address as it may be read out to the person: masked, its county in full."""
    found = known_address(actor, case)
    return found and Address(mask_name(found.name), mask_phone(found.phone), found.division, mask_address(found.street))


# -- what a clerk took in --------------------------------------------------------------------


def told_at(case: Case) -> str:
    """The masked telephone that was recorded for this case, "" where the account's holds; for whoever was shown the case."""
    phone = sealing.said(case).phone
    return mask_phone(phone) if phone else ""


def intakes(
    actor: Actor,
    *,
    at: datetime,
    on: date | None = None,
    wanted: Filter = Filter(),
    everybody: bool = False,
    after: str = "",
    limit: int = PAGE,
) -> Page:
    """What was taken in at the counters of the jurisdiction, newest first: by the actor, or by everybody; on one day, or on all."""
    found = _of_clerk(actor).filter(channel=Channel.WINDOW.value, submitted_at__isnull=False)
    found = found if everybody else found.filter(clerk_id=actor.id)
    if on is not None:
        found = found.filter(submitted_at__gte=shanghai_midnight(on), submitted_at__lt=shanghai_midnight(on + timedelta(days=1)))
    return queries.listed(queries.narrow(found, wanted, at), newest_first("submitted_at"), after, limit)


def may_be_undone(actor: Actor, case: Case, *, at: datetime) -> bool:
    """Whether the list offers to undo it; the action asks again."""
    today = case.submitted_at is not None and shanghai_day(case.submitted_at) == shanghai_day(at)
    return today and case.channel == Channel.WINDOW and case.state == State.SUBMITTED and case.correction_requested_at is None


# -- papers on their way to the department -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToGive:
    """A case with papers at the window that its department does not have yet. rest: some were missing when it counted before."""

    case: Case
    papers: int
    rest: bool


def papers_here(case_ids: Iterable[UUID]) -> dict[UUID, int]:
    """By case, how many papers lie at the window: received on paper, neither given back nor given to the department."""
    return {case.id: case.here for case in _with_papers(Case.objects.filter(id__in=list(case_ids))).filter(here__gt=0)}


def to_give(actor: Actor) -> list[ToGive]:
    """Cases whose papers wait to be handed on while the department has not decided, by department and then oldest first."""
    found = _with_papers(_of_clerk(actor).filter(state__in=[state.value for state in OPEN])).filter(here__gt=0)
    listed = found.select_related("service", "party", "department", "hall").order_by("department_id", "submitted_at", "id")[:SHOWN_TO_GIVE]
    return [ToGive(case, case.here, case.missed > 0) for case in listed]


def _with_papers(found: QuerySet[Case]) -> QuerySet[Any, Any]:
    """With `here`, the papers that lie at the window, and `missed`, those that a department did not find."""
    received = CasePaper.objects.filter(case=OuterRef("pk"), status=PaperStatus.RECEIVED.value).order_by().values("case")
    items = HandoverItem.objects.filter(case=OuterRef("pk"), papers__isnull=False).order_by().values("case")
    return found.annotate(
        here=_number(received.annotate(n=Count("id")).values("n"))
        - _number(items.annotate(n=Sum(Coalesce("counted", "papers"))).values("n")),
        missed=_number(items.filter(counted__isnull=False).annotate(n=Sum(F("papers") - F("counted"))).values("n")),
    )


def _number(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows), 0, output_field=IntegerField())


def paper_lists(actor: Actor, *, taken_since: datetime | None = None) -> list[HandoverList]:
    """Lists of papers that a department has not confirmed, for the window and for the department; besides those confirmed with a
    difference since a moment, for the window.
    """
    found = HandoverList.objects.filter(desk=Desk.DEPARTMENT.value)
    open_or_wrong = Q(taken_at=None)
    if taken_since is not None:
        open_or_wrong |= Q(taken_at__gte=taken_since, items__found=False)
    found = found.filter(open_or_wrong).select_related("department", "hall").prefetch_related("items__case__service")
    if not actor.is_system:
        window = Q(region__within_any=actor.regions(MAY["give_papers"]))
        offices = Q(pk__in=[])
        for grant in actor.grants:
            if grant.role == Role.OFFICER:
                own = Q(department_id=grant.organisation) if grant.organisation else Q()
                offices |= Q(region__within=grant.region) & own
        found = found.filter(window | offices)
    return list(found.distinct().order_by("given_at", "id"))


# -- the receipt ------------------------------------------------------------------------------


def receipt_code(case: Case) -> str:
    """The check code on the receipt: derived, kept nowhere, and not to be guessed."""
    return text_code(f"receipt:{case.id}", CODE_LENGTH)


def by_receipt(number: str, code: str) -> Case:
    """The case of a receipt, for whoever holds it; a wrong code and an unknown number look the same. Raises NotFound."""
    found = Case.objects.filter(number=number.strip().upper()).exclude(state=State.DRAFT.value)
    case = found.select_related("service", "department", "hall").first()
    fits = same_text(f"receipt:{case.id if case else ''}", code, CODE_LENGTH)  # asked in any case, so that both take as long
    if case is None or not fits:
        raise NotFound("receipt")
    return case


def provided(case: Case) -> dict[str, int]:
    """How many papers of the application stand how; for pages without names of papers."""
    counted = case.papers.filter(round=0).values("status").annotate(n=Count("id"))
    return {row["status"]: row["n"] for row in counted}


def _of_clerk(actor: Actor) -> QuerySet[Case]:
    """Cases of the regions in which the actor is a clerk, the applicants' own drafts too: never shown with what they hold."""
    return Case.objects.all() if actor.is_system else Case.objects.filter(region__within_any=actor.regions(MAY["take_in"]))


def _waiting(case: Case) -> Waiting:
    ours = case.channel == Channel.WINDOW
    return Waiting(case.id, case.service.name, case.service.name_en, case.created_at, ours, ours and case.told_at is not None)
