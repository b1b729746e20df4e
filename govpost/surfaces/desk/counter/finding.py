"""The counter's first page: find the person by an exact number, or enter them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from govpost.cases import counter as counters
from govpost.cases import queries as cases
from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import NotFound, Refusal
from govpost.parties import actions as parties
from govpost.parties import queries as people
from govpost.parties.ports import IdType
from govpost.parties.queries import PartyCard
from govpost.parties.roles import Role
from govpost.places import identifiers
from govpost.surfaces.desk.counter.forms import EnterForm, FindForm
from govpost.surfaces.desk.finding import concealed, words_of
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience
from govpost.surfaces.shared.addresses import absolute
from govpost.surfaces.shared.forms import add_refusal, posted

CLERK = STAFF(Role.CLERK)


@audience(CLERK)
@require_http_methods(["GET", "POST"])
def counter(request: ActorRequest) -> HttpResponse:
    """Type a number: a person who is known opens at once, a new one is entered, a case's number opens the case."""
    form = FindForm(posted(request))
    found: list[PartyCard] = []
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["q"].strip()
        found = _people(request.actor, words)
        if len(found) == 1:
            return redirect("desk:counter_person", party_id=found[0].id)
        if not found and (number := _case_number(request.actor, words)):
            return redirect("desk:window_case", number=number)
        if not found:
            return redirect(f"{reverse('desk:counter_enter')}?{urlencode({'found': concealed(request.actor, words)})}")
    at = now()
    context = {
        "form": form, "found": found, "drafts": counters.own_drafts(request.actor),
        "portal": absolute(request, "portal:services"),
        "taken": counters.intakes(request.actor, at=at, on=shanghai_day(at), limit=5).lines,
        "to_give": len(counters.to_give(request.actor)), "unconfirmed": len(counters.paper_lists(request.actor)),
    }  # fmt: skip
    return render(request, "desk/counter/counter.html", context, status=422 if form.errors else 200)


@audience(CLERK)
@require_http_methods(["GET", "POST"])
def enter(request: ActorRequest) -> HttpResponse:
    """Somebody who is not known: name, document, telephone; slips are said at their fields."""
    words = words_of(request.actor, request.GET.get("found", ""))
    form = EnterForm(posted(request), initial=_guess(words))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            party = parties.enter_party(
                name=given["name"], id_type=given["id_type"], id_number=given["id_number"], phone=given["phone"],
                region=region_of(request.actor), at=now(), by=request.actor,
            )  # fmt: skip
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Entered. Now choose what the person came for."))
            return redirect("desk:counter_person", party_id=party.id)
    context = {"form": form, "words": words}
    return render(request, "desk/counter/enter.html", context, status=422 if form.errors else 200)


def region_of(actor: Actor) -> str:
    """Where the clerk works: the first of the regions that the grants name."""
    return next(iter(actor.regions([Role.CLERK])), "")


def _people(actor: Actor, words: str) -> list[PartyCard]:
    """By number first; a telephone may belong to several."""
    number = identifiers.cleaned(words)
    return people.find_parties(actor, number=number) or people.find_parties(actor, phone=number)


def _case_number(actor: Actor, words: str) -> str:
    try:
        return cases.case(actor, words).number or ""
    except NotFound:
        return ""


def _guess(words: str) -> dict[str, str]:
    """What was typed stands in the field that it fits."""
    number = identifiers.cleaned(words)
    if identifiers.phone(number).allowed:
        return {"phone": number}
    organisation = identifiers.uscc(number).code == "uscc_ok" and not number[:-1].isdigit()
    return {"id_type": (IdType.USCC if organisation else IdType.RESIDENT_ID_CARD).value, "id_number": number}
