"""`govpost retention`: erase what has lived its period out, class by class in batches, and leave a certificate for each.

Each room erases its own by an action of its own; here is only the order, and what a running or held case still needs.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from govpost.ops import saying

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from govpost.common.actor import Actor
    from govpost.retention.models import Certificate
    from govpost.retention.queries import Held
    from govpost.retention.rules import Kind

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Run:
    """One class in one run: everything an action must know."""

    id: UUID
    before: datetime
    held: Held
    at: datetime
    by: Actor

    @property
    def words(self) -> dict[str, Any]:
        return {"before": self.before, "limit": BATCH, "run_id": self.id, "at": self.at, "by": self.by}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one class. `due` rows had lived their period out; `spared` of them are held or needed."""

    kind: str
    days: int
    cut_on: date
    due: int
    spared: int
    certificate: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "days": self.days, "cut_on": self.cut_on.isoformat(), "due": self.due, "spared": self.spared,
            "certificate": self.certificate,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """`count` says (due, free) rows, `erase` takes batch after batch."""

    count: Callable[[Run], tuple[int, int]]
    erase: Callable[[Run], None]


def run(*, at: datetime, dry: bool = False) -> list[Outcome]:
    """Every class that is erased by time. Running again changes nothing; an interrupted run is certified by the next one."""
    from govpost.common.actor import Actor
    from govpost.common.clock import shanghai_day, shanghai_midnight
    from govpost.common.ids import uuid7
    from govpost.retention import queries, rules

    today, by, held, run_id = shanghai_day(at), Actor.system("retention"), queries.held(), uuid7()
    outcomes = []
    for kind, step in _steps().items():
        days = queries.days_of(kind, today)
        cut = rules.cut_on(kind, days, today)
        this = Run(run_id, shanghai_midnight(cut), held, at, by)
        due, free = step.count(this)
        certificate = None if dry else _erase(step, this, kind, days, cut, due - free)
        outcomes.append(Outcome(kind.value, days, cut, due, due - free, certificate.number if certificate else ""))
    return outcomes


def _erase(step: Step, this: Run, kind: Kind, days: int, cut: date, spared: int) -> Certificate | None:
    from govpost.retention import actions

    step.erase(this)
    return actions.certify(run_id=this.id, kind=kind, days=days, cut_on=cut, spared=spared, at=this.at, by=this.by)


def _steps() -> dict[Kind, Step]:
    from govpost.cases.actions import forgetting as cases
    from govpost.delivery.actions import keeping as kept
    from govpost.retention.rules import Kind
    from govpost.surfaces.shared import sign_in_records

    return {
        Kind.MAIL_ADDRESSES: Step(_count_mail, _forget_mail),
        Kind.MESSAGES: Step(_count_messages, _forget_messages),
        Kind.APPLICATIONS: Step(
            lambda r: _counts(cases.ended(r.before), cases.free(cases.ended(r.before), r.held)),
            lambda r: _onward(cases.forget, r, held=r.held),
        ),
        Kind.DRAFTS: Step(
            lambda r: (cases.abandoned(r.before).count(), cases.abandoned(r.before).exclude(region__within_any=r.held.regions).count()),
            lambda r: _until_none(lambda: cases.drop_drafts(held=r.held, **r.words)),
        ),
        Kind.SIGN_INS: Step(
            lambda r: (sign_in_records.count(r.before),) * 2, lambda r: _until_none(lambda: sign_in_records.forget(**r.words))
        ),
        Kind.API_ANSWERS: Step(_count_answers, _forget_answers),
        Kind.KEPT_ROWS: Step(
            lambda r: _counts(kept.due(r.before), kept.free(kept.due(r.before), r.held)),
            lambda r: _until_none(lambda: kept.forget_kept(held=r.held, **r.words)),
        ),
    }  # fmt: skip


def _counts(due: QuerySet[Any], free: QuerySet[Any]) -> tuple[int, int]:
    return due.count(), free.distinct().count()


