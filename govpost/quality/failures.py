"""When collections failed: a fact says only what the latest failure of its order said, the definition asks when each one happened.

What is added depends on the fact alone: failures that were known at its moment and not yet withdrawn, appointments told up to its version.
So a fact is judged alike whenever it is read, and a count from the journal comes to the same verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from govpost.delivery.events import ORDER_CHANGED
from govpost.delivery.failing import FailedCollection, failed_collections
from govpost.quality.kpis.definition import Failure, Payload

Told = dict[tuple[str, datetime], list[tuple[int, datetime]]]  # order, moment of the failure → version, new appointment

# Only the fact of a failure knows its appointment; a later failure overwrites it on the order.
_APPOINTMENTS = """
SELECT payload ->> 'order', (payload ->> 'occurred_at')::timestamptz, (payload ->> 'version')::int,
       COALESCE(payload ->> 'collect_moved_to', payload ->> 'next_attempt_at')::timestamptz
FROM journal_fact
WHERE subject = ANY(%s) AND kind = %s AND payload ->> 'after' = 'pickup_failed'
  AND COALESCE(payload ->> 'collect_moved_to', payload ->> 'next_attempt_at') IS NOT NULL
"""


def with_failures(payloads: Iterable[Mapping[str, Any]]) -> list[Payload]:
    """The payloads, those of orders whose collection failed with their `failures`, oldest first; two statements for any number."""
    read = list(payloads)
    missed = {UUID(str(payload["order"])) for payload in read if payload["misses"]}
    known = failed_collections(missed)
    told = _appointments(known)
    return [_with(payload, known.get(UUID(str(payload["order"])), []), told) if payload["misses"] else payload for payload in read]


def _with(payload: Mapping[str, Any], known: list[FailedCollection], told: Told) -> Payload:
    if not known:
        return payload
    moment, version = datetime.fromisoformat(payload["known_at"]), int(payload["version"])
    standing = [failure for failure in known if failure.stood_at(moment)]
    order = str(payload["order"])
    failures = [Failure(f.at, f.reason, _moved_to(told.get((order, f.at), []), version)) for f in standing]
    return {**payload, "failures": failures}


def _moved_to(told: list[tuple[int, datetime]], version: int) -> datetime | None:
    """As first told: after a withdrawal the order may tell the failure again, with the appointment of the one withdrawn."""
    return min(((said, moment) for said, moment in told if said <= version), default=(0, None))[1]


def _appointments(known: Mapping[UUID, list[FailedCollection]]) -> Told:
    found: Told = {}
    if not known:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_APPOINTMENTS, [[f"order:{order_id}" for order_id in known], ORDER_CHANGED])
        for order, at, version, moment in cursor.fetchall():
            found.setdefault((order, at), []).append((version, moment))
    return found
