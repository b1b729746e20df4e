"""Addresses of the citizen's web; included at the root."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.portal.views import (
    by_receipt,
    case_actions,
    cases,
    collecting,
    guide,
    notice,
    places,
    readings,
    search,
    sign_in,
    tracking,
)
from govpost.surfaces.portal.views.application import pages, start, submit

app_name = "portal"

urlpatterns = [
    path("", search.home, name="home"),
    path("services", search.search, name="services"),
    path("services/<str:code>", guide.guide, name="guide"),
    path("notice", notice.notice, name="notice"),
    path("tariffs", guide.tariffs, name="tariffs"),
    path("track", tracking.track, name="track"),
    path("receipts", by_receipt.by_receipt, name="by_receipt"),
    path("places", places.places, name="places"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/return", sign_in.sign_in_callback, name="sign_in_callback"),
    path("services/<str:code>/apply", start.start, name="apply"),
    path("drafts/<uuid:case_id>", pages.resume, name="apply_resume"),
    path("drafts/<uuid:case_id>/about", pages.about, name="apply_about"),
    path("drafts/<uuid:case_id>/answers", pages.answers, name="apply_answers"),
    path("drafts/<uuid:case_id>/papers", pages.papers, name="apply_papers"),
    path("drafts/<uuid:case_id>/result", pages.result, name="apply_result"),
    path("drafts/<uuid:case_id>/notice", pages.notice, name="apply_notice"),
    path("drafts/<uuid:case_id>/check", submit.check, name="apply_check"),
    path("my", cases.my_cases, name="my_cases"),
    path("my/sign-out", sign_in.sign_out, name="sign_out"),
    path("my/readings", readings.readings, name="readings"),
    path("my/cases/<str:number>", cases.case, name="case"),
    path("my/cases/<str:number>/receipt", cases.receipt, name="receipt"),
    path("my/cases/<str:number>/licence", cases.licence, name="licence"),
    path("my/cases/<str:number>/correct", case_actions.correct, name="correct"),
    path("my/cases/<str:number>/withdraw", case_actions.withdraw, name="withdraw"),
    path("my/cases/<str:number>/cancel-collection", case_actions.cancel_collection, name="cancel_collection"),
    path("my/cases/<str:number>/collect-again", collecting.collect_again, name="collect_again"),
    path("my/cases/<str:number>/fetch-result", case_actions.fetch_result, name="fetch_result"),
]
