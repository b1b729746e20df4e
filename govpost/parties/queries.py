"""Who somebody is and what they may do; people and organisations as an actor may see them. Names are masked here, always."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from govpost.common.actor import Actor, Grant, permit
from govpost.common.clock import shanghai_day
from govpost.common.masks import mask_id_number, mask_name, mask_phone
from govpost.common.refusal import NotFound
from govpost.journal.models import Fact
from govpost.journal.stamps import remembered
from govpost.parties import events
from govpost.parties.models import Organisation, OrganisationKind, OrganisationName, PartnerKey, Party, RoleGrant, Staff
from govpost.parties.roles import Role
from govpost.parties.rules import DESK, MAY, Identity, PartyContact
from govpost.parties.sealing import find_key, number_digest, opened, phone_digest
from govpost.places.models import Hall


@dataclass(frozen=True, slots=True)
class PartyCard:
    """A person as shown by default."""

    id: UUID
    kind: str
    masked_name: str
    id_type: str
    masked_number: str
    masked_phone: str
    assurance: int


@dataclass(frozen=True, slots=True)
class StaffLine:
    """Somebody who works here, with the roles they hold on the day that was asked for."""

    id: UUID
    login: str
    name: str
    organisation: str
    outlet_code: str
    is_active: bool
    roles: tuple[str, ...]


def actor_for_staff(staff: Staff, at: datetime) -> Actor:
    """The person with the roles they hold on the Shanghai day of `at`; none once they have left."""
    name, own = mask_name(staff.name), staff.organisation
    label, label_en = f"{own.name} {name}", f"{own.name_en} {name}" if own.name_en else ""
    if not staff.is_active:
        return Actor("staff", staff.id, label, label_en=label_en)
    held = _in_force(RoleGrant.objects.filter(staff=staff), shanghai_day(at))
    grants = tuple(Grant(row.role, row.region, row.organisation_id) for row in held)
    return Actor("staff", staff.id, label, grants, label_en)


def actor_for_party(party_id: UUID, at: datetime) -> Actor:
    """A citizen or enterprise: no roles, only their own. Raises `NotFound`; `at` is for mandates that come later."""
    party = _party(party_id)
    return Actor("person", party.id, party.masked_name)


def actor_for_partner(plaintext_key: str, at: datetime) -> Actor | None:
    """The partner whose key this is, if it is in force at `at`; None for anything else."""
    key = find_key(plaintext_key)
    if key is None:
        return None
    if at < key.active_from or (key.active_to is not None and at >= key.active_to):
        return None
    return Actor("partner", key.id, key.name, (Grant(Role.INTEGRATOR, key.region, key.organisation_id),))


def own_identity(actor: Actor) -> Identity:
    """A signed-in person's own full data, to fill their own forms; raises `NotFound` for anybody else."""
    if actor.kind != "person" or actor.id is None:
        raise NotFound("party")
    document = opened(_party(actor.id))
    return Identity(document.name, document.id_type, document.id_number, document.reachable)


def contact_of(party_id: UUID) -> PartyContact:
    """Name and telephone for building an order or a short message. Inner use: rooms only, never shown and never logged."""
    document = opened(_party(party_id))
    return PartyContact(document.name, document.reachable)


def card(actor: Actor, party_id: UUID) -> PartyCard:
    """One person, masked: one's own, or for the desk. Raises `NotFound`."""
    if not (actor.kind == "person" and actor.id == party_id):
        _desk_only(actor)
    return _card(_party(party_id))


def find_parties(actor: Actor, *, number: str = "", phone: str = "") -> list[PartyCard]:
    """People by exact identity number or exact telephone, masked; an inexact number finds nobody."""
    permit(actor, "find_parties", MAY["find_parties"])
    if number.strip():
        found = Party.objects.filter(id_digest=number_digest(number))
    elif phone.strip():
        found = Party.objects.filter(phone_digest=phone_digest(phone))
    else:
        return []
    return [_card(party) for party in found.order_by("id")[:20]]


def organisation(organisation_id: UUID) -> Organisation:
    """An organisation by id; its name is public. Raises `NotFound`."""
    return _organisation(id=organisation_id)


def organisations_by_id(ids: Iterable[UUID]) -> dict[UUID, Organisation]:
    """Several organisations by id, for pages that name many; unknown ids are left out."""
    return Organisation.objects.in_bulk(list(set(ids)))


@remembered("parties")
def by_ids(ids: frozenset[UUID]) -> dict[UUID, Organisation]:
    """The same from memory, for lists; they are not to be changed."""
    return organisations_by_id(ids)


def organisations_by_code(codes: Iterable[str]) -> dict[str, Organisation]:
    """Several organisations by code, for pages that name many; unknown codes are left out."""
    return {each.code: each for each in Organisation.objects.filter(code__in=set(codes))}


@remembered("parties")
def english_names() -> dict[str, str]:
    """Every name that an organisation has or had → the English one of the same days; not to be changed."""
    return dict(OrganisationName.objects.exclude(name_en="").order_by("starts_on").values_list("name", "name_en"))


