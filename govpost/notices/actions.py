"""Saying things to people. A message is written in the transaction of what it tells of, and sent by a job afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
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
