"""The second factor: asked for after the password, and set up, renewed or removed by its owner."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from govpost.common.clock import now
from govpost.common.refusal import InvalidInput, Refusal
from govpost.parties import actions, queries, totp
from govpost.parties.models import Staff
from govpost.parties.rules import needs_second_factor
from govpost.surfaces.shared.access import PUBLIC, STAFF, ActorRequest, audience, even_before_duties, safe_next
from govpost.surfaces.shared.account import own, page_of
from govpost.surfaces.shared.entering import Pending, enter, find_pending, renew
from govpost.surfaces.shared.errors import page
from govpost.surfaces.shared.forms import add_refusal
from govpost.surfaces.shared.sign_in import HOMES
from govpost.surfaces.shared.words import say

ISSUER = "GovPost"


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"), max_length=20, error_messages={"required": _("Enter the code.")},
        widget=forms.TextInput(attrs={"class": "digits", "autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )  # fmt: skip


class StepForm(CodeForm):
    """A recovery code has letters too, so the field is no number field."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["code"].help_text = _("Six digits from your phone. Without the phone: one of your recovery codes.")


class OwnForm(CodeForm):
    do = forms.ChoiceField(choices=[(each, each) for each in ("confirm", "codes", "drop")], widget=forms.HiddenInput)


@audience(PUBLIC)
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The code after the password. Without a password before it, back to the sign-in."""
    pending = find_pending(request)
    if pending is None:
        return redirect("shared:desk_sign_in")
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _pass(request, pending, form.cleaned_data["code"])
        except InvalidInput as refusal:
            add_refusal(form, refusal)
        except Refusal as refusal:
            return page(request, 429, say(refusal.sentence))
    secret = settings.DEMO_SECOND_FACTORS.get(pending.staff.login) if settings.DEMO else None
    context = {
        "form": form, "surface": pending.surface, "name": pending.staff.name,
        "demo_code": totp.code_at(secret, totp.step_of(now())) if secret else "",
        "sign_in": reverse(f"shared:{pending.surface}_sign_in"),
    }  # fmt: skip
    return render(request, "shared/second_step.html", context, status=422 if form.errors else 200)


def _pass(request: HttpRequest, pending: Pending, code: str) -> HttpResponse:
    at, staff = now(), pending.staff
    way = actions.pass_second_factor(staff_id=staff.id, code=code, at=at, by=queries.actor_for_staff(staff, at))
    enter(request, staff, way)
    if way == "recovery":
        left = queries.recovery_codes_left(staff)
        messages.warning(request, gettext("You used a recovery code; %(left)s are left. Make new ones in your account.") % {"left": left})
    return HttpResponseRedirect(safe_next(request, pending.way_on, HOMES[pending.surface]))


@even_before_duties
@audience(STAFF())
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_second_factor(request: ActorRequest) -> HttpResponse:
    """One's own: set up with a picture for the phone; later new recovery codes, or away with it. Each needs a code."""
    staff = own(request)
    if request.POST.get("do") == "begin":
        return _show(request, staff, OwnForm(), picture=True)
    form = OwnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _change(request, staff, form.cleaned_data["do"], form.cleaned_data["code"])
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _show(request, staff, form, picture=form.is_bound)


def _change(request: ActorRequest, staff: Staff, do: str, code: str) -> HttpResponse:
    at, by = now(), request.actor
    codes: list[str] = []
    if do == "confirm":
        codes = actions.confirm_second_factor(staff_id=staff.id, code=code, at=at, by=by)
    else:
        actions.pass_second_factor(staff_id=staff.id, code=code, at=at, by=by)
        if do == "codes":
            codes = actions.make_recovery_codes(staff_id=staff.id, at=at, by=by)
        else:
            actions.drop_second_factor(staff_id=staff.id, at=at, by=by)
    renew(request, staff)
    if do == "drop":
        messages.success(request, gettext("Your second factor is removed. Set it up again with another phone, if you like."))
        return redirect("shared:own_second_factor")
    return page_of(request, "shared/recovery_codes.html", {"codes": codes, "staff": staff})


def _show(request: ActorRequest, staff: Staff, form: OwnForm, *, picture: bool) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form, "staff": staff, "codes_left": queries.recovery_codes_left(staff),
        "needed": needs_second_factor((grant.role for grant in request.actor.grants), settings.GOVPOST_SECOND_FACTOR),
    }  # fmt: skip
    if picture and not staff.has_second_factor:
        secret = actions.begin_second_factor(staff_id=staff.id, at=now(), by=request.actor)
        context["secret"] = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
        context["address"] = totp.address(secret, login=staff.login, issuer=ISSUER)
    return page_of(request, "shared/own_second_factor.html", context, status=422 if form.errors else 200)
