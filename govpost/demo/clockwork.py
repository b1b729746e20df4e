"""Lets many stories happen at once in the order of time, and the rooms hear of each other in between.

A story is a generator: it yields the moment at which it goes on, and acts when it is woken. Followers digest after each hour in which
something happened; a story whose next step rests on another room's reaction waits for a later hour.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from itertools import count

import structlog
from django.db import connection, transaction

from govpost.common.refusal import Refusal
from govpost.journal import followers

log = structlog.get_logger(__name__)

Story = Generator[datetime, None, None]
HOUR = timedelta(hours=1)
# Who must have heard before the next hour: the couriers' instructions and the cases. The others hear in the evening.
AT_ONCE = ("dispatch", "cases")
_PATIENCE = 30.0


class StoryLeft(Exception):
    """Something is not as the story left it: somebody else acted."""


class Clockwork:
    """The stories that are under way, by the moment of their next step."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, str, Story]] = []
        self._numbers = count()
        self.lost: list[str] = []

    def add(self, name: str, story: Story) -> None:
        self._go_on(name, story)

    def run(self, until: datetime) -> int:
        """Every step before `until`, each in one transaction; returns how many there were."""
        steps = 0
        while self._waiting and self._waiting[0][0] < until:
            _, _, name, story = heapq.heappop(self._waiting)
            self._go_on(name, story)
            steps += 1
        return steps

    def _go_on(self, name: str, story: Story) -> None:
        """A visitor may act on the same case while the history is built: then that story goes its own way from there."""
        try:
            with transaction.atomic():
                moment = next(story, None)
        except (Refusal, StoryLeft) as error:
            log.warning("demo_story_left", story=name, why=str(error))
            self.lost.append(f"{name}: {error}")
            return
        if moment is not None:
            heapq.heappush(self._waiting, (moment, next(self._numbers), name, story))


def digest(names: tuple[str, ...] = ()) -> None:
    """Let these followers, or all, read everything that has been told up to here.

    A visitor's open transaction hides newer facts for a moment: that is waited for.
    """
    ends = time.monotonic() + _PATIENCE
    while _hidden() and time.monotonic() < ends:
        time.sleep(0.005)
    reading = list(names or followers.load())
    while reading:  # side by side: what one has read the next need not read again
        reading = [name for name in reading if followers.run_once(name) == followers.BATCH]


def digest_all() -> None:
    """All of them to the very end, also what they tell each other."""
    ends = time.monotonic() + _PATIENCE
    digest()
    while any(followers.lag().values()) and time.monotonic() < ends:
        digest()


def _hidden() -> bool:
    """Whether a committed fact lies beyond what followers may read yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM journal_fact WHERE xid >= pg_snapshot_xmin(pg_current_snapshot()))")
        return bool(cursor.fetchone()[0])


Progress = Callable[[int, int, str], None]
