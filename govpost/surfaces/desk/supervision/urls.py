"""Addresses of the supervision window: reading only."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.supervision import views

urlpatterns = [
    path("supervision", views.supervision, name="supervision"),
    path("supervision/<str:number>", views.supervised_case, name="supervised_case"),
]
