"""The round and its doors: each view asks one question or calls one action of dispatch."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from govpost.common.clock import now
from govpost.common.refusal import Refusal
from govpost.delivery.states import State as MailState
from govpost.dispatch import actions, queries
from govpost.dispatch.rules import Kind
from govpost.parties.roles import Role
from govpost.surfaces.courier.forms import CollectForm, DeliverForm, FailForm
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience
from govpost.surfaces.shared.forms import add_refusal
from govpost.surfaces.shared.words import say

COURIER = STAFF(Role.COURIER)
_FORMS: dict[Kind, type[CollectForm] | type[DeliverForm]] = {Kind.COLLECT: CollectForm, Kind.DELIVER: DeliverForm}


@audience(COURIER)
@require_GET
def round_(request: ActorRequest) -> HttpResponse:
    """Today's round: what I have, in the order of the windows, and what waits at my outlet."""
    return render(request, "courier/round.html", {"round": queries.round_of(request.actor, at=now()), "now": now()})


@audience(COURIER)
@require_GET
def stop(request: ActorRequest, task_id: UUID) -> HttpResponse:
    """One door: where, when, what is to be done."""
    visit = queries.visit(request.actor, task_id, at=now())
    to_leave = visit.task.kind == Kind.DELIVER and visit.mail_state != MailState.OUT_FOR_DELIVERY
    context = {"visit": visit, "task": visit.task, "mine": visit.in_full, "to_leave": to_leave, "now": now()}
    return render(request, "courier/stop.html", context)


@audience(COURIER)
@require_POST
def take(request: ActorRequest, task_id: UUID) -> HttpResponse:
    actions.take(task_id=task_id, at=now(), by=request.actor)
    return redirect("courier:stop", task_id=task_id)


@audience(COURIER)
@require_POST
def give_back(request: ActorRequest, task_id: UUID) -> HttpResponse:
    actions.give_back(task_id=task_id, at=now(), by=request.actor)
    messages.success(request, _("Given back. A colleague or the dispatcher can take it now."))
    return redirect("courier:round")


@audience(COURIER)
@require_POST
def go_out(request: ActorRequest, task_id: UUID) -> HttpResponse:
    """I have it in my hands and leave for the door; the recipient is told."""
    # One departure per task: the task's own id makes a second press harmless.
    actions.go_out(task_id=task_id, at=now(), by=request.actor, request_id=task_id)
    messages.success(request, _("The recipient was told that you are on your way."))
    return redirect("courier:stop", task_id=task_id)


@audience(COURIER)
@require_http_methods(["GET", "POST"])
def finish(request: ActorRequest, task_id: UUID) -> HttpResponse:
    """Collect or deliver at the door."""
    visit = queries.visit(request.actor, task_id, at=now())
    form = _FORMS[Kind(visit.task.kind)](visit, request.POST or None)
    template = "courier/collect.html" if isinstance(form, CollectForm) else "courier/deliver.html"
    done = _("Collected. Take the sealed papers to the window.") if isinstance(form, CollectForm) else _("Delivered. Thank you.")

    def act() -> None:
        data = form.cleaned_data
        if isinstance(form, CollectForm):
            actions.finish_collect(
                task_id=task_id, seen=form.seen(), check_code=data["check_code"], real_name_checked=data["real_name_checked"],
                inspected=data["inspected"], at=now(), by=request.actor, request_id=data["request_id"],
            )  # fmt: skip
        else:
            actions.finish_deliver(
                task_id=task_id, signer=data["signer"], code=data.get("code"), at=now(), by=request.actor, request_id=data["request_id"]
            )

    return _answer(request, visit, form, template, act, done)


@audience(COURIER)
@require_http_methods(["GET", "POST"])
def fail(request: ActorRequest, task_id: UUID) -> HttpResponse:
    """Nobody there, or another reason; the item's rule says what follows."""
    visit = queries.visit(request.actor, task_id, at=now())
    form = FailForm(visit, request.POST or None)

    def act() -> None:
        data = form.cleaned_data
        actions.fail(
            task_id=task_id, reason=data["reason"], note=data["note"], appointment=form.chosen(), at=now(), by=request.actor,
            request_id=data["request_id"],
        )  # fmt: skip

    return _answer(request, visit, form, "courier/fail.html", act, _("Noted. The person is told what happens next."))


def _show_refusal(form: CollectForm | DeliverForm | FailForm, refusal: Refusal) -> None:
    """A refused code belongs to its field; everything else stands above the form."""
    field = next((name for name in ("check_code", "code") if name in form.fields), "")
    if field and refusal.code in ("wrong_code", "code_locked"):
        form.add_error(field, say(refusal.sentence))
    else:
        add_refusal(form, refusal)


def _answer(
    request: HttpRequest,
    visit: queries.Visit,
    form: CollectForm | DeliverForm | FailForm,
    template: str,
    act: Callable[[], None],
    done: str,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refusal as refusal:
            _show_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect("courier:round")
    context = {"visit": visit, "task": visit.task, "form": form, "back": reverse("courier:stop", args=[visit.task.id])}
    return render(request, template, context, status=422 if form.errors else 200)
