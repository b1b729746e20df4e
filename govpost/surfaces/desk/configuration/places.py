"""Outlets and halls: listed, opened, changed with before and after, closed when nothing relies on them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from govpost.common.clock import now
from govpost.common.refusal import NotFound
from govpost.delivery import queries as mail
from govpost.parties.roles import Role
from govpost.places import actions, queries
from govpost.places.models import Hall, Outlet, OutletKind
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration.pages import ADMIN, act
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.csvout import csv_response
from govpost.surfaces.shared.listing import read
from govpost.surfaces.shared.paging import keyset

SORTS = {"code": ("code",), "-code": ("-code",), "name": ("name", "code"), "-name": ("-name", "-code")}
KINDS: dict[str, Any] = {
    "delivery_office": gettext_lazy("Delivery office"), "station": gettext_lazy("Station desk"), "centre": gettext_lazy("Sorting centre"),
}  # fmt: skip
Place = Outlet | Hall


class OutletFilter(forms.Form):
    words = forms.CharField(label=gettext_lazy("Name, address or code"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, choices=lambda: [("", _("All")), *KINDS.items()])


class HallFilter(forms.Form):
    words = forms.CharField(label=gettext_lazy("Name, address or code"), required=False)


class PlaceForm(forms.Form):
    """What can be changed of an outlet; a hall has hours and a station desk besides."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=100)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=40, widget=forms.TextInput({"class": "medium", "type": "tel"}))


class HallForm(PlaceForm):
    hours = forms.CharField(label=gettext_lazy("Opening hours"), max_length=100)
    station = forms.ChoiceField(label=gettext_lazy("Station desk"))

    def __init__(self, stations: list[Outlet], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].choices = [(each.code, local(each, "name")) for each in stations]  # type: ignore[attr-defined]


def _counties(request: ActorRequest) -> list[tuple[str, str]]:
    return [(each.code, local(each, "name")) for region in _regions(request) for each in queries.counties(region)]


def _regions(request: ActorRequest) -> tuple[str, ...]:
    return request.actor.regions([Role.ADMIN])


@audience(ADMIN)
@require_safe
def outlets(request: ActorRequest) -> HttpResponseBase:
    """The post's outlets of the jurisdiction, closed ones too; as a page or as CSV."""
    listing = read(request, OutletFilter, SORTS, "code")
    found = queries.kept_outlets(_regions(request), **listing.filters)
    if request.GET.get("format") == "csv":
        header = [_("Short code"), _("Full name"), _("Kind"), _("County"), _("Address"), _("Telephone"), _("Closed on")]
        rows = (
            (o.code, local(o, "name"), KINDS[o.kind], local(o.division, "name"), o.address, o.phone, o.closed_on)
            for o in found.order_by("code")
        )
        return csv_response("outlets", header, rows)
    page = keyset(found, listing.order, listing.cursor)
    context = {"page": page, "listing": listing, "sort": listing.sort, "kinds": KINDS, "narrowed": bool(listing.filters)}
    return render(request, "desk/configuration/outlets.html", context)


