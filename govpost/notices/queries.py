"""What was said about a subject. Screens get the message's title and state, never its text: it may hold a pick-up code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from govpost.common.actor import Actor
from govpost.common.crypto import unseal
from govpost.common.text import Text
from govpost.notices.models import Notice
from govpost.notices.rules import MAY, TEMPLATES, NoticeState


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One message as a screen shows it."""

    id: UUID
    subject: str
    title: Text
    speaker: str
    phone_masked: str
    state: str
    error: str
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """What goes to the provider; personal, so it stays out of `repr`."""

    template: str
    phone: str = field(repr=False)
    text: str = field(repr=False)
    params: dict[str, str] = field(repr=False)


def sent_for(subjects: str | Sequence[str], actor: Actor) -> list[NoticeLine]:
    """The messages about one or several subjects, oldest first, for offices of the region or the person they went to."""
    wanted = [subjects] if isinstance(subjects, str) else list(subjects)
    return [_line(notice) for notice in _visible(actor).filter(subject__in=wanted).order_by("created_at", "id")]


def failed(actor: Actor, *, limit: int = 100) -> list[NoticeLine]:
    """Messages that will not go by themselves any more: somebody must call."""
    return [_line(notice) for notice in _visible(actor).filter(state=NoticeState.FAILED.value).order_by("created_at")[:limit]]


def find_unsent(notice_id: UUID) -> Message | None:
    """The message of a notice that still waits; inner use by the sending job. None: it has gone, or a person has it."""
    notice = Notice.objects.filter(id=notice_id, state=NoticeState.WANTED.value).first()
    if notice is None:
        return None
    sealed = unseal(notice.sealed, bound_to=f"notice:{notice.id}")
    return Message(notice.template, sealed["phone"], sealed["text"], sealed["params"])


def _visible(actor: Actor) -> QuerySet[Notice]:
    if actor.is_system:
        return Notice.objects.all()
    if actor.kind == "person":
        return Notice.objects.filter(party_id=actor.id) if actor.id else Notice.objects.none()
    return Notice.objects.filter(region__within_any=actor.regions(MAY["see_notices"]))


def _line(notice: Notice) -> NoticeLine:
    template = TEMPLATES[notice.template]
    return NoticeLine(
        notice.id, notice.subject, template.title, template.speaker.value, notice.phone_masked, notice.state, notice.error,
        notice.created_at, notice.sent_at,
    )  # fmt: skip
