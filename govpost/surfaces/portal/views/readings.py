"""Who looked at my data: every reading of the full personal data, with its cause, for the person it belongs to."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from govpost.journal import queries as journal
from govpost.surfaces.shared.access import CITIZEN, ActorRequest, audience
from govpost.surfaces.shared.paging import keyset


@audience(CITIZEN)
@require_safe
def readings(request: ActorRequest) -> HttpResponse:
    """Newest first."""
    rows = journal.readings_of(f"party:{request.actor.id}")
    page = keyset(rows, ("-seq",), request.GET.get("cursor", ""))
    return render(request, "portal/readings.html", {"page": page})
