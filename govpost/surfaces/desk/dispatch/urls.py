"""Addresses of the dispatch window."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.dispatch import views

urlpatterns = [
    path("dispatch", views.board, name="dispatch"),
    path("dispatch/assign", views.assign, name="assign_tasks"),
    path("dispatch/<uuid:task_id>", views.task, name="dispatch_task"),
    path("dispatch/<uuid:task_id>/reassign", views.reassign, name="reassign"),
    path("dispatch/<uuid:task_id>/give-back", views.give_back, name="dispatch_give_back"),
]
