"""A version of a profile from a day to come: said by form, looked at, then added; and taken back before it begins."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from govpost.cases import queries as cases
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.parties.roles import Role
from govpost.profiles import actions, documents, previewing, queries
from govpost.profiles.models import Profile
from govpost.profiles.previewing import Preview
from govpost.surfaces.desk.profiles import words
from govpost.surfaces.desk.profiles.forms import VersionForm, first_day, rule_rows, rules_of
from govpost.surfaces.desk.profiles.views import ADMIN, asked_day, open_profile
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.forms import add_refusal


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why is it withdrawn?"), max_length=300)


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest, code: str) -> HttpResponse:
    """The form starts from what this level says on the first day it could count; nothing is added before it was looked at."""
    profile = _own(request, code)
    tomorrow = first_day(shanghai_day(now()))
    base = previewing.base_of(code, asked_day(request.GET["from"], now()) if "from" in request.GET else tomorrow)
    above = queries.document_of(str(profile.parent_id), tomorrow) if profile.parent_id else {}
    data = request.POST if request.method == "POST" else None
    form, rows = VersionForm(above, base, data), rule_rows(base, data)
    if data is None:
        form.initial["effective_on"] = tomorrow
        return _show(request, profile, form, rows)
    if not (form.is_valid() & rows.is_valid()):
        return _show(request, profile, form, rows)
    effective_on: date = form.cleaned_data["effective_on"]
    settings = form.settings(base, rules_of(rows))
    try:
        seen = previewing.preview(code=code, effective_on=effective_on, settings=settings)
        if "add" in request.POST:
            actions.add_version(
                code=code, effective_on=effective_on, settings=settings, note=form.cleaned_data["note"], at=now(), by=request.actor
            )  # fmt: skip
            messages.success(request, _("The version counts from %(day)s.") % {"day": effective_on.isoformat()})
            return redirect(f"{reverse('desk:profile', args=[code])}?on={effective_on.isoformat()}")
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _show(request, profile, form, rows)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return _show(request, profile, form, rows)
    return _show(request, profile, form, rows, seen)


def _show(request: ActorRequest, profile: Profile, form: VersionForm, rows: Any, seen: Preview | None = None) -> HttpResponse:
    context: dict[str, Any] = {"profile": profile, "form": form, "rows": rows, "fields": _fields(form)}
    if seen is not None:
        context |= {
            "seen": seen, "running": cases.running(str(profile.region)),
            "changes": [
                (each.profile, words.title(each.key), words.value(each.key, each.before), words.value(each.key, each.after))
                for each in seen.changes
            ],
        }  # fmt: skip
    bad = bool(form.errors or any(row.errors for row in rows)) and form.is_bound
    return render(request, "desk/profiles/version.html", context, status=422 if bad else 200)


def _fields(form: VersionForm) -> list[Any]:
    """Everything but the day and the note, in the order of the settings."""
    return [form[name] for name in form.fields if name not in ("effective_on", "note")]


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ActorRequest, code: str, day: str) -> HttpResponse:
    """Take a version back that has not begun; a reason is asked."""
    profile = _own(request, code)
    version = next((each for each in queries.versions(code) if each.effective_on.isoformat() == day), None)
    if version is None:
        raise NotFound("version")
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_version(
                code=code, effective_on=version.effective_on, reason=form.cleaned_data["reason"], at=now(), by=request.actor
            )  # fmt: skip
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The version was withdrawn."))
            return redirect("desk:profile", code)
    says = [(words.title(key), words.value(key, version.settings[key])) for key in documents.KEYS if key in version.settings]
    context = {"profile": profile, "version": version, "form": form, "says": says}
    return render(request, "desk/profiles/withdraw.html", context, status=422 if form.errors else 200)


def _own(request: ActorRequest, code: str) -> Profile:
    """A profile that the actor may change: one that is only inherited from is read, never changed."""
    profile = open_profile(request.actor, code)
    if not request.actor.has(Role.ADMIN, str(profile.region)):
        raise NotPermitted("add_version")
    return profile
