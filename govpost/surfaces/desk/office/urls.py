"""Addresses of the department's pages."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk import finding, identity
from govpost.surfaces.desk.office import handover, views

urlpatterns = [
    path("find", finding.find, name="find"),
    path("cases", views.queue, name="cases"),
    path("cases/<str:number>", views.case, name="case"),
    path("cases/<str:number>/applicant", identity.reveal, name="reveal"),
    path("cases/<str:number>/accept", views.accept, name="accept"),
    path("cases/<str:number>/correct", views.correct, name="correct"),
    path("cases/<str:number>/not-accept", views.not_accept, name="not_accept"),
    path("cases/<str:number>/approve", views.approve, name="approve"),
    path("cases/<str:number>/refuse", views.refuse, name="refuse"),
    path("handover", handover.handover, name="handover"),
    path("handover/give", handover.give, name="give_list"),
    path("handover/<uuid:list_id>", handover.one_list, name="handover_list"),
]
