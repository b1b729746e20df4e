"""The timeline's lines and turns as the desk shows them: with the office that acted, and marked when it is the reader's turn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from govpost.cases.events import RESUBMITTED, SUBMITTED
from govpost.cases.models import Case
from govpost.common.actor import Actor
from govpost.common.text import Text
from govpost.delivery.models import Order
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.words import say
from govpost.timeline import queries as timeline
from govpost.timeline.queries import Line as Told
from govpost.timeline.turns import Turn as Whose
from govpost.timeline.turns import Who
from govpost.timeline.words import ROLES

_MINE = {Who.WINDOW: Role.CLERK, Who.DEPARTMENT: Role.OFFICER, Who.STATION: Role.STATION}


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


@dataclass(frozen=True, slots=True)
class Turn:
    """What the component `turn` reads, and whether it is the reader's turn or nobody's."""

    who: str
    sentence: Text
    since: datetime
    due: date | datetime | None
    mine: bool
    done: bool


def story(actor: Actor, case: Case) -> list[Line]:
    """The case's timeline with the names of places, in one look-up."""
    return _lines(timeline.story_of(actor, case))


def mail_story(actor: Actor, order: Order) -> list[Line]:
    """The same of one mail that the actor was given by the mail room."""
    return _lines(timeline.order_story_of(actor, order))


def _lines(told: Sequence[Told]) -> list[Line]:
    named = {code: local(row, "name") for code, row in places.divisions(line.place for line in told if line.place).items()}
    return [_line(line, named.get(line.place, "")) for line in sorted(told, key=_place_in_time)]


def turn_of(actor: Actor, case: Case) -> Turn:
    return turns_of(actor, [case])[case.id]


def turns_of(actor: Actor, found: Sequence[Case]) -> dict[UUID, Turn]:
    """Whose turn it is in each case of a list, at the same cost for any number."""
    whose = timeline.turns_of(found)
    return {case.id: _turn(actor, case, whose[case.id]) for case in found}


def _turn(actor: Actor, case: Case, whose: Whose) -> Turn:
    who = Who(whose.who)
    role = _MINE.get(who)
    bound = case.department_id if role is Role.OFFICER else None
    mine = role is not None and actor.has(role, str(case.region), bound)
    sentence = Text("The applicant was told: “%(sentence)s”", {"sentence": whose.sentence}) if who is Who.APPLICANT else whose.sentence
    return Turn(say(ROLES.get(who.value, "")), sentence, whose.since, whose.due, mine, who is Who.NOBODY)


def _place_in_time(told: Told) -> tuple[datetime, datetime, bool]:
    """An order that a submission placed has the submission's own moment, and is told after it."""
    return told.at, told.known_at, told.kind not in (SUBMITTED, RESUBMITTED)


def _line(told: Told, place: str) -> Line:
    words = say(told.words)
    if told.remark is not None:
        words = _("%(words)s: %(remark)s") % {"words": words.rstrip("。."), "remark": say(told.remark)}
    who = _joined([say(told.who_words), "" if _machinery(told.actor) else told.actor])
    return Line(told.at, told.known_at, words, place, who, told.learnt_late, told.voided, say(told.why))


def _machinery(label: str) -> bool:
    """Followers and tasks sign with a small English word; people and offices never do. Their role says enough."""
    return label.isascii() and label.islower()


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
