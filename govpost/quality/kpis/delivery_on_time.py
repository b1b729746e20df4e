"""全程准时率: of the mail that was promised for a day, how much had its first valid delivery in time.

Valid means that the signer is one the item's rule allows (`delivered_ok`). A return is not a success; a refusal by the
addressee is completed duty and is counted apart.
"""

from __future__ import annotations

from datetime import datetime

from govpost.common.text import Text
from govpost.quality.kpis.definition import Kpi, Outcome, Payload, Verdict, moment

REFUSED = "104"  # 拒收退回
_BACK = frozenset({"returning", "returned"})


def judge(payload: Payload) -> Verdict | None:
    """Count one order; None where no delivery was promised. `promised_at` was pinned when the order was placed."""
    due = moment(payload, "promised_at")
    if due is None:
        return None
    outcome, reason = _outcome(payload, due)
    return Verdict(due, payload["destination"], payload["destination_outlet"], outcome, reason)


def _outcome(payload: Payload, due: datetime) -> tuple[Outcome, str]:
    after = payload["after"]
    if after == "delivered":
        return _delivered(payload, due)
    if after == "cancelled":
        in_time = datetime.fromisoformat(payload["occurred_at"]) <= due
        return (Outcome.EXCLUDED, "cancelled") if in_time else (Outcome.LATE, "cancelled_late")
    if after == "refused" or (after in _BACK and payload["reason"] == REFUSED):
        return _refused(payload, due)
    if after in _BACK:
        return Outcome.LATE, "returned"
    if after == "lost":
        return Outcome.LATE, "lost"
    return Outcome.OPEN, ""


def _delivered(payload: Payload, due: datetime) -> tuple[Outcome, str]:
    delivered = moment(payload, "delivered_at")
    if not payload["delivered_ok"] or delivered is None:
        return Outcome.OPEN, "signer_not_valid"
    return (Outcome.ON_TIME if delivered <= due else Outcome.LATE), ""


def _refused(payload: Payload, due: datetime) -> tuple[Outcome, str]:
    """Apart from the rate, unless the mail came to its delivery office only after the promise: then it was late first."""
    arrived = moment(payload, "arrived_at")
    if arrived is not None and arrived > due:
        return Outcome.LATE, "refused"
    return Outcome.EXCLUDED, "refused"


KPI = Kpi(
    code="delivery_on_time",
    version=1,
    title=Text("Delivered on time"),
    sentence=Text(
        "Of the mail promised for a day, the share whose first valid delivery was at or before the promised moment, counted from posting."
    ),
    numerator=Text("Mail handed in time to a person who may sign for it."),
    denominator=Text(
        "All mail promised for the day, without what was cancelled before or refused by the addressee (each listed). Returned "
        "and lost mail stays in and is no success."
    ),
    unit="%",
    target=0.95,
    direction="up",
    place="destination",
    source="王锋等 2017（及时妥投率）；GB/T 27917.3；docs/law.md#delivery_on_time",
    judge=judge,
)
