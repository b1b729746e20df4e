from __future__ import annotations

from django.apps import AppConfig


class CourierConfig(AppConfig):
    name = "govpost.surfaces.courier"
    label = "courier"
