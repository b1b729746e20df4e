"""What the administrators' pages have in common: a form that acts, the regions to choose from, and a day's field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from govpost.common.actor import Actor
from govpost.common.refusal import Refusal
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.places.models import Division
from govpost.surfaces.shared.access import STAFF, ActorRequest
from govpost.surfaces.shared.forms import add_refusal
from govpost.surfaces.shared.roles import named, region_names

__all__ = [
    "ADMIN",
    "KEEPERS",
    "KEEPING",
    "Choices",
    "act",
    "day_field",
    "place_names",
    "region_choices",
    "region_name",
    "region_names",
]

ADMIN = STAFF(Role.ADMIN)
KEEPING = STAFF(Role.ADMIN, Role.SUPERVISOR)
"""Who looks at what is kept, held and erased; only administrators change it."""
KEEPERS = STAFF(Role.ADMIN, Role.FINANCE)
"""Who keeps agreements and tariffs."""
_FORM = "desk/configuration/form.html"
Choices = list[tuple[str, Any]]


def day_field(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateField:
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "medium"})
    messages_ = {"required": _("Choose a day."), "invalid": _("Write a day such as 2026-12-01.")}
    return forms.DateField(label=label, required=required, help_text=hint, widget=picker, error_messages=messages_)


def act(
    request: ActorRequest, form: forms.Form, verb: Callable[[dict[str, Any]], str], *, done: Any, template: str = _FORM, **context: Any
) -> HttpResponse:
    """Show the form, or do what it says: `verb` gives the address to go on to; a refusal stands at its field or above."""
    if request.method == "POST" and form.is_valid():
        try:
            goal = verb(form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect(goal)
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def region_choices(actor: Actor, roles: Iterable[str]) -> Choices:
    """The regions in which the actor holds one of `roles`, each with what lies below, as paths of names."""
    found: dict[str, str] = {}
    for top in actor.regions(roles):
        found |= {} if top else {"": str(_("The whole country"))}
        found |= _named(list(_at_or_below(top)))
    return list(found.items())


def region_name(region: str) -> str:
    """A region path in words, such as 安徽省 亳州市."""
    return region_names([region])[str(region)]


def place_names(regions: Iterable[Any]) -> dict[str, str]:
    """Region paths by the name of the place itself, for lists that have no room for what lies above."""
    wanted = {str(region) for region in regions}
    known = places.divisions(region.rpartition(".")[2] for region in wanted)
    return {region: named(region.rpartition(".")[2], known) for region in wanted}


def _at_or_below(top: str) -> list[Division]:
    above = [places.division(top.rsplit(".", maxsplit=1)[-1])] if top else []
    below = [*places.cities(top), *places.counties(top)]
    provinces = list(places.divisions(each.code[:2] for each in below).values()) if not top else []
    found = {str(each.region): each for each in (*above, *provinces, *below)}
    return [found[region] for region in sorted(found)]


def _named(divisions: Iterable[Division]) -> dict[str, str]:
    listed = list(divisions)
    known = places.divisions(code for each in listed for code in str(each.region).split("."))
    return {str(each.region): named(str(each.region), known) for each in listed}
