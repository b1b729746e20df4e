"""The clock's work: moves and names that were planned for a day take effect when it begins."""

from __future__ import annotations

from procrastinate.contrib.django import app

from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.parties import actions

CLOCK = Actor.system("clock")


@app.periodic(cron="*/10 * * * *")
@app.task(name="parties.take_effect", queue="timers", queueing_lock="chore:parties")
def take_effect(timestamp: int) -> None:
    actions.take_effect(at=now(), by=CLOCK)