@audience(ADMIN)
@require_safe
def halls(request: ActorRequest) -> HttpResponseBase:
    """The halls of the jurisdiction, closed ones too; as a page or as CSV."""
    listing = read(request, HallFilter, SORTS, "code")
    found = queries.kept_halls(_regions(request), **listing.filters)
    if request.GET.get("format") == "csv":
        header = [
            _("Short code"), _("Full name"), _("County"), _("Address"), _("Telephone"), _("Opening hours"), _("Station desk"),
            _("Closed on"),
        ]  # fmt: skip
        rows = (
            (h.code, local(h, "name"), local(h.division, "name"), h.address, h.phone, h.hours, local(h.station, "name"), h.closed_on)
            for h in found.order_by("code")
        )
        return csv_response("halls", header, rows)
    page = keyset(found, listing.order, listing.cursor)
    context = {"page": page, "listing": listing, "sort": listing.sort, "narrowed": bool(listing.filters)}
    return render(request, "desk/configuration/halls.html", context)


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def outlet(request: ActorRequest, code: str) -> HttpResponse:
    """One outlet: what is said of it, to be changed, and its story."""
    found = _one(request, queries.kept_outlets(_regions(request)).filter(code=code).first())
    form = PlaceForm(request.POST or None, initial={key: getattr(found, key) for key in PlaceForm.base_fields})

    def change(data: dict[str, Any]) -> str:
        actions.change_outlet(code=code, values=data, at=now(), by=request.actor)
        return reverse("desk:outlet", args=[code])

    left = {
        "succeeded": True,
        "lying": mail.lying_at(code).count() if found.closed_on else 0,
        "successor": queries.outlets_by_code([found.successor]).get(found.successor),
    }
    return _page(request, form, change, found, (reverse("desk:outlets"), _("Outlets")), reverse("desk:outlet_close", args=[code]), **left)


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def hall(request: ActorRequest, code: str) -> HttpResponse:
    """One hall: what is said of it, to be changed, and its story."""
    found = _one(request, queries.kept_halls(_regions(request)).filter(code=code).first())
    stations = [each for each in queries.outlets(str(found.region), OutletKind.STATION.value) if each.division_id == found.division_id]
    initial = {key: getattr(found, key) for key in HallForm.base_fields if key != "station"} | {"station": found.station.code}
    form = HallForm(stations, request.POST or None, initial=initial)

    def change(data: dict[str, Any]) -> str:
        actions.change_hall(code=code, values=data, at=now(), by=request.actor)
        return reverse("desk:hall", args=[code])

    return _page(request, form, change, found, (reverse("desk:halls"), _("Halls")), reverse("desk:hall_close", args=[code]))


def _one(request: ActorRequest, found: Any) -> Any:
    if found is None:
        raise NotFound("place")
    return found


def _page(
    request: ActorRequest, form: forms.Form, change: Any, found: Place, back: tuple[str, str], close: str, **more: Any
) -> HttpResponse:
    return act(
        request, form, change, done=_("Saved."), template="desk/configuration/place.html", place=found, back=back, close=close,
        kind=KINDS[found.kind] if isinstance(found, Outlet) else _("Service hall"), changes=changes.of(f"place:{found.code}"),
        **more,
    )  # fmt: skip


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def outlet_new(request: ActorRequest) -> HttpResponse:
    """Another outlet of a county; a county has one delivery office."""
    form = PlaceForm(request.POST or None)
    form.fields["code"] = forms.CharField(label=_("Short code"), max_length=20, help_text=_("Stands on bags and lists; it never changes."))
    form.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    form.fields["division"] = forms.ChoiceField(label=_("County"), choices=_counties(request))
    form.order_fields(["code", "kind", "division"])

    def open_it(data: dict[str, Any]) -> str:
        actions.open_outlet(**(data | {"kind": OutletKind(data["kind"])}), at=now(), by=request.actor)
        return reverse("desk:outlet", args=[data["code"]])

    heading = _("New outlet")
    return act(request, form, open_it, done=_("The outlet is open."), heading=heading, back=(reverse("desk:outlets"), _("Outlets")))


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def hall_new(request: ActorRequest) -> HttpResponse:
    """Another hall, with the station desk that stands in it."""
    stations = [each for region in _regions(request) for each in queries.outlets(region, OutletKind.STATION.value)]
    form = HallForm(stations, request.POST or None)
    form.fields["code"] = forms.CharField(label=_("Short code"), max_length=20, help_text=_("It never changes."))
    form.fields["division"] = forms.ChoiceField(label=_("County"), choices=_counties(request))
    form.order_fields(["code", "division"])

    def open_it(data: dict[str, Any]) -> str:
        actions.open_hall(**data, at=now(), by=request.actor)
        return reverse("desk:hall", args=[data["code"]])

    heading = _("New hall")
    return act(request, form, open_it, done=_("The hall is open."), heading=heading, back=(reverse("desk:halls"), _("Halls")))


