"""Handing a result out: look at the identity with a cause, then confirm who takes it; the receipt is signed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from govpost.cases import actions
from govpost.cases import queries as cases
from govpost.cases.models import Case
from govpost.cases.states import State
from govpost.common.clock import now
from govpost.common.refusal import NotFound, Refusal
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.delivery.rules import ANY_SIGNER
from govpost.delivery.states import Verb as MailVerb
from govpost.parties.rules import Identity
from govpost.surfaces.desk import identity
from govpost.surfaces.desk.casefile import case_file
from govpost.surfaces.desk.identity import CauseForm, GiveForm
from govpost.surfaces.desk.window.views import CLERK, kept_mail, own_case
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.forms import add_refusal

WHO = ("addressee", "agent")


@audience(CLERK)
@require_http_methods(["GET", "POST"])
def hand_out(request: ActorRequest, number: str) -> HttpResponse:
    """Two steps on one page: `look` shows the identity once and is logged, `give` closes the case."""
    found = own_case(request, number)
    if found.state == State.CLOSED:  # the button was pressed twice, or a colleague was faster
        return redirect("desk:result_receipt", number=found.number)
    if found.state != State.HANDED_OVER:
        raise NotFound("result")
    context = case_file(request.actor, found)
    kept = kept_mail(context["legs"])
    if request.method == "POST" and "cause" not in request.POST:
        return _give(request, found, kept, context)
    return _look(request, found, kept, context)


def _look(request: ActorRequest, found: Case, kept: Order | None, context: dict[str, Any]) -> HttpResponse:
    form = CauseForm(request.POST or None, initial={"cause": _("Identity check when the result is fetched")})
    shown: Identity | None = None
    if request.method == "POST" and form.is_valid():
        try:
            shown = identity.read(request.actor, found, form.cleaned_data["cause"])
        except Refusal as refusal:
            add_refusal(form, refusal)
    give = _form(found, kept, looked=identity.stamp(request.actor, found)) if shown else None
    return _page(request, context, form, give, kept, shown)


def _give(request: ActorRequest, found: Case, kept: Order | None, context: dict[str, Any]) -> HttpResponse:
    form = _form(found, kept, data=request.POST)
    if form.is_valid() and not identity.stamped(request.actor, found, form.cleaned_data["looked"]):
        form.add_error(None, _("Look at the applicant's identity first, then confirm."))
    if form.is_valid():
        try:
            _act(request, found, kept, form)
        except Refusal as refusal:
            identity.show_refusal(form, refusal)
        else:
            messages.success(request, _("Handed out. Print the receipt and have it signed."))
            return redirect("desk:result_receipt", number=found.number)
    cause = CauseForm(initial={"cause": _("Identity check when the result is fetched")})
    return _page(request, context, cause, form, kept, None)


def _act(request: ActorRequest, found: Case, kept: Order | None, form: GiveForm) -> None:
    """A result that came by mail and was kept is fetched as mail; the case closes when it hears of that."""
    data = form.cleaned_data
    if kept is None:
        actions.hand_out(case_id=found.id, identity_checked=data["checked"], relation=data["signer"], at=now(), by=request.actor)
        return
    mail.record_handover(
        order_id=kept.id, verb=MailVerb.FETCH, at=now(), by=request.actor, request_id=data["request_id"], signer=data["signer"],
        code=data.get("code"), proof={"identity": "looked at"},
    )  # fmt: skip


def _form(found: Case, kept: Order | None, *, data: Any = None, looked: str = "") -> GiveForm:
    """Who may take it is the item's rule, for a mail as it was when the mail was ordered; the applicant in person always may."""
    allowed = kept.rule["signers"] if kept else found.service.signers
    who = tuple(each for each in WHO if each == "addressee" or ANY_SIGNER in allowed or each in allowed)
    return GiveForm(who, needs_code=bool(kept and kept.rule["needs_code"]), data=data, looked=looked)


def _page(
    request: ActorRequest, context: dict[str, Any], cause: CauseForm, give: GiveForm | None, kept: Order | None, shown: Identity | None
) -> HttpResponse:
    wrong = bool(cause.errors or (give and give.errors))
    context |= {"cause": cause, "give": give, "kept": kept, "identity": shown}
    return render(request, "desk/window/hand_out.html", context, status=422 if wrong else 200)


@audience(CLERK)
@require_GET
def result_receipt(request: ActorRequest, number: str) -> HttpResponse:
    """The receipt that is signed when a result was handed out."""
    found = own_case(request, number)
    if found.handed_over_at is None:
        raise NotFound("receipt")
    return render(request, "desk/window/result_receipt.html", {"case": found, "page": cases.page(request.actor, found, at=now())})
