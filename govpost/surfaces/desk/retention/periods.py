"""One class of data: every period it had and will have, what was erased last, and who changed what."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import NotFound
from govpost.parties.roles import Role
from govpost.retention import queries
from govpost.retention.rules import Fate
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration.keeping_periods import FATES
from govpost.surfaces.desk.configuration.pages import ADMIN
from govpost.surfaces.shared.access import ActorRequest, audience


@audience(ADMIN)
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
