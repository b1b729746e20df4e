"""Timers: each looks at the day after a term's last day whether there is still something to do, and calls one action.

A term that begins anew sets its own timer, so an older one that finds nothing to do is the usual case.
"""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from govpost.cases import actions
from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.refusal import Refusal

CLOCK = Actor.system("clock")
_NOTHING_TO_DO = frozenset({"wrong_state", "not_due", "no_silence"})


@app.task(name="cases.accept_silent", queue="timers")
def accept_silent(case_id: str) -> None:
    """Silence accepts (行政许可法 32)."""
    try:
        actions.accept_silently(case_id=UUID(case_id), at=now(), by=CLOCK)
    except Refusal as refused:
        _expect(refused)


@app.task(name="cases.end_overdue_correction", queue="timers")
def end_overdue_correction(case_id: str) -> None:
    """Corrections that never came end the case."""
    try:
        actions.terminate(case_id=UUID(case_id), at=now(), by=CLOCK)
    except Refusal as refused:
        _expect(refused)


def _expect(refused: Refusal) -> None:
    """The department or the applicant was in time: the usual end of a timer."""
    if refused.code not in _NOTHING_TO_DO:
        raise refused
