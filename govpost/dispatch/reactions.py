"""Dispatch hears what became of the mail: an order that needs a visit gets a task, one that needs it no more loses it."""

from __future__ import annotations

from collections.abc import Sequence

from govpost.common.actor import Actor
from govpost.delivery.events import ORDER_CHANGED
from govpost.dispatch import actions
from govpost.journal.followers import Told, follower

DISPATCH = Actor.system("dispatch")


@follower("dispatch", kinds=[ORDER_CHANGED])
def react(facts: Sequence[Told]) -> None:
    """Facts that were heard before, or are older than what was heard, change nothing."""
    changes = [fact.payload for fact in facts]
    actions.follow_orders(changes, by=DISPATCH)
    actions.follow_places(changes, by=DISPATCH)