def organisation_by_code(code: str) -> Organisation:
    return _organisation(code=code)


def organisations(actor: Actor, *, kinds: Iterable[str] = (), on: date | None = None) -> list[Organisation]:
    """The organisations of the actor's own regions, by code; `on` leaves out those not active on that day."""
    found = Organisation.objects.select_related("hall").order_by("code")
    if not actor.is_system:
        found = found.filter(region__within_any=actor.regions(MAY["see_organisations"]))
    if wanted := list(kinds):
        found = found.filter(kind__in=wanted)
    if on is not None:
        found = found.filter(Q(active_to__isnull=True) | Q(active_to__gte=on), active_from__lte=on)
    return list(found)


@remembered("parties", "places")
def hall_of(organisation_id: UUID) -> Hall | None:
    """The hall in which an organisation sits; None for an unknown one too."""
    found = Organisation.objects.select_related("hall__station", "hall__division").filter(id=organisation_id).first()
    return found.hall if found else None


def staff_member(staff_id: UUID) -> Staff:
    """A staff row with organisation, hall and outlet, for the session's own person. Raises `NotFound`."""
    staff = Staff.objects.select_related("organisation__hall__station", "outlet").filter(id=staff_id).first()
    if staff is None:
        raise NotFound("staff")
    return staff


def recovery_codes_left(staff: Staff) -> int:
    return staff.recovery_codes.filter(used_at__isnull=True).count()


def news_for(staff: Staff, *, since: datetime | None) -> list[Fact]:
    """What others did to somebody's account since they last signed in: passwords and factors reset, logins unlocked."""
    if since is None:
        return []
    kinds = (events.PASSWORD_SET, events.SECOND_FACTOR_RESET, events.STAFF_UNLOCKED)
    found = Fact.objects.filter(subject=f"staff:{staff.id}", kind__in=kinds, known_at__gt=since)
    return list(found.exclude(actor_key=f"staff:{staff.id}").order_by("seq"))


def staff_lines(actor: Actor, *, at: datetime, role: Role | None = None, outlet_code: str = "") -> list[StaffLine]:
    """Who works in the actor's regions, by login, perhaps only those with one role or at one outlet."""
    found = Staff.objects.select_related("organisation", "outlet").prefetch_related("role_grants").order_by("login")
    if not actor.is_system:
        found = found.filter(organisation__region__within_any=actor.regions(MAY["see_staff"]))
    if outlet_code:
        found = found.filter(outlet__code=outlet_code)
    lines = [_line(staff, shanghai_day(at)) for staff in found]
    return [line for line in lines if role is None or role in line.roles]


def postal_staff(actor: Actor) -> list[Staff]:
    """Who works for the post in the actor's regions and is still there, by name."""
    found = Staff.objects.filter(is_active=True, organisation__kind=OrganisationKind.POSTAL.value).select_related("organisation")
    if not actor.is_system:
        found = found.filter(organisation__region__within_any=actor.regions(MAY["see_organisations"]))
    return list(found.order_by("organisation__code", "name", "id"))


def staff_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of colleagues by id, for lists of who did or keeps what; unknown ids are left out."""
    return dict(Staff.objects.filter(id__in=set(ids)).values_list("id", "name"))


def partner_keys(actor: Actor) -> list[PartnerKey]:
    """Keys of the actor's regions, newest first; only prefixes are readable."""
    found = PartnerKey.objects.select_related("organisation").order_by("-active_from")
    return list(found if actor.is_system else found.filter(region__within_any=actor.regions(MAY["see_partner_keys"])))


def _desk_only(actor: Actor) -> None:
    """Foreign objects are not found, so that a number tells nothing to those it does not concern."""
    if not actor.is_system and not any(actor.has(role) for role in DESK):
        raise NotFound("party")


def _party(party_id: UUID) -> Party:
    party = Party.objects.filter(id=party_id).first()
    if party is None:
        raise NotFound("party")
    return party


def _card(party: Party) -> PartyCard:
    document = opened(party)
    return PartyCard(party.id, party.kind, party.masked_name, party.id_type, mask_id_number(document.id_number),
                     mask_phone(document.reachable), party.assurance)  # fmt: skip


def _organisation(**wanted: Any) -> Organisation:
    found = Organisation.objects.select_related("hall__station").filter(**wanted).first()
    if found is None:
        raise NotFound("organisation")
    return found


def _in_force(grants: QuerySet[RoleGrant], on: date) -> QuerySet[RoleGrant]:
    return grants.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on).order_by("role", "region", "id")


def _line(staff: Staff, on: date) -> StaffLine:
    roles = {row.role for row in staff.role_grants.all() if row.starts_on <= on and (row.ends_on is None or row.ends_on >= on)}
    return StaffLine(staff.id, staff.login, staff.name, staff.organisation.name, staff.outlet.code if staff.outlet else "",
                     staff.is_active, tuple(sorted(roles)) if staff.is_active else ())  # fmt: skip
