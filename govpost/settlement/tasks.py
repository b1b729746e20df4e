"""The monthly timer: on the first working day of a month the statements of the month before are made."""

from __future__ import annotations

from procrastinate.contrib.django import app

from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.places import queries as places
from govpost.settlement import actions
from govpost.settlement.rules import last_month, month_of

CLOCK = Actor.system("clock")


@app.periodic(cron="7 22 * * *")  # early in the morning in Shanghai
@app.task(queueing_lock="settlement:statements", name="settlement.make_statements", queue="timers")
def make_statements(timestamp: int) -> None:
    """Asked daily, for a worker may have stood still on the first working day; what is made is not made again."""
    at = now()
    today = shanghai_day(at)
    if places.working_days(month_of(today), today):
        actions.make_statements(month=last_month(today), at=at, by=CLOCK)
