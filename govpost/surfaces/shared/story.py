"""The timeline's lines and turns as the components `timeline` and `turn` read them, the same on every surface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from govpost.cases.events import RESUBMITTED, SUBMITTED
from govpost.common.text import Text
from govpost.places import queries as places
from govpost.surfaces.shared.words import local, say
from govpost.timeline.queries import Line as Told


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


def lines(story: Sequence[Told], who: Callable[[Told], str]) -> list[Line]:
    """In the order of time, with the names of places in one look-up; `who`: how this surface names the one that acted."""
    named = {code: local(row, "name") for code, row in places.divisions(line.place for line in story if line.place).items()}
    return [_line(told, named.get(told.place, ""), who(told)) for told in sorted(story, key=_place_in_time)]


def _place_in_time(told: Told) -> tuple[datetime, datetime, bool]:
    """An order that a submission placed has the submission's own moment, and is told after it."""
    return told.at, told.known_at, told.kind not in (SUBMITTED, RESUBMITTED)


def _line(told: Told, place: str, who: str) -> Line:
    words = say(told.words)
    if told.remark is not None:
        words = _("%(words)s: %(remark)s") % {"words": words.rstrip("。."), "remark": say(told.remark)}
    return Line(told.at, told.known_at, words, place, who, told.learnt_late, told.voided, say(told.why))
