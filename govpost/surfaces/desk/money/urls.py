"""Addresses of the finance pages."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.money import statements, views

urlpatterns = [
    path("accounts", views.accounts, name="accounts"),
    path("accounts/one", views.account, name="account"),
    path("statements", statements.listed, name="statements"),
    path("statements/make", statements.make, name="statements_make"),
    path("statements/print", statements.printed_together, name="statements_print"),
    path("statements/<str:number>", statements.one, name="statement"),
    path("statements/<str:number>/print", statements.printed, name="statement_print"),
]
