"""及时揽收成功率: of the collections that were due, how many were made in time.

Done means our own door confirmation where the door is ours, otherwise the carrier's 203 收寄计费信息: a billing scan that is
often made only back at the base, so that a carrier's rate is rather too low than too high. Reason codes: 揽收 1–21.
"""

from __future__ import annotations

from datetime import datetime

from govpost.common.text import Text
from govpost.quality.kpis.definition import Kpi, Outcome, Payload, Verdict, moment

OUT_OF_RANGE = "7"  # stays in: taking it out would hide weak rural service
MOVES = frozenset({"14", "18"})  # the customer asked for another time
STAYS = frozenset({"15", "21"})
POST_FAULT = frozenset({"3", "17"})
CUSTOMER = frozenset({"1", "2", "4", "5", "6", "8", "9", "10", "11", "12", "16", "19", "20"})


def judge(payload: Payload) -> Verdict | None:
    """Count one order; None where no collection was promised.

    The promise `collect_due_at` is min(end of the appointment, instruction + promised hours), pinned when the order was placed.
    """
    promised = moment(payload, "collect_due_at")
    if promised is None:
        return None
    due, moved = _due(payload, promised)
    outcome, reason = _outcome(payload, due)
    return Verdict(due, payload["origin"], payload["origin_outlet"], outcome, reason or moved)


def _due(payload: Payload, promised: datetime) -> tuple[datetime, str]:
    """The due moment; a customer's wish moves it only with its evidence, the new appointment."""
    if payload["reason"] not in MOVES:
        return promised, ""
    appointment = moment(payload, "collect_moved_to") or moment(payload, "next_attempt_at")
    if appointment is None:
        return promised, "appointment_missing"
    return max(promised, appointment), "appointment_moved"


def _outcome(payload: Payload, due: datetime) -> tuple[Outcome, str]:
    collected = moment(payload, "collected_at")
    if collected is not None and collected <= due:
        return Outcome.ON_TIME, ""
    if payload["after"] == "cancelled":
        return _cancelled(payload, due)
    if collected is None and payload["after"] == "delivered":
        return _brought_in(payload, due)
    outcome, reason = _missed(payload)
    if collected is not None and outcome is Outcome.OPEN:
        return Outcome.LATE, reason
    return outcome, reason


def _cancelled(payload: Payload, due: datetime) -> tuple[Outcome, str]:
    if datetime.fromisoformat(payload["occurred_at"]) <= due:
        return Outcome.EXCLUDED, "cancelled"
    outcome, reason = _missed(payload)
    return (outcome, reason) if outcome is Outcome.EXCLUDED else (Outcome.LATE, "cancelled_late")


def _brought_in(payload: Payload, due: datetime) -> tuple[Outcome, str]:
    """The window has the papers although nobody collected them: before the due time the applicant's own choice."""
    delivered = moment(payload, "delivered_at")
    if delivered is not None and delivered <= due:
        return Outcome.EXCLUDED, "brought_in"
    outcome, reason = _missed(payload)
    return (outcome, reason) if outcome is Outcome.EXCLUDED else (Outcome.LATE, reason)


def _missed(payload: Payload) -> tuple[Outcome, str]:
    """What the last recorded reason means; without one the collection is not made yet. (Delivery reasons are 100–130.)"""
    code = payload["reason"]
    if code in CUSTOMER:
        return Outcome.EXCLUDED, f"pickup_{code}"
    if code == OUT_OF_RANGE:
        return Outcome.OPEN, "out_of_range"
    if code in POST_FAULT:
        return Outcome.OPEN, "post_missed"
    return Outcome.OPEN, "unexplained_miss" if code in STAYS else ""


KPI = Kpi(
    code="collection_on_time",
    version=1,
    title=Text("Collected on time"),
    sentence=Text(
        "Of the collections that were due on a day, the share made at or before the end of the appointment or, if that is "
        "earlier, the promised number of hours after the instruction."
    ),
    numerator=Text("Collections made in time: confirmed at the door, or the carrier's posting scan where the door is the carrier's."),
    denominator=Text(
        "All collections due, without those that the customer cancelled or prevented (each listed with its reason). "
        "“Outside the area” and misses by the post stay in; a customer's wish for another time moves the due time if the new "
        "appointment is on record."
    ),
    unit="%",
    target=0.95,
    direction="up",
    place="origin",
    source="王锋等 2017（及时揽收成功率）；docs/law.md#collection_on_time",
    judge=judge,
)