def _onward(action: Callable[..., UUID | None], run: Run, **words: Any) -> None:
    """Batch after batch along the ids, each in its own transaction."""
    after: UUID | None = None
    while after := action(after=after, **run.words, **words):
        pass


def _until_none(erase: Callable[[], int]) -> None:
    while erase():
        pass


def _count_mail(run: Run) -> tuple[int, int]:
    from govpost.cases.actions.forgetting import orders_needed
    from govpost.delivery.actions import forgetting as mail

    due = mail.due(run.before)
    return _counts(due, mail.free(due, run.held).exclude(id__in=orders_needed(run.held)))


def _forget_mail(run: Run) -> None:
    from govpost.cases.actions.forgetting import orders_needed
    from govpost.delivery.actions import forget_addresses

    _onward(forget_addresses, run, held=run.held, needed=orders_needed(run.held))


def _count_messages(run: Run) -> tuple[int, int]:
    from govpost.notices import actions as notices

    due = notices.said(run.before)
    return _counts(due, notices.free(due, run.held, _subjects(run.held)))


def _forget_messages(run: Run) -> None:
    from govpost.notices import actions as notices

    _onward(notices.forget, run, held=run.held, subjects=_subjects(run.held))


def _subjects(held: Held) -> list[str]:
    """The subjects of messages about what is held."""
    from govpost.cases.actions.forgetting import subjects_held

    return subjects_held(held)


def _count_answers(run: Run) -> tuple[int, int]:
    from govpost.surfaces.partner_api.models import IdempotentCall

    return (IdempotentCall.objects.filter(at__lt=run.before).count(),) * 2


def _forget_answers(run: Run) -> None:
    from django.db import transaction

    from govpost.retention import actions
    from govpost.retention.rules import Kind
    from govpost.surfaces.partner_api.idempotency import forget_old

    def erase() -> int:
        with transaction.atomic():
            ids = forget_old(before=run.before, limit=BATCH)
            actions.note_erased(
                run_id=run.id, kind=Kind.API_ANSWERS, table="partner_api_idempotentcall", ids=ids, at=run.at, by=run.by
            )  # fmt: skip
        return len(ids)

    _until_none(erase)


# -- the command ------------------------------------------------------------------------


def add(words: Any) -> None:
    """`govpost retention`."""
    command = words.add_parser("retention", help="erase what has lived its period out, and leave certificates")
    command.add_argument("--dry-run", action="store_true", help="only count what would be erased")
    command.add_argument("--certificates", action="store_true", help="print the certificates so far, one JSON object a line")
    saying.format_option(command)
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    import django

    from govpost.ops import ground

    with ground.database():
        django.setup()
        from govpost.common.clock import now

        if options.certificates:
            for line in _certificates():
                print(json.dumps(line, ensure_ascii=False))
            return 0
        outcomes = run(at=now(), dry=options.dry_run)
    if options.format == "json":
        print(json.dumps({"ok": True, "dry_run": options.dry_run, "classes": [each.to_json() for each in outcomes]}))
        return 0
    for each in outcomes:
        done = "to erase" if options.dry_run else f"erased, certificate {each.certificate}" if each.certificate else "erased"
        print(f"{each.kind:<15} before {each.cut_on}  {each.due - each.spared} {done}, {each.spared} held or needed")
    return 0


def _certificates() -> Iterator[dict[str, Any]]:
    from govpost.common.actor import Actor
    from govpost.retention import queries

    for each in queries.certificates(Actor.system("retention")).reverse():
        yield {
            "number": each.number, "kind": each.kind, "fate": each.fate, "days": each.days, "cut_on": each.cut_on.isoformat(),
            "basis": each.basis, "counts": each.counts, "spared": each.spared, "digest": each.digest, "run": str(each.run_id),
            "started_at": each.started_at.isoformat(), "finished_at": each.finished_at.isoformat(), "by": each.actor,
        }  # fmt: skip
