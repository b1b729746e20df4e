"""Service items: the list with where each stands, one item's versions side by side, its documents to take along, its end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from govpost.catalogue import actions, keeping, writing
from govpost.catalogue.models import Service
from govpost.catalogue.rules import MAY
from govpost.common.clock import now, shanghai_day
from govpost.parties import queries as parties
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration import service_words as words
from govpost.surfaces.desk.configuration.pages import ADMIN, act, day_field, region_choices, region_name, region_names
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.csvout import csv_response, disposition
from govpost.surfaces.shared.listing import Listing, read
from govpost.surfaces.shared.paging import keyset

SORTS = {"name": ("name", "id"), "-name": ("-name", "-id"), "code": ("code", "task_code"), "-code": ("-code", "-task_code")}
STATES = (
    ("", gettext_lazy("All")), ("in_force", gettext_lazy("In force")), ("coming", gettext_lazy("A version to come")),
    ("in_review", gettext_lazy("In review")), ("ended", gettext_lazy("Ended")),
)  # fmt: skip
SIDE_BY_SIDE = 4  # versions beside each other; older ones are in the documents


class FilterForm(forms.Form):
    """Regions and departments are the reader's own; the view fills them in."""

    words = forms.CharField(label=gettext_lazy("Name, pinyin or code"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=STATES)
    owner = forms.ChoiceField(label=gettext_lazy("Whose case"), required=False, choices=lambda: [("", _("All")), *words.OWNERS.items()])
    region = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    department = forms.TypedChoiceField(label=gettext_lazy("Department"), required=False, coerce=UUID, empty_value=None)


class EndForm(forms.Form):
    valid_to = day_field(gettext_lazy("Last day"), hint=gettext_lazy("Running cases are not touched."))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the versions' table: the key's name and each version's value, with whether it differs from the one before."""

    label: str
    cells: list[tuple[str, bool]]
    differs: bool


@audience(ADMIN)
@require_safe
def services(request: ActorRequest) -> HttpResponseBase:
    """Items of the jurisdiction, searched and filtered; as a page, as CSV, or as the documents they were published from."""
    today, listing = shanghai_day(now()), read(request, _filter_of(request), SORTS, "name")
    found = keeping.items(request.actor, on=today, **listing.filters)
    if request.GET.get("format") == "csv":
        return _csv(found.order_by("name", "id"), today)
    if request.GET.get("format") == "json":
        return _json("services", keeping.joined(list(found.order_by("code", "region"))))
    page = keyset(found, listing.order, listing.cursor)
    context = {
        "page": page, "rows": keeping.standings(page.items, today), "listing": listing, "sort": listing.sort, "today": today,
        "regions": region_names(str(each.region) for each in page.items), "narrowed": bool(listing.filters), "owners": words.OWNERS,
        "in_review": keeping.proposals(request.actor, state="in_review").count(), "form_of": _chosen(listing),
    }  # fmt: skip
    return render(request, "desk/configuration/services.html", context)


def _filter_of(request: ActorRequest) -> type[FilterForm]:
    regions = region_choices(request.actor, MAY["propose"])
    departments = [(str(each.id), local(each, "name")) for each in parties.organisations(request.actor)]

    class Filter(FilterForm):
        region = forms.ChoiceField(label=gettext_lazy("Where"), required=False, choices=[("", _("All")), *regions])
        department = forms.TypedChoiceField(
            label=gettext_lazy("Department"), required=False, coerce=UUID, empty_value=None, choices=[("", _("All")), *departments]
        )

    return Filter


def _chosen(listing: Listing) -> str:
    return "&".join(f"{key}={value}" for key, value in listing.filters.items())


def _csv(found: Any, today: Any) -> HttpResponseBase:
    header = [_("Implementing code"), _("Base code"), _("Name of the item"), _("Department"), _("Where"), _("Whose case"), _("Version"),
              _("First day"), _("Last day")]  # fmt: skip
    lines = (
        (s.task_code, s.code, local(s, "name"), local(s.department, "name"), str(s.region), words.OWNERS[s.owner], s.version,
         s.valid_from, s.valid_to or "") for s in found
    )  # fmt: skip
    return csv_response("services", header, lines)


def _json(name: str, documents: list[dict[str, Any]]) -> HttpResponse:
    text = json.dumps(documents, ensure_ascii=False, indent=2)
    return HttpResponse(text, "application/json; charset=utf-8", headers={"Content-Disposition": disposition(f"{name}.json")})


@audience(ADMIN)
@require_safe
def service(request: ActorRequest, task_code: str) -> HttpResponse:
    """One item as one department offers it: its versions side by side with what changed, its proposals, its story."""
    today, versions = shanghai_day(now()), keeping.versions(request.actor, task_code)
    if request.GET.get("format") == "json":
        return _json(task_code, keeping.documents(versions))
    [standing] = keeping.standings([versions[-1]], today)
    shown = versions[-SIDE_BY_SIDE:]
    proposals = list(keeping.proposals(request.actor, code=versions[-1].code).order_by("-changed_at")[:20])
    context = {
        "service": versions[-1], "standing": standing, "versions": shown, "lines": lines_of(keeping.documents(shown)), "today": today,
        "region": region_name(str(versions[-1].region)), "proposals": proposals, "older": len(versions) - len(shown),
        "states": words.STATES, "tones": words.TONES, "owner": words.OWNERS[versions[-1].owner],
        "changes": changes.of(*(f"service:{each.id}" for each in versions), *(f"proposal:{each.id}" for each in proposals)),
    }  # fmt: skip
    return render(request, "desk/configuration/service.html", context)


def lines_of(documents: list[dict[str, Any]]) -> list[Line]:
    """What the documents say, key by key; a value that differs from the document before it is marked."""
    flat = [writing.flat(document) for document in documents]
    keys = list(dict.fromkeys(key for each in flat for key in each if key not in ("code", "version", "offers")))
    lines = []
    for key in keys:
        values = [each.get(key) for each in flat]
        marks = [position > 0 and value != values[position - 1] for position, value in enumerate(values)]
        if any(value not in (None, "", []) for value in values):
            cells = [(words.shown(key, value), mark) for value, mark in zip(values, marks, strict=True)]
            lines.append(Line(words.label(key, values), cells, any(marks)))
    return lines


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def service_end(request: ActorRequest, task_code: str) -> HttpResponse:
    """The item is offered for the last time on a day."""
    newest = keeping.versions(request.actor, task_code)[-1]
    form = EndForm(request.POST or None)

    def end(data: dict[str, Any]) -> str:
        actions.end_service(service_id=newest.id, valid_to=data["valid_to"], at=now(), by=request.actor)
        return address(newest)

    intro = _("After its last day nobody can apply for it any more. Cases that run go on to their end.")
    return act(
        request, form, end, done=_("The item ends on the day you chose."), heading=_("End the item"), eyebrow=local(newest, "name"),
        intro=intro, back=(address(newest), local(newest, "name")), danger=True,
    )  # fmt: skip


def address(service: Service) -> str:
    return reverse("desk:service", args=[service.task_code])


def departments_of(request: HttpRequest, services: list[Service]) -> list[tuple[str, str]]:
    """Who offers the same version, for a tick box each: the id of the version and the department's name."""
    names = region_names(str(each.region) for each in services)
    return [(str(each.id), f"{local(each.department, 'name') or '–'} · {names[str(each.region)]}") for each in services]
