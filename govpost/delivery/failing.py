"""When collections failed: an order holds only what its latest failure said; its events know every one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from govpost.delivery.rules import PAST_TOLERANCE
from govpost.delivery.states import State


@dataclass(frozen=True, slots=True)
class FailedCollection:
    """A collection that failed at the door: when, why (a code of 揽收 1–21), and from when to when that was known."""

    at: datetime
    reason: str
    known_at: datetime
    voided_at: datetime | None

    def stood_at(self, moment: datetime) -> bool:
        return self.known_at <= moment and (self.voided_at is None or self.voided_at > moment)


# The same events that the fold counts as misses; withdrawn ones stay, with the moment of the withdrawal.
_FAILED = """
SELECT o.id, s.occurred_at, s.reason, s.known_at, v.known_at
FROM delivery_order o
CROSS JOIN LATERAL (
    SELECT * FROM delivery_scan s
    WHERE s.waybill_no IN (o.number, o.waybill_no) AND s.occurred_at >= o.placed_at - make_interval(secs => %s)
) s
LEFT JOIN delivery_scanvoid v
    ON v.waybill_no = s.waybill_no AND v.source = s.source AND v.code = s.code AND v.occurred_at = s.occurred_at
WHERE o.id = ANY(%s::uuid[]) AND s.kind = %s AND NOT s.quarantined
  AND (o.door = 'carrier' OR s.source IN ('ours', 'import'))
ORDER BY s.occurred_at, s.source = 'ours'
"""


def failed_collections(order_ids: Iterable[UUID]) -> dict[UUID, list[FailedCollection]]:
    """Every failed collection of these orders, in the order in which they happened, in one statement."""
    wanted = list(order_ids)
    found: dict[UUID, list[FailedCollection]] = {}
    if not wanted:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, [PAST_TOLERANCE.total_seconds(), wanted, State.PICKUP_FAILED.value])
        for order_id, *failure in cursor.fetchall():
            found.setdefault(order_id, []).append(FailedCollection(*failure))
    return found
