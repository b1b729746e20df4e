"""What the government's supervisor sees: how many are late and where, each case with its story. Nothing here can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from govpost.cases import clocks, lights
from govpost.cases import queries as cases
from govpost.cases.clocks import Light
from govpost.cases.models import Case
from govpost.cases.queries import Counts, Filter
from govpost.cases.states import UNDER_WAY
from govpost.common.clock import now
from govpost.common.refusal import NotFound
from govpost.parties.roles import Role
from govpost.places.models import Division
from govpost.surfaces.desk import finding, telling
from govpost.surfaces.desk.casefile import case_file
from govpost.surfaces.desk.supervision import files, places
from govpost.surfaces.desk.supervision.forms import ALL_UNDER_WAY, SupervisionForm
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience

SUPERVISOR = STAFF(Role.SUPERVISOR)


NOTHING = Counts(0, dict.fromkeys(Light, 0), 0)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One city or county below what is looked at, with its lights."""

    name: str
    region: str
    under_way: int
    lights: dict[str, int]
    flagged: int


@audience(SUPERVISOR)
@require_safe
def supervision(request: ActorRequest) -> HttpResponseBase:
    """Figures by light, the places below, and the cases, earliest due first; or these as CSV."""
    actor, at = request.actor, now()
    form = SupervisionForm(places.choices(actor), request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    words = finding.words_of(actor, chosen.get("found", ""))
    wanted = _wanted(chosen, words)
    if request.GET.get("format") == "csv":
        whole = finding.narrowed(partial(cases.supervised, limit=files.MOST), actor, at=at, wanted=wanted, after="")
        return files.cases_file(request, [(case, *_term(case, at)[:2]) for case in whole.lines])
    page = finding.narrowed(cases.supervised, actor, at=at, wanted=wanted, after=request.GET.get("after", ""))
    turns = telling.turns_of(actor, page.lines)
    rows = [(case, turns[case.id], *_term(case, at)) for case in page.lines]
    below = places.below(actor, wanted.region)
    regions = [wanted.region, *(str(place.region) for place in below)]
    figures, *parts = cases.counts_by_place(actor, at=at, places=regions, wanted=Filter(region=wanted.region))
    context = {
        "rows": rows, "page": page, "form": form, "find": finding.find_form(actor, "supervision", words),
        "lights": _lights(figures), "flagged": figures.flagged, "under_way": figures.under_way,
        "below": _below(below, parts), "address": place_address(chosen), "narrowed": any(chosen.values()),
    }  # fmt: skip
    return render(request, "desk/supervision/list.html", context)


@audience(SUPERVISOR)
@require_safe
def supervised_case(request: ActorRequest, number: str) -> HttpResponseBase:
    """One case, read-only: the same story that everybody else reads; the applicant stays masked."""
    found = cases.case(request.actor, number)
    if not request.actor.has(Role.SUPERVISOR, str(found.region)):
        raise NotFound("case")
    shown = case_file(request.actor, found) | {"may_reveal": False}
    if term := lights.mail_term(found):
        shown |= {"light": term.light(now()) or ""}
    return render(request, "desk/supervision/case.html", shown)


def _term(case: Case, at: datetime) -> tuple[Light | None, date | None, bool]:
    """The light, its last day, and whether it is the mail's: a case without a term of its own waits for its mail."""
    if mail := lights.mail_term(case):
        return mail.light(at), mail.due_on, True
    return clocks.light(case.amber_at, case.red_at, at), cases.due_on(case), False


def _wanted(chosen: dict[str, Any], words: str) -> Filter:
    state = chosen.get("state", "")
    states = tuple(UNDER_WAY) if state == ALL_UNDER_WAY else (state,) if state else ()
    return Filter(
        states=states, light=chosen.get("light", ""), flagged=bool(chosen.get("flagged")),
        region=chosen.get("place", ""), search=words,
    )  # fmt: skip


def place_address(chosen: dict[str, Any]) -> str:
    """The place that was chosen, for the links of figures: they open what they count."""
    return urlencode({"place": chosen["place"]}) + "&" if chosen.get("place") else ""


def _below(found: Sequence[Division], counted: Sequence[Counts]) -> list[PlaceRow]:
    """Places where nothing is under way are left out."""
    return [_place_row(place, counts) for place, counts in zip(found, counted, strict=True) if counts != NOTHING]


def _place_row(place: Division, counts: Counts) -> PlaceRow:
    return PlaceRow(local(place, "name"), str(place.region), counts.under_way, _lights(counts), counts.flagged)


def _lights(counts: Counts) -> dict[str, int]:
    return {light.value: counts.lights.get(light, 0) for light in Light}
