"""Issuing and ending licences. The case that decides calls `issue` inside its own transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.ids import public_number, uuid7
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.journal.actions import record
from govpost.licences import rules
from govpost.licences.events import ISSUED, VOIDED
from govpost.licences.models import Licence, NumberRow
from govpost.licences.rules import MAY, Status
from govpost.parties.models import Organisation, Party


def issue(
    *,
    case_number: str,
    type_code: str,
    name: str,
    issuer: Organisation,
    holder: Party,
    region: str,
    at: datetime,
    by: Actor,
    years: int | None = None,
) -> Licence:
    """Issue the licence that a case decided; the same case again gives the licence that stands.

    type_code: 21 characters of the licence type directory. years: how long it holds, None without end.
    """
    permit(by, "issue", MAY["issue"], region=region, organisation=issuer.id)
    with transaction.atomic():
        standing = Licence.objects.filter(case_number=case_number).first()
        if standing is not None:
            permit(by, "issue", MAY["issue"], region=str(standing.region), organisation=standing.issuer_id)
            return standing
        number = _next_number(issuer, type_code, region, at)
        valid = rules.validity(issued_on=shanghai_day(at), years=years)
        licence = Licence.objects.create(
            id=uuid7(), number=number, serial=public_number("ZZ", at), type_code=type_code, name=name, version=1,
            identifier=rules.identifier(type_code=type_code, issuer_code=issuer.uscc, serial=number, version=1),
            issuer=issuer, region=region, holder=holder, holder_masked=holder.masked_name, case_number=case_number,
            valid_from=valid.first, valid_to=valid.last, status=Status.VALID.value, issued_at=at,
        )  # fmt: skip
        _tell(ISSUED, licence, at, by)
    return licence


def void(*, licence_id: UUID, status: Status, why: str, at: datetime, by: Actor) -> Licence:
    """End a licence for good: revoked, cancelled or withdrawn, with the reason that the holder is told."""
    with transaction.atomic():
        licence = Licence.objects.select_for_update().filter(id=licence_id).first()
        if licence is None:
            raise NotFound("licence")
        permit(by, "void", MAY["void"], region=str(licence.region), organisation=licence.issuer_id)
        rules.may_end(status=licence.status, to=status).require()
        if not why.strip():
            raise InvalidInput({"why": Text("Say why the licence ends. The holder is told.")})
        licence.status, licence.ended_at, licence.why_ended = status.value, at, why.strip()
        licence.save(update_fields=["status", "ended_at", "why_ended"])
        _tell(VOIDED, licence, at, by)
    return licence


def _next_number(issuer: Organisation, type_code: str, region: str, at: datetime) -> str:
    """Division, year and a running number: 3416022026000001. The counter's row is locked until the caller commits."""
    year = shanghai_day(at).year
    keys = {"issuer": issuer, "type_code": type_code, "year": year}
    NumberRow.objects.bulk_create([NumberRow(**keys)], ignore_conflicts=True)
    row = NumberRow.objects.select_for_update().get(**keys)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{region.rpartition('.')[2]}{year}{row.last:06d}"


def _tell(kind: str, licence: Licence, at: datetime, by: Actor) -> None:
    record(
        kind, subject=f"licence:{licence.id}", region=str(licence.region), at=at, by=by, licence=licence.id,
        identifier=licence.identifier, number=licence.number, case=licence.case_number, status=licence.status,
        version=licence.version,
    )  # fmt: skip
