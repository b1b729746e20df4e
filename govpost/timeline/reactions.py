"""The timeline hears cases, mail, instructions and messages, and tells each fact in words."""

from __future__ import annotations

from collections.abc import Sequence

from govpost.common.actor import Actor
from govpost.journal.followers import Told, follower
from govpost.timeline import actions
from govpost.timeline.words import KINDS

SYSTEM = Actor.system("timeline")


@follower("timeline", kinds=KINDS)
def tell(facts: Sequence[Told]) -> None:
    actions.tell(facts, by=SYSTEM)
