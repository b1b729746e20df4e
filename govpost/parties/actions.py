"""Changes to people and organisations. Personal data is sealed here and nowhere else; nothing of it reaches the journal."""

from __future__ import annotations

import csv
import secrets
from dataclasses import replace
from datetime import date, datetime
from importlib import resources
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from govpost.common.actor import Actor, permit, within
from govpost.common.clock import shanghai_day
from govpost.common.masks import mask_name
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.parties import events
from govpost.parties.models import Organisation, OrganisationKind, PartnerKey, Party, RoleGrant, Staff
from govpost.parties.ports import HolderKind, IdentityClaims, IdType
from govpost.parties.roles import Role
from govpost.parties.rules import (
    ENTERED_AT_WINDOW,
    MAY,
    Identity,
    Sealed,
    cause_given,
    check_entry,
    dates_fit,
    plain_phone,
    role_fits,
)
from govpost.parties.sealing import key_digest, key_text, number_digest, opened, phone_digest, sealed
from govpost.places.identifiers import cleaned
from govpost.places.models import Hall, Outlet


@transaction.atomic
def sign_in(*, claims: IdentityClaims, at: datetime, by: Actor) -> Party:
    """The party that the province's identity service vouches for; made at the first sign-in, renewed later."""
    permit(by, "sign_in", MAY["sign_in"])
    _complete(claims)
    document = _document(claims)
    fresh = _new_party(claims, document, at)
    Party.objects.bulk_create([fresh], ignore_conflicts=True)  # two first sign-ins at once: one row
    party = Party.objects.select_for_update().get(id_type=fresh.id_type, id_digest=bytes(fresh.id_digest))
    if party.id != fresh.id:
        _bring_up_to_date(party, document, claims.assurance, at)
    journal.record(
        events.PARTY_SIGNED_IN, subject=f"party:{party.id}", region="", at=at, by=by,
        party_kind=party.kind, assurance=party.assurance, first=party.id == fresh.id,
    )  # fmt: skip
    return party


@transaction.atomic
def enter_party(*, name: str, id_type: str, id_number: str, phone: str, region: str, at: datetime, by: Actor) -> Party:
    """Somebody at a window of `region`, whose document was looked at; whoever is known by this number already is given as known.

    What the province said of a person is never overwritten; only a telephone that was missing is added. Raises InvalidInput.
    """
    permit(by, "enter_party", MAY["enter_party"], region=region)
    if errors := check_entry(name=name, id_type=id_type, id_number=id_number, phone=phone, on=shanghai_day(at)):
        raise InvalidInput(errors)
    kind: HolderKind = "legal" if id_type == IdType.USCC else "natural"
    claims = IdentityClaims(
        subject="", kind=kind, name=name.strip(), id_type=id_type, id_number=cleaned(id_number), phone=phone, assurance=ENTERED_AT_WINDOW
    )
    document = _document(claims)
    fresh = _new_party(claims, document, at)
    Party.objects.bulk_create([fresh], ignore_conflicts=True)
    party = Party.objects.select_for_update().get(id_type=fresh.id_type, id_digest=bytes(fresh.id_digest))
    if party.id != fresh.id:
        _compare(party, document)
    journal.record(
        events.PARTY_ENTERED, subject=f"party:{party.id}", region=region, at=at, by=by, party_kind=party.kind,
        first=party.id == fresh.id,
    )  # fmt: skip
    return party


@transaction.atomic
def read_identity(
    *, party_id: UUID, cause: str, case: str, region: str, at: datetime, by: Actor, organisation: UUID | None = None
) -> Identity:
    """The full name, number and telephone, for a cause in a case of `region` (and of one department); the journal knows first.

    Raises `NotPermitted`, `NotFound`, and `Refusal("cause_missing")`.
    """
    permit(by, "read_identity", MAY["read_identity"], region=region, organisation=organisation)
    cause_given(cause, case).require()
    party = Party.objects.filter(id=party_id).first()
    if party is None:
        raise NotFound("party")
    journal.record_reading(what="identity", subject=f"party:{party_id}", cause=cause, case=case, region=region, at=at, by=by)
    document = opened(party)
    return Identity(document.name, document.id_type, document.id_number, document.reachable)


