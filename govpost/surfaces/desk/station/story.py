"""Events of a mail as lines of the shared timeline: code and source stay visible, voided ones are struck through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from govpost.delivery.queries import EventLine
from govpost.surfaces.desk.words import word_of


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    known_at: datetime
    words: str
    place: str
    actor: str
    tone: str
    voided: bool
    because: str


def lines_of(events: Iterable[EventLine]) -> list[Line]:
    return [_line(event) for event in events]


def _line(event: EventLine) -> Line:
    marks = []
    if not event.kind:
        marks.append(_("unknown code, kept as it came"))
    if event.quarantined:
        marks.append(_("claims a moment in the future, kept aside"))
    words = f"{event.name}（{'；'.join(marks)}）" if marks else event.name
    detail = " · ".join(
        part for part in (word_of(event.source, "source"), event.code, event.reason, word_of(event.signer, "signer")) if part
    )
    tone = "warn" if marks else "bad" if event.kind in ("attempt_failed", "pickup_failed", "lost", "refused") else ""
    return Line(event.occurred_at, event.known_at, words, event.place, detail, tone, event.voided, event.why_voided)
