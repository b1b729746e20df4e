"""Addresses of the city profiles."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.profiles import versions, views

urlpatterns = [
    path("profiles", views.profiles, name="profiles"),
    path("profiles/<slug:code>", views.profile, name="profile"),
    path("profiles/<slug:code>/new", versions.new, name="profile_new_version"),
    path("profiles/<slug:code>/<str:day>/withdraw", versions.withdraw, name="profile_withdraw"),
]
