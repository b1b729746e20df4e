"""The timeline's lines and turns as the desk shows them: with the office that acted, and marked when it is the reader's turn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from govpost.cases.models import Case
from govpost.common.actor import Actor
from govpost.common.text import Text
from govpost.delivery.models import Order
from govpost.parties.roles import Role
from govpost.surfaces.shared.story import Line, Turn, lines
from govpost.surfaces.shared.words import say, signed
from govpost.timeline import queries as timeline
from govpost.timeline.queries import Line as Told
from govpost.timeline.turns import Turn as Whose
from govpost.timeline.turns import Who
from govpost.timeline.words import ROLES

_MINE = {Who.WINDOW: Role.CLERK, Who.DEPARTMENT: Role.OFFICER, Who.STATION: Role.STATION}


def story(actor: Actor, case: Case) -> list[Line]:
    """The case's timeline with the names of places, in one look-up."""
    return lines(timeline.story_of(actor, case), _who)


def mail_story(actor: Actor, order: Order) -> list[Line]:
    """The same of one mail that the actor was given by the mail room."""
    return lines(timeline.order_story_of(actor, order), _who)


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


def _who(told: Told) -> str:
    """The role that acted, and the office or person."""
    return _joined([say(told.who_words), signed(told.actor)])


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
