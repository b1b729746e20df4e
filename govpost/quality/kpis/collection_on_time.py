"""及时揽收成功率: of the collections that were due, how many were made in time.

Done means our own door confirmation where the door is ours, otherwise the carrier's 203 收寄计费信息: a billing scan that is
often made only back at the base, so that a carrier's rate is rather too low than too high. Reason codes: 揽收 1–21.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from govpost.common.text import Text
from govpost.quality.kpis.definition import Failure, Kpi, Outcome, Payload, Verdict, moment

OUT_OF_RANGE = "7"  # stays in: taking it out would hide weak rural service
MOVES = frozenset({"14", "18"})  # the customer asked for another time
STAYS = frozenset({"15", "21"})
POST_FAULT = frozenset({"3", "17"})
CUSTOMER = frozenset({"1", "2", "4", "5", "6", "8", "9", "10", "11", "12", "16", "19", "20"})


@dataclass(frozen=True, slots=True)
class _Course:
    """What the failures up to the due moment mean: the due moment with the customer's wishes, and the last word said in time.

    late: what was said only afterwards. It explains, but changes neither the due moment nor what counts.
    """

    due: datetime
    moved: str = ""
    in_time: str = ""
    late: str = ""


def judge(payload: Payload) -> Verdict | None:
    """Count one order; None where no collection was promised.

    The promise `collect_due_at` is min(end of the appointment, instruction + promised hours), pinned when the order was placed.
    """
    promised = moment(payload, "collect_due_at")
    if promised is None:
        return None
    course = _course(promised, _failures(payload))
    outcome, reason = _outcome(payload, course)
    return Verdict(course.due, payload["origin"], payload["origin_outlet"], outcome, reason or course.moved)


def _failures(payload: Payload) -> Sequence[Failure]:
    """Oldest first. Without the mail room's events only a fact that tells of the failure itself knows its moment."""
    if "failures" in payload:
        known: Sequence[Failure] = payload["failures"]
        return known
    if payload["after"] != "pickup_failed":
        return ()
    appointment = moment(payload, "collect_moved_to") or moment(payload, "next_attempt_at")
    return (Failure(datetime.fromisoformat(payload["occurred_at"]), payload["reason"], appointment),)


def _course(promised: datetime, failures: Iterable[Failure]) -> _Course:
    """A customer's wish moves the due moment only if it was said before that moment and the new appointment is on record."""
    course = _Course(promised)
    for failure in failures:
        if failure.at > course.due:
            course = replace(course, late=failure.reason)
            continue
        course = replace(course, in_time=failure.reason)
        if failure.reason in MOVES and failure.moved_to is not None:
            course = replace(course, due=max(course.due, failure.moved_to), moved="appointment_moved")
        elif failure.reason in MOVES:
            course = replace(course, moved=course.moved or "appointment_missing")
    return course


def _outcome(payload: Payload, course: _Course) -> tuple[Outcome, str]:
    collected = moment(payload, "collected_at")
    if collected is not None and collected <= course.due:
        return Outcome.ON_TIME, ""
    if payload["after"] == "cancelled":
        return _cancelled(payload, course)
    if collected is None and payload["after"] == "delivered":
        return _brought_in(payload, course)
    outcome, reason = _missed(course)
    if collected is not None and outcome is Outcome.OPEN:
        return Outcome.LATE, reason
    return outcome, reason


def _cancelled(payload: Payload, course: _Course) -> tuple[Outcome, str]:
    if payload["reason"] and payload["reason"] == course.in_time:
        return _missed(course)  # the courier's word at the door ended it: that reason counts, not that it was ended
    if datetime.fromisoformat(payload["occurred_at"]) <= course.due:
        return Outcome.EXCLUDED, "cancelled"
    outcome, reason = _missed(course)
    return (outcome, reason) if outcome is Outcome.EXCLUDED else (Outcome.LATE, "cancelled_late")


def _brought_in(payload: Payload, course: _Course) -> tuple[Outcome, str]:
    """The window has the papers although nobody collected them: before the due time the applicant's own choice."""
    delivered = moment(payload, "delivered_at")
    if delivered is not None and delivered <= course.due:
        return Outcome.EXCLUDED, "brought_in"
    outcome, reason = _missed(course)
    return (outcome, reason) if outcome is Outcome.EXCLUDED else (Outcome.LATE, reason)


def _missed(course: _Course) -> tuple[Outcome, str]:
    """What the failures mean while nothing was collected in time; without any the collection is not made yet.

    Only what the customer did in time excludes: who comes after the due moment was late, whatever he met at the door.
    """
    if course.in_time in CUSTOMER:
        return Outcome.EXCLUDED, f"pickup_{course.in_time}"
    if course.late in CUSTOMER | MOVES:
        return Outcome.LATE, "came_late"
    code = course.late or course.in_time
    if code == OUT_OF_RANGE:
        return Outcome.OPEN, "out_of_range"
    if code in POST_FAULT:
        return Outcome.OPEN, "post_missed"
    return Outcome.OPEN, "unexplained_miss" if code in STAYS else ""


KPI = Kpi(
    code="collection_on_time",
    version=2,
    title=Text("Collected on time"),
    sentence=Text(
        "Of the collections that were due on a day, the share made at or before the end of the appointment or, if that is "
        "earlier, the promised number of hours after the instruction."
    ),
    numerator=Text("Collections made in time: confirmed at the door, or the carrier's posting scan where the door is the carrier's."),
    denominator=Text(
        "All collections due, without those that the customer cancelled or prevented before they were due (each listed with its reason). "
        "“Outside the area” and misses by the post stay in; a customer's wish for another time moves the due time if it was said "
        "before that time and the new appointment is on record."
    ),
    unit="%",
    target=0.95,
    direction="up",
    place="origin",
    source="王锋等 2017（及时揽收成功率）；docs/law.md#collection_on_time",
    judge=judge,
)
