"""Sentences of the rules, translated at the surface; and the words and tones of every state the screens show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy, gettext_noop

from govpost.common.text import Text
from govpost.parties import queries as parties
from govpost.surfaces.shared.formats import day, moment


def say(text: Text | Promise | str | None) -> str:
    """A `Text` in the reader's language, its parameters formatted for people; plain strings pass unchanged."""
    if text is None:
        return ""
    if not isinstance(text, Text):
        return str(text)
    sentence = gettext(text.msgid) if text.msgid else ""
    if not text.params:
        return sentence
    return sentence % {name: _readable(value) for name, value in text.params.items()}


def _readable(value: Any) -> Any:
    if isinstance(value, Text):
        return say(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return value


def local(thing: Any, name: str) -> str:
    """The field `name` of a row or document in the reader's language: `name_en` where there is one and the page is English."""
    said = thing.get if isinstance(thing, Mapping) else partial(getattr, thing)
    english = said(f"{name}_en", "") if get_language() == "en" else ""
    return str(english or said(name, "") or "")


def labelled(label: str) -> str:
    """An actor's label with the office in the reader's language: 示例市税务局 王** / Example tax bureau 王**."""
    office, space, person = label.rpartition(" ")
    english = parties.english_names().get(office) if space and get_language() == "en" else None
    return f"{english or office}{space}{person}"


def signed(label: str) -> str:
    """Who signed a fact; followers and tasks sign with a small English word that says nothing to people, and are left out."""
    return "" if label.isascii() and label.islower() else labelled(label)


_DOOR_LABEL = re.compile(r"(补正)?材料 (\d+)")


def door_label(label: str) -> str:
    """The neutral name under which a paper is counted, in the reader's language: 材料 3 / Paper 3."""
    found = _DOOR_LABEL.fullmatch(label) if get_language() == "en" else None
    return f"{'Correction paper' if found[1] else 'Paper'} {found[2]}" if found else label


def enumerated(parts: Iterable[Any]) -> str:
    """Several words in one line, with the comma of the reader's language."""
    return (", " if get_language() == "en" else "、").join(say(part) for part in parts)


def with_basis(reason: Text, basis: str) -> str:
    """A sentence and what it rests on, in one line for a choice."""
    return gettext("%(reason)s (%(basis)s)") % {"reason": say(reason), "basis": basis}


@dataclass(frozen=True, slots=True)
class Word:
    """How a state reads (`msgid`) and how it looks: "", good, note, warn, bad or strong."""

    msgid: str
    tone: str = ""


MAIL = {
    "ordered": Word("Ordered"),
    "pickup_assigned": Word("Courier on the way to collect", "note"),
    "pickup_failed": Word("Collection failed", "warn"),
    "collected": Word("Collected", "note"),
    "in_transit": Word("In transit", "note"),
    "at_delivery_office": Word("At the delivery office", "note"),
    "out_for_delivery": Word("Out for delivery", "note"),
    "attempt_failed": Word("Attempt failed", "warn"),
    "at_pickup_point": Word("Ready to fetch", "warn"),
    "delivered": Word("Delivered", "good"),
    "refused": Word("Refused by the addressee", "bad"),
    "returning": Word("On its way back", "warn"),
    "returned": Word("Returned"),
    "cancelled": Word("Cancelled"),
    "lost": Word("Lost", "bad"),
}
CASE = {
    "draft": Word("Draft"),
    "submitted": Word("Submitted", "note"),
    "correcting": Word("Correction asked for", "warn"),
    "accepted": Word("Accepted", "note"),
    "approved": Word("Approved", "good"),
    "refused": Word("Not granted", "bad"),
    "handed_over": Word("Handed to the post", "note"),
    "closed": Word("Closed", "good"),
    "not_accepted": Word("Not accepted", "bad"),
    "withdrawn": Word("Withdrawn"),
    "terminated": Word("Terminated"),
}
TASK = {
    "sent": Word("Sent, not yet taken", "note"),
    "taken": Word("Taken", "note"),
    "late": Word("Not taken in time", "bad"),
    "done": Word("Done", "good"),
    "failed": Word("Not done", "warn"),
    "cancelled": Word("Cancelled"),
}
PAPER = {
    "expected": Word("Expected"),
    "on_the_way": Word("On the way", "note"),
    "received": Word("Received", "good"),
    "missing": Word("Missing", "bad"),
    "returned": Word("Returned"),
    "waived": Word("Not needed"),
    "electronic": Word("Electronic", "good"),
}
LIGHTS = {
    "green": gettext_noop("On time"),
    "amber": gettext_noop("Due soon"),
    "red": gettext_noop("Overdue"),
    "none": gettext_noop("No deadline"),
}
# GB/T 39046, A.1.
ITEM_TYPES = {
    "00": gettext_lazy("Administrative power"),
    "01": gettext_lazy("Administrative licence"),
    "02": gettext_lazy("Penalty"),
    "03": gettext_lazy("Coercion"),
    "04": gettext_lazy("Levy"),
    "05": gettext_lazy("Payment to people"),
    "06": gettext_lazy("Inspection"),
    "07": gettext_lazy("Administrative confirmation"),
    "08": gettext_lazy("Reward"),
    "09": gettext_lazy("Ruling on a dispute"),
    "10": gettext_lazy("Other administrative power"),
    "20": gettext_lazy("Public service"),
}
STATES = {"mail": MAIL, "case": CASE, "task": TASK, "paper": PAPER}


def state_word(kind: str, state: str) -> Word:
    """The word of a state; one that nobody taught us is shown as it came, never guessed."""
    return STATES[kind].get(str(state), Word(str(state)))
