"""Where a mail is, for anybody who holds its number: the stage and the city, nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from govpost.common.refusal import NotFound
from govpost.delivery import queries as delivery
from govpost.places import queries as places
from govpost.surfaces.portal.limits import WINDOW_SECONDS, too_often
from govpost.surfaces.portal.words import MAIL_SENTENCES, local
from govpost.surfaces.shared.access import PUBLIC, audience
from govpost.surfaces.shared.errors import page

LONGEST = 40


@dataclass(frozen=True, slots=True)
class Stage:
    """What the page shows of a number."""

    number: str
    state: str
    sentence: str
    since: datetime
    city: str
    destination: str


@audience(PUBLIC)
@require_safe
def track(request: HttpRequest) -> HttpResponse:
    """The form, and below it the stage; a number that does not exist and one that is none of yours look the same."""
    number = "".join(request.GET.get("number", "").split()).upper()[:LONGEST]
    if not number:
        return _answer(request, "", None, asked="number" in request.GET)
    if too_often(request):
        sentence = _("You have looked up many numbers. Please wait ten minutes, or sign in to see your own mail at once.")
        response = page(request, 429, sentence)
        response["Retry-After"] = str(WINDOW_SECONDS)
        return response
    return _answer(request, number, _find(number), asked=True)


def _answer(request: HttpRequest, number: str, stage: Stage | None, *, asked: bool) -> HttpResponse:
    status = 422 if asked and not number else 404 if asked and stage is None else 200
    context = {"number": number, "stage": stage, "asked": asked, "mistake": asked and not number}
    return render(request, "portal/track.html", context, status=status)


def _find(number: str) -> Stage | None:
    try:
        found = delivery.public_stage(number)
    except NotFound:
        return None
    named = places.divisions([found.city, found.destination, found.city[:4], found.destination[:4]])

    def city(code: str) -> str:
        division = named.get(code) or named.get(code[:4])
        return local(division, "name") if division else ""

    sentence = MAIL_SENTENCES.get(found.state)
    return Stage(number, found.state, str(sentence or ""), found.since, city(found.city), city(found.destination))
