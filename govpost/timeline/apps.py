from __future__ import annotations

from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "govpost.timeline"
    label = "timeline"
