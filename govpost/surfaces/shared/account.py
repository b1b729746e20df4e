"""One's own account, for everybody who works here: roles, password, second factor, sign-ins, and what others changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import InvalidInput, NotFound
from govpost.parties import actions, listing, queries
from govpost.parties.models import RoleGrant, Staff
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience, even_before_duties
from govpost.surfaces.shared.entering import renew
from govpost.surfaces.shared.errors import work_of
from govpost.surfaces.shared.forms import add_refusal
from govpost.surfaces.shared.roles import region_names

SIGN_INS = 20


class PasswordForm(forms.Form):
    old = forms.CharField(
        label=_("Present password"), error_messages={"required": _("Enter your password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("New password"), help_text=_("At least 10 characters, and not a common one. A short sentence is easy to remember."),
        error_messages={"required": _("Choose a new password.")}, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("New password, again"), error_messages={"required": _("Enter the new password once more.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, staff: Staff, data: Any = None) -> None:
        super().__init__(data)
        self.staff = staff

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.staff.check_password(old):
            raise forms.ValidationError(_("This is not your present password."))
        return old

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", _("The two new passwords differ. Enter the same one twice."))
        if given.get("password") and given.get("password") == given.get("old"):
            self.add_error("password", _("Choose a password that differs from the present one."))
        return given


@even_before_duties
@audience(STAFF())
@require_GET
def account(request: ActorRequest) -> HttpResponse:
    staff = own(request)
    sign_ins = listing.sign_ins_of(staff, SIGN_INS)
    open_keys = set(
        Session.objects.filter(session_key__in=[each.session_key for each in sign_ins], expire_date__gt=now()).values_list(
            "session_key", flat=True
        )
    )
    context = {
        "staff": staff, "grants": _roles(staff),
        "sign_ins": [(each, each.session_key in open_keys, each.session_key == request.session.session_key) for each in sign_ins],
        "codes_left": queries.recovery_codes_left(staff),
    }  # fmt: skip
    return page_of(request, "shared/account.html", context)


@even_before_duties
@audience(STAFF())
@sensitive_post_parameters("old", "password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_password(request: ActorRequest) -> HttpResponse:
    """The first password is changed here before anything else; every other session of theirs ends."""
    staff = own(request)
    is_first = staff.must_change_password
    form = PasswordForm(staff, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_password(staff_id=staff.id, password=form.cleaned_data["password"], at=now(), by=request.actor)
        except InvalidInput as refusal:
            add_refusal(form, refusal)
        else:
            renew(request, staff)
            messages.success(request, gettext("Your password is changed. Other sessions of yours have ended."))
            return redirect(f"/{work_of(request.actor)}/" if is_first else "shared:account")
    context = {"form": form, "staff": staff}
    return page_of(request, "shared/own_password.html", context, status=422 if form.errors else 200)


@even_before_duties
@audience(STAFF())
@require_POST
def end_sessions(request: ActorRequest) -> HttpResponse:
    """One of one's own sessions, or every other one."""
    staff, wanted = own(request), request.POST.get("sign_in", "")
    actions.end_sessions(staff_id=staff.id, sign_in=_uuid(wanted) if wanted else None, at=now(), by=request.actor)
    if not wanted:
        renew(request, staff)
    messages.success(request, gettext("The session has ended.") if wanted else gettext("All other sessions have ended."))
    return redirect("shared:account")


def _roles(staff: Staff) -> list[tuple[RoleGrant, str]]:
    """What they hold and will hold, each with the name of its place."""
    today = shanghai_day(now())
    held = [each for each in listing.grants_of(staff) if each.ends_on is None or each.ends_on >= today]
    names = region_names(each.region for each in held)
    return [(each, names[each.region]) for each in held]


def own(request: ActorRequest) -> Staff:
    if request.actor.id is None:
        raise NotFound("staff")
    return queries.staff_member(request.actor.id)


def page_of(request: ActorRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """In the frame of where they work: the courier's, or the desk's."""
    work = work_of(request.actor)
    more = {"frame": f"{work}/frame.html", "work": f"/{work}/", "on_the_road": work == "courier"}
    return render(request, template, context | more, status=status)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("session") from None
