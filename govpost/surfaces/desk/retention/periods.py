"""One class of data: every period it had and will have, what was erased last, and who changed what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import NotFound
from govpost.parties.roles import Role
from govpost.retention import actions, queries
from govpost.retention.rules import RULES, Fate, Kind
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration.keeping_periods import FATES
from govpost.surfaces.desk.configuration.pages import ADMIN, KEEPING, act
from govpost.surfaces.desk.retention.holds import WhyForm
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.formats import day
from govpost.surfaces.shared.forms import posted
from govpost.surfaces.shared.words import say


@audience(KEEPING)
@require_safe
def one(request: ActorRequest, kind: str) -> HttpResponse:
    """The periods to come, the one in force and those before it, and the newest certificates."""
    today = shanghai_day(now())
    found = next((each for each in queries.in_force(today) if each.rule.kind.value == kind), None)
    if found is None:
        raise NotFound("class")
    erases = found.rule.fate != Fate.KEEP
    context = {
        "each": found, "fate": FATES[found.rule.fate], "erases": erases, "mine": erases and request.actor.has(Role.ADMIN, ""),
        "today": today, "periods": queries.periods(kind), "certificates": queries.certificates(request.actor, kind=kind)[:10],
        "changes": changes.of(f"retention:{kind}"),
    }  # fmt: skip
    return render(request, "desk/retention/class.html", context)


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ActorRequest, period_id: UUID) -> HttpResponse:
    """A period that has not begun does not come."""
    period = queries.period_to_come(period_id, shanghai_day(now()))
    if not request.actor.has(Role.ADMIN, ""):
        raise NotFound("period")
    form, rule, back = WhyForm(posted(request)), RULES[Kind(period.kind)], reverse("desk:retention_class", args=[period.kind])

    form.fields["why"].help_text = ""

    def let_go(data: dict[str, Any]) -> str:
        actions.withdraw_period(period_id=period.id, why=data["why"], at=now(), by=request.actor)
        return back

    intro = _("%(days)s days from %(day)s on will not come; the period before it goes on.")
    return act(
        request, form, let_go, done=_("The period is withdrawn."), heading=_("Withdraw the period"), eyebrow=say(rule.title),
        intro=intro % {"days": period.days, "day": day(period.effective_on)}, back=(back, say(rule.title)), danger=True,
    )  # fmt: skip
