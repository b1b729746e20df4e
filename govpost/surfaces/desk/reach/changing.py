"""Changing a township or village, and an outlet's collection plan: from a day on, told, and never what was offered for today."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import NotFound
from govpost.dispatch import actions as dispatch
from govpost.dispatch.offering import MOST, Plan
from govpost.dispatch.reach import plan_of
from govpost.places import actions as places_actions
from govpost.places import queries as places
from govpost.places.actions import AreaRow
from govpost.places.areas import LONGEST_NAME, Area
from govpost.places.models import Division
from govpost.profiles import queries as profiles
from govpost.profiles.rules import Settings
from govpost.surfaces.desk.configuration.pages import ADMIN, act, day_field
from govpost.surfaces.desk.reach.views import county_of, door_outlets, tomorrow
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import ActorRequest, audience

WEEK = [
    ("1", gettext_lazy("Monday")), ("2", gettext_lazy("Tuesday")), ("3", gettext_lazy("Wednesday")), ("4", gettext_lazy("Thursday")),
    ("5", gettext_lazy("Friday")), ("6", gettext_lazy("Saturday")), ("7", gettext_lazy("Sunday")),
]  # fmt: skip
FROM = gettext_lazy("What takes something away begins tomorrow at the earliest: people have relied on today.")


def _week(label: Any, hint: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, help_text=hint, choices=WEEK, required=False, widget=forms.CheckboxSelectMultiple)


class AreaForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the township or village"), max_length=LONGEST_NAME)
    parent = forms.ChoiceField(label=gettext_lazy("In the township"), required=False)
    words = forms.CharField(
        label=gettext_lazy("Other words that name it"), max_length=200, required=False,
        help_text=gettext_lazy("As people write them in addresses: estates, hamlets, business parks; separated by spaces."),
    )  # fmt: skip
    outlet = forms.ChoiceField(label=gettext_lazy("Outlet that serves it"))
    days = _week(gettext_lazy("Delivery days"), gettext_lazy("No day: the post does not come there, mail waits at the outlet."))
    closed = forms.BooleanField(label=gettext_lazy("Strike it from the list"), required=False)
    starts_on = day_field(gettext_lazy("From"), hint=FROM)

    def __init__(self, county: Division, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        townships = [area for area in places.areas(county.code, shanghai_day(now())) if not area.parent]
        choices = [("", _("It is a township or street itself")), *((area.name, area.name) for area in townships)]
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]
        self.fields["outlet"].choices = [(each.code, local(each, "name")) for each in door_outlets(county)]  # type: ignore[attr-defined]


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def area(request: ActorRequest, division: str) -> HttpResponse:
    """A new township or village, or (`?code=`) another version of one."""
    county, code = county_of(request, division), request.GET.get("code", "")
    standing = _standing(county, code) if code else None
    form = AreaForm(county, request.POST or None, initial=_initial(county, standing))
    address = reverse("desk:reach_county", args=[county.code])

    def keep(data: dict[str, Any]) -> str:
        row = AreaRow(
            name=data["name"], parent=data["parent"], words=data["words"], outlet=data["outlet"], days="".join(data["days"]),
            closed=data["closed"], code=code,
        )  # fmt: skip
        places_actions.keep_areas(division=county.code, rows=[row], starts_on=data["starts_on"], at=now(), by=request.actor)
        return address

    heading = _("Change %(name)s") % {"name": standing.name} if standing else _("New township or village")
    return act(
        request,
        form,
        keep,
        done=_("Saved."),
        heading=heading,
        button=_("Save"),
        eyebrow=local(county, "name"),
        back=(address, local(county, "name")),
    )


def _standing(county: Division, code: str) -> Area:
    found = [each for each in places.area_versions(county.code) if each.code == code]
    if not found:
        raise NotFound("area")
    return found[-1]


def _initial(county: Division, area: Area | None) -> dict[str, Any]:
    starts_on = tomorrow(shanghai_day(now()))
    if area is None:
        return {"days": list("1234567"), "starts_on": starts_on}
    parents = {each.code: each.name for each in places.area_versions(county.code)}
    return {
        "name": area.name, "parent": parents.get(area.parent, ""), "words": " ".join(area.words), "outlet": area.outlet,
        "days": list(area.days), "closed": area.closed, "starts_on": max(starts_on, area.starts_on),
    }  # fmt: skip


class PlanForm(forms.Form):
    """What an outlet does otherwise than the profile; one field for each of the profile's windows."""

    courier_days = _week(gettext_lazy("Days on which couriers collect"), gettext_lazy("None chosen: as the profile says."))
    on_holidays = forms.ChoiceField(
        label=gettext_lazy("On public holidays"), required=False,
        choices=[("", gettext_lazy("As the profile says")), ("yes", gettext_lazy("They collect")), ("no", gettext_lazy("They do not"))],
    )  # fmt: skip
    capacity = forms.IntegerField(label=gettext_lazy("Collections in a window"), min_value=0, max_value=MOST, required=False)
    starts_on = day_field(gettext_lazy("From"), hint=FROM)

    def __init__(self, settings: Settings, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["capacity"].help_text = _("Empty: as the profile says, %(number)s.") % {"number": settings.window_capacity}
        for first, last in settings.collection_windows:
            label = _("Of these from %(first)s to %(last)s") % {"first": f"{first:02d}:00", "last": f"{last:02d}:00"}
            self.fields[f"capacity_{first}"] = forms.IntegerField(label=label, min_value=0, max_value=MOST, required=False)
        self.order_fields(
            ["courier_days", "on_holidays", "capacity", *(f"capacity_{first}" for first, _last in settings.collection_windows)]
        )

    def plan(self) -> Plan:
        data = self.cleaned_data
        said = {name.removeprefix("capacity_"): value for name, value in data.items() if name.startswith("capacity_")}
        hours = {hour: value for hour, value in said.items() if value is not None}
        holidays = {"yes": True, "no": False}.get(data["on_holidays"])
        return Plan("".join(data["courier_days"]), holidays, data["capacity"], hours)


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: ActorRequest, division: str, outlet: str) -> HttpResponse:
    """How many collections an outlet makes in a window, and on which days."""
    county = county_of(request, division)
    found = next((each for each in door_outlets(county) if each.code == outlet), None)
    if found is None:
        raise NotFound("outlet")
    today = shanghai_day(now())
    settings, standing = profiles.settings_for(str(found.region), today), plan_of(outlet, today)
    initial = {
        "courier_days": list(standing.courier_days), "capacity": standing.capacity, "starts_on": tomorrow(today),
        "on_holidays": {True: "yes", False: "no"}.get(standing.on_holidays, "") if standing.on_holidays is not None else "",
        **{f"capacity_{hour}": value for hour, value in standing.capacities.items()},
    }  # fmt: skip
    form = PlanForm(settings, request.POST or None, initial=initial)
    address = reverse("desk:reach_county", args=[county.code])

    def keep(data: dict[str, Any]) -> str:
        dispatch.keep_plan(outlet=outlet, plan=form.plan(), starts_on=data["starts_on"], at=now(), by=request.actor)
        return address

    return act(
        request, form, keep, done=_("Saved."), heading=_("How this outlet collects"), button=_("Save"), eyebrow=local(found, "name"),
        back=(address, local(county, "name")),
    )  # fmt: skip
