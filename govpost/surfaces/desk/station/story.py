"""Events of a mail as lines of the shared timeline: code and source stay visible, voided ones are struck through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _

from govpost.common.refusal import NotFound
from govpost.delivery.models import Order
from govpost.delivery.queries import EventLine
from govpost.places import queries as places
from govpost.surfaces.desk.words import local, reason_word, word_of
from govpost.surfaces.shared.words import state_word


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
    foot: str = ""


def lines_of(order: Order, events: Iterable[EventLine], foot: Callable[[EventLine], str]) -> list[Line]:
    """Our own events name an outlet by its code: it is said by its name. `foot` draws what stands below a line, "" for nothing."""
    named = {code: _outlet(code) for code in {order.origin_outlet, order.destination_outlet}}
    return [replace(_line(event, named), foot=foot(event)) for event in events]


def _named(event: EventLine) -> str:
    """The words in which the event came; for readers of English the state that it means stands before them."""
    if get_language() != "en" or not event.kind:
        return event.name
    return f"{gettext(state_word('mail', event.kind).msgid)} ({event.name})"


def _outlet(code: str) -> str:
    try:
        return local(places.outlet(code), "name")
    except NotFound:
        return code


def _line(event: EventLine, named: Mapping[str, str]) -> Line:
    marks = []
    if not event.kind:
        marks.append(_("unknown code, kept as it came"))
    if event.quarantined:
        marks.append(_("claims a moment in the future, kept aside"))
    name = _named(event)
    before, after, between = (" (", ")", "; ") if get_language() == "en" else ("（", "）", "；")
    words = f"{name}{before}{between.join(marks)}{after}" if marks else name
    code = "" if event.source == "ours" else event.code  # our own codes are the verbs that the words say already
    parts = (word_of(event.source, "source"), code, reason_word(event.reason), word_of(event.signer, "signer"))
    detail = " · ".join(part.rstrip("。.") for part in parts if part)
    tone = "warn" if marks else "bad" if event.kind in ("attempt_failed", "pickup_failed", "lost", "refused") else ""
    return Line(event.occurred_at, event.known_at, words, named.get(event.place, event.place), detail, tone, event.voided, event.why_voided)
