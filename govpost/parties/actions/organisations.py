"""Departments, making centres, postal branches, governments and courts: added, changed, renamed and closed on a date."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_at, shanghai_day
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.parties import events
from govpost.parties.models import Organisation, OrganisationKind, OrganisationName, PartnerKey, RoleGrant
from govpost.parties.rules import MAY
from govpost.places import identifiers
from govpost.places.models import Hall


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
    _check(name, uscc)
    first = active_from or shanghai_day(at)
    made = Organisation.objects.create(
        code=code, name=name, name_en=name_en, uscc=identifiers.cleaned(uscc), kind=kind.value, region=region, hall=hall,
        active_from=first, active_to=active_to,
    )  # fmt: skip
    OrganisationName.objects.create(organisation=made, name=name, name_en=name_en, starts_on=first)
    _tell(events.ORGANISATION_ADDED, made, at, by, code=code, organisation_kind=kind.value)
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
def change_organisation(*, organisation_id: UUID, uscc: str, hall: Hall | None, at: datetime, by: Actor) -> Organisation:
    """Another credit code or hall, from now on; what changed stands in the journal with before and after."""
    found = _locked(organisation_id, "change_organisation", by)
    _check(found.name, uscc)
    wanted = identifiers.cleaned(uscc)
    changed = {
        name: [before, after]
        for name, before, after in (
            ("uscc", found.uscc, wanted), ("hall", found.hall.code if found.hall else "", hall.code if hall else ""),
        )
        if before != after
    }  # fmt: skip
    if changed:
        found.uscc, found.hall = wanted, hall
        found.save(update_fields=["uscc", "hall"])
        _tell(events.ORGANISATION_CHANGED, found, at, by, changes=changed)
    return found


@transaction.atomic
def rename_organisation(*, organisation_id: UUID, name: str, name_en: str, starts_on: date, at: datetime, by: Actor) -> OrganisationName:
    """Another name from a day on, today or later; the former names stay readable. The same day again mends that name."""
    found = _locked(organisation_id, "rename_organisation", by)
    _check(name, found.uscc)
    if starts_on < shanghai_day(at):
        raise InvalidInput({"starts_on": Text("A name cannot change in the past. Choose today or a later day.")})
    made, _ = OrganisationName.objects.update_or_create(
        organisation=found, starts_on=starts_on, defaults={"name": name.strip(), "name_en": name_en.strip()}
    )
    _tell(events.ORGANISATION_CHANGED, found, at, by, changes={"name": [found.name, made.name]}, starts_on=starts_on.isoformat())
    names_that_begin(shanghai_day(at))
    return made


def names_that_begin(today: date) -> None:
    """Put the newest name that has begun into the organisation's row, where everybody reads it."""
    newest = OrganisationName.objects.filter(starts_on__lte=today).order_by("organisation_id", "-starts_on").distinct("organisation_id")
    for row in newest.select_related("organisation"):
        held = row.organisation
        if (held.name, held.name_en) != (row.name, row.name_en):
            held.name, held.name_en = row.name, row.name_en
            held.save(update_fields=["name", "name_en"])


@transaction.atomic
def close_organisation(*, organisation_id: UUID, last_day: date | None, at: datetime, by: Actor) -> Organisation:
    """The organisation's last day: roles and keys held for it end with that day. None opens it again; they do not come back."""
    found = _locked(organisation_id, "close_organisation", by)
    if last_day is not None and last_day < shanghai_day(at) - timedelta(days=1):
        raise InvalidInput({"last_day": Text("The last day lies in the past. Choose today or a later day.")})
    before, found.active_to = found.active_to, last_day
    found.save(update_fields=["active_to"])
    grants = keys = 0
    if last_day is not None:
        after = Q(ends_on__isnull=True) | Q(ends_on__gt=last_day)
        grants = RoleGrant.objects.filter(after, organisation=found).update(ends_on=last_day)
        end = shanghai_at(last_day + timedelta(days=1), 0)
        keys = PartnerKey.objects.filter(Q(active_to__isnull=True) | Q(active_to__gt=end), organisation=found).update(active_to=end)
    dates = [day.isoformat() if day else None for day in (before, last_day)]
    _tell(events.ORGANISATION_CLOSED, found, at, by, changes={"active_to": dates}, grants=grants, keys=keys)
    return found


def _locked(organisation_id: UUID, verb: str, by: Actor) -> Organisation:
    found = Organisation.objects.select_for_update(of=("self",)).select_related("hall").filter(id=organisation_id).first()
    if found is None:
        raise NotFound("organisation")
    permit(by, verb, MAY[verb], region=found.region)
    return found


def _check(name: str, uscc: str) -> None:
    errors: dict[str, Text] = {}
    if not 2 <= len(name.strip()) <= 100:
        errors["name"] = Text("Give the organisation's full name, 2 to 100 characters.")
    if uscc.strip() and not (checked := identifiers.uscc(uscc)).allowed:
        errors["uscc"] = checked.sentence
    if errors:
        raise InvalidInput(errors)


def _tell(kind: str, organisation: Organisation, at: datetime, by: Actor, **payload: Any) -> None:
    journal.record(kind, subject=f"organisation:{organisation.id}", region=organisation.region, at=at, by=by, **payload)
