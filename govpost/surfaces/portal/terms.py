"""The legal terms of a case as rows with lights: which run, which were kept, which were not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from govpost.cases.clocks import Light
from govpost.cases.models import Case
from govpost.common.clock import shanghai_day


@dataclass(frozen=True, slots=True)
class TermRow:
    """`light` is that of a running term; `met_on` the day on which it was met; `kept` whether that was in time."""

    clock: str
    due_on: date
    light: str = ""
    met_on: date | None = None
    kept: bool = True
    confirmed: bool = True


def terms(case: Case, light: Light | None) -> list[TermRow]:
    """In the order in which they run; a term that never began is left out."""
    answered = case.correction_requested_at or case.accepted_at
    rows = (
        ("accept", case.accept_due_on, case.accepted_at if case.resubmitted_at else answered),
        ("correct", case.correction_due_on, case.resubmitted_at),
        ("decide", case.decide_due_on, case.decided_at),
        ("deliver", case.deliver_due_on, case.closed_at),
    )
    return [_row(case, clock, due_on, met_at, light) for clock, due_on, met_at in rows if due_on is not None]


def _row(case: Case, clock: str, due_on: date, met_at: datetime | None, light: Light | None) -> TermRow:
    if case.clock == clock:
        return TermRow(clock, due_on, light=light.value if light else "none", confirmed=case.due_confirmed)
    met_on = shanghai_day(met_at) if met_at else None
    return TermRow(clock, due_on, met_on=met_on, kept=met_on is None or met_on <= due_on)
