"""Quality hears every change of an order, which moves the cells it belongs to, and how orders and cases came in."""

from __future__ import annotations

from collections.abc import Sequence

from govpost.cases.events import SUBMITTED
from govpost.common.actor import Actor
from govpost.delivery.events import ORDER_CHANGED
from govpost.journal.followers import Told, follower
from govpost.quality import actions

SYSTEM = Actor.system("quality")


@follower("quality", kinds=[ORDER_CHANGED, SUBMITTED])
def measure(facts: Sequence[Told]) -> None:
    known_at = facts[-1].known_at
    actions.keep_facts([fact.payload for fact in facts if fact.kind == ORDER_CHANGED], at=known_at, by=SYSTEM)
    actions.keep_intake(facts, at=known_at, by=SYSTEM)
