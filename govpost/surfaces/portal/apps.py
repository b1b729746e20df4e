"""The Django app of the portal: its templates, sheet and sentences."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "govpost.surfaces.portal"
    label = "portal"
