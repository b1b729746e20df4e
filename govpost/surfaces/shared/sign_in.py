"""Sign-in and sign-out of staff by login and password, and where they have one by a second factor (`second_step`).

Citizens come through the province's identity service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from govpost.common.clock import now, shanghai_day
from govpost.parties.models import Staff
from govpost.surfaces.shared.access import PUBLIC, audience, safe_next
from govpost.surfaces.shared.entering import begin_second_step, enter
from govpost.surfaces.shared.errors import page
from govpost.surfaces.shared.roles import role_word

WRONG = _("Login or password is not right. Check both; capital letters matter.")
HOMES = {"desk": "/desk/", "courier": "/courier/"}


class StaffSignIn(AuthenticationForm):
    """One sentence for a wrong login and a wrong password alike, so that logins cannot be probed."""

    def __init__(self, request: HttpRequest | None = None, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(request, data=data)
        self.error_messages = dict.fromkeys(("invalid_login", "inactive"), WRONG)
        username, password = self.fields["username"], self.fields["password"]
        username.label, password.label = _("Login"), _("Password")
        username.error_messages["required"] = _("Enter your login.")
        password.error_messages["required"] = _("Enter your password.")
        self.label_suffix = ""

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if isinstance(user, Staff) and not user.works_on(shanghai_day(now())):
            raise forms.ValidationError(str(WRONG), code="inactive")


@audience(PUBLIC)
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk_sign_in(request: HttpRequest) -> HttpResponse:
    return _sign_in(request, "desk")


@audience(PUBLIC)
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def courier_sign_in(request: HttpRequest) -> HttpResponse:
    return _sign_in(request, "courier")


def _sign_in(request: HttpRequest, surface: str) -> HttpResponse:
    way_on = safe_next(request, request.POST.get("next") or request.GET.get("next"), HOMES[surface])
    form = StaffSignIn(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = form.get_user()
        if user.has_second_factor:
            return begin_second_step(request, user, way_on, surface)
        enter(request, user)
        return HttpResponseRedirect(way_on)
    everybody = demo_logins(surface)
    seek = SeekForm(everybody, request.GET)
    found = seek.found() if everybody else []
    context = {
        "form": form, "next": way_on, "surface": surface, "everybody": everybody, "demo_logins": found, "seek": seek,
        "few": len(everybody) <= FEW, "open": seek.narrowed or len(everybody) <= FEW,
    }  # fmt: skip
    return render(request, "shared/sign_in.html", context, status=422 if form.is_bound else 200)


FEW = 8  # people of a demonstration that stand unfolded


class SeekForm(forms.Form):
    """One of a demonstration's many people: by place, duty, name or login, and by role."""

    who = forms.CharField(label=_("Place, duty or name"), required=False, max_length=40, widget=forms.TextInput({"type": "search"}))
    role = forms.ChoiceField(label=_("Role"), required=False)

    def __init__(self, everybody: list[dict[str, str]], data: Mapping[str, Any]) -> None:
        super().__init__({key: data.get(key, "") for key in ("who", "role")}, label_suffix="")
        self.everybody = everybody
        roles = dict.fromkeys(person["role"] for person in everybody if person.get("role"))
        self.fields["role"].choices = [("", _("All")), *((role, role_word(role)) for role in roles)]  # type: ignore[attr-defined]

    @property
    def narrowed(self) -> bool:
        return self.is_valid() and any(self.cleaned_data.values())

    def found(self) -> list[dict[str, str]]:
        """Everybody who fits; somebody without a role fits every role but a chosen one."""
        if not self.is_valid():
            return self.everybody
        words, role = self.cleaned_data["who"].strip().casefold().split(), self.cleaned_data["role"]
        return [
            person for person in self.everybody
            if role in ("", person.get("role", ""))
            and all(word in f"{person['place']} {person['words']} {person['login']}".casefold() for word in words)
        ]  # fmt: skip


def demo_logins(surface: str) -> list[dict[str, str]]:
    """The synthetic people one may sign in as: `settings.DEMO_LOGINS`, and only in a demo."""
    if not getattr(settings, "DEMO", False):
        return []
    return [person for person in getattr(settings, "DEMO_LOGINS", ()) if person.get("surface", "desk") == surface]


@audience(PUBLIC)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the whole session of this browser, citizen's and staff's alike."""
    request.session.flush()
    return HttpResponseRedirect(safe_next(request, request.POST.get("next"), "/"))


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: object) -> HttpResponse:
    """`AXES_LOCKOUT_CALLABLE`: too many wrong passwords for this login or from this address."""
    sentence = gettext("Too many wrong passwords. Wait a quarter of an hour, or ask your administrator to reopen the login.")
    return page(request, 429, sentence)
