"""Cases hear the mail room: the newest news of each order in a batch is enough, because it carries the whole state."""

from __future__ import annotations

from collections.abc import Sequence

from govpost.cases import actions
from govpost.cases.actions import News
from govpost.cases.models import CaseOrder
from govpost.common.actor import Actor
from govpost.delivery.events import ORDER_CHANGED
from govpost.journal.followers import Told, follower

OFFICE = Actor.system("case office")


@follower("cases", kinds=[ORDER_CHANGED])
def react(facts: Sequence[Told]) -> None:
    """One look-up tells which orders of a batch belong to cases; a bulk of foreign mail costs nothing more."""
    newest: dict[str, Told] = {}
    for fact in facts:
        known = newest.get(fact.payload["order"])
        if known is None or known.payload["version"] < fact.payload["version"]:
            newest[fact.payload["order"]] = fact
    ours = {str(order_id) for order_id in CaseOrder.objects.filter(order_id__in=list(newest)).values_list("order_id", flat=True)}
    for order_id in sorted(ours):
        actions.follow_order(news=News.of(newest[order_id].payload), by=OFFICE)
