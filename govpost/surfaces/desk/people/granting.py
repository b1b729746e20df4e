"""Roles × jurisdiction with dates: grant, extend, end; and the grid of who holds what where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from govpost.common.clock import now, shanghai_day
from govpost.parties import actions, listing
from govpost.parties.models import RoleGrant, Staff
from govpost.parties.roles import Role
from govpost.surfaces.desk.bulk import do_each, ticked
from govpost.surfaces.desk.configuration.pages import ADMIN, act, day_field, place_names, region_names
from govpost.surfaces.desk.people import choosing
from govpost.surfaces.desk.people.listed import MOST_EXPORTED, form_for
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import ActorRequest, audience, safe_next
from govpost.surfaces.shared.csvout import csv_response
from govpost.surfaces.shared.listing import read
from govpost.surfaces.shared.paging import keyset
from govpost.surfaces.shared.roles import ROLES, role_word

SORTS = {"login": ("login",), "-login": ("-login",)}


class GrantsForm(forms.Form):
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)
    region = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    ending = forms.BooleanField(label=gettext_lazy("Only what ends within 30 days"), required=False)


class GrantForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), error_messages={"required": gettext_lazy("Choose the role.")})
    region = forms.ChoiceField(
        label=gettext_lazy("Where"), required=False, help_text=gettext_lazy("The role holds there and everywhere below.")
    )
    organisation = forms.ChoiceField(
        label=gettext_lazy("Acts for"), required=False,
        help_text=gettext_lazy("Officers and senders act for one organisation; others may act for all of the region."),
    )  # fmt: skip
    starts_on = day_field(gettext_lazy("First day"))
    ends_on = day_field(gettext_lazy("Last day"), required=False, hint=gettext_lazy("Empty: until somebody ends it."))

    def __init__(self, request: ActorRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("Choose")), *choosing.roles(request.actor)]  # type: ignore[attr-defined]
        self.fields["region"].choices = choosing.regions(request.actor)  # type: ignore[attr-defined]
        every = [("", _("Every organisation of the region")), *choosing.organisations(request.actor)]
        self.fields["organisation"].choices = every  # type: ignore[attr-defined]


class ExtendForm(forms.Form):
    ends_on = day_field(gettext_lazy("New last day"), required=False, hint=gettext_lazy("Empty: until somebody ends it."))


class ManyForm(forms.Form):
    ends_on = day_field(
        gettext_lazy("Last day"), required=False, hint=gettext_lazy("Empty: ended at once, or extended until somebody ends it.")
    )  # fmt: skip


class EndForm(forms.Form):
    ends_on = day_field(gettext_lazy("Last day"), required=False, hint=gettext_lazy("Empty: it ends at once."))


@audience(ADMIN)
@require_safe
def grants(request: ActorRequest) -> HttpResponseBase:
    """Who holds what where: people down, roles across; a line for each role as CSV."""
    at, shown = now(), read(request, form_for(request.actor, GrantsForm), SORTS, "login")
    wanted = dict(shown.filters)
    wanted |= {"organisation": UUID(wanted["organisation"])} if "organisation" in wanted else {}
    held = listing.grants(request.actor, at=at, **wanted)
    if request.GET.get("format") == "csv":
        return csv_response("roles", _header(), _lines(held.order_by("staff__login", "role", "region")[:MOST_EXPORTED]))
    who = listing.people(request.actor, listing.PeopleFilter(), at=at).filter(Exists(held.filter(staff_id=OuterRef("id"))))
    page = keyset(who, shown.order, shown.cursor)
    rows, columns, names = _grid(page.items, held)
    context = {
        "page": page, "listing": shown, "form": shown.form, "rows": rows, "columns": columns, "names": names,
        "narrowed": bool(shown.filters), "many": ManyForm(), "soon": shanghai_day(at) + listing.ENDS_SOON, "total": held.count(),
        "ending": listing.grants(request.actor, at=at, ending=True).count(),
    }  # fmt: skip
    return render(request, "desk/people/grants.html", context, status=422 if shown.form.errors else 200)


def _grid(people: list[Staff], held: QuerySet[RoleGrant]) -> tuple[list[tuple[Staff, list[Any]]], list[str], dict[str, str]]:
    """One row a person with a cell for each role that somebody of the page holds."""
    cells: dict[UUID, dict[str, list[RoleGrant]]] = defaultdict(lambda: defaultdict(list))
    found = list(held.filter(staff_id__in=[each.id for each in people]).order_by("region", "id"))
    for each in found:
        cells[each.staff_id][each.role].append(each)
    there = {each.role for each in found}
    columns = [role for role in map(str, ROLES) if role in there]
    rows = [(staff, [(role, cells[staff.id][role]) for role in columns]) for staff in people]
    return rows, columns, place_names(each.region for each in found)


def _header() -> list[str]:
    return [_("Login"), _("Name"), _("Works for"), _("Role"), _("Region"), _("Place"), _("Acts for"), _("First day"), _("Last day")]


def _lines(rows: QuerySet[RoleGrant]) -> Iterator[tuple[Any, ...]]:
    found = list(rows)
    names = region_names(each.region for each in found)
    for held in found:
        own = local(held.organisation, "name") if held.organisation else ""
        yield (held.staff.login, held.staff.name, local(held.staff.organisation, "name"), role_word(held.role), held.region,
               names[str(held.region)], own, held.starts_on, held.ends_on)  # fmt: skip


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: ActorRequest, staff_id: UUID) -> HttpResponse:
    """A role for somebody, in a region, for an organisation, from a day to a day."""
    staff = listing.person(request.actor, staff_id)
    initial = {"region": staff.organisation.region, "organisation": str(staff.organisation_id), "starts_on": shanghai_day(now())}
    form = GrantForm(request, request.POST or None, initial=initial)

    def verb(data: dict[str, Any]) -> str:
        own = choosing.picked_organisation(request.actor, data["organisation"]) if data["organisation"] else None
        actions.grant(
            staff=staff, role=Role(data["role"]), region=data["region"], organisation=own, starts_on=data["starts_on"],
            ends_on=data["ends_on"], at=now(), by=request.actor,
        )  # fmt: skip
        return reverse("desk:person", args=[staff.id])

    intro = _("Nobody grants to themselves. An administrator holds no other role, and is made by an administrator above.")
    return act(
        request, form, verb, done=_("The role is granted."), heading=_("Grant a role"), eyebrow=staff.name, intro=intro, back=_back(staff)
    )


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: ActorRequest, grant_id: UUID) -> HttpResponse:
    held = listing.grant_of(request.actor, grant_id)
    form = ExtendForm(request.POST or None, initial={"ends_on": held.ends_on})

    def verb(data: dict[str, Any]) -> str:
        actions.extend_grant(grant_id=held.id, ends_on=data["ends_on"], at=now(), by=request.actor)
        return reverse("desk:person", args=[held.staff.id])

    return act(
        request,
        form,
        verb,
        done=_("The role has another last day."),
        heading=_("Extend a role"),
        eyebrow=_said(held),
        back=_back(held.staff),
    )


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: ActorRequest, grant_id: UUID) -> HttpResponse:
    held = listing.grant_of(request.actor, grant_id)
    form = EndForm(request.POST or None)

    def verb(data: dict[str, Any]) -> str:
        at = now()
        last = data["ends_on"] or shanghai_day(at) - timedelta(days=1)
        actions.end_grant(grant_id=held.id, ends_on=last, at=at, by=request.actor)
        return reverse("desk:person", args=[held.staff.id])

    return act(
        request, form, verb, done=_("The role ends."), heading=_("End a role"), eyebrow=_said(held), danger=True, back=_back(held.staff)
    )


@audience(ADMIN)
@require_POST
def many(request: ActorRequest) -> HttpResponse:
    """The ticked roles get another last day, or end; each is told apart."""
    back = redirect(safe_next(request, request.POST.get("next"), reverse("desk:grants")))
    form = ManyForm(request.POST)
    if not form.is_valid():
        messages.warning(request, str(form.errors["ends_on"][0]))
        return back
    at, last = now(), form.cleaned_data["ends_on"]
    verb = partial(actions.extend_grant, ends_on=last)
    if "end" in request.POST:
        verb = partial(actions.end_grant, ends_on=last or shanghai_day(at) - timedelta(days=1))
    found = listing.grants(request.actor, at=at).filter(id__in=ticked(request, "grant")).order_by("staff__login", "role")
    do_each(
        request, ((_said(held), partial(verb, grant_id=held.id, at=at, by=request.actor)) for held in found),
        done=lambda n: ngettext("%(n)s role has another last day.", "%(n)s roles have another last day.", n) % {"n": n},
    )  # fmt: skip
    return back


def _said(held: RoleGrant) -> str:
    return f"{held.staff.name} · {role_word(held.role)} · {region_names([held.region])[str(held.region)]}"


def _back(staff: Staff) -> tuple[str, str]:
    return reverse("desk:person", args=[staff.id]), staff.name
