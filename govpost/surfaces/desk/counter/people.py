"""One person at the counter: what is under way for them, what waits unfinished, and the item they came for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from govpost.cases import actions
from govpost.cases import counter as counters
from govpost.cases.halls import offered
from govpost.cases.models import Case
from govpost.cases.rules import Form, applicant_fits
from govpost.cases.states import FINAL, State
from govpost.catalogue import queries as catalogue
from govpost.catalogue.models import Service
from govpost.catalogue.rules import Owner
from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import NotFound
from govpost.parties import queries as people
from govpost.parties.queries import PartyCard
from govpost.parties.roles import Role
from govpost.surfaces.desk import telling
from govpost.surfaces.desk.configuration.pages import act
from govpost.surfaces.desk.counter.finding import CLERK
from govpost.surfaces.desk.counter.forms import ItemForm, NewPhoneForm
from govpost.surfaces.desk.window.views import own_case
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.addresses import absolute
from govpost.surfaces.shared.forms import posted
from govpost.surfaces.shared.postage import Postage, postage
from govpost.surfaces.shared.words import say

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """An item as the counter offers it: who pays the post of its result, why it cannot be taken, what of it runs already."""

    service: Service
    postage: Postage | None
    because: str
    running: tuple[Case, ...]

    @property
    def inside(self) -> bool:
        return self.service.owner == Owner.INSIDE


@audience(CLERK)
@require_GET
def person(request: ActorRequest, party_id: UUID) -> HttpResponse:
    """Cases and drafts at once; below them the items that fit the words."""
    card = people.card(request.actor, party_id)
    form = ItemForm(request.GET or None)
    words = form.cleaned_data["q"].strip() if form.is_bound and form.is_valid() else ""
    known = counters.cases_of_party(request.actor, party_id)
    turns = telling.turns_of(request.actor, known)
    context = {
        "card": card, "form": form, "q": words, "rows": [(case, turns[case.id]) for case in known],
        "drafts": counters.drafts_of_party(request.actor, party_id), "offers": _offers(request.actor, card, words, known),
        "portal": absolute(request, "portal:home"),
    }  # fmt: skip
    return render(request, "desk/counter/person.html", context)


@audience(CLERK)
@require_POST
def start(request: ActorRequest, party_id: UUID, code: str) -> HttpResponse:
    """Begin the item; one that this counter has begun and left empty is not begun again."""
    card = people.card(request.actor, party_id)
    service = catalogue.service(code, shanghai_day(now()))
    for waiting in counters.own_drafts(request.actor):
        if waiting.party_id == card.id and waiting.service_id == service.id and waiting.version <= 1:
            return redirect("desk:counter_draft", case_id=waiting.id)
    made = actions.draft(service_id=service.id, form=Form(), at=now(), by=request.actor, party_id=card.id)
    return redirect("desk:counter_draft", case_id=made.id)


@audience(CLERK)
@require_POST
def go_on(request: ActorRequest, party_id: UUID, case_id: UUID) -> HttpResponse:
    """Continue a draft: a colleague's, or at their wish one that the applicant began alone."""
    if case_id not in {waiting.id for waiting in counters.drafts_of_party(request.actor, party_id)}:
        raise NotFound("draft")
    actions.continue_draft(case_id=case_id, at=now(), by=request.actor)
    return redirect("desk:counter_draft", case_id=case_id)


@audience(CLERK)
@require_http_methods(["GET", "POST"])
def contact(request: ActorRequest, number: str) -> HttpResponse:
    """Another telephone for one case, of somebody who stands here; the account keeps its own."""
    found = own_case(request, number)
    case_page = reverse("desk:window_case", args=[found.number])

    def keep(data: dict[str, Any]) -> str:
        actions.record_contact(case_id=found.id, at=now(), by=request.actor, **data)
        return case_page

    return act(
        request, NewPhoneForm(posted(request)), keep, done=_("This case is told of at the new number."),
        template="desk/counter/contact.html", case=found,
        heading=_("Record another telephone"), eyebrow=f"{found.number} · {found.party.masked_name}", back=(case_page, found.number or ""),
        intro=_("For this case alone: short messages go there from now on, and the number before is told once. The account and mail "
                "that is under way keep theirs."),
    )  # fmt: skip


def _offers(actor: Actor, card: PartyCard, words: str, known: list[Case]) -> list[Offer]:
    at, today = now(), shanghai_day(now())
    found: dict[UUID, Service] = {}
    for region in actor.regions([Role.CLERK]) if words else ():
        found |= {service.id: service for service in catalogue.search(words, region, today, limit=SHOWN)}
    if words and not found:
        found = _by_code(actor, words)
    offers = []
    for service in list(found.values())[:SHOWN]:
        fits = applicant_fits(subject=service.subject, kind=card.kind)
        hall = service.department.hall if service.department else None
        here = hall.division_id if hall else ""
        post = postage(service, "result", region=str(hall.region), origin=here, destination=here, at=at) if hall else None
        running = tuple(c for c in known if c.service.code == service.code and State(c.state) not in FINAL)
        offers.append(Offer(service, post, "" if fits.allowed else say(fits.sentence), running))
    return offers


def _by_code(actor: Actor, words: str) -> dict[UUID, Service]:
    try:
        service = catalogue.service(words, shanghai_day(now()), next(iter(actor.regions([Role.CLERK])), ""))
    except NotFound:
        return {}
    ours = any(actor.has(Role.CLERK, str(hall.region)) for hall in offered(service))
    return {service.id: service} if ours else {}
