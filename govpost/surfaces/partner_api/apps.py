from __future__ import annotations

from django.apps import AppConfig


class PartnerApiConfig(AppConfig):
    name = "govpost.surfaces.partner_api"
    label = "partner_api"
