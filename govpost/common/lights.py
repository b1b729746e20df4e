"""How much of a promise is left, in one colour. Every running term has two marks: amber from the last quarter on, red once it is over."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class Light(StrEnum):
    """What the supervision window shows of a running term."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


def light(amber_at: datetime | None, red_at: datetime | None, at: datetime) -> Light | None:
    """The light of a running term at a moment; None where no term runs. `red_at` is the first moment at which it is over."""
    if amber_at is None or red_at is None:
        return None
    if at >= red_at:
        return Light.RED
    return Light.AMBER if at > amber_at else Light.GREEN
