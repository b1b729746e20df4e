"""Addresses of legal holds, certificates and one class of data; the table of classes stands with the configuration."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.retention import certificates, holds, periods

urlpatterns = [
    path("retention/holds", holds.listed, name="retention_holds"),
    path("retention/holds/new", holds.place, name="retention_hold"),
    path("retention/holds/<uuid:hold_id>/release", holds.release, name="retention_release"),
    path("retention/certificates", certificates.listed, name="retention_certificates"),
    path("retention/classes/<str:kind>", periods.one, name="retention_class"),
    path("retention/periods/<uuid:period_id>/withdraw", periods.withdraw, name="period_withdraw"),
]
