"""The days of the story: three weeks before now, working days by the official calendar, moments as people live them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from random import Random

from govpost.common.clock import shanghai_at, shanghai_day
from govpost.places import queries as places

DAY = timedelta(days=1)
HISTORY_DAYS = 21


class Days:
    """Shanghai days around `now`; the history has `HISTORY_DAYS` days before today."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.today = shanghai_day(now)
        self.first = self.today - HISTORY_DAYS * DAY
        self.is_working = cache(places.is_working_day)

    def working(self, on: date, after: int = 0) -> date:
        """The first working day from `on`, or the `after`-th one after that."""
        while not self.is_working(on):
            on += DAY
        for _ in range(after):
            on += DAY
            while not self.is_working(on):
                on += DAY
        return on

    def back(self, working_days: int) -> date:
        """The working day so many working days before today."""
        on = self.today
        while working_days:
            on -= DAY
            working_days -= self.is_working(on)
        return on

    @property
    def round_now(self) -> datetime:
        """The last moment at which couriers were well out on their round: now, or of a night and early morning the evening before."""
        on = self.today if self.now >= shanghai_at(self.today, 11, 30) else self.today - DAY
        return min(self.now, shanghai_at(on, 18, 30))

    def eve(self) -> int:
        """How many working days ago the last one was before the day of that round."""
        return next(n for n in count(1) if self.back(n) < shanghai_day(self.round_now))

    def office_ago(self, minutes: int) -> datetime:
        """The moment so many minutes of office hours ago."""
        on, left = self.today, timedelta(minutes=minutes)
        while True:
            opens, shuts = shanghai_at(on, 9), min(self.now, shanghai_at(on, 17, 30))
            if self.is_working(on) and shuts - opens >= left:
                return shuts - left
            left -= max(shuts - opens, timedelta()) if self.is_working(on) else timedelta()
            on -= DAY

    def history(self) -> list[date]:
        """The working days before today on which something can begin."""
        return [on for n in range(HISTORY_DAYS) if self.is_working(on := self.first + n * DAY)]

    def brisk(self) -> list[date]:
        """Those that another working day follows: what is begun then is not in the way of a weekend."""
        return [on for on in self.history() if self.is_working(on + DAY)]

    def office(self, since: datetime, hour: int, *, later: int = 0) -> date:
        """The first working day on which `hour` comes after `since`, or `later` working days after that."""
        on = shanghai_day(since)
        if shanghai_at(on, hour) <= since:
            on += DAY
        return self.working(on, later)


def moment(rng: Random, on: date, first: int, last: int) -> datetime:
    """Some minute between two hours of a day."""
    return shanghai_at(on, 0) + timedelta(minutes=rng.randrange(first * 60 + 2, last * 60 - 2))
