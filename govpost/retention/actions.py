"""Setting a period, keeping what a dispute needs, releasing it, and certifying what a run erased."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.ids import public_number
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.retention import events, queries, rules
from govpost.retention.models import Certificate, Erasure, Hold, Period
from govpost.retention.rules import MAY, RULES, Kind

_WHY = Text("Say why; the next person must understand it.")


@transaction.atomic
def set_period(*, kind: str, days: int, effective_on: date, why: str, at: datetime, by: Actor) -> Period:
    """How long a class is kept from a day on. One table for the installation, so a right over the whole country is asked."""
    permit(by, "set_period", MAY["set_period"], region="")
    wanted = _kind(kind)
    decision = rules.period_fits(wanted, days, effective_on, shanghai_day(at))
    if not decision.allowed:
        raise InvalidInput({"effective_on" if decision.code == "period_in_past" else "days": decision.sentence})
    _say_why(why)
    if Period.objects.filter(kind=wanted.value, effective_on=effective_on, withdrawn_at=None).exists():
        raise InvalidInput({"effective_on": Text("A period from this day is set already. Choose another day.")})
    before = queries.days_of(wanted, effective_on)
    period = Period.objects.create(
        kind=wanted.value, days=days, effective_on=effective_on, why=why.strip(), set_at=at, set_by=by.label
    )  # fmt: skip
    journal.record(
        events.PERIOD_SET, subject=f"retention:{kind}", region="", at=at, by=by,
        data=kind, changes={"kept_days": [before, days]}, effective_on=effective_on.isoformat(), period=str(period.id),
    )  # fmt: skip
    return period


@transaction.atomic
def withdraw_period(*, period_id: UUID, why: str, at: datetime, by: Actor) -> Period:
    """A period that has not begun does not come: the one before it goes on. What has begun is followed by another instead."""
    permit(by, "withdraw_period", MAY["withdraw_period"], region="")
    period = Period.objects.select_for_update().filter(id=period_id, withdrawn_at=None).first()
    if period is None:
        raise NotFound("period")
    rules.not_begun(period.effective_on, shanghai_day(at)).require()
    _say_why(why)
    period.withdrawn_at, period.withdrawn_by, period.withdrawal_why = at, by.label, why.strip()
    period.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_why"])
    stays = queries.days_of(Kind(period.kind), period.effective_on)
    journal.record(
        events.PERIOD_WITHDRAWN, subject=f"retention:{period.kind}", region="", at=at, by=by,
        data=period.kind, changes={"kept_days": [period.days, stays]}, effective_on=period.effective_on.isoformat(), period=str(period.id),
    )  # fmt: skip
    return period


@transaction.atomic
def keep(*, on: str, value: str, region: str, organisation_id: UUID | None, why: str, at: datetime, by: Actor) -> Hold:
    """A legal hold, written by the right of `cases.actions.hold`, which knows where an order or case lies."""
    _say_why(why)
    if Hold.objects.filter(on=on, value=value, released_at=None).exists():
        raise InvalidInput({"value": Text("This is held already.")})
    placed = Hold.objects.create(
        on=on, value=value, organisation_id=organisation_id, region=region, why=why.strip(), placed_at=at, placed_by=by.label
    )  # fmt: skip
    journal.record(events.HELD, subject=f"hold:{placed.id}", region=region, at=at, by=by, on=on, value=value)
    return placed


@transaction.atomic
def release(*, hold_id: UUID, why: str, at: datetime, by: Actor) -> None:
    """The dispute is over: periods count again from where they began."""
    found = Hold.objects.select_for_update().filter(id=hold_id, released_at=None).first()
    if found is None:
        raise NotFound("hold")
    permit(by, "release", MAY["release"], region=found.region)
    _say_why(why)
    found.released_at, found.released_by, found.release_why = at, by.label, why.strip()
    found.save(update_fields=["released_at", "released_by", "release_why"])
    journal.record(events.RELEASED, subject=f"hold:{found.id}", region=found.region, at=at, by=by, on=found.on, value=found.value)


def note_erased(*, run_id: UUID, kind: Kind, table: str, ids: Sequence[object], at: datetime, by: Actor) -> None:
    """One batch is erased; called by the room that erases, in that transaction. Nothing erased, nothing noted."""
    permit(by, "certify", MAY["certify"])
    if not connection.in_atomic_block:
        raise RuntimeError("an erasure is noted in the transaction that made it true")
    if ids:
        digest = _sm3(str(each) for each in ids)
        Erasure.objects.create(run_id=run_id, kind=kind.value, table=table, rows=len(ids), digest=digest, at=at)


@transaction.atomic
def certify(*, run_id: UUID, kind: Kind, days: int, cut_on: date, spared: int, at: datetime, by: Actor) -> Certificate | None:
    """The certificate of a class over every batch since the one before, those of a run that was interrupted too; None without any."""
    permit(by, "certify", MAY["certify"])
    before = Certificate.objects.filter(kind=kind.value).order_by("-finished_at", "-id").first()
    since = Erasure.objects.filter(kind=kind.value, id__gt=before.last) if before else Erasure.objects.filter(kind=kind.value)
    batches = list(since.order_by("id"))
    if not batches:
        return None
    counts: Counter[str] = Counter()
    for batch in batches:
        counts[batch.table] += batch.rows
    rule = RULES[kind]
    certificate = Certificate.objects.create(
        number=public_number("XH", at), run_id=run_id, kind=kind.value, fate=rule.fate.value, days=days, cut_on=cut_on,
        basis=rule.basis, counts=dict(counts), spared=spared, digest=_sm3(batch.digest for batch in batches),
        first=batches[0].id, last=batches[-1].id, started_at=batches[0].at, finished_at=at, actor=by.label,
    )  # fmt: skip
    journal.record(
        events.ERASED, subject=f"certificate:{certificate.number}", region="", at=at, by=by, data=kind.value,
        cut_on=cut_on.isoformat(), counts=dict(counts), digest=certificate.digest, run=str(run_id),
    )  # fmt: skip
    return certificate


def _sm3(parts: Iterable[str]) -> str:
    digest = hashlib.new("sm3")
    for part in parts:
        digest.update(part.encode() + b"\n")
    return digest.hexdigest()


def _kind(kind: str) -> Kind:
    try:
        return Kind(kind)
    except ValueError:
        raise InvalidInput({"kind": Text("Choose a class of data from the list.")}) from None


def _say_why(why: str) -> None:
    if len(why.strip()) < 2:
        raise InvalidInput({"why": _WHY})
