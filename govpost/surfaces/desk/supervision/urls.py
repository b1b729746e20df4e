"""Addresses of the supervision window: reading only."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.supervision import mail, views

urlpatterns = [
    path("supervision", views.supervision, name="supervision"),
    path("supervision/mail", mail.supervised_mail, name="supervised_mail"),
    path("supervision/mail/<str:number>", mail.supervised_order, name="supervised_order"),
    path("supervision/<str:number>", views.supervised_case, name="supervised_case"),
]
