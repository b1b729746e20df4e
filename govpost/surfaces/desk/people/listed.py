"""The list of people: searched, narrowed, counted, exported; and several who leave at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import NotFound, Refusal
from govpost.common.text import Text
from govpost.parties import actions, listing
from govpost.parties.models import Staff
from govpost.surfaces.desk import finding
from govpost.surfaces.desk.configuration.pages import ADMIN, day_field, region_names
from govpost.surfaces.desk.people import choosing
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.csvout import csv_response
from govpost.surfaces.shared.listing import read
from govpost.surfaces.shared.paging import keyset
from govpost.surfaces.shared.roles import role_word
from govpost.surfaces.shared.words import say

SORTS = {"login": ("login",), "-login": ("-login",), "name": ("name", "id"), "-name": ("-name", "-id")}
STATES = (
    ("", gettext_lazy("All")), ("here", gettext_lazy("Working here")), ("leaving", gettext_lazy("Leaving")),
    ("left", gettext_lazy("Left")), ("locked", gettext_lazy("Locked out")),
)  # fmt: skip
MOST_EXPORTED = 10_000


class PeopleForm(forms.Form):
    found = forms.CharField(required=False, widget=forms.HiddenInput)
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)
    region = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=STATES)


def form_for(actor: Actor, base: type[forms.Form]) -> type[forms.Form]:
    """The filter with this administrator's organisations, roles and regions to choose from."""

    class Own(base):  # type: ignore[misc, valid-type]
        def __init__(self, data: Any = None) -> None:
            super().__init__(data)
            self.fields["organisation"].choices = choosing.with_all(choosing.organisations(actor))
            self.fields["role"].choices = choosing.with_all(choosing.roles(actor))
            self.fields["region"].choices = choosing.with_all(choosing.regions(actor))

    return Own


@audience(ADMIN)
@require_safe
def people(request: ActorRequest) -> HttpResponseBase:
    """Everybody of the administrator's regions."""
    at, shown = now(), read(request, form_for(request.actor, PeopleForm), SORTS, "login")
    words = finding.words_of(request.actor, shown.filters.pop("found", ""))
    if "organisation" in shown.filters:
        shown.filters["organisation"] = UUID(shown.filters["organisation"])
    rows = listing.people(request.actor, listing.PeopleFilter(q=words, **shown.filters), at=at)
    if request.GET.get("format") == "csv":
        return csv_response("people", _header(), _lines(rows.order_by("login")[:MOST_EXPORTED]))
    page, today = keyset(rows, shown.order, shown.cursor), shanghai_day(at)
    find = finding.find_form(request.actor, "people", words)
    find.fields["q"].label = _("Name or login")
    names = region_names(held.region for staff in page.items for held in staff.held_today)  # type: ignore[attr-defined]
    context = {
        "page": page, "listing": shown, "form": shown.form, "sort": shown.sort, "find": find, "regions": names, "today": today,
        "rows": [(staff, staff.works_on(today)) for staff in page.items], "counts": listing.counts(request.actor, at=at),
        "narrowed": bool(words or shown.filters), "leave": LeaveManyForm(), "found": request.GET.get("found", ""),
        "ending": listing.grants(request.actor, at=at, ending=True).count(),
    }  # fmt: skip
    return render(request, "desk/people/people.html", context, status=422 if shown.form.errors else 200)


def _header() -> list[str]:
    return [_("Login"), _("Name"), _("Organisation"), _("Outlet"), _("Roles"), _("Works here"), _("Last day"), _("Last sign-in")]


def _lines(rows: QuerySet[Staff]) -> Iterator[tuple[Any, ...]]:
    today = shanghai_day(now())
    for staff in rows:
        roles = ", ".join(f"{role_word(held.role)} {held.region}" for held in staff.held_today)  # type: ignore[attr-defined]
        outlet = staff.outlet.code if staff.outlet else ""
        here = _("yes") if staff.works_on(today) else _("no")
        yield staff.login, staff.name, local(staff.organisation, "name"), outlet, roles, here, staff.leaves_on, staff.last_login


class LeaveManyForm(forms.Form):
    last_day = day_field(gettext_lazy("Last day"), required=False, hint=gettext_lazy("Empty: at once. Sessions end, roles end."))


@audience(ADMIN)
@require_POST
def leave_many(request: ActorRequest) -> HttpResponse:
    """Those who were ticked leave; each is told apart, for one that may not is no reason to keep the others."""
    form = LeaveManyForm(request.POST)
    last_day = form.cleaned_data["last_day"] if form.is_valid() else None
    results: list[tuple[Staff, str]] = []
    for each in request.POST.getlist("staff")[:500] if form.is_valid() else []:
        try:
            staff = listing.person(request.actor, UUID(each))
        except (ValueError, NotFound):
            continue
        try:
            actions.deactivate_staff(staff_id=staff.id, last_day=last_day, at=now(), by=request.actor)
        except Refusal as refusal:
            results.append((staff, say(refusal.sentence)))
        else:
            results.append((staff, ""))
    nobody = "" if results else say(Text("Nobody was chosen. Choose the people who leave in the list."))
    context = {
        "results": results, "last_day": last_day, "nobody": nobody, "form": form, "back": (reverse("desk:people"), _("People")),
        "done": sum(not refused for _staff, refused in results),
    }  # fmt: skip
    return render(request, "desk/people/left.html", context, status=200 if results else 422)
