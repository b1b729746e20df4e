"""Retention: how long each class of data is kept and on what that rests, what is held, and the certificates of what was erased."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import NotFound
from govpost.parties.roles import Role
from govpost.retention import actions, queries
from govpost.retention.rules import RULES, Fate, Kind
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration.pages import ADMIN, KEEPING, act, day_field, region_names
from govpost.surfaces.desk.words import clause
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.paging import keyset
from govpost.surfaces.shared.words import say

FATES = {Fate.MASK: gettext_lazy("masked"), Fate.DELETE: gettext_lazy("deleted"), Fate.KEEP: gettext_lazy("kept as evidence")}


class PeriodForm(forms.Form):
    days = forms.IntegerField(label=gettext_lazy("Days kept"), min_value=1, max_value=36_500, widget=forms.NumberInput({"class": "short"}))
    effective_on = day_field(gettext_lazy("From"))
    why = forms.CharField(label=gettext_lazy("Why"), widget=forms.Textarea({"rows": 3}), max_length=500)


@audience(KEEPING)
@require_safe
def retention(request: ActorRequest) -> HttpResponse:
    """Every class with its period, basis and next change; holds of the jurisdiction; certificates, newest first."""
    page = keyset(queries.certificates(request.actor), ("-finished_at", "-id"), request.GET.get("cursor", ""))
    last = queries.last_certificates(request.actor)
    holds = list(queries.holds(request.actor)[:50])
    titles = {rule.kind.value: rule.title for rule in RULES.values()}
    context = {
        "classes": [(each, FATES[each.rule.fate], each.rule.fate != Fate.KEEP, last.get(each.rule.kind.value))
                    for each in queries.in_force(shanghai_day(now()))],
        "holds": holds, "regions": region_names(str(hold.region) for hold in holds), "page": page,
        "country": request.actor.has(Role.ADMIN, ""), "adds": request.actor.has(Role.ADMIN),
        "titles": titles, "changes": changes.of(*(f"retention:{kind.value}" for kind in Kind)),
    }  # fmt: skip
    return render(request, "desk/configuration/retention.html", context)


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def period_new(request: ActorRequest, kind: str) -> HttpResponse:
    """Another period for a class from a day on, never shorter than the law's."""
    rule = next((rule for rule in RULES.values() if rule.kind.value == kind and rule.fate != Fate.KEEP), None)
    if rule is None or not request.actor.has(Role.ADMIN, ""):
        raise NotFound("retention")
    form = PeriodForm(request.POST or None, initial={"days": queries.days_of(rule.kind, shanghai_day(now()))})

    def keep(data: dict[str, Any]) -> str:
        actions.set_period(kind=kind, at=now(), by=request.actor, **data)
        return reverse("desk:retention")

    intro = _("At least %(least)s days by %(basis)s. What is due when the day comes is erased that night.")
    return act(
        request, form, keep, done=_("The period is set."), heading=_("Change how long it is kept"), eyebrow=say(rule.title),
        intro=intro % {"least": rule.least, "basis": clause(rule.basis)}, back=(reverse("desk:retention"), _("Retention")), danger=True,
    )  # fmt: skip


@audience(KEEPING)
@require_safe
def certificate(request: ActorRequest, number: str) -> HttpResponse:
    """One certificate, to be printed: what was erased, how much, and the digest that proves the list."""
    found = queries.certificate(request.actor, number)
    context = {"certificate": found, "title": RULES[Kind(found.kind)].title, "fate": FATES[Fate(found.fate)]}
    return render(request, "desk/configuration/certificate.html", context)
