"""Roles × jurisdiction with dates. Who grants covers the region and the person, is not the person, and stands above administrators."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.parties import events
from govpost.parties.accounts import not_yourself
from govpost.parties.models import Organisation, RoleGrant, Staff
from govpost.parties.roles import Role
from govpost.parties.rules import MAY, dates_fit, role_fits, roles_apart, stands_above


@transaction.atomic
def grant(
    *,
    staff: Staff,
    role: Role,
    region: str,
    at: datetime,
    by: Actor,
    organisation: Organisation | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleGrant:
    """A role from `starts_on` (default today) to `ends_on` (last day, or open). The same grant twice is one grant.

    The administrator's own region must cover both the granted region and the person's organisation.
    """
    _permit(by, "grant", role, region, staff)
    role_fits(role, organisation.kind if organisation else None).require()
    first = starts_on or shanghai_day(at)
    dates_fit(first, ends_on).require()
    _check_person(staff, first, at, by)
    Staff.objects.select_for_update().filter(id=staff.id).first()  # two grants at once: one after the other
    others = _overlapping(staff, first, ends_on)
    roles_apart(role, (held.role for held in others)).require()
    _once(others, role, region, organisation, first)
    held, new = RoleGrant.objects.get_or_create(
        staff=staff, role=role.value, region=region, organisation=organisation, starts_on=first, defaults={"ends_on": ends_on}
    )
    if new:
        journal.record(
            events.ROLE_GRANTED, subject=f"staff:{staff.id}", region=region, at=at, by=by, role=role.value,
            organisation=str(organisation.id) if organisation else None, starts_on=first.isoformat(), ends_on=_said(ends_on),
        )  # fmt: skip
    return held


@transaction.atomic
def extend_grant(*, grant_id: UUID, ends_on: date | None, at: datetime, by: Actor) -> RoleGrant:
    """A role that has not ended gets another last day, later or none; the same rights are asked for as for granting it."""
    held = _locked(grant_id)
    _permit(by, "extend_grant", Role(held.role), held.region, held.staff)
    today = shanghai_day(at)
    if held.ends_on is not None and held.ends_on < today:
        raise Refusal("grant_over", Text("This role has ended. Grant it anew."))
    if ends_on is not None and ends_on < max(today, held.starts_on):
        raise InvalidInput({"ends_on": Text("The last day lies in the past. Choose today or a later day, or end the role.")})
    others = [other for other in _overlapping(held.staff, held.starts_on, ends_on) if other.id != held.id]
    roles_apart(Role(held.role), (other.role for other in others)).require()
    before, held.ends_on = held.ends_on, ends_on
    held.save(update_fields=["ends_on"])
    _tell(events.GRANT_EXTENDED, held, at, by, before)
    return held


@transaction.atomic
def end_grant(*, grant_id: UUID, ends_on: date, at: datetime, by: Actor) -> RoleGrant:
    """Let a role end with the day `ends_on`; a day that has passed ends it at once."""
    held = _locked(grant_id)
    permit(by, "end_grant", MAY["end_grant"], region=held.region)
    _above(by, "end_grant", Role(held.role), held.region)
    before, held.ends_on = held.ends_on, ends_on
    held.save(update_fields=["ends_on"])
    _tell(events.GRANT_ENDED, held, at, by, before)
    return held


def _permit(by: Actor, verb: str, role: Role, region: str, staff: Staff) -> None:
    for covered in (region, staff.organisation.region):
        permit(by, verb, MAY[verb], region=covered)
    _above(by, verb, role, region)
    not_yourself(by, staff)


def _above(by: Actor, verb: str, role: Role, region: str) -> None:
    """Administrators come from above (headquarters from headquarters): none makes or unmakes their like."""
    if role is Role.ADMIN and not by.is_system and not stands_above(by.regions(MAY[verb]), region):
        raise NotPermitted(verb)


def _check_person(staff: Staff, first: date, at: datetime, by: Actor) -> None:
    if first < shanghai_day(at) and not by.is_system:
        raise InvalidInput({"starts_on": Text("A role cannot begin in the past. Choose today or a later day.")})
    if not staff.works_on(first):
        raise Refusal("has_left", Text("This person does not work here on that day. Let them return first."))


def _overlapping(staff: Staff, first: date, last: date | None) -> list[RoleGrant]:
    found = RoleGrant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), staff=staff)
    return list(found if last is None else found.filter(starts_on__lte=last))


def _once(others: list[RoleGrant], role: Role, region: str, organisation: Organisation | None, first: date) -> None:
    wanted = (role.value, region, organisation.id if organisation else None)
    if any((held.role, held.region, held.organisation_id) == wanted and held.starts_on != first for held in others):
        raise Refusal("grant_held", Text("The person holds this role there already on some of these days. Extend or end that one."))


def _locked(grant_id: UUID) -> RoleGrant:
    held = RoleGrant.objects.select_for_update(of=("self",)).select_related("staff__organisation").filter(id=grant_id).first()
    if held is None:
        raise NotFound("grant")
    return held


def _tell(kind: str, held: RoleGrant, at: datetime, by: Actor, before: date | None) -> None:
    journal.record(
        kind, subject=f"staff:{held.staff_id}", region=held.region, at=at, by=by, role=held.role, ends_on=_said(held.ends_on),
        changes={"ends_on": [_said(before), _said(held.ends_on)]},
    )  # fmt: skip


def _said(day: date | None) -> str | None:
    return day.isoformat() if day else None
