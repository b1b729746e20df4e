"""The timeline's lines and turns as the components show them: places named, roles in words, who must act in capital letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from govpost.cases.events import RESUBMITTED, SUBMITTED
from govpost.common.text import Text
from govpost.places import queries as places
from govpost.surfaces.portal.words import local, word_of
from govpost.surfaces.shared.words import say
from govpost.timeline.queries import Line as Told
from govpost.timeline.turns import Turn as Whose
from govpost.timeline.turns import Who


@dataclass(frozen=True, slots=True)
class Line:
    """What the component `timeline` reads."""

    at: datetime
    known_at: datetime
    words: str
    place: str
    actor: str
    late: bool
    voided: bool
    because: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the component `turn` reads, and whether it is the reader's turn or nobody's."""

    who: str
    sentence: Text
    since: datetime
    due: date | datetime | None
    mine: bool
    done: bool


def turn(whose: Whose) -> Turn:
    who = Who(whose.who)
    return Turn(word_of(who.value, "who"), whose.sentence, whose.since, whose.due, who is Who.APPLICANT, who is Who.NOBODY)


def lines(story: Sequence[Told]) -> list[Line]:
    """With the names of places, in one look-up."""
    named = {code: local(row, "name") for code, row in places.divisions(line.place for line in story if line.place).items()}
    return [_line(told, named.get(told.place, "")) for told in sorted(story, key=_place_in_time)]


def _place_in_time(told: Told) -> tuple[datetime, datetime, bool]:
    """An order that a submission placed has the submission's own moment, and is told after it."""
    return told.at, told.known_at, told.kind not in (SUBMITTED, RESUBMITTED)


def _line(told: Told, place: str) -> Line:
    words = say(told.words)
    if told.remark is not None:
        words = _("%(words)s: %(remark)s") % {"words": words.rstrip("。."), "remark": say(told.remark)}
    return Line(
        told.at, told.known_at, words, place, say(told.who_words), told.learnt_late, told.voided, say(told.why),
    )  # fmt: skip
