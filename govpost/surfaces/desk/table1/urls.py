"""Addresses of Table 1."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.table1 import views

urlpatterns = [
    path("three-cities", views.table1, name="table1"),
    path("three-cities/behind", views.behind, name="table1_behind"),
]
