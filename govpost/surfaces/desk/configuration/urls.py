"""Addresses of the administrators' pages."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.configuration import agreements, carriers, tariffs

urlpatterns = [
    path("configuration/tariffs", tariffs.tariffs, name="tariffs"),
    path("configuration/tariffs/new", tariffs.tariff_new, name="tariff_new"),
    path("configuration/tariffs/<uuid:tariff_id>", tariffs.tariff, name="tariff"),
    path("configuration/tariffs/<uuid:tariff_id>/end", tariffs.tariff_end, name="tariff_end"),
    path("configuration/agreements", agreements.agreements, name="agreements"),
    path("configuration/agreements/new", agreements.agreement_new, name="agreement_new"),
    path("configuration/agreements/<uuid:agreement_id>", agreements.agreement, name="agreement"),
    path("configuration/agreements/<uuid:agreement_id>/renew", agreements.agreement_renew, name="agreement_renew"),
    path("configuration/agreements/<uuid:agreement_id>/end", agreements.agreement_end, name="agreement_end"),
    path("configuration/agreements/<uuid:agreement_id>/manager", agreements.agreement_manager, name="agreement_manager"),
    path("configuration/carriers", carriers.carriers, name="carriers"),
    path("configuration/carriers/new", carriers.carrier_new, name="carrier_new"),
    path("configuration/carriers/rulings/new", carriers.ruling_new, name="ruling_new"),
]
