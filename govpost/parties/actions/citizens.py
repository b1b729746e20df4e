"""What concerns citizens and enterprises. Their data is sealed here and nowhere else; nothing of it reaches the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.masks import mask_name
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.parties import events
from govpost.parties.models import Party
from govpost.parties.ports import HolderKind, IdentityClaims, IdType
from govpost.parties.rules import ENTERED_AT_WINDOW, MAY, VOUCHED_BY_PLATFORM, Identity, Sealed, cause_given, check_entry, plain_phone
from govpost.parties.sealing import number_digest, opened, phone_digest, sealed
from govpost.places.identifiers import cleaned


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
    return _entered(name, id_type, id_number, phone, ENTERED_AT_WINDOW, region, at, by)


@transaction.atomic
def introduce_party(*, name: str, id_type: str, id_number: str, phone: str, region: str, at: datetime, by: Actor) -> Party:
    """Somebody whom another platform has signed in and vouches for; else as `enter_party`.

    Nothing about the person is given back: whoever is known by this number already is neither shown nor changed. Raises InvalidInput.
    """
    permit(by, "introduce_party", MAY["introduce_party"], region=region)
    return _entered(name, id_type, id_number, phone, VOUCHED_BY_PLATFORM, region, at, by)


def _entered(name: str, id_type: str, id_number: str, phone: str, assurance: int, region: str, at: datetime, by: Actor) -> Party:
    if errors := check_entry(name=name, id_type=id_type, id_number=id_number, phone=phone, assurance=assurance, on=shanghai_day(at)):
        raise InvalidInput(errors)
    kind: HolderKind = "legal" if id_type == IdType.USCC else "natural"
    claims = IdentityClaims(
        subject="", kind=kind, name=name.strip(), id_type=id_type, id_number=cleaned(id_number), phone=phone, assurance=assurance
    )
    document = _document(claims)
    fresh = _new_party(claims, document, at)
    Party.objects.bulk_create([fresh], ignore_conflicts=True)
    party = Party.objects.select_for_update().get(id_type=fresh.id_type, id_digest=bytes(fresh.id_digest))
    if party.id != fresh.id:
        _compare(party, document)
    journal.record(
        events.PARTY_ENTERED, subject=f"party:{party.id}", region=region, at=at, by=by, party_kind=party.kind,
        first=party.id == fresh.id, assurance=assurance,
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
