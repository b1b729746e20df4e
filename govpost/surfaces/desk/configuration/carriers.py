"""Carriers and what each may carry: the law first, awards and exclusions beneath it, each with its basis and day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from govpost.common.clock import now, shanghai_day
from govpost.parties.roles import Role
from govpost.settlement import actions, keeping
from govpost.settlement.rules import MAY
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration.pages import ADMIN, act, day_field, region_choices, region_names
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import ActorRequest, audience

KINDS = {"post": gettext_lazy("The post"), "express": gettext_lazy("Express firm")}


class PlaceForm(forms.Form):
    region = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    on = day_field(gettext_lazy("Day"), required=False)

    def __init__(self, request: ActorRequest) -> None:
        super().__init__(request.GET or None, initial={"on": shanghai_day(now())})
        self.fields["region"].choices = region_choices(request.actor, MAY["keep_carriers"])  # type: ignore[attr-defined]


class CarrierForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("Short code"), max_length=30)
    name = forms.CharField(label=gettext_lazy("Name of the firm"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=100)
    basis = forms.CharField(
        label=gettext_lazy("Express permit"), max_length=100, help_text=gettext_lazy("The number of its 快递业务经营许可证.")
    )


class RulingForm(forms.Form):
    carrier = forms.ChoiceField(label=gettext_lazy("Carrier"))
    item = forms.ChoiceField(label=gettext_lazy("Service item"), required=False)
    region = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    allowed = forms.ChoiceField(
        label=gettext_lazy("From then on the carrier"), widget=forms.RadioSelect,
        choices=(("yes", gettext_lazy("may carry it (award by tender)")), ("no", gettext_lazy("may not carry it"))),
        error_messages={"required": gettext_lazy("Say whether it may carry the item.")},
    )  # fmt: skip
    basis = forms.CharField(
        label=gettext_lazy("Rests on"), max_length=200, help_text=gettext_lazy("The award, contract or order, by number.")
    )
    starts_on = day_field(gettext_lazy("First day"))

    def __init__(self, request: ActorRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = region_choices(request.actor, MAY["keep_carriers"])
        items = {each.code: local(each, "name") for region, _name in regions[:1] for each in keeping.offered(region, shanghai_day(now()))}
        self.fields["carrier"].choices = [(each.code, local(each, "name")) for each in keeping.carriers()]  # type: ignore[attr-defined]
        self.fields["region"].choices = regions  # type: ignore[attr-defined]
        self.fields["item"].choices = [("", _("Every item that the law leaves open")), *items.items()]  # type: ignore[attr-defined]


@audience(ADMIN)
@require_safe
def carriers(request: ActorRequest) -> HttpResponse:
    """Items × carriers on a day in a place: may it, and why; below, the carriers and what was ruled of them."""
    form = PlaceForm(request)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    region = chosen.get("region") or next(iter(request.actor.regions(MAY["keep_carriers"])), "")
    on = chosen.get("on") or shanghai_day(now())
    among = keeping.carriers()
    rulings = keeping.rulings(request.actor)
    context = {
        "form": form, "region": region, "on": on, "carriers": among, "kinds": KINDS, "rulings": rulings,
        "table": keeping.carriage(region, on, keeping.offered(region, on), among),
        "regions": region_names([region, *(str(ruling.region) for ruling in rulings)]),
        "items": _names(rulings, region, on), "country": request.actor.has(Role.ADMIN, ""),
        "changes": changes.of(*(f"carrier:{each.code}" for each in among)),
    }  # fmt: skip
    return render(request, "desk/configuration/carriers.html", context, status=422 if form.errors else 200)


def _names(rulings: list[Any], region: str, on: Any) -> dict[str, str]:
    named = {each.code: local(each, "name") for each in keeping.offered(region, on)}
    return {ruling.item: named.get(ruling.item, ruling.item) for ruling in rulings if ruling.item}


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def carrier_new(request: ActorRequest) -> HttpResponse:
    """Declare an express firm for the whole country; orders reach it once a connection to it is built."""
    form = CarrierForm(request.POST or None)

    def declare(data: dict[str, Any]) -> str:
        actions.declare_carrier(at=now(), by=request.actor, **data)
        return reverse("desk:carriers")

    intro = _("A declared carrier can be awarded items. No orders reach it until a connection to it is built.")
    return act(request, form, declare, done=_("The carrier is declared."), heading=_("Declare a carrier"), intro=intro, back=_back())


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def ruling_new(request: ActorRequest) -> HttpResponse:
    """Let a carrier carry an item, or not, from a day after today on, with its basis."""
    chosen = {key: request.GET[key] for key in ("carrier", "item", "region") if key in request.GET}
    form = RulingForm(request, request.POST or None, initial=chosen)

    def rule(data: dict[str, Any]) -> str:
        actions.rule_carrier(**(data | {"allowed": data["allowed"] == "yes"}), at=now(), by=request.actor)
        return reverse("desk:carriers")

    intro = _("What the law reserves to the post stays with the post (Postal Law, Art. 55). Everything else may be tendered.")
    heading = _("Rule what a carrier may carry")
    return act(request, form, rule, done=_("The ruling is entered."), heading=heading, intro=intro, back=_back())


def _back() -> tuple[str, str]:
    return reverse("desk:carriers"), _("Carriers")
