"""Addresses of where the door is served."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.reach import changing, files, views

urlpatterns = [
    path("reach", views.counties, name="reach"),
    path("reach/<str:division>", views.county, name="reach_county"),
    path("reach/<str:division>/area", changing.area, name="reach_area"),
    path("reach/<str:division>/file", files.send, name="reach_file"),
    path("reach/<str:division>/export", files.export, name="reach_export"),
    path("reach/<str:division>/<str:outlet>", changing.plan, name="reach_plan"),
]
