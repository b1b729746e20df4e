"""The table, and the orders or cases that one of its counts counts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from govpost.catalogue import queries as catalogue
from govpost.catalogue.models import Service
from govpost.common.clock import now, shanghai_day
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.profiles.models import Profile
from govpost.quality.models import Intake
from govpost.quality.table_one import queries
from govpost.quality.table_one.figures import RATES, Figure
from govpost.quality.table_one.measures import MEASURES
from govpost.quality.table_one.queries import City, Table
from govpost.quality.table_one.rules import Cell
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience
from govpost.surfaces.shared.paging import keyset

READERS = STAFF(Role.QUALITY, Role.SUPERVISOR, Role.ADMIN)
RATE_READERS = (Role.QUALITY, Role.SUPERVISOR)
FEW = 4  # as many columns stand side by side; more are chosen from
CHANNELS = {
    "online": _("On the portal"), "window": _("At a window or desk"), "partner": _("By another platform"), "itself": _("For a case"),
}  # fmt: skip


class TableForm(forms.Form):
    on = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    city = forms.MultipleChoiceField(label=_("Cities"), required=False)

    def __init__(self, cities: list[Profile], data: Any) -> None:
        super().__init__(data)
        choices = cast(forms.MultipleChoiceField, self.fields["city"])
        choices.choices = [(city.code, local(city, "name")) for city in cities]


@audience(READERS)
@require_safe
def table1(request: ActorRequest) -> HttpResponse:
    """Seven rows by city, exceptions beneath, each cell with where it comes from."""
    at = now()
    known = queries.cities(request.actor)
    form = TableForm(known, request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    on = asked.get("on") or shanghai_day(at)
    if not form.errors and not asked.get("on"):
        form.initial["on"] = on
    codes = asked.get("city") or [city.code for city in known[:FEW]]
    found = queries.table(request.actor, on=on, at=at, codes=codes)
    context = {
        "table": found, "form": form, "choose": len(known) > FEW, "known": known, "on": on,
        "configures": request.actor.has(Role.ADMIN), "rows": _rows(found), "risks": [_risk(request, found, city) for city in found.cities],
    }  # fmt: skip
    return render(request, "desk/table1/table.html", context, status=422 if form.errors else 200)


def _rows(table: Table) -> list[tuple[Any, list[dict[str, Any]]]]:
    if not table.cities:
        return []
    titles = [cell.row.title for cell in table.cities[0].cells]
    return [(title, [_cell(table, city, city.cells[place]) for city in table.cities]) for place, title in enumerate(titles)]


def _cell(table: Table, city: City, cell: Cell) -> dict[str, Any]:
    source = next(iter(city.sources.get(cell.row.setting, ())), None)
    return {
        "cell": cell, "city": city, "source": source, "anchor": cell.row.setting,
        "exceptions": [(each, _behind(city, each.measure.code, table.on)) for each in cell.exceptions],
    }  # fmt: skip


def _risk(request: ActorRequest, table: Table, city: City) -> dict[str, Any]:
    reads_rates = any(request.actor.has(role) for role in RATE_READERS)
    figures = [(figure, _percent(figure), _opens(table, city, figure, reads_rates)) for figure in city.figures]
    signed = date.fromisoformat(city.risk["assessed_on"]) if city.risk else None
    return {"city": city, "figures": figures, "assessed_on": signed}


def _percent(figure: Figure) -> str:
    return "–" if figure.share is None else f"{figure.share:.1%}"


def _opens(table: Table, city: City, figure: Figure, reads_rates: bool) -> str:
    if figure.opens not in RATES:
        return _behind(city, figure.opens, table.on)
    span = {"kpi": figure.opens, "first": str(table.first), "last": str(table.on), "within": str(city.profile.region)}
    return f"{reverse('desk:behind')}?{urlencode(span)}" if reads_rates else ""


def _behind(city: City, measure: str, on: date) -> str:
    return f"{reverse('desk:table1_behind')}?{urlencode({'city': city.profile.code, 'what': measure, 'on': str(on)})}"


@audience(READERS)
@require_safe
def behind(request: ActorRequest) -> HttpResponse:
    """What a count counts, newest first."""
    on = _day(request.GET.get("on", ""), now())
    code, what = request.GET.get("city", ""), request.GET.get("what", "")
    profile, rows = queries.behind(request.actor, code=code, measure=what, on=on)
    page = keyset(rows, ("-at", "-id"), request.GET.get("cursor", ""))
    counties = places.divisions({row.division for row in page.items})
    items = catalogue.names(frozenset(row.item for row in page.items))
    context = {
        "profile": profile, "measure": MEASURES[what], "on": on, "first": queries.year_before(on), "page": page,
        "rows": [
            (row, _address(request, row), local(counties.get(row.division), "name"), CHANNELS[row.channel], _item(items, row.item))
            for row in page.items
        ],
        "back": f"{reverse('desk:table1')}?{urlencode({'on': str(on)})}",
    }  # fmt: skip
    return render(request, "desk/table1/behind.html", context)


def _item(known: dict[str, Service], code: str) -> str:
    return local(known[code], "name") if code in known else code


def _address(request: ActorRequest, row: Intake) -> str:
    """Where the row's own page is, for those who may open it."""
    if row.kind == "case":
        return reverse("desk:supervised_case", args=[row.number]) if request.actor.has(Role.SUPERVISOR) else ""
    return reverse("desk:order", args=[row.number]) if any(request.actor.has(role) for role in RATE_READERS) else ""


def _day(text: str, at: datetime) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return shanghai_day(at)