@transaction.atomic
def add_organisation(
    *,
    code: str,
    name: str,
    name_en: str,
    uscc: str,
    kind: OrganisationKind,
    region: str,
    hall: Hall | None,
    at: datetime,
    by: Actor,
    active_from: date | None = None,
    active_to: date | None = None,
) -> Organisation:
    """A department, making centre, court or the like, from `active_from` (default today) on; its code is never used twice."""
    permit(by, "add_organisation", MAY["add_organisation"], region=region)
    if Organisation.objects.filter(code=code).exists():
        raise Refusal("organisation_exists", Text("An organisation with this code exists. Use it, or choose another code."))
    made = Organisation.objects.create(
        code=code,
        name=name,
        name_en=name_en,
        uscc=uscc,
        kind=kind.value,
        region=region,
        hall=hall,
        active_from=active_from or shanghai_day(at),
        active_to=active_to,
    )
    journal.record(
        events.ORGANISATION_ADDED,
        subject=f"organisation:{made.id}",
        region=region,
        at=at,
        by=by,
        code=code,
        organisation_kind=kind.value,
    )
    return made


@transaction.atomic
def load_organisations(*, at: datetime, by: Actor) -> int:
    """The example organisations of the three cities (synthetic); returns how many were new."""
    permit(by, "add_organisation", MAY["add_organisation"], region="")
    text = resources.files("govpost.parties").joinpath("data", "organisations.csv").read_text(encoding="utf-8")
    known = set(Organisation.objects.values_list("code", flat=True))
    halls = {hall.code: hall for hall in Hall.objects.all()}
    rows = [row for row in csv.DictReader(text.splitlines()) if row["code"] not in known]
    for row in rows:
        add_organisation(
            code=row["code"], name=row["name"], name_en=row["name_en"], uscc=row["uscc"], kind=OrganisationKind(row["kind"]),
            region=row["region"], hall=halls[row["hall"]] if row["hall"] else None,
            active_from=date.fromisoformat(row["active_from"]) if row["active_from"] else None,
            active_to=date.fromisoformat(row["active_to"]) if row["active_to"] else None, at=at, by=by,
        )  # fmt: skip
    return len(rows)


@transaction.atomic
def add_staff(
    *, login: str, name: str, organisation: Organisation, password: str, at: datetime, by: Actor, outlet: Outlet | None = None
) -> Staff:
    """Somebody who starts to work for an organisation; without a grant they may do nothing. Raises `InvalidInput`."""
    permit(by, "add_staff", MAY["add_staff"], region=organisation.region)
    wanted = login.strip().lower()
    if not wanted or Staff.objects.filter(login=wanted).exists():
        raise InvalidInput({"login": Text("Choose another login: this one is empty or taken.")})
    staff = Staff(login=wanted, name=name, organisation=organisation, outlet=outlet)
    _give_password(staff, password)
    staff.save(force_insert=True)
    journal.record(events.STAFF_ADDED, subject=f"staff:{staff.id}", region=organisation.region, at=at, by=by,
                   organisation=str(organisation.id))  # fmt: skip
    return staff


@transaction.atomic
def set_password(*, staff_id: UUID, password: str, at: datetime, by: Actor) -> None:
    """One's own password, or as administrator of the person's organisation. Raises `InvalidInput` naming "password"."""
    staff = _staff(staff_id)
    if not (by.kind == "staff" and by.id == staff.id and staff.is_active):
        permit(by, "set_password", MAY["set_password"], region=staff.organisation.region)
    _give_password(staff, password)
    staff.save(update_fields=["password"])
    journal.record(events.PASSWORD_SET, subject=f"staff:{staff.id}", region=staff.organisation.region, at=at, by=by)


@transaction.atomic
def deactivate_staff(*, staff_id: UUID, at: datetime, by: Actor) -> None:
    """Somebody left: no sign-in and no right from now on. What they did stays under their name."""
    staff = _staff(staff_id)
    permit(by, "deactivate_staff", MAY["deactivate_staff"], region=staff.organisation.region)
    if not staff.is_active:
        return
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    journal.record(events.STAFF_DEACTIVATED, subject=f"staff:{staff.id}", region=staff.organisation.region, at=at, by=by)


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
    permit(by, "grant", MAY["grant"], region=region)
    permit(by, "grant", MAY["grant"], region=staff.organisation.region)
    role_fits(role, organisation.kind if organisation else None).require()
    first = starts_on or shanghai_day(at)
    dates_fit(first, ends_on).require()
    held, new = RoleGrant.objects.get_or_create(
        staff=staff, role=role.value, region=region, organisation=organisation, starts_on=first, defaults={"ends_on": ends_on}
    )
    if new:
        journal.record(
            events.ROLE_GRANTED, subject=f"staff:{staff.id}", region=region, at=at, by=by, role=role.value,
            organisation=str(organisation.id) if organisation else None, starts_on=first.isoformat(),
            ends_on=ends_on.isoformat() if ends_on else None,
        )  # fmt: skip
    return held


