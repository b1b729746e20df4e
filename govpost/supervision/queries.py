"""What waits too long, for whoever it waits for and for who supervises."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from govpost.common.actor import Actor
from govpost.parties.roles import Role
from govpost.supervision.models import Wait
from govpost.supervision.rules import MAY

_OF_ONE_OFFICE = frozenset({Role.OFFICER})


def waits(actor: Actor) -> QuerySet[Wait]:
    """Open waits of the actor's roles and regions, an officer's of the own department; a supervisor sees all of the region."""
    found = Wait.objects.filter(ended_at=None)
    if actor.is_system:
        return found
    mine = Q(pk__in=[])
    for grant in actor.grants:
        if grant.role not in MAY["see_waits"]:
            continue
        here = Q(region__within=grant.region)
        if grant.role != Role.SUPERVISOR:
            here &= Q(owner=grant.role)
        if grant.role in _OF_ONE_OFFICE and grant.organisation:
            here &= Q(organisation_id=grant.organisation) | Q(organisation_id=None)
        mine |= here
    return found.filter(mine)


def counts(actor: Actor) -> dict[str, int]:
    """How many of each watch, the most first."""
    rows = waits(actor).values("watch").annotate(number=Count("id")).order_by("-number", "watch")
    return {row["watch"]: row["number"] for row in rows}


def looked_at() -> datetime | None:
    """When something was last noticed."""
    newest: datetime | None = Wait.objects.aggregate(newest=Max("noticed_at"))["newest"]
    return newest
