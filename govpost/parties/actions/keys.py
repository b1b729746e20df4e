"""Partners' keys: made and shown once, ended, and changed with an overlap in which both open."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from govpost.common.actor import Actor, permit, within
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.parties import events
from govpost.parties.models import Organisation, PartnerKey
from govpost.parties.rules import MAY
from govpost.parties.sealing import key_digest, key_text

USE_EVERY = timedelta(minutes=5)  # how exactly the last use is known
LONGEST_OVERLAP = timedelta(days=90)
_noted: dict[UUID, datetime] = {}  # in this process; the row itself decides


@transaction.atomic
def make_partner_key(
    *, name: str, organisation: Organisation, region: str, at: datetime, by: Actor, active_to: datetime | None = None
) -> tuple[PartnerKey, str]:
    """A key for a partner's programs and the only sight of its text: it cannot be shown again."""
    permit(by, "make_partner_key", MAY["make_partner_key"], region=region)
    if not within(region, organisation.region):
        raise NotPermitted("make_partner_key")
    if not name.strip():
        raise InvalidInput({"name": Text("Say which program of the partner uses this key.")})
    if active_to is not None and active_to <= at:
        raise InvalidInput({"active_to": Text("The key would have ended already. Choose a later day.")})
    return _make(name.strip(), organisation, region, at, by, active_to)


@transaction.atomic
def rotate_partner_key(
    *, key_id: UUID, overlap: timedelta, at: datetime, by: Actor, active_to: datetime | None = None
) -> tuple[PartnerKey, str]:
    """A new key for the same program and its only sight; the old one ends after the overlap, in which both open."""
    old = _locked(key_id)
    permit(by, "rotate_partner_key", MAY["rotate_partner_key"], region=old.region)
    if old.active_to is not None and old.active_to <= at:
        raise Refusal("key_ended", Text("This key has ended. Make a new one."))
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise InvalidInput({"overlap": Text("Both keys may open for at most 90 days.")})
    _end(old, at + overlap, at, by)
    return _make(old.name, old.organisation, old.region, at, by, active_to, replaces=old.prefix)


@transaction.atomic
def end_partner_key(*, key_id: UUID, at: datetime, by: Actor) -> None:
    """The key opens nothing from `at` on."""
    key = _locked(key_id)
    permit(by, "end_partner_key", MAY["end_partner_key"], region=key.region)
    _end(key, at, at, by)


def note_key_use(*, key_id: UUID, at: datetime) -> None:
    """When a key was used, exact to a few minutes: most calls ask nothing and write nothing."""
    if at - _noted.get(key_id, datetime.min.replace(tzinfo=UTC)) < USE_EVERY:
        return
    _noted[key_id] = at
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO parties_partnerkeyuse (key_id, used_at) VALUES (%s, %s) ON CONFLICT (key_id) DO UPDATE "
            "SET used_at = excluded.used_at WHERE parties_partnerkeyuse.used_at < %s",
            [key_id, at, at - USE_EVERY],
        )


def _make(
    name: str, organisation: Organisation, region: str, at: datetime, by: Actor, active_to: datetime | None, replaces: str = ""
) -> tuple[PartnerKey, str]:
    prefix, secret = secrets.token_hex(4), secrets.token_hex(24)
    key = PartnerKey.objects.create(
        name=name, organisation=organisation, region=region, prefix=prefix, digest=key_digest(prefix, secret),
        active_from=at, active_to=active_to,
    )  # fmt: skip
    more: dict[str, Any] = {"replaces": replaces} if replaces else {}
    journal.record(events.PARTNER_KEY_MADE, subject=f"partner_key:{key.id}", region=region, at=at, by=by,
                   organisation=str(organisation.id), prefix=prefix, active_to=active_to.isoformat() if active_to else None,
                   **more)  # fmt: skip
    return key, key_text(prefix, secret)


def _end(key: PartnerKey, end: datetime, at: datetime, by: Actor) -> None:
    key.active_to = min(end, key.active_to or end)
    key.save(update_fields=["active_to"])
    journal.record(events.PARTNER_KEY_ENDED, subject=f"partner_key:{key.id}", region=key.region, at=at, by=by, prefix=key.prefix,
                   active_to=key.active_to.isoformat())  # fmt: skip


def _locked(key_id: UUID) -> PartnerKey:
    key = PartnerKey.objects.select_for_update(of=("self",)).select_related("organisation").filter(id=key_id).first()
    if key is None:
        raise NotFound("partner key")
    return key
