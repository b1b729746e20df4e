"""What a cell says, as a person sees it; and what a spreadsheet has spoilt in it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from govpost.common.text import Text

LONGEST_CELL = 2_000
# Excel and WPS keep fifteen digits of a number; a longer one came out of them changed.
_EXACT = 10**15
_ROUNDED = re.compile(r"-?\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#UNKNOWN!"}
    | {"#CONNECT!", "#GETTING_DATA"}
)


def text_of(value: Any) -> str:
    """Whole numbers without ".0" (phones and codes are often kept as numbers), moments as 2026-11-23 14:30."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < _EXACT else f"{value:.14E}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)[: LONGEST_CELL + 1]


def spoilt(cell: str) -> Text | None:
    """What a spreadsheet put in place of the value: an error of its own, or a number without its last digits."""
    if cell.upper() in _ERRORS:
        return Text("This cell holds the spreadsheet's error %(value)s. Type the value in its place.", {"value": cell})
    if _ROUNDED.fullmatch(cell):
        return Text("The spreadsheet has rounded this number (%(value)s). Format the column as text and type it again.", {"value": cell})
    return None
