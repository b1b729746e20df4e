"""Mail that lies at the counter after a failed attempt: fetched against its code, sent back, or back again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from govpost.common.clock import now
from govpost.common.ids import uuid7
from govpost.common.refusal import NotFound, Refusal
from govpost.delivery import actions, queries
from govpost.delivery.models import Order
from govpost.delivery.rules import ANY_SIGNER, Direction
from govpost.delivery.states import TABLE, State, Verb
from govpost.parties.roles import Role
from govpost.surfaces.desk.finding import order_of
from govpost.surfaces.desk.identity import GiveForm, show_refusal
from govpost.surfaces.desk.words import SIGNERS
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience

STEPS = (Verb.SEND_BACK, Verb.TAKE_BACK)
# What comes next where; the table of states would allow more than a counter has to do with.
_SHOWN = {
    State.AT_PICKUP_POINT: (Verb.FETCH, Verb.SEND_BACK), State.REFUSED: (Verb.SEND_BACK,), State.RETURNING: (Verb.TAKE_BACK,),
}  # fmt: skip


def steps_of(order: Order) -> list[str]:
    """What a counter does next with a mail that has come back to it; the action asks for the right."""
    state = State(order.state)
    shown = _SHOWN.get(state, ()) if order.direction != Direction.PAPERS else ()
    return [verb.value for verb in shown if (state, verb) in TABLE]


@audience(STAFF(Role.STATION, Role.CLERK))
@require_http_methods(["GET", "POST"])
def fetch(request: ActorRequest, number: str) -> HttpResponse:
    """Hand a kept mail to who fetches it: identity looked at, code where the item asks for one."""
    order = order_of(request.actor, number)
    if Verb.FETCH.value not in steps_of(order):
        raise NotFound("order")
    form = GiveForm(_signers(order), needs_code=bool(order.rule["needs_code"]), data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _fetched(request, order, form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Handed out."))
            return redirect("desk:order", number=order.number)
    return render(request, "desk/station/fetch.html", {"order": order, "form": form}, status=422 if form.errors else 200)


def _fetched(request: ActorRequest, order: Order, data: dict[str, Any]) -> None:
    actions.record_handover(
        order_id=order.id, verb=Verb.FETCH, at=now(), by=request.actor, request_id=data["request_id"], signer=data["signer"],
        code=data.get("code"), proof={"identity": "looked at"},
    )  # fmt: skip


def _signers(order: Order) -> tuple[str, ...]:
    allowed = order.rule["signers"]
    return tuple(signer for signer in SIGNERS if ANY_SIGNER in allowed or signer in allowed) or ("addressee",)


@audience(STAFF(Role.STATION))
@require_POST
def step(request: ActorRequest, number: str, verb: str) -> HttpResponse:
    """Send a mail that nobody fetched back, or note that it has come back."""
    order = queries.order(request.actor, number)
    if verb not in STEPS:
        raise NotFound("step")
    actions.record_handover(order_id=order.id, verb=Verb(verb), at=now(), by=request.actor, request_id=uuid7())
    messages.success(request, _("Noted."))
    return redirect("desk:order", number=order.number)
