"""Quality hears the mail room: every change of an order becomes a fact version and moves the cells it belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from govpost.common.actor import Actor
from govpost.delivery.events import ORDER_CHANGED
from govpost.journal.followers import Told, follower
from govpost.quality import actions

SYSTEM = Actor.system("quality")


@follower("quality", kinds=[ORDER_CHANGED])
def measure(facts: Sequence[Told]) -> None:
    actions.keep_facts([fact.payload for fact in facts], at=facts[-1].known_at, by=SYSTEM)
