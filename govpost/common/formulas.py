"""Text that a spreadsheet would run as a formula gets an apostrophe in front when it leaves as CSV, and loses it when it comes back."""

from __future__ import annotations

_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", "﹣", "﹫", "\t", "\r", "\n", "\x00", "|", "%")
_BEFORE = "' \u3000\u00a0\u200b\ufeff"  # an apostrophe too, so that one which was there is told from ours


def disarm(text: str) -> str:
    return f"'{text}" if _runs(text) else text


def rearm(cell: str) -> str:
    """What `disarm` was given: `rearm(disarm(text)) == text` for every text."""
    return cell[1:] if cell.startswith("'") and _runs(cell[1:]) else cell


def _runs(text: str) -> bool:
    return text.lstrip(_BEFORE).startswith(_STARTS)
