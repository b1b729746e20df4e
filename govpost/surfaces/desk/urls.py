"""Addresses below /desk/: one list per area."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, path

from govpost.surfaces.desk import home

app_name = "desk"

_AREAS = (
    "counter", "window", "office", "sending", "station", "dispatch", "supervision", "quality", "table1", "money", "people",
    "configuration", "profiles", "reach", "retention", "waiting",
)  # fmt: skip


def _patterns(area: str) -> list[URLPattern]:
    name = f"govpost.surfaces.desk.{area}"
    if not find_spec(name) or not find_spec(f"{name}.urls"):
        return []
    patterns: list[URLPattern] = import_module(f"{name}.urls").urlpatterns
    return patterns


urlpatterns = [path("", home.home, name="home"), *(pattern for area in _AREAS for pattern in _patterns(area))]
