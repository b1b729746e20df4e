"""The Django app of the shared surface: templates, static files, template tags and the house's own sentences."""

from __future__ import annotations

from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "govpost.surfaces.shared"
    label = "shared"
