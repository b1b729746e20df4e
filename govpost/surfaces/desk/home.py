"""The door of the desk: everybody lands where their work is."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from govpost.surfaces.desk.areas import first_page
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience


@audience(STAFF())
@require_GET
def home(request: ActorRequest) -> HttpResponse:
    """Go to the first page of one's own work; somebody without any role is told whom to ask."""
    page = first_page(request)
    if page is None and request.actor.has("courier"):
        return redirect("courier:round")
    return redirect(page) if page else render(request, "desk/no_role.html", status=403)
