"""What a person mends at one mail: an event of our own that was wrong, a locked code, a short message that did not go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from govpost.cases import queries as cases
from govpost.cases.models import Case
from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.delivery import actions, queries
from govpost.delivery.models import Order
from govpost.delivery.queries import EventLine
from govpost.delivery.rules import MAY, OURS
from govpost.delivery.states import Verb
from govpost.notices import actions as notices
from govpost.notices import queries as said
from govpost.notices import rules as notice_rules
from govpost.notices.queries import NoticeLine
from govpost.notices.rules import NoticeState
from govpost.parties.roles import Role
from govpost.surfaces.desk.finding import order_of
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience

POST = STAFF(Role.STATION, Role.DISPATCHER)
NO_MOBILE = "no_mobile"


class EventForm(forms.Form):
    """One of our own events, named as the event log names it, and why it is withdrawn."""

    code = forms.CharField(max_length=20)
    occurred_at = forms.CharField(max_length=40)
    why = forms.CharField(max_length=100)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """`again`: it failed, and this reader may have it sent once more."""

    line: NoticeLine
    again: bool


@audience(POST)
@require_POST
def unlock_code(request: ActorRequest, number: str) -> HttpResponse:
    """The code may be tried again, after a look."""
    order = queries.order(request.actor, number)
    actions.unlock_code(order_id=order.id, why=request.POST.get("why", "")[:200], at=now(), by=request.actor)
    messages.success(request, _("The code may be tried again."))
    return redirect("desk:order", number=order.number)


@audience(POST)
@require_POST
def withdraw(request: ActorRequest, number: str) -> HttpResponse:
    """One of our own events did not happen: it stays to be read, struck through, and everything that rested on it follows."""
    order, form = queries.order(request.actor, number), EventForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({"why": Text("Say why this entry is withdrawn.")})
    named = form.cleaned_data
    actions.void_scan(
        order_id=order.id, code=named["code"], occurred_at=_moment(named["occurred_at"]), why=named["why"], at=now(), by=request.actor
    )
    messages.success(request, _("Withdrawn. What rested on this entry follows in a moment."))
    return redirect("desk:order", number=order.number)


@audience(STAFF(Role.CLERK, Role.STATION, Role.DISPATCHER))
@require_POST
def send_again(request: ActorRequest, number: str, notice_id: UUID) -> HttpResponse:
    """A message about this mail or its case that did not go is tried once more."""
    order = order_of(request.actor, number)
    if notice_id not in {row.line.id for row in messages_of(request.actor, order, cases.cases_of_order(order.id))}:
        raise NotFound("notice")
    notices.send_again(notice_id=notice_id, at=now(), by=request.actor)
    messages.success(request, _("The message is sent again."))
    return redirect("desk:order", number=order.number)


def messages_of(actor: Actor, order: Order, found: Sequence[Case]) -> list[MessageRow]:
    """What was said about a mail and its cases, as far as the reader may know; never the text."""
    lines = said.sent_for([f"order:{order.id}", *(f"case:{case.id}" for case in found)], actor)
    may = any(actor.has(role, str(order.region)) for role in notice_rules.MAY["send_again"])
    return [MessageRow(line, may and line.state == NoticeState.FAILED and line.error != NO_MOBILE) for line in lines]


def may_unlock(actor: Actor) -> bool:
    """Draws the form; the action asks again, with the place."""
    return any(actor.has(role) for role in MAY["unlock_code"])


def withdraw_form(request: ActorRequest, order: Order) -> Callable[[EventLine], str]:
    """What stands below a line of the story: a form for our own events, for those who may withdraw them here."""
    may = any(request.actor.has(role, str(order.region)) for role in MAY["void_scan"])

    def drawn(event: EventLine) -> str:
        told_the_carrier = event.code == Verb.CANCEL.value.upper() and bool(order.waybill_no)
        if not may or event.source != OURS or event.voided or told_the_carrier:
            return ""
        context = {"order": order, "event": event, "occurred_at": event.occurred_at.isoformat()}
        return render_to_string("desk/station/_withdraw.html", context, request)

    return drawn


def _moment(words: str) -> datetime:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        raise NotFound("scan") from None
    if moment.tzinfo is None:
        raise NotFound("scan")
    return moment
