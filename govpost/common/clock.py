"""The one clock and the one time zone: UTC inside, Shanghai days for people, law and rates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The aware current time. Only surfaces, workers and commands call it; actions take `at`."""
    return datetime.now(tz=UTC)


def shanghai_day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def shanghai_midnight(on: date) -> datetime:
    """The moment at which the Shanghai day `on` begins."""
    return datetime.combine(on, time.min, tzinfo=SHANGHAI)


def shanghai_at(on: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(on, time(hour, minute), tzinfo=SHANGHAI)
