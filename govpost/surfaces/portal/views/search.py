"""The first page and the search for items: everyday words, pinyin or initials, narrowed by city and kind of applicant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from govpost.cases import queries as cases
from govpost.cases.models import Case
from govpost.cases.states import FINAL, State
from govpost.catalogue import queries as catalogue
from govpost.catalogue.models import Service
from govpost.catalogue.rules import Owner
from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.places import queries as places
from govpost.surfaces.portal.forms.search import SearchForm
from govpost.surfaces.portal.words import local
from govpost.surfaces.shared.access import PUBLIC, audience, find_actor

MOST = 60
POPULAR = 6
OPEN_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the list: the item and the city it is offered in."""

    service: Service
    city: str
    inside: bool

    @property
    def sent(self) -> bool:
        """Whether an office sends it by itself: there is nothing to apply for."""
        return list(self.service.directions) == ["single"]


@audience(PUBLIC)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    today = shanghai_day(now())
    inside = catalogue.offered("", today, owner=Owner.INSIDE.value)
    context = {
        "popular": _lines(_one_of_each(inside)[:POPULAR]),
        "mine": _open_cases(find_actor(request)),
        "form": SearchForm(),
    }
    return render(request, "portal/home.html", context)


@audience(PUBLIC)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Best first; without words everything that is offered, by name. Nothing found: what to try instead."""
    form = SearchForm(request.GET)
    words = form.cleaned_data.get("q", "") if form.is_valid() else ""
    found = [s for s in _ask(words, form.region) if _fits(s, form.cleaned_data.get("subject", ""))]
    context = {
        "form": form,
        "words": words,
        "lines": _lines(found[:MOST]),
        "more": max(len(found) - MOST, 0),
        "suggested": [] if found else _lines(_one_of_each(_applied_for(_ask("", form.region)))[:POPULAR]),
    }
    return render(request, "portal/search.html", context)


def _ask(words: str, region: str) -> list[Service]:
    today = shanghai_day(now())
    return catalogue.search(words, region, today, limit=MOST * 2) if words else catalogue.offered(region, today)


def _fits(service: Service, subject: str) -> bool:
    return not subject or service.subject in (subject, "both")


def _one_of_each(found: Sequence[Service]) -> list[Service]:
    """An item that several cities offer is suggested once; those decided here come first."""
    ordered = sorted(found, key=lambda service: service.owner != Owner.INSIDE)
    return list({service.code: service for service in reversed(ordered)}.values())[::-1]


def _applied_for(found: Sequence[Service]) -> list[Service]:
    """Without what an office sends by itself."""
    return [service for service in found if list(service.directions) != ["single"]]


def _lines(found: Sequence[Service]) -> list[Found]:
    codes = {service.id: str(service.region).rsplit(".", 1)[-1][:4] for service in found}
    named = places.divisions(code for code in codes.values() if code)
    return [
        Found(service, local(named[codes[service.id]], "name") if codes[service.id] in named else "", service.owner == Owner.INSIDE)
        for service in found
    ]


def _open_cases(actor: Actor | None) -> list[Case]:
    """What a person who comes back has under way."""
    if actor is None or actor.kind != "person":
        return []
    lines = cases.my_cases(actor, limit=10).lines
    return [case for case in lines if State(case.state) not in FINAL][:OPEN_SHOWN]
