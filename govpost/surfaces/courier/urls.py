"""Addresses below /courier/."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.courier import views

app_name = "courier"

urlpatterns = [
    path("", views.round_, name="round"),
    path("stops/<uuid:task_id>", views.stop, name="stop"),
    path("stops/<uuid:task_id>/take", views.take, name="take"),
    path("stops/<uuid:task_id>/give-back", views.give_back, name="give_back"),
    path("stops/<uuid:task_id>/go-out", views.go_out, name="go_out"),
    path("stops/<uuid:task_id>/finish", views.finish, name="finish"),
    path("stops/<uuid:task_id>/fail", views.fail, name="fail"),
]
