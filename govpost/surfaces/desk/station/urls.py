"""Addresses of the station desk."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.station import views

urlpatterns = [
    path("station", views.station, name="station"),
    path("station/labels", views.labels, name="labels"),
    path("station/seal", views.seal, name="seal"),
    path("station/bags", views.bags, name="bags"),
    path("station/bags/<str:number>", views.bag, name="bag"),
    path("station/balance", views.balance, name="balance"),
    path("orders/<str:number>", views.order, name="order"),
    path("orders/<str:number>/match", views.match, name="match"),
    path("orders/<str:number>/reprint", views.reprint, name="reprint"),
    path("orders/<str:number>/ask-again", views.ask_again, name="ask_again"),
    path("unclear", views.unclear, name="unclear"),
    path("unclear/<uuid:unclear_id>/settle", views.settle, name="settle_unclear"),
]
