"""What the government's supervisor sees: how many are late and where, each case with its story. Nothing here can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from govpost.cases import clocks
from govpost.cases import queries as cases
from govpost.cases.clocks import Light
from govpost.cases.queries import Counts, Filter
from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.refusal import NotFound
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.places.models import Division
from govpost.surfaces.desk import finding, telling
from govpost.surfaces.desk.casefile import case_file
from govpost.surfaces.desk.supervision.forms import SupervisionForm
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience

SUPERVISOR = STAFF(Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One city or county below what is looked at, with its lights."""

    name: str
    region: str
    total: int
    lights: dict[str, int]
    flagged: int


@audience(SUPERVISOR)
@require_safe
def supervision(request: ActorRequest) -> HttpResponse:
    """Figures by light, the places below, and the cases, due first first."""
    actor, at = request.actor, now()
    form = SupervisionForm(_places(actor), request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    words = finding.words_of(actor, chosen.get("found", ""))
    wanted = _wanted(chosen, words)
    page = finding.narrowed(cases.supervised, actor, at=at, wanted=wanted, after=request.GET.get("after", ""))
    turns = telling.turns_of(actor, page.lines)
    rows = [(case, turns[case.id], clocks.light(case.amber_at, case.red_at, at), cases.due_on(case)) for case in page.lines]
    figures = cases.counts(actor, at=at, wanted=Filter(region=wanted.region))
    context = {
        "rows": rows, "page": page, "form": form, "find": finding.find_form(actor, "supervision", words),
        "lights": _lights(figures), "flagged": figures.flagged, "total": sum(figures.states.values()),
        "below": _below(actor, wanted.region, at), "address": _address(chosen),
    }  # fmt: skip
    return render(request, "desk/supervision/list.html", context)


@audience(SUPERVISOR)
@require_safe
def supervised_case(request: ActorRequest, number: str) -> HttpResponse:
    """One case, read-only: the same story that everybody else reads; the applicant stays masked."""
    found = cases.case(request.actor, number)
    if not request.actor.has(Role.SUPERVISOR, str(found.region)):
        raise NotFound("case")
    return render(request, "desk/supervision/case.html", case_file(request.actor, found) | {"may_reveal": False})


def _wanted(chosen: dict[str, Any], words: str) -> Filter:
    state = chosen.get("state", "")
    return Filter(
        states=(state,) if state else (), light=chosen.get("light", ""), flagged=bool(chosen.get("flagged")),
        region=chosen.get("place", ""), search=words,
    )  # fmt: skip


def _address(chosen: dict[str, Any]) -> str:
    """The place that was chosen, for the links of figures: they open what they count."""
    return urlencode({"place": chosen["place"]}) + "&" if chosen.get("place") else ""


def _places(actor: Actor) -> list[tuple[str, Any]]:
    """The cities and counties of the jurisdiction, grouped by city; each value is a region path."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for region in actor.regions([Role.SUPERVISOR]):
        cities = {city.code: city for city in (*places.cities(region), *_city_above(region))}
        for city in cities.values():
            if region.count(".") <= 1:
                grouped.setdefault(local(city, "name"), []).append((str(city.region), local(city, "name")))
        for county in places.counties(region):
            above = cities.get(f"{county.code[:4]}00")
            grouped.setdefault(local(above, "name"), []).append((str(county.region), local(county, "name")))
    return list(grouped.items())


def _city_above(region: str) -> list[Division]:
    """The city of a jurisdiction that is one county only."""
    parts = region.split(".")
    return [places.division(f"{parts[1]}00")] if len(parts) > 2 else []


def _below(actor: Actor, region: str, at: datetime) -> list[PlaceRow]:
    """The places one level below: provinces, cities of a province, counties of a city; places without any case are left out."""
    tops = (region,) if region else actor.regions([Role.SUPERVISOR])
    divisions = [place for top in tops for place in _children(top)]
    rows = [_place_row(place, cases.counts(actor, at=at, wanted=Filter(region=str(place.region)))) for place in divisions]
    return [row for row in rows if row.total]


def _children(region: str) -> list[Division]:
    depth = len(region.split(".")) if region else 0
    if depth == 0:
        above = places.divisions(city.parent_id for city in places.cities() if city.parent_id)
        return [above[code] for code in sorted(above)]
    return places.cities(region) if depth == 1 else places.counties(region) if depth == 2 else []


def _place_row(place: Division, counts: Counts) -> PlaceRow:
    return PlaceRow(local(place, "name"), str(place.region), sum(counts.states.values()), _lights(counts), counts.flagged)


def _lights(counts: Counts) -> dict[str, int]:
    return {light.value: counts.lights.get(light, 0) for light in Light}
