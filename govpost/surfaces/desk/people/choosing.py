"""What there is to choose from on these pages: organisations, outlets, roles and regions of the administrator's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.parties import listing
from govpost.parties.models import Organisation
from govpost.parties.roles import Role
from govpost.parties.rules import MAY, stands_above
from govpost.places import queries as places
from govpost.places.models import Outlet
from govpost.surfaces.desk.configuration.pages import Choices, region_choices
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.roles import ROLES

KINDS = {
    "department": _("Department"), "making_centre": _("Making centre"), "postal": _("Postal"), "government": _("Government"),
    "court": _("Court"), "client": _("Client enterprise"),
}  # fmt: skip


def open_organisations(actor: Actor) -> list[Organisation]:
    return list(listing.organisations(actor, state="active", on=shanghai_day(now())).order_by("region", "code"))


def organisations(actor: Actor) -> Choices:
    return [(str(each.id), local(each, "name")) for each in open_organisations(actor)]


def outlets(actor: Actor) -> Choices:
    found: dict[str, Outlet] = {}
    for region in actor.regions(MAY["add_staff"]):
        found |= {each.code: each for each in places.outlets(region)}
    return [("", _("None")), *((code, local(found[code], "name")) for code in sorted(found))]


def regions(actor: Actor) -> Choices:
    return region_choices(actor, MAY["grant"])


def roles(actor: Actor) -> Choices:
    """Without the administrator's where nothing lies beneath the actor: their like is made from above."""
    mine = actor.regions(MAY["grant"])
    below = any(stands_above(mine, region) for region, _name in regions(actor))
    return [(role.value, word) for role, word in ROLES.items() if role is not Role.ADMIN or below]  # type: ignore[attr-defined]


def picked_organisation(actor: Actor, text: str) -> Organisation:
    """The organisation that a form of ours offered. Raises NotFound for anything else."""
    return listing.organisation_of(actor, UUID(text))


def picked_outlet(code: str) -> Outlet | None:
    return places.outlet(code) if code else None


def with_all(choices: Choices) -> Any:
    return [("", _("All")), *choices]
