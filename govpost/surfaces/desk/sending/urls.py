"""Addresses of a department's own mail."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.sending import views

urlpatterns = [
    path("send", views.send, name="send"),
    path("send/file", views.send_file, name="send_file"),
    path("sent", views.sent, name="sent"),
]
