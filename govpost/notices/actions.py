"""Saying things to people. A message is written in the transaction of what it tells of, and sent by a job afterwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app

from govpost.common.actor import Actor, permit
from govpost.common.crypto import seal
from govpost.common.ids import uuid7
from govpost.common.masks import mask_phone
from govpost.common.refusal import NotFound, Refusal
from govpost.common.text import Text
from govpost.journal.actions import record
from govpost.notices import events
from govpost.notices.models import Notice
from govpost.notices.rules import MAY, TEMPLATES, NoticeState, reachable, render
from govpost.retention import actions as retention
from govpost.retention.queries import Held
from govpost.retention.rules import Kind


def say(
    template: str,
    *,
    phone: str,
    subject: str,
    region: str,
    params: Mapping[str, str],
    at: datetime,
    by: Actor,
    key: str = "",
    party_id: UUID | None = None,
) -> Notice:
    """Say one thing about `subject` ("case:…", "order:…") to one phone; the same (template, subject, key) is said once.

    Called by the room that speaks, inside its own action and right; a number that takes no short messages gives a failed
    notice at once, so that a person sees whom to call. `key` tells apart what may be said again (an attempt's number).
    """
    text = render(TEMPLATES[template], params)
    can = reachable(phone)
    notice = Notice(
        id=uuid7(), template=template, subject=subject, key=key, party_id=party_id, region=region,
        phone_masked=mask_phone(phone), created_at=at, error="" if can.allowed else can.code,
        state=(NoticeState.WANTED if can.allowed else NoticeState.FAILED).value,
    )  # fmt: skip
    notice.sealed = seal({"phone": phone, "text": text, "params": dict(params)}, bound_to=f"notice:{notice.id}")
    with transaction.atomic():
        Notice.objects.bulk_create([notice], ignore_conflicts=True)
        kept = Notice.objects.get(template=template, subject=subject, key=key)
        if kept.id == notice.id:
            _hand_on(kept, at=at, by=by)
    return kept


def send_again(*, notice_id: UUID, at: datetime, by: Actor) -> Notice:
    """Try a failed message once more, by a person's wish."""
    with transaction.atomic():
        notice = _lock(notice_id)
        permit(by, "send_again", MAY["send_again"], region=notice.region)
        if notice.state != NoticeState.FAILED:
            raise Refusal("not_failed", Text("This message has not failed. Reload the page to see where it stands."))
        if notice.forgotten_at:
            raise Refusal("forgotten", Text("Number and text of this message were erased after their period. Call the person instead."))
        _move(notice, NoticeState.WANTED, error="")
        _hand_on(notice, at=at, by=by)
    return notice


def note_sent(*, notice_id: UUID, provider_id: str, at: datetime, by: Actor) -> None:
    """The provider took the message."""
    with transaction.atomic():
        notice = _lock(notice_id)
        permit(by, "note_sent", ())
        if notice.state == NoticeState.SENT:
            return
        notice.provider_id, notice.sent_at, notice.tries = provider_id, at, notice.tries + 1
        _move(notice, NoticeState.SENT, error="")
        _tell(events.SENT, notice, at=at, by=by)


def note_not_sent(*, notice_id: UUID, error: str, for_good: bool, at: datetime, by: Actor) -> None:
    """The provider refused it, or could not be reached; `for_good`: nobody will try again by themselves."""
    with transaction.atomic():
        notice = _lock(notice_id)
        permit(by, "note_not_sent", ())
        if notice.state != NoticeState.WANTED:
            return
        notice.tries += 1
        _move(notice, NoticeState.FAILED if for_good else NoticeState.WANTED, error=error)
        if for_good:
            _tell(events.FAILED, notice, at=at, by=by)


def _hand_on(notice: Notice, *, at: datetime, by: Actor) -> None:
    if notice.state == NoticeState.WANTED:
        app.configure_task("notices.send", queue="notices").defer(notice_id=str(notice.id))
    else:
        _tell(events.FAILED, notice, at=at, by=by)


def _move(notice: Notice, state: NoticeState, *, error: str) -> None:
    notice.state, notice.error = state.value, error
    notice.save(update_fields=["state", "error", "provider_id", "sent_at", "tries"])


def _lock(notice_id: UUID) -> Notice:
    notice = Notice.objects.select_for_update().filter(id=notice_id).first()
    if notice is None:
        raise NotFound("notice")
    return notice


def _tell(kind: str, notice: Notice, *, at: datetime, by: Actor) -> None:
    record(
        kind, subject=notice.subject, region=notice.region, at=at, by=by,
        notice=str(notice.id), template=notice.template, error=notice.error,
    )  # fmt: skip


def said(before: datetime) -> QuerySet[Notice]:
    """Messages from before a moment that still hold telephone and text, but those that wait to be sent."""
    return Notice.objects.filter(created_at__lt=before, forgotten_at=None).exclude(state=NoticeState.WANTED.value)


def free(found: QuerySet[Notice], held: Held, subjects: Collection[str]) -> QuerySet[Notice]:
    return found.exclude(region__within_any=held.regions).exclude(subject__in=list(subjects))


@transaction.atomic
def forget(
    *, before: datetime, held: Held, subjects: Collection[str], after: UUID | None, limit: int, run_id: UUID, at: datetime, by: Actor
) -> UUID | None:
    """Erase telephone and text of the next `limit` messages behind the id `after`; returns the last one's id.

    `subjects`: of what is held. That something was said, when, and whether it left, stays.
    """
    permit(by, "forget", MAY["forget"])
    found = free(said(before), held, subjects)
    ids = (found.filter(id__gt=after) if after else found).order_by("id").values_list("id", flat=True)[:limit]
    rows = list(Notice.objects.select_for_update(skip_locked=True).filter(id__in=list(ids)).order_by("id"))
    for notice in rows:
        notice.sealed = seal({"phone": "", "text": "", "params": {}}, bound_to=f"notice:{notice.id}")
        notice.forgotten_at = at
    Notice.objects.bulk_update(rows, ["sealed", "forgotten_at"], batch_size=500)
    retention.note_erased(run_id=run_id, kind=Kind.MESSAGES, table="notices_notice", ids=[n.id for n in rows], at=at, by=by)
    return rows[-1].id if rows else None
