"""Organisations: found, added, changed, renamed and closed on a day; their people, keys, services and agreements beside them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from govpost.catalogue import queries as catalogue
from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import Refusal
from govpost.parties import actions, listing
from govpost.parties.models import Organisation, OrganisationKind
from govpost.places import identifiers
from govpost.places import queries as places
from govpost.places.models import Hall
from govpost.settlement import keeping
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration.pages import ADMIN, Choices, act, day_field, region_choices, region_names
from govpost.surfaces.desk.people import choosing
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.csvout import csv_response
from govpost.surfaces.shared.forms import add_refusal
from govpost.surfaces.shared.listing import read
from govpost.surfaces.shared.paging import keyset
from govpost.surfaces.shared.words import say

SORTS = {"code": ("code",), "-code": ("-code",), "name": ("name", "id"), "-name": ("-name", "-id")}
STATES = (("active", gettext_lazy("in force")), ("closed", gettext_lazy("Closed")), ("", gettext_lazy("All")))
_NOT_CHOSEN = "-"


class FilterForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Name, code or credit code"), required=False, max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, choices=lambda: choosing.with_all(list(choosing.KINDS.items())))
    region = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=(STATES[2], *STATES[:2]))


class _Uscc(forms.Form):
    """Credit code and hall, as adding and changing both ask."""

    uscc = forms.CharField(
        label=gettext_lazy("Unified social credit code"), max_length=18, required=False,
        help_text=gettext_lazy("18 characters; the last one is checked against the others."),
        widget=forms.TextInput(attrs={"class": "medium", "spellcheck": "false"}),
    )  # fmt: skip
    hall = forms.ChoiceField(label=gettext_lazy("Service hall"), required=False)

    def __init__(self, request: ActorRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hall"].choices = [("", _("None")), *_halls(request.actor)]  # type: ignore[attr-defined]


class AddForm(_Uscc):
    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]{1,38}$", label=gettext_lazy("Short code"),
        help_text=gettext_lazy("Small letters, digits, hyphens; never changed."),
        error_messages={
            "required": gettext_lazy("Choose a short code."),
            "invalid": gettext_lazy("Use 2 to 39 small letters, digits and hyphens."),
        },
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Full name"), max_length=100, error_messages={"required": gettext_lazy("Enter the full name.")}
    )
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=150, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=lambda: list(choosing.KINDS.items()))
    region = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    field_order = ("code", "name", "name_en", "kind", "region", "uscc", "hall")

    def __init__(self, request: ActorRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        places = region_choices(request.actor, listing.ADMINISTRATORS)
        whole_country = [(_NOT_CHOSEN, _("Choose"))] if places and not places[0][0] else []  # seldom meant
        self.fields["region"].choices = [*whole_country, *places]  # type: ignore[attr-defined]

    def clean_region(self) -> str:
        region: str = self.cleaned_data["region"]
        if region == _NOT_CHOSEN:
            raise forms.ValidationError(_("Choose where the organisation works."))
        return region


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=150, required=False)
    starts_on = day_field(gettext_lazy("From"))


class CloseForm(forms.Form):
    last_day = day_field(gettext_lazy("Last day"), required=False, hint=gettext_lazy("Empty: the organisation is open, without an end."))


@audience(ADMIN)
@require_safe
def organisations(request: ActorRequest) -> HttpResponseBase:
    """Departments, making centres, courts, postal branches: with how many people work there."""

    class Own(FilterForm):
        def __init__(self, data: Any = None) -> None:
            super().__init__(data)
            self.fields["region"].choices = choosing.with_all(choosing.regions(request.actor))  # type: ignore[attr-defined]

    today, shown = shanghai_day(now()), read(request, Own, SORTS, "code")
    rows = listing.organisations(request.actor, on=today, **shown.filters)
    if request.GET.get("format") == "csv":
        header = [_("Short code"), _("Name"), _("Kind"), _("Region"), _("Unified social credit code"), _("People"), _("Closed on")]
        lines = ((o.code, local(o, "name"), o.kind, o.region, o.uscc, getattr(o, "people", 0), o.active_to) for o in rows.order_by("code"))
        return csv_response("organisations", header, lines)
    page = keyset(rows, shown.order, shown.cursor)
    context = {
        "page": page, "listing": shown, "sort": shown.sort, "today": today, "kinds": choosing.KINDS, "narrowed": bool(shown.filters),
        "regions": region_names(each.region for each in page.items),
    }  # fmt: skip
    return render(request, "desk/people/organisations.html", context, status=422 if shown.form.errors else 200)


@audience(ADMIN)
@require_safe
def organisation(request: ActorRequest, organisation_id: UUID) -> HttpResponse:
    """What it is, what belongs to it, what it was called, and who changed what."""
    at = now()
    found, today = listing.organisation_of(request.actor, organisation_id), shanghai_day(at)
    staff = listing.people(request.actor, listing.PeopleFilter(organisation=found.id, state="here"), at=at).order_by("login")
    context = {
        "organisation": found, "open": found.active_to is None or found.active_to >= today,
        "kind": choosing.KINDS.get(found.kind, found.kind),
        "place": region_names([found.region])[str(found.region)], "people": staff[:20], "people_total": staff.count(),
        "keys": listing.partner_keys(request.actor, organisation=found.id, state="open", at=at).order_by("-active_from"),
        "services": catalogue.offered_by(found.id, today),
        "agreements": keeping.agreements(request.actor, on=today).filter(organisation_id=found.id).order_by("ends_on"),
        "names": list(found.names.order_by("-starts_on")), "changes": changes.of(f"organisation:{found.id}"), "today": today,
    }  # fmt: skip
    return render(request, "desk/people/organisation.html", context)


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ActorRequest) -> HttpResponse:
    form = AddForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.add_organisation(
                code=data["code"], name=data["name"], name_en=data["name_en"], uscc=data["uscc"], kind=OrganisationKind(data["kind"]),
                region=data["region"], hall=_hall(data["hall"]), at=now(), by=request.actor,
            )  # fmt: skip
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The organisation is added. Let its people join next."))
            _warn_of(request, made.uscc)
            return redirect(_page(made))
    context = {"form": form, "heading": _("Add an organisation"), "back": _back()}
    return render(request, "desk/configuration/form.html", context, status=422 if form.errors else 200)


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: ActorRequest, organisation_id: UUID) -> HttpResponse:
    found = listing.organisation_of(request.actor, organisation_id)
    here = {"uscc": found.uscc, "hall": found.hall.code if found.hall else ""}
    form = _Uscc(request, request.POST or None, initial=here)

    def verb(data: dict[str, Any]) -> str:
        actions.change_organisation(organisation_id=found.id, uscc=data["uscc"], hall=_hall(data["hall"]), at=now(), by=request.actor)
        _warn_of(request, data["uscc"])
        return _page(found)

    return act(
        request, form, verb, done=_("The organisation is changed."), heading=_("Change"), eyebrow=local(found, "name"), back=_back(found)
    )


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: ActorRequest, organisation_id: UUID) -> HttpResponse:
    """Another name from a day on; the former ones stay."""
    found = listing.organisation_of(request.actor, organisation_id)
    form = NameForm(request.POST or None, initial={"name": found.name, "name_en": found.name_en, "starts_on": shanghai_day(now())})

    def verb(data: dict[str, Any]) -> str:
        actions.rename_organisation(organisation_id=found.id, at=now(), by=request.actor, **data)
        return _page(found)

    return act(request, form, verb, done=_("The name is entered."), heading=_("Rename"), eyebrow=local(found, "name"), back=_back(found))


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: ActorRequest, organisation_id: UUID) -> HttpResponse:
    """The last day; what hangs on the organisation is said before."""
    at = now()
    found = listing.organisation_of(request.actor, organisation_id)
    form = CloseForm(request.POST or None, initial={"last_day": found.active_to})
    staff = listing.people(request.actor, listing.PeopleFilter(organisation=found.id, state="here"), at=at).count()
    keys = listing.partner_keys(request.actor, organisation=found.id, state="open", at=at).count()

    def verb(data: dict[str, Any]) -> str:
        actions.close_organisation(organisation_id=found.id, last_day=data["last_day"], at=at, by=request.actor)
        return _page(found)

    intro = _("People who work here: %(people)s. Open keys: %(keys)s. Roles held for it and its keys end with the last day; people stay.")
    return act(
        request, form, verb, done=_("The last day is entered."), heading=_("Close"), eyebrow=local(found, "name"), danger=True,
        intro=intro % {"people": staff, "keys": keys}, back=_back(found),
    )  # fmt: skip


def _halls(actor: Actor) -> Choices:
    found: dict[str, Hall] = {}
    for region in actor.regions(listing.ADMINISTRATORS):
        found |= {each.code: each for each in places.halls(region)}
    return [(code, local(found[code], "name")) for code in sorted(found)]


def _hall(code: str) -> Hall | None:
    return places.hall(code) if code else None


def _warn_of(request: ActorRequest, uscc: str) -> None:
    """Real codes exist that fail the check: it is said, and nothing is refused."""
    if uscc and (checked := identifiers.uscc(uscc)).code == "uscc_check":
        messages.warning(request, say(checked.sentence))


def _page(found: Organisation) -> str:
    return reverse("desk:organisation", args=[found.id])


def _back(found: Organisation | None = None) -> tuple[str, str]:
    return (_page(found), local(found, "name")) if found else (reverse("desk:organisations"), _("Organisations"))
