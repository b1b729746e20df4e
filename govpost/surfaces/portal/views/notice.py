"""The notice about choosing the post, who pays, and what the post learns: the same text that is confirmed when applying."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from govpost.cases.rules import NOTICE
from govpost.surfaces.shared.access import PUBLIC, audience


@audience(PUBLIC)
@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/notice.html", {"notice": NOTICE})
