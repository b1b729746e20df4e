"""How large a demonstration is: the stories alone, or a county's, a city's, a year's mail beside them. The data directory remembers it."""

from __future__ import annotations

import json
from pathlib import Path

SMALL, COUNTY, CITY, YEAR = NAMES = ("small", "county", "city", "year")
MARKS = ("demo-size", "demo-filled", "progress-bulk.json")
_SIZE, _FILLED, _PROGRESS = MARKS


class OtherSize(Exception):
    """What is there was begun with another size; the message says what to do."""


def choose(home: Path, wanted: str | None) -> str:
    """The size of this data directory: what was chosen before, or `wanted` where only the stories are there."""
    stored = (home / _SIZE).read_text().strip() if (home / _SIZE).exists() else SMALL
    if wanted in (None, stored):
        return stored
    if stored != SMALL:
        raise OtherSize(f"This demonstration has the size {stored}. For the size {wanted} start it anew: add --fresh.")
    (home / _SIZE).write_text(str(wanted))
    return str(wanted)


def is_whole(home: Path, size: str) -> bool:
    return size == SMALL or (home / _FILLED).exists()


def note_whole(home: Path) -> None:
    (home / _FILLED).touch()


def read_progress(home: Path) -> tuple[int, int, str]:
    """Days done, days in all, the day that was done last; (0, 0, "") before the first one."""
    try:
        stored = json.loads((home / _PROGRESS).read_text())
        return int(stored["done"]), int(stored["of"]), str(stored["words"])
    except (OSError, ValueError, KeyError):
        return 0, 0, ""
