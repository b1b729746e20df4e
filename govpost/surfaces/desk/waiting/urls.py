"""Address of the page of what waits too long."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.waiting import views

urlpatterns = [path("waiting/", views.waiting, name="waiting")]
