"""The board: which instructions wait, which are late, who has which; a dispatcher takes one back or gives it to a courier."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.delivery import queries as mail
from govpost.delivery.rules import code_locked
from govpost.dispatch import actions, queries
from govpost.dispatch.offering import Slot
from govpost.dispatch.queries import BoardFilter
from govpost.dispatch.reach import today_at
from govpost.parties import queries as parties
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.places.models import Outlet
from govpost.profiles import queries as profiles
from govpost.surfaces.desk.bulk import do_each, ticked
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience, safe_next

DISPATCHER = STAFF(Role.DISPATCHER)
SHOWS = {
    "open": gettext_lazy("Open"), "late": gettext_lazy("Not taken in time"), "sent": gettext_lazy("Sent"),
    "taken": gettext_lazy("Taken"), "done": gettext_lazy("Done today"), "failed": gettext_lazy("Failed today"),
}  # fmt: skip


ASSIGNED = frozenset({"open", "late", "sent", "taken"})  # lists whose instructions can be given to somebody


class BoardForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False,
        choices=[("", gettext_lazy("All")), ("collect", gettext_lazy("Collect papers")), ("deliver", gettext_lazy("Deliver"))],
    )  # fmt: skip
    outlet = forms.ChoiceField(label=gettext_lazy("Outlet"), required=False)
    show = forms.CharField(widget=forms.HiddenInput, required=False)  # the list stays when it is narrowed


@audience(DISPATCHER)
@require_GET
def board(request: ActorRequest) -> HttpResponse:
    outlets = [o for region in request.actor.regions([Role.DISPATCHER]) for o in places.outlets(region, "delivery_office")]
    names = {outlet.code: local(outlet, "name") for outlet in outlets}
    form = BoardForm(request.GET)
    form.fields["outlet"].choices = [("", _("All")), *names.items()]  # type: ignore[attr-defined]
    chosen = form.cleaned_data if form.is_valid() else {}
    show = request.GET.get("show", "open")
    only = BoardFilter(show, chosen.get("kind", ""), chosen.get("outlet", ""))
    found = queries.board(request.actor, at=now(), only=only, after=request.GET.get("after", ""))
    counts = {
        "late": found.counts.late,
        "sent": found.counts.sent,
        "taken": found.counts.taken,
        "done": found.counts.done,
        "failed": found.counts.failed,
    }
    rows = [(line, names.get(line.outlet, line.outlet)) for line in found.lines]
    tabs = [(name, label, counts.get(name)) for name, label in SHOWS.items()]
    chosen_outlets = [outlet for outlet in outlets if chosen.get("outlet", "") in ("", outlet.code)]
    context = {"board": found, "rows": rows, "form": form, "show": show, "tabs": tabs, "now": now(), "loads": _loads(chosen_outlets)}
    if show in ASSIGNED:
        everybody = parties.staff_lines(request.actor, at=now(), role=Role.COURIER, outlet_code=chosen.get("outlet", ""))
        context["couriers"] = [(each, names[each.outlet_code]) for each in everybody if each.outlet_code in names]
    return render(request, "desk/dispatch/board.html", context)


def _loads(outlets: Sequence[Outlet]) -> list[tuple[str, list[Slot]]]:
    """How many collections each outlet can still take today, window by window."""
    at = now()
    settings = {outlet.code: profiles.settings_for(str(outlet.region), shanghai_day(at)) for outlet in outlets}
    slots = today_at(settings, at=at)
    return [(local(outlet, "name"), slots[outlet.code]) for outlet in outlets]


@audience(DISPATCHER)
@require_GET
def task(request: ActorRequest, task_id: UUID) -> HttpResponse:
    """One instruction with its door (masked), its earlier visits, and the couriers who could take it."""
    visit = queries.visit(request.actor, task_id, at=now())
    couriers = parties.staff_lines(request.actor, at=now(), role=Role.COURIER, outlet_code=places.serving(visit.task.outlet))
    earlier = queries.tasks_of(request.actor, visit.task.order_id, at=now())
    order = mail.by_id(visit.task.order_id)
    context = {
        "visit": visit, "task": visit.task, "couriers": couriers, "earlier": earlier,
        "order": order, "locked": code_locked(order.code_tries),
    }  # fmt: skip
    return render(request, "desk/dispatch/task.html", context)


@audience(DISPATCHER)
@require_POST
def reassign(request: ActorRequest, task_id: UUID) -> HttpResponse:
    actions.reassign(task_id=task_id, courier_id=_courier(request), at=now(), by=request.actor)
    messages.success(request, _("The courier has it now."))
    return redirect("desk:dispatch_task", task_id=task_id)


@audience(DISPATCHER)
@require_POST
def assign(request: ActorRequest) -> HttpResponse:
    """Give all ticked instructions to one courier; those that another outlet serves, or that are over, are told one by one."""
    courier = _courier(request)
    numbers = queries.numbers(request.actor, ticked(request, "task"))
    do_each(
        request,
        ((number, partial(actions.reassign, task_id=task_id, courier_id=courier, at=now(), by=request.actor))
         for task_id, number in numbers.items()),
        done=lambda n: ngettext("The courier has %(n)s instruction.", "The courier has %(n)s instructions.", n) % {"n": n},
    )  # fmt: skip
    return redirect(safe_next(request, request.POST.get("next"), reverse("desk:dispatch")))


def _courier(request: ActorRequest) -> UUID:
    try:
        return UUID(request.POST.get("courier", ""))
    except ValueError:
        raise InvalidInput({"courier": Text("Choose a courier from the list.")}) from None


@audience(DISPATCHER)
@require_POST
def give_back(request: ActorRequest, task_id: UUID) -> HttpResponse:
    actions.give_back(task_id=task_id, at=now(), by=request.actor)
    messages.success(request, _("The instruction waits again for a courier."))
    return redirect("desk:dispatch_task", task_id=task_id)
