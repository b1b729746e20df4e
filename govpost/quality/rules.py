"""How figures are read and moved: effective outcomes, rates, corrections of days that were over. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from govpost.common.clock import shanghai_day
from govpost.parties.roles import Role
from govpost.quality.kpis import KPIS
from govpost.quality.kpis.definition import Kpi, Outcome, Verdict

MAY: dict[str, frozenset[Role]] = {
    "look": frozenset({Role.QUALITY, Role.SUPERVISOR}),
    "table_one": frozenset({Role.QUALITY, Role.SUPERVISOR, Role.ADMIN}),
}
SMALL = 30  # below this many due items a rate is shown with a warning and never ranked


class Change(StrEnum):
    """What a fact version did to a day that was already over when it became known."""

    NOTHING = ""
    CHANGED = "changed"
    ADDED = "added"  # the order itself became known only afterwards (an import, for example)


@dataclass(frozen=True, slots=True)
class Judged:
    """One order under one KPI as one fact tells it; what a fact version and the current fact hold."""

    order_id: str
    kpi: str
    version: int
    number: str
    item: str
    verdict: Verdict
    known_at: datetime
    cause: str
    history: bool = False  # imported: what is told of it fills past days in, and corrects nothing that was shown


@dataclass(frozen=True, slots=True)
class Step:
    """From one verdict to the next: `was` is None for an order not counted before."""

    was: Verdict | None
    now: Judged
    change: Change


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of a cell or of a sum of cells, as read at a moment.

    overdue: open items whose due moment has passed; they count as late. rate: on_time / (due − excluded − not yet due).
    """

    due: int = 0
    on_time: int = 0
    late: int = 0
    open: int = 0
    excluded: int = 0
    overdue: int = 0

    @property
    def all_late(self) -> int:
        return self.late + self.overdue

    @property
    def not_yet_due(self) -> int:
        return self.open - self.overdue

    @property
    def judged(self) -> int:
        """The denominator."""
        return self.due - self.excluded - self.not_yet_due

    @property
    def rate(self) -> float | None:
        return self.on_time / self.judged if self.judged else None

    @property
    def small(self) -> bool:
        """Too few items for the rate to mean much."""
        return self.judged < SMALL

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.due + other.due, self.on_time + other.on_time, self.late + other.late,
            self.open + other.open, self.excluded + other.excluded, self.overdue + other.overdue,
        )  # fmt: skip


def judged(payload: Mapping[str, Any], kpis: Iterable[Kpi] = tuple(KPIS.values())) -> Iterator[Judged]:
    """What each KPI says of an order's fact; KPIs that do not measure the order are left out."""
    known_at = datetime.fromisoformat(payload["known_at"])
    for kpi in kpis:
        verdict = kpi.judge(payload)
        if verdict is not None:
            yield Judged(
                str(payload["order"]), kpi.code, int(payload["version"]), payload["number"], payload["item"], verdict,
                known_at, cause(payload), is_history(payload),
            )  # fmt: skip


def is_history(payload: Mapping[str, Any]) -> bool:
    """Imported mail stands on nobody's account: it was paid where it was ordered."""
    return not payload["account"]


def cause(payload: Mapping[str, Any]) -> str:
    """Why the order changed, in one word for the list of corrections: who spoke, and whether something was withdrawn."""
    withdrawn = payload["before"] == "delivered" and payload["after"] != "delivered"
    return f"{'withdrawn' if withdrawn else payload['after']}:{payload['source']}"


def steps(was: Verdict | None, seen_version: int, versions: Sequence[Judged]) -> list[Step]:
    """The versions that change the verdict, oldest first; what is not newer than `seen_version` is ignored."""
    found: list[Step] = []
    for version in sorted(versions, key=lambda v: v.version):
        if version.version <= seen_version:
            continue
        seen_version = version.version
        if version.verdict != was:
            found.append(Step(was, version, correction(was, version.verdict, version.known_at, history=version.history)))
            was = version.verdict
    return found


def correction(was: Verdict | None, now: Verdict, known_at: datetime, *, history: bool = False) -> Change:
    """Whether the step rewrites the figures of a day that was over at `known_at` (a Shanghai day)."""
    today = shanghai_day(known_at)
    if was is None or history:
        return Change.ADDED if now.day < today else Change.NOTHING
    moved = (was.day, was.place, was.outlet) != (now.day, now.place, now.outlet)
    if not moved and was.read_at(known_at) == now.read_at(known_at):
        return Change.NOTHING
    over = was.day < today or now.day < today
    return Change.CHANGED if over else Change.NOTHING


def counts_of(verdicts: Iterable[Verdict], moment: datetime) -> Counts:
    """Count verdicts as they are read at `moment`."""
    total = Counts()
    for verdict in verdicts:
        total += count_of(verdict, moment)
    return total


def count_of(verdict: Verdict, moment: datetime) -> Counts:
    outcome = verdict.outcome
    overdue = outcome is Outcome.OPEN and verdict.read_at(moment) is Outcome.LATE
    return Counts(
        1, int(outcome is Outcome.ON_TIME), int(outcome is Outcome.LATE), int(outcome is Outcome.OPEN),
        int(outcome is Outcome.EXCLUDED), int(overdue),
    )  # fmt: skip
