"""Results for the desks: choose decided cases, make the list, print it, both sign."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from govpost.cases import actions, counter
from govpost.cases import queries as cases
from govpost.cases.models import Case
from govpost.cases.rules import FOR_RESULTS, Desk
from govpost.common.clock import now
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.parties.roles import Role
from govpost.surfaces.desk.counting import handover_list, items_of
from govpost.surfaces.desk.office.views import OFFICER
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience


@audience(OFFICER)
@require_GET
def handover(request: ActorRequest) -> HttpResponse:
    """Papers from the window to be counted; results that are on no list yet, for each desk; lists that a desk has not taken over."""
    desks = [(desk.value, rows) for desk in FOR_RESULTS for rows in _of_one_desk(cases.to_hand_over(request.actor, desk), desk)]
    mine = set(request.actor.organisations([Role.OFFICER]))
    waiting = [each for each in cases.open_lists(request.actor) if not mine or each.department_id in mine]
    context = {
        "desks": desks, "open": waiting, "papers": counter.paper_lists(request.actor), "nothing": not desks,
    }  # fmt: skip
    return render(request, "desk/office/handover.html", context)


def _of_one_desk(decided: list[Case], desk: Desk) -> list[list[Case]]:
    """As lists can be made: of one department each, and for windows of one hall."""
    groups: dict[tuple[UUID, UUID | None], list[Case]] = {}
    for case in decided:
        groups.setdefault((case.department_id, case.hall_id if desk is Desk.WINDOW else None), []).append(case)
    return list(groups.values())


@audience(OFFICER)
@require_POST
def give(request: ActorRequest) -> HttpResponse:
    """Make the list of the chosen cases; the desk counts and signs next."""
    try:
        desk = Desk(request.POST.get("desk", ""))
    except ValueError:
        raise InvalidInput({"desk": Text("Choose the desk that takes the results.")}) from None
    chosen = [cases.case(request.actor, number).id for number in request.POST.getlist("case")]
    if not chosen:
        raise InvalidInput({"case": Text("Choose at least one case first.")})
    made = actions.give_list(case_ids=chosen, desk=desk, at=now(), by=request.actor)
    messages.success(request, _("List %(number)s is made. Print it and take it to the desk with the results.") % {"number": made.number})
    return redirect("desk:handover_list", list_id=made.id)


@audience(STAFF(Role.OFFICER, Role.STATION, Role.CLERK))
@require_GET
def one_list(request: ActorRequest, list_id: UUID) -> HttpResponse:
    """The list on paper: what was given, what was counted, who signed."""
    found = handover_list(request.actor, list_id)
    if found.desk == Desk.DEPARTMENT:
        return redirect("desk:papers_list", list_id=found.id)
    items = items_of(found)
    counted = sum(item.found is True for item in items)
    return render(request, "desk/parcels/list.html", {"list": found, "items": items, "counted": counted})
