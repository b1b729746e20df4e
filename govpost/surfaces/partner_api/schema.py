"""The API's own description, open to everybody: it says nothing that docs/openapi.json does not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from govpost.surfaces.partner_api.openapi import document
from govpost.surfaces.shared.access import PUBLIC, audience


@audience(PUBLIC)
@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(document(), content_type="application/json")
