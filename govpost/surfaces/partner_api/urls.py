"""Addresses below /api/v1/."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.partner_api import carrier, schema
from govpost.surfaces.partner_api.api import api
from govpost.surfaces.shared.access import PARTNER, mark

app_name = "partner_api"

_patterns = api.urls[0]
mark(_patterns, PARTNER)

urlpatterns = [
    path("openapi.json", schema.openapi, name="openapi"),
    path("carriers/ems/push", carrier.push, name="ems_push"),
    path("carriers/ems/older-push/<str:token>", carrier.older_push, name="ems_older_push"),
    *_patterns,
]
