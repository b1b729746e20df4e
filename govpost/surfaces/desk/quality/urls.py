"""Addresses of the quality pages."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.quality import views

urlpatterns = [
    path("rates", views.rates, name="rates"),
    path("rates/behind", views.behind, name="behind"),
    path("rates/corrections", views.corrections, name="corrections"),
]
