"""What a KPI is: its written definition, and the verdict that it passes on one order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from govpost.common.clock import shanghai_day
from govpost.common.text import Text

Payload = Mapping[str, Any]


class Outcome(StrEnum):
    """OPEN past its due moment is read as late."""

    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Failure:
    """A collection that failed: when, why (a code of 揽收 1–21), and the new appointment that was made then."""

    at: datetime
    reason: str
    moved_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one order counts: the Shanghai day of its due moment, the county and outlet that answer for it, outcome and reason.

    place: GB/T 2260 code of the county. reason: a code of `reasons.REASONS`, "" where none is needed.
    """

    due_at: datetime
    place: str
    outlet: str
    outcome: Outcome
    reason: str = ""

    @property
    def day(self) -> date:
        return shanghai_day(self.due_at)

    def read_at(self, moment: datetime) -> Outcome:
        """What the outcome means to a reader at `moment`: what is open after its due moment is late."""
        if self.outcome is Outcome.OPEN and self.due_at < moment:
            return Outcome.LATE
        return self.outcome


@dataclass(frozen=True, slots=True)
class Kpi:
    """A written definition and its code. `target` is a share of 1; `source` says what it rests on and names its clause in docs/law.md.

    place: whose rate it is, "origin" (who collects) or "destination" (who delivers). version: raised when the sentence changes.
    """

    code: str
    version: int
    title: Text
    sentence: Text
    numerator: Text
    denominator: Text
    unit: str
    target: float
    direction: Literal["up", "down"]
    place: Literal["origin", "destination"]
    source: str
    judge: Callable[[Payload], Verdict | None]


def moment(payload: Payload, name: str) -> datetime | None:
    """The aware moment under `name`, or None."""
    value = payload.get(name)
    return datetime.fromisoformat(value) if value else None
