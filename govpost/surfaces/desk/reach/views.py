"""The counties, and one county: outlets with their load, townships and villages with their days, and a box to try an address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import NotFound
from govpost.dispatch.asking import ask_range
from govpost.dispatch.offering import Plan, Slot
from govpost.dispatch.reach import Reach, plan_of, reach, slots_of
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.places.addresses import STREET_LONGEST
from govpost.places.areas import Area, days_words
from govpost.places.models import Division, Outlet, OutletKind
from govpost.profiles import queries as profiles
from govpost.profiles.rules import Settings
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration.pages import ADMIN
from govpost.surfaces.shared.access import ActorRequest, audience


class TryForm(forms.Form):
    """An address somebody asks about; it is posted, so that it stands in no log of addresses."""

    street = forms.CharField(
        label=_("Address in this county"), max_length=STREET_LONGEST, help_text=_("Township, village or street, and the number."),
        error_messages={"required": _("Enter street, house and room, so that the courier finds the door.")},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Load:
    """An outlet with what it says of itself and how full its windows are."""

    outlet: Outlet
    plan: Plan
    days: Any
    slots: list[Slot]
    later: list[Slot]


@dataclass(frozen=True, slots=True)
class Township:
    """A township with the villages in it that are shown."""

    area: Area
    days: Any
    villages: list[tuple[Area, Any]]


@audience(ADMIN)
@require_safe
def counties(request: ActorRequest) -> HttpResponse:
    """The counties of the administrator's regions with what is known of each."""
    today, rows = shanghai_day(now()), []
    for region in request.actor.regions([Role.ADMIN]):
        known = places.areas_by_county(region, today)
        for found in places.counties(region):
            areas = known.get(found.code, [])
            villages = [area for area in areas if area.parent]
            rows.append((found, len(areas) - len(villages), len(villages), sum(not area.is_daily for area in villages)))
    cities = places.divisions(county.code[:4] for county, *_ in rows)
    grouped = [(cities.get(city), list(group)) for city, group in groupby(rows, key=lambda row: row[0].code[:4])]
    return render(request, "desk/reach/counties.html", {"cities": grouped})


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def county(request: ActorRequest, division: str) -> HttpResponse:
    """One county; a POST tries an address and changes nothing."""
    found, at = county_of(request, division), now()
    settings = profiles.settings_for(str(found.region), shanghai_day(at))
    form = TryForm(request.POST or None)
    tried = _tried(found, form.cleaned_data["street"], settings, at) if form.is_valid() else None
    words = request.GET.get("words", "").strip()
    today = shanghai_day(at)
    areas = places.areas(found.code, today)
    context = {
        "county": found, "settings": settings, "form": form, "tried": tried, "words": words,
        "loads": [_load(outlet, settings, at) for outlet in door_outlets(found)], "townships": _grouped(areas, words),
        "counted": (len([a for a in areas if not a.parent]), len([a for a in areas if a.parent])),
        "coming": [(area, days_words(area.days)) for area in places.area_versions(found.code) if area.starts_on > today],
        "changes": changes.of(f"division:{found.code}", *(f"outlet:{outlet.code}" for outlet in door_outlets(found))),
    }  # fmt: skip
    return render(request, "desk/reach/county.html", context, status=422 if form.errors else 200)


def county_of(request: ActorRequest, division: str) -> Division:
    """A county within the administrator's regions; any other looks like one that does not exist."""
    found = places.division(division)
    if found.code != division or not request.actor.has(Role.ADMIN, str(found.region)):
        raise NotFound("division")
    return found


def door_outlets(county: Division) -> list[Outlet]:
    """The outlets whose couriers go to doors, or that a township names."""
    named = {area.outlet for area in places.area_versions(county.code)}
    return [each for each in places.outlets(str(county.region)) if each.kind == OutletKind.DELIVERY_OFFICE or each.code in named]


def _load(outlet: Outlet, settings: Settings, at: datetime) -> Load:
    plan = plan_of(outlet.code, shanghai_day(at))
    slots, first = slots_of(outlet.code, settings, at=at), 4
    return Load(outlet, plan, days_words(plan.courier_days or settings.courier_days), slots[:first], slots[first:])


def _grouped(areas: Sequence[Area], words: str) -> list[Township]:
    """Townships with their villages; `words` narrows to what is named so."""

    def villages(of: Area) -> Iterable[Area]:
        return (area for area in areas if area.parent == of.code and (words in of.name or _named(area, words)))

    found = [Township(area, days_words(area.days), [(each, days_words(each.days)) for each in villages(area)])
             for area in areas if not area.parent]  # fmt: skip
    return [each for each in found if each.villages or _named(each.area, words)]


def _named(area: Area, words: str) -> bool:
    return words in area.name or any(words in word for word in area.words)


def _tried(county: Division, street: str, settings: Settings, at: datetime) -> Reach:
    ask_range(division=county.code, street=street, settings=settings, at=at)
    return reach(division=county.code, street=street, settings=settings, at=at)


def tomorrow(today: date) -> date:
    return date.fromordinal(today.toordinal() + 1)
