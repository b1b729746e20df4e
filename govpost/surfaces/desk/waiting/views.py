"""What waits too long, for whoever it waits for; a supervisor sees all of the region, read-only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from govpost.common.actor import Actor
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.supervision import queries
from govpost.supervision.models import Wait
from govpost.supervision.rules import BY_CODE, Of
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience
from govpost.surfaces.shared.charts import Bar
from govpost.surfaces.shared.csvout import csv_response
from govpost.surfaces.shared.listing import read
from govpost.surfaces.shared.paging import keyset
from govpost.surfaces.shared.words import say

READERS = STAFF(Role.CLERK, Role.OFFICER, Role.STATION, Role.DISPATCHER, Role.SUPERVISOR, Role.FINANCE, Role.ADMIN)
MOST_EXPORTED = 10_000
_SORTS = {"over_at": ("over_at", "id"), "-over_at": ("-over_at", "-id")}
# Where each role opens a case or an order by its number; a wait without a page shows its number alone.
_PAGES: dict[tuple[str, Role], str] = {
    (Of.OUTLET, Role.ADMIN): "desk:outlet",
    (Of.CASE, Role.SUPERVISOR): "desk:supervised_case", (Of.ORDER, Role.SUPERVISOR): "desk:supervised_order",
    (Of.TASK, Role.SUPERVISOR): "desk:supervised_order",
    (Of.CASE, Role.OFFICER): "desk:case", (Of.CASE, Role.CLERK): "desk:window_case",
    (Of.ORDER, Role.STATION): "desk:order", (Of.ORDER, Role.DISPATCHER): "desk:order",
}  # fmt: skip
_LISTS = {
    Of.TASK: "desk:dispatch", Of.UNCLEAR: "desk:unclear", Of.LIST: "desk:handover", Of.NOTICE: "desk:window", Of.PROPOSAL: "desk:proposals",
    Of.ACCOUNT: "desk:statements",
}  # fmt: skip


class WaitsForm(forms.Form):
    """One kind of waiting, or a number."""

    watch = forms.ChoiceField(label=_("What waits"), required=False)
    number = forms.CharField(label=_("Number"), required=False, max_length=40)

    def __init__(self, *args: object, counts: dict[str, int] | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        named = [(code, f"{say(BY_CODE[code].title)} ({number})") for code, number in (counts or {}).items()]
        self.fields["watch"].choices = [("", _("All")), *named]  # type: ignore[attr-defined]


@audience(READERS)
@require_GET
def waiting(request: ActorRequest) -> HttpResponseBase:
    """The oldest first, each with what can be done."""
    counts = queries.counts(request.actor)
    listing = read(request, _form_with(counts), _SORTS, "over_at")
    rows = queries.waits(request.actor)
    if watch := listing.filters.get("watch"):
        rows = rows.filter(watch=watch)
    if number := listing.filters.get("number"):
        rows = rows.filter(number=number.strip().upper())
    if request.GET.get("format") == "csv":
        return csv_response("waiting", _header(), _lines(list(rows.order_by(*listing.order)[:MOST_EXPORTED])))
    page = keyset(rows, listing.order, listing.cursor)
    counties = places.divisions({_county(wait) for wait in page.items if wait.region})
    lines = [
        (wait, BY_CODE[wait.watch], local(counties[_county(wait)], "name") if _county(wait) in counties else "", _page(request.actor, wait))
        for wait in page.items
    ]
    context = {
        "page": page, "lines": lines, "listing": listing, "total": sum(counts.values()), "narrowed": bool(listing.filters),
        "kinds": _kinds(counts),
    }  # fmt: skip
    return render(request, "desk/waiting/waiting.html", context)


def _header() -> list[str]:
    return [str(each) for each in (_("Number"), _("What waits"), _("County"), _("Overdue since"), _("What to do"))]


def _lines(waits: Sequence[Wait]) -> Iterator[tuple[Any, ...]]:
    counties = places.divisions({_county(wait) for wait in waits if wait.region})
    for wait in waits:
        watch, county = BY_CODE[wait.watch], counties.get(_county(wait))
        yield wait.number, say(watch.title), local(county, "name") if county else "", wait.over_at, say(watch.remedy)


def _form_with(counts: dict[str, int]) -> type[forms.Form]:
    """The form with this actor's own kinds and their numbers."""

    class Counted(WaitsForm):
        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, counts=counts, **kwargs)

    return Counted


def _kinds(counts: dict[str, int]) -> list[Bar]:
    """How much of what waits, the most first; each opens its own list."""
    most = sorted(counts.items(), key=lambda each: -each[1])
    return [Bar(say(BY_CODE[code].title), number, f"{number:,}", "bad", f"?watch={code}") for code, number in most]


def _county(wait: Wait) -> str:
    return str(wait.region).rpartition(".")[2]


def _page(actor: Actor, wait: Wait) -> str:
    """Where this actor deals with it."""
    of = BY_CODE[wait.watch].of
    for (what, role), name in _PAGES.items():
        if what == of and actor.has(role, str(wait.region)) and role in (wait.owner, Role.SUPERVISOR):
            return reverse(name, args=[wait.number])
    if of in _LISTS and any(actor.has(role, str(wait.region)) for role in (wait.owner,)):
        return reverse(_LISTS[of])
    return ""
