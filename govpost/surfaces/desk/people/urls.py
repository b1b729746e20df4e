"""Addresses of people, their roles, organisations and keys."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.desk.people import granting, joiners, keys, listed, organisations, person

urlpatterns = [
    path("people", listed.people, name="people"),
    path("people/new", person.join, name="person_new"),
    path("people/file", joiners.joiners, name="joiners"),
    path("people/leave", listed.leave_many, name="people_leave"),
    path("people/roles", granting.grants, name="grants"),
    path("people/roles/many", granting.many, name="grants_many"),
    path("people/roles/<uuid:grant_id>/extend", granting.extend, name="grant_extend"),
    path("people/roles/<uuid:grant_id>/end", granting.end, name="grant_end"),
    path("people/<uuid:staff_id>", person.person, name="person"),
    path("people/<uuid:staff_id>/name", person.rename, name="person_rename"),
    path("people/<uuid:staff_id>/move", person.move, name="person_move"),
    path("people/<uuid:staff_id>/stay", person.cancel_move, name="person_stay"),
    path("people/<uuid:staff_id>/leave", person.leave, name="person_leave"),
    path("people/<uuid:staff_id>/return", person.come_back, name="person_return"),
    path("people/<uuid:staff_id>/unlock", person.unlock, name="person_unlock"),
    path("people/<uuid:staff_id>/password", person.new_password, name="person_password"),
    path("people/<uuid:staff_id>/second-factor", person.reset_factor, name="person_factor"),
    path("people/<uuid:staff_id>/grant", granting.grant, name="grant_new"),
    path("organisations", organisations.organisations, name="organisations"),
    path("organisations/new", organisations.add, name="organisation_new"),
    path("organisations/<uuid:organisation_id>", organisations.organisation, name="organisation"),
    path("organisations/<uuid:organisation_id>/change", organisations.change, name="organisation_change"),
    path("organisations/<uuid:organisation_id>/name", organisations.rename, name="organisation_rename"),
    path("organisations/<uuid:organisation_id>/close", organisations.close, name="organisation_close"),
    path("keys", keys.keys, name="partner_keys"),
    path("keys/new", keys.add, name="partner_key_new"),
    path("keys/end", keys.end_many, name="partner_keys_end"),
    path("keys/<uuid:key_id>", keys.key, name="partner_key"),
    path("keys/<uuid:key_id>/rotate", keys.rotate, name="partner_key_rotate"),
    path("keys/<uuid:key_id>/end", keys.end, name="partner_key_end"),
]
