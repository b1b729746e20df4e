"""Addresses of the finance pages."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.money import views

urlpatterns = [
    path("accounts", views.accounts, name="accounts"),
    path("accounts/one", views.account, name="account"),
]