@transaction.atomic
def end_grant(*, grant_id: UUID, ends_on: date, at: datetime, by: Actor) -> RoleGrant:
    """Let a role end with the day `ends_on`; a day that has passed ends it at once."""
    held = RoleGrant.objects.select_for_update().filter(id=grant_id).first()
    if held is None:
        raise NotFound("grant")
    permit(by, "end_grant", MAY["end_grant"], region=held.region)
    held.ends_on = ends_on
    held.save(update_fields=["ends_on"])
    journal.record(events.GRANT_ENDED, subject=f"staff:{held.staff_id}", region=held.region, at=at, by=by,
                   role=held.role, ends_on=ends_on.isoformat())  # fmt: skip
    return held


@transaction.atomic
def make_partner_key(
    *, name: str, organisation: Organisation, region: str, at: datetime, by: Actor, active_to: datetime | None = None
) -> tuple[PartnerKey, str]:
    """A key for a partner's programs and the only sight of its text: it cannot be shown again."""
    permit(by, "make_partner_key", MAY["make_partner_key"], region=region)
    if not within(region, organisation.region):
        raise NotPermitted("make_partner_key")
    prefix, secret = secrets.token_hex(4), secrets.token_hex(24)
    key = PartnerKey.objects.create(
        name=name, organisation=organisation, region=region, prefix=prefix, digest=key_digest(prefix, secret),
        active_from=at, active_to=active_to,
    )  # fmt: skip
    journal.record(events.PARTNER_KEY_MADE, subject=f"partner_key:{key.id}", region=region, at=at, by=by,
                   organisation=str(organisation.id), prefix=prefix)  # fmt: skip
    return key, key_text(prefix, secret)


@transaction.atomic
def end_partner_key(*, key_id: UUID, at: datetime, by: Actor) -> None:
    """The key opens nothing from `at` on."""
    key = PartnerKey.objects.select_for_update().filter(id=key_id).first()
    if key is None:
        raise NotFound("partner key")
    permit(by, "end_partner_key", MAY["end_partner_key"], region=key.region)
    key.active_to = min(at, key.active_to or at)
    key.save(update_fields=["active_to"])
    journal.record(events.PARTNER_KEY_ENDED, subject=f"partner_key:{key.id}", region=key.region, at=at, by=by, prefix=key.prefix)


def _complete(claims: IdentityClaims) -> None:
    """An empty number would make one party of all who have none."""
    missing = [name for name in ("name", "id_type", "id_number") if not getattr(claims, name).strip()]
    if missing:
        sentence = Text("The identity service did not say who you are. Sign in again, or ask its help line.")
        raise InvalidInput(dict.fromkeys(missing, sentence))


def _document(claims: IdentityClaims) -> Sealed:
    return Sealed(
        name=claims.name.strip(), id_type=claims.id_type, id_number=claims.id_number.strip().upper(),
        phone=plain_phone(claims.phone), legal_representative=claims.legal_representative,
        acting_name=claims.acting_person_name, acting_id_number=claims.acting_id_number,
        acting_phone=plain_phone(claims.acting_phone),
    )  # fmt: skip


def _new_party(claims: IdentityClaims, document: Sealed, at: datetime) -> Party:
    party = Party(kind=claims.kind, id_type=claims.id_type, id_digest=number_digest(document.id_number),
                  assurance=claims.assurance, first_seen_at=at, seen_at=at)  # fmt: skip
    _write(party, document)
    return party


def _bring_up_to_date(party: Party, document: Sealed, assurance: int, at: datetime) -> None:
    if opened(party) != document:
        _write(party, document)
    party.assurance, party.seen_at = assurance, at
    party.save(update_fields=["masked_name", "sealed", "phone_digest", "assurance", "seen_at"])


def _write(party: Party, document: Sealed) -> None:
    party.masked_name = mask_name(document.name)
    party.phone_digest = phone_digest(document.reachable)
    party.sealed = sealed(party.id, document)


def _compare(party: Party, document: Sealed) -> None:
    """The number is known: under this name, or somebody has misread one of the two."""
    known = opened(party)
    if known.name != document.name:
        sentence = Text("This number is known under another name. Compare name and number with the document.")
        raise InvalidInput({"name": sentence})
    if not known.reachable:
        _write(party, replace(known, phone=document.phone))
        party.save(update_fields=["masked_name", "sealed", "phone_digest"])


def _give_password(staff: Staff, password: str) -> None:
    try:
        validate_password(password, staff)
    except ValidationError as error:
        sentence = Text("Choose a longer password that is not a common one: at least 10 characters.")
        raise InvalidInput({"password": sentence}) from error
    staff.set_password(password)


def _staff(staff_id: UUID) -> Staff:
    staff = Staff.objects.select_related("organisation").filter(id=staff_id).first()
    if staff is None:
        raise NotFound("staff")
    return staff
