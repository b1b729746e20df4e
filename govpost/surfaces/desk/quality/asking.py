"""What the quality pages were asked for: a period, a place, a moment of knowledge; and the addresses that carry it on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from govpost.common.clock import now, shanghai_day, shanghai_midnight
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.quality.queries import Cut
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import ActorRequest

PERIOD = 14


def _date(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class PeriodForm(forms.Form):
    first = _date(_("From"))
    last = _date(_("To"))
    known = _date(_("As known at the end of"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page was asked for, and the address parameters that carry it on."""

    form: PeriodForm
    cut: dict[str, Any]
    known: date | None = None

    def of(self, kpi: str, **over: str) -> Cut:
        return Cut(kpi, **{**self.cut, **over})

    def address(self, **over: str | list[str]) -> str:
        return "?" + urlencode({k: v for k, v in {**self.cut, **over}.items() if v}, doseq=True)

    def known_at(self, at: datetime) -> datetime | None:
        """The end of the day whose knowledge is asked for; None for today's, which is what every page shows."""
        end = shanghai_midnight(self.known + timedelta(days=1)) if self.known else at
        return end if end < at else None


def asked(request: HttpRequest) -> Asked:
    """The period (default: the last two weeks) and place of the address; a bad date falls back to the default and says so."""
    today = shanghai_day(now())
    form = PeriodForm(request.GET if {"first", "last", "known"} & request.GET.keys() else None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    last = chosen.get("last") or today
    first = chosen.get("first") or last - timedelta(days=PERIOD - 1)
    known = chosen.get("known")
    if not form.is_bound or form.is_valid():
        form = PeriodForm(initial={"first": first, "last": last, "known": known})  # what is in force, defaults too
    cut = {"first": first, "last": last, "within": request.GET.get("within", ""), "outlet": request.GET.get("outlet", "")}
    return Asked(form, cut, known)


def outlet_names(request: ActorRequest) -> dict[str, str]:
    """The names of the outlets in the reader's jurisdiction, by code."""
    regions = request.actor.regions([Role.QUALITY, Role.SUPERVISOR])
    return {outlet.code: local(outlet, "name") for region in regions for outlet in places.outlets(region)}


def place_words(ask: Asked, names: dict[str, str]) -> list[str]:
    """The chosen place and outlet by their names; what nobody knows is shown as it was asked."""
    code = ask.cut["within"].rpartition(".")[2]
    place = places.divisions([code]).get(code) if code else None
    words = [local(place, "name") if place else code, names.get(ask.cut["outlet"], ask.cut["outlet"])]
    return [word for word in words if word]
