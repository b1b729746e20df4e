"""Addresses of the counter."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.counter import finding, handing, intakes, people, receipts, taking

urlpatterns = [
    path("counter", finding.counter, name="counter"),
    path("counter/people/new", finding.enter, name="counter_enter"),
    path("counter/people/<uuid:party_id>", people.person, name="counter_person"),
    path("counter/people/<uuid:party_id>/start/<str:code>", people.start, name="counter_start"),
    path("counter/people/<uuid:party_id>/continue/<uuid:case_id>", people.go_on, name="counter_continue"),
    path("counter/drafts/<uuid:case_id>", taking.draft, name="counter_draft"),
    path("counter/drafts/<uuid:case_id>/check", taking.check, name="counter_check"),
    path("counter/drafts/<uuid:case_id>/notice", receipts.notice, name="counter_notice"),
    path("counter/drafts/<uuid:case_id>/phone", receipts.phone, name="counter_phone"),
    path("counter/drafts/<uuid:case_id>/discard", taking.discard, name="counter_discard"),
    path("counter/cases/<str:number>/contact", people.contact, name="counter_contact"),
    path("counter/receipts/<str:number>", receipts.receipt, name="counter_receipt"),
    path("intakes", intakes.intakes, name="counter_intakes"),
    path("intakes/<str:number>/undo", intakes.undo, name="counter_undo"),
    path("papers", handing.papers, name="counter_papers"),
    path("papers/give", handing.give, name="counter_give"),
    path("papers/<uuid:list_id>", handing.papers_list, name="papers_list"),
    path("papers/<uuid:list_id>/count", handing.count, name="count_papers"),
]
