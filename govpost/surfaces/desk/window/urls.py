"""Addresses of the window."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.window import collecting, giving, views

urlpatterns = [
    path("window", views.window, name="window"),
    path("results", views.results, name="window_results"),
    path("results/lists/<uuid:list_id>", views.count, name="window_list"),
    path("window/<str:number>", views.case, name="window_case"),
    path("window/<str:number>/receive", views.receive, name="receive_papers"),
    path("window/<str:number>/receipt", views.papers_receipt, name="papers_receipt"),
    path("window/<str:number>/give-back", views.give_back, name="give_back"),
    path("window/<str:number>/collect-again", collecting.collect_again, name="collect_again"),
    path("results/<str:number>/hand-out", giving.hand_out, name="hand_out"),
    path("results/<str:number>/receipt", giving.result_receipt, name="result_receipt"),
    path("window/<str:number>/<str:verb>", views.wish, name="wish"),
]
