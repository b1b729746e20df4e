"""Somebody joins: the account with its first password and perhaps a first role, together or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from govpost.common.actor import Actor
from govpost.parties import actions
from govpost.parties.models import Organisation, Staff
from govpost.parties.roles import Role
from govpost.places.models import Outlet


@dataclass(frozen=True, slots=True)
class Joiner:
    """Who is to join; without a role they may do nothing yet. `region` is where the role holds, by default the organisation's."""

    login: str
    name: str
    organisation: Organisation
    outlet: Outlet | None
    role: Role | None
    region: str
    ends_on: date | None


def join(who: Joiner, *, at: datetime, by: Actor) -> tuple[Staff, str]:
    """The person and the only sight of their first password."""
    password = actions.first_password()
    with transaction.atomic():
        staff = actions.add_staff(
            login=who.login, name=who.name, organisation=who.organisation, outlet=who.outlet, password=password, must_change=True,
            at=at, by=by,
        )  # fmt: skip
        if who.role is not None:
            actions.grant(
                staff=staff, role=who.role, region=who.region, organisation=who.organisation, ends_on=who.ends_on, at=at, by=by
            )  # fmt: skip
    return staff, password
