"""Addresses of the administrators' pages."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.configuration import agreements, calendars, carriers, items, keeping_periods, places, proposals, tariffs

urlpatterns = [
    path("configuration/services", items.services, name="services"),
    path("configuration/services/import", proposals.service_import, name="service_import"),
    path("configuration/services/proposals", proposals.proposals, name="proposals"),
    path("configuration/services/proposals/<uuid:proposal_id>", proposals.proposal, name="proposal"),
    path("configuration/services/proposals/<uuid:proposal_id>/edit", proposals.proposal_edit, name="proposal_edit"),
    path("configuration/services/proposals/<uuid:proposal_id>/submit", proposals.proposal_submit, name="proposal_submit"),
    path("configuration/services/proposals/<uuid:proposal_id>/approve", proposals.proposal_approve, name="proposal_approve"),
    path("configuration/services/proposals/<uuid:proposal_id>/send-back", proposals.proposal_send_back, name="proposal_send_back"),
    path("configuration/services/proposals/<uuid:proposal_id>/withdraw", proposals.proposal_withdraw, name="proposal_withdraw"),
    path("configuration/services/<str:task_code>", items.service, name="service"),
    path("configuration/services/<str:task_code>/end", items.service_end, name="service_end"),
    path("configuration/services/<str:task_code>/next", proposals.proposal_new, name="proposal_new"),
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
    path("configuration/outlets", places.outlets, name="outlets"),
    path("configuration/outlets/new", places.outlet_new, name="outlet_new"),
    path("configuration/outlets/<str:code>/successor", places.outlet_successor, name="outlet_successor"),
    path("configuration/outlets/<str:code>/mail", places.outlet_lying, name="outlet_lying"),
    path("configuration/outlets/<str:code>", places.outlet, name="outlet"),
    path("configuration/outlets/<str:code>/close", places.outlet_close, name="outlet_close"),
    path("configuration/halls", places.halls, name="halls"),
    path("configuration/halls/new", places.hall_new, name="hall_new"),
    path("configuration/halls/<str:code>", places.hall, name="hall"),
    path("configuration/halls/<str:code>/close", places.hall_close, name="hall_close"),
    path("configuration/calendars", calendars.calendars, name="calendars"),
    path("configuration/calendars/days/new", calendars.day_new, name="day_new"),
    path("configuration/calendars/days/remove", calendars.day_remove, name="day_remove"),
    path("configuration/calendars/notice", calendars.notice_new, name="notice_new"),
    path("configuration/retention", keeping_periods.retention, name="retention"),
    path("configuration/retention/certificates/<str:number>", keeping_periods.certificate, name="certificate"),
    path("configuration/retention/<str:kind>", keeping_periods.period_new, name="period_new"),
]