class SuccessorForm(forms.Form):
    successor = forms.ChoiceField(
        label=gettext_lazy("Who goes on with what lies there"), required=False,
        help_text=gettext_lazy("Couriers and station desk there find it in their own lists."),
    )  # fmt: skip

    def __init__(self, found: Outlet, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        province = str(found.region).partition(".")[0]
        open_ = [(each.code, local(each, "name")) for each in queries.outlets(province, found.kind) if each.code != found.code]
        self.fields["successor"].choices = [("", _("Named later")), *open_]  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea({"rows": 3}), max_length=500)


class CloseOutletForm(SuccessorForm, CloseForm):
    pass


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def outlet_close(request: ActorRequest, code: str) -> HttpResponse:
    """What lies there is said and opens; it goes on at another outlet, at once or when that one is named."""
    found = _one(request, queries.kept_outlets(_regions(request)).filter(code=code).first())
    address = reverse("desk:outlet", args=[code])

    def close(data: dict[str, Any]) -> str:
        with transaction.atomic():
            actions.close_outlet(code=code, reason=data["reason"], at=now(), by=request.actor)
            if data["successor"]:
                actions.name_successor(code=code, successor=data["successor"], at=now(), by=request.actor)
        return address

    return act(
        request, CloseOutletForm(found, request.POST or None), close, done=_("Closed."), heading=_("Close the outlet"),
        eyebrow=local(found, "name"), template="desk/configuration/outlet_close.html", back=(address, local(found, "name")),
        danger=True, place=found, lying=mail.lying_at(code).count(),
        intro=_("From today on nothing new goes there. Mail for a county without a delivery office is refused until another one is open."),
    )  # fmt: skip


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def outlet_successor(request: ActorRequest, code: str) -> HttpResponse:
    """Who goes on with what lies at a closed outlet."""
    found = _one(request, queries.kept_outlets(_regions(request)).filter(code=code, closed_on__isnull=False).first())
    address = reverse("desk:outlet", args=[code])

    def name(data: dict[str, Any]) -> str:
        actions.name_successor(code=code, successor=data["successor"], at=now(), by=request.actor)
        return address

    return act(
        request, SuccessorForm(found, request.POST or None, initial={"successor": found.successor}), name, done=_("Saved."),
        heading=_("Name the successor"), eyebrow=local(found, "name"), template="desk/configuration/outlet_close.html",
        back=(address, local(found, "name")), place=found, lying=mail.lying_at(code).count(),
    )  # fmt: skip


@audience(ADMIN)
@require_safe
def outlet_lying(request: ActorRequest, code: str) -> HttpResponse:
    """The mail that an outlet has work with, the oldest first; no names, no addresses."""
    found = _one(request, queries.kept_outlets(_regions(request)).filter(code=code).first())
    lying = mail.lying_at(code)
    page = keyset(lying.order_by(), ("placed_at", "id"), request.GET.get("cursor", ""))
    return render(request, "desk/configuration/outlet_lying.html", {"place": found, "page": page, "total": lying.count()})


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def hall_close(request: ActorRequest, code: str) -> HttpResponse:
    found = _one(request, queries.kept_halls(_regions(request)).filter(code=code).first())
    return _closing(
        request, found, actions.close_hall, reverse("desk:hall", args=[code]), _("From today on nobody is sent there any more.")
    )


def _closing(request: ActorRequest, found: Place, action: Any, address: str, intro: str) -> HttpResponse:
    def close(data: dict[str, Any]) -> str:
        action(code=found.code, reason=data["reason"], at=now(), by=request.actor)
        return address

    return act(
        request, CloseForm(request.POST or None), close, done=_("Closed."), heading=_("Close the hall"), eyebrow=local(found, "name"),
        intro=intro, back=(address, local(found, "name")), danger=True,
    )  # fmt: skip
