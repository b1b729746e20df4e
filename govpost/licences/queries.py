"""Questions about licences: by case, by holder, by identifier. A stranger's licence looks like a missing one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from govpost.common.actor import Actor
from govpost.common.refusal import NotFound
from govpost.licences.models import Licence
from govpost.licences.rules import MAY
from govpost.parties.roles import Role


def visible(actor: Actor) -> QuerySet[Licence]:
    """The holder's own; an officer's of the own department; the other offices' of their region."""
    if actor.is_system:
        return Licence.objects.all()
    if actor.kind == "person":
        return Licence.objects.filter(holder_id=actor.id) if actor.id else Licence.objects.none()
    scope = Q(pk__in=[])
    for grant in actor.grants:
        if grant.role in MAY["look"]:
            own = Q(issuer_id=grant.organisation) if grant.role == Role.OFFICER and grant.organisation else Q()
            scope |= Q(region__within=grant.region) & own
    return Licence.objects.filter(scope)


def licence(actor: Actor, identifier: str) -> Licence:
    """By its identifier; raises `NotFound` when missing or not within the actor's sight."""
    found = visible(actor).select_related("issuer").filter(identifier=identifier.strip().upper()).first()
    if found is None:
        raise NotFound("licence")
    return found


def mine(actor: Actor) -> list[Licence]:
    """The actor's own licences, newest first."""
    if actor.kind != "person":
        return []
    return list(visible(actor).select_related("issuer").order_by("-issued_at", "-id"))


def by_cases(case_numbers: Iterable[str]) -> dict[str, Licence]:
    """For rooms that hold the case already: its licence by case number."""
    found = Licence.objects.filter(case_number__in=list(case_numbers)).select_related("issuer")
    return {licence.case_number: licence for licence in found}
