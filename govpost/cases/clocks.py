"""The terms of a case and their lights: pure.

行政许可法 32 (accept or ask for corrections within five days; silence accepts), 42 (decide in twenty), 44 (deliver in ten) and 82
(days are working days) bind licences only; other items follow their own law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from govpost.common.clock import shanghai_midnight
from govpost.common.lights import Light, light
from govpost.common.refusal import Decision, allow, deny
from govpost.common.text import Text

__all__ = [
    "ClockKind", "ItemTerms", "Light", "Marks", "Term", "accept_term", "correction_overdue", "decide_term", "deliver_term", "light",
    "marks", "may_still_answer", "silence_accepts",
]  # fmt: skip


class ClockKind(StrEnum):
    """Which term runs; an empty clock is none."""

    ACCEPT = "accept"
    CORRECT = "correct"  # the applicant's
    DECIDE = "decide"
    DELIVER = "deliver"


LICENCE = "01"  # item type of GB/T 39046 A.1: the only one bound by 行政许可法
ACCEPT_DAYS, DECIDE_DAYS, DELIVER_DAYS = 5, 20, 10
DAY = timedelta(days=1)
CORRECTION_DAYS = 5  # 地方办理规程: seen in a city system; an officer may give more


@dataclass(frozen=True, slots=True)
class Term:
    """So many days and why. unit: "working" (行政许可法 82) or "calendar"."""

    days: int
    unit: str
    basis: str


@dataclass(frozen=True, slots=True)
class ItemTerms:
    """What an item promises, from the catalogue; None: the item has no such term."""

    item_type: str
    accept_days: int | None
    decide_days: int | None
    decide_unit: str
    decide_basis: str
    deliver_days: int | None

    @property
    def is_licence(self) -> bool:
        return self.item_type == LICENCE


def accept_term(item: ItemTerms) -> Term | None:
    """How long the department may take to accept or to ask for corrections; a licence never more than five working days."""
    if item.is_licence:
        return Term(min(item.accept_days or ACCEPT_DAYS, ACCEPT_DAYS), "working", "行政许可法 32")
    return Term(item.accept_days, "working", "") if item.accept_days is not None else None


def decide_term(item: ItemTerms) -> Term | None:
    """How long the department may take to decide; a licence twenty working days unless its own law says otherwise."""
    if item.decide_days is not None:
        return Term(item.decide_days, item.decide_unit, item.decide_basis or ("行政许可法 42" if item.is_licence else ""))
    return Term(DECIDE_DAYS, "working", "行政许可法 42") if item.is_licence else None


def deliver_term(item: ItemTerms) -> Term | None:
    """Until when the result must be with the applicant; a licence ten working days after the decision."""
    if item.is_licence:
        return Term(min(item.deliver_days or DELIVER_DAYS, DELIVER_DAYS), "working", "行政许可法 44")
    return Term(item.deliver_days, "working", "") if item.deliver_days is not None else None


@dataclass(frozen=True, slots=True)
class Marks:
    """The moments at which a term's light changes."""

    amber_at: datetime
    red_at: datetime


def marks(*, since: datetime, due_on: date, working: Sequence[date] | None = None) -> Marks:
    """Amber when less than a quarter of the promise is left, red after the last day.

    working: the working days of a term in working days, oldest first; only on them does its time run (行政许可法 82): a holiday neither
    uses up a quarter nor belongs to one. None: it runs on every day.
    """
    end = shanghai_midnight(due_on + timedelta(days=1))
    runs = [(since, end)] if working is None else [(max(since, shanghai_midnight(on)), shanghai_midnight(on + DAY)) for on in working]
    runs = [(begin, min(until, end)) for begin, until in runs if begin < min(until, end)]
    left = sum((until - begin for begin, until in runs), timedelta(0)) / 4
    for begin, until in reversed(runs):
        if until - begin >= left:
            return Marks(until - left, end)
        left -= until - begin
    return Marks(end, end)


def silence_accepts(*, is_licence: bool, due_on: date | None, at: datetime) -> Decision:
    """Who says nothing within five days has accepted, on the day on which the papers were received."""
    if not is_licence or due_on is None:
        return deny("no_silence", Text("The law does not let this item be accepted by silence."), "行政许可法 32")
    if at < shanghai_midnight(due_on + timedelta(days=1)):
        return deny("not_due", Text("The department still has time to answer."), "行政许可法 32")
    return allow("accepted_by_silence", Text("Accepted by law: the department did not answer in time."), "行政许可法 32")


def may_still_answer(*, silence: Decision) -> Decision:
    """Once silence has accepted, the department can neither ask for corrections nor refuse to accept."""
    if not silence.allowed:
        return allow("in_time", basis="行政许可法 32")
    sentence = Text("The five days are over: by law the application counts as accepted since its receipt. Accept it and decide.")
    return deny("accepted_by_silence", sentence, "行政许可法 32")


def correction_overdue(*, due_on: date | None, at: datetime) -> Decision:
    """A case whose corrections did not come in time ends."""
    if due_on is None or at < shanghai_midnight(due_on + timedelta(days=1)):
        return deny("not_due", Text("The applicant still has time to correct."))
    return allow("correction_overdue", Text("The corrections did not come in time."), "地方办理规程")
