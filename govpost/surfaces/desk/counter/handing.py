"""Papers from the window to the departments: listed with their count, signed by both sides, differences seen by the window."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from govpost.cases import actions
from govpost.cases import counter as counters
from govpost.cases import queries as cases
from govpost.cases.counter import ToGive
from govpost.cases.models import HandoverItem, HandoverList
from govpost.cases.rules import Desk
from govpost.common.clock import now
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.parties.roles import Role
from govpost.surfaces.desk.counter.finding import CLERK
from govpost.surfaces.desk.counting import handover_list, items_of
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience
from govpost.surfaces.shared.forms import add_refusal, posted

REMEMBERED = timedelta(days=7)
"""How long a list with a difference stays in sight of the window."""


class CountPapersForm(forms.Form):
    """How many papers of each case are there; what was given stands beside it and is not filled in, so that it is counted."""

    def __init__(self, items: list[HandoverItem], data: Any = None) -> None:
        super().__init__(data)
        self.items = items
        for item in items:
            self.fields[f"count-{item.serial}"] = forms.IntegerField(
                label=item.serial, min_value=0, max_value=item.papers,
                widget=forms.NumberInput(attrs={"class": "digits", "inputmode": "numeric", "autocomplete": "off"}),
                error_messages=dict.fromkeys(
                    ("required", "invalid", "min_value", "max_value"),
                    gettext_lazy("%(number)s: count the papers, from 0 to %(papers)s.") % {"number": item.serial, "papers": item.papers},
                ),
            )  # fmt: skip

    def rows(self) -> list[tuple[HandoverItem, forms.BoundField]]:
        return [(item, self[f"count-{item.serial}"]) for item in self.items]

    def counted(self) -> dict[str, int]:
        return {item.serial: self.cleaned_data[f"count-{item.serial}"] for item in self.items}


@audience(CLERK)
@require_GET
def papers(request: ActorRequest) -> HttpResponse:
    """What waits for each department, what no department has confirmed, and where the counts differ."""
    groups: dict[tuple[UUID, UUID], list[ToGive]] = {}  # a list is of one department and one hall
    for row in counters.to_give(request.actor):
        groups.setdefault((row.case.department_id, row.case.hall_id), []).append(row)
    lists = counters.paper_lists(request.actor, taken_since=now() - REMEMBERED)
    context = {
        "groups": [(rows[0].case.department, rows[0].case.hall, rows, sum(row.papers for row in rows)) for rows in groups.values()],
        "several_halls": len({hall for _, hall in groups}) > 1,
        "open": [each for each in lists if each.taken_at is None], "wrong": [each for each in lists if each.taken_at is not None],
    }  # fmt: skip
    return render(request, "desk/counter/papers.html", context)


@audience(CLERK)
@require_POST
def give(request: ActorRequest) -> HttpResponse:
    """Make the list of the chosen cases; the department counts and signs next."""
    chosen = [cases.case(request.actor, number).id for number in request.POST.getlist("case")]
    if not chosen:
        raise InvalidInput({"case": Text("Choose at least one case first.")})
    made = actions.give_papers(case_ids=chosen, at=now(), by=request.actor)
    messages.success(request, _("List %(number)s is made. Print it and hand it over with the papers.") % {"number": made.number})
    return redirect("desk:papers_list", list_id=made.id)


@audience(STAFF(Role.CLERK, Role.OFFICER))
@require_GET
def papers_list(request: ActorRequest, list_id: UUID) -> HttpResponse:
    """The list on paper: what was given, what was counted, who signed."""
    found, items = _list(request, list_id)
    total, counted = sum(item.papers or 0 for item in items), sum(item.counted or 0 for item in items)
    context = {"list": found, "items": items, "total": total, "counted": counted, "counts": _takes(request, found)}
    return render(request, "desk/counter/papers_list.html", context)


@audience(STAFF(Role.OFFICER))
@require_http_methods(["GET", "POST"])
def count(request: ActorRequest, list_id: UUID) -> HttpResponse:
    """The department counts the papers of each case; what is there is taken over, the rest is a difference."""
    found, items = _list(request, list_id)
    if found.taken_at is not None:
        return redirect("desk:papers_list", list_id=found.id)
    form = CountPapersForm(items, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            taken = actions.take_papers(list_id=found.id, counted=form.counted(), at=now(), by=request.actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            _say(request, all(item.found for item in taken.items.all()))
            return redirect("desk:papers_list", list_id=found.id)
    context = {"list": found, "form": form, "total": sum(item.papers or 0 for item in items)}
    return render(request, "desk/counter/count_papers.html", context, status=422 if form.errors else 200)


def _list(request: ActorRequest, list_id: UUID) -> tuple[HandoverList, list[HandoverItem]]:
    found = handover_list(request.actor, list_id)
    if found.desk != Desk.DEPARTMENT:
        raise NotFound("list")
    return found, items_of(found)


def _takes(request: ActorRequest, found: HandoverList) -> bool:
    """Whether it is this officer's to count."""
    return found.taken_at is None and request.actor.has(Role.OFFICER, str(found.region), found.department_id)


def _say(request: ActorRequest, complete: bool) -> None:
    if complete:
        messages.success(request, _("Confirmed: every paper is here."))
    else:
        messages.warning(request, _("Taken with a difference. The window sees it and looks for the missing papers."))
