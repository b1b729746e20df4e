"""Addresses of the station desk."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.station import counter, kept, mending, parcels, views

urlpatterns = [
    path("station", views.station, name="station"),
    path("station/labels", views.labels, name="labels"),
    path("station/seal", views.seal, name="seal"),
    path("station/bags", views.bags, name="bags"),
    path("station/bags/<str:number>", views.bag, name="bag"),
    path("station/balance", views.balance, name="balance"),
    path("orders/<str:number>", views.order, name="order"),
    path("orders/<str:number>/match", views.match, name="match"),
    path("orders/<str:number>/match-anew", views.match_anew, name="match_anew"),
    path("orders/<str:number>/reprint", views.reprint, name="reprint"),
    path("orders/<str:number>/ask-again", views.ask_again, name="ask_again"),
    path("orders/<str:number>/unlock-code", mending.unlock_code, name="unlock_code"),
    path("orders/<str:number>/withdraw", mending.withdraw, name="withdraw"),
    path("orders/<str:number>/messages/<uuid:notice_id>/again", mending.send_again, name="send_again"),
    path("orders/<str:number>/fetch", counter.fetch, name="fetch"),
    path("orders/<str:number>/step/<str:verb>", counter.step, name="mail_step"),
    path("station/lists", parcels.lists, name="station_lists"),
    path("station/lists/<uuid:list_id>", parcels.count, name="station_list"),
    path("station/parcels", parcels.parcels, name="parcels"),
    path("station/parcels/close", parcels.close_many, name="close_parcels"),
    path("station/parcels/<uuid:parcel_id>/close", parcels.close, name="close_parcel"),
    path("unclear", views.unclear, name="unclear"),
    path("unclear/<uuid:unclear_id>/content", kept.content, name="unclear_content"),
    path("unclear/<uuid:unclear_id>/settle", views.settle, name="settle_unclear"),
]
