"""The timeline's lines and turns as an applicant reads them: roles in words, whose turn it is said to them."""

from __future__ import annotations

from collections.abc import Sequence

from govpost.surfaces.portal.words import word_of
from govpost.surfaces.shared import story
from govpost.surfaces.shared.story import Line, Turn
from govpost.surfaces.shared.words import say
from govpost.timeline.queries import Line as Told
from govpost.timeline.turns import Turn as Whose
from govpost.timeline.turns import Who


def turn(whose: Whose) -> Turn:
    who = Who(whose.who)
    return Turn(word_of(who.value, "who"), whose.sentence, whose.since, whose.due, who is Who.APPLICANT, who is Who.NOBODY)


def lines(told: Sequence[Told]) -> list[Line]:
    return story.lines(told, lambda line: say(line.who_words))
