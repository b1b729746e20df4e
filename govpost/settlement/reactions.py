"""Settlement hears what became of the mail: a delivery is charged, a withdrawn one reversed."""

from __future__ import annotations

from collections.abc import Sequence

from govpost.common.actor import Actor
from govpost.delivery.events import ORDER_CHANGED
from govpost.journal.followers import Told, follower
from govpost.settlement import actions

LEDGER = Actor.system("settlement")


@follower("settlement", kinds=[ORDER_CHANGED])
def react(facts: Sequence[Told]) -> None:
    """Post what a batch of changes implies; facts that were heard before, or are older than what was heard, change nothing."""
    actions.post_changes([fact.payload for fact in facts], by=LEDGER)
