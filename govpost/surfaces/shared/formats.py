"""Dates in Shanghai time, money, numbers and rates as people read them, in the language of the page."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext

from govpost.common.clock import SHANGHAI
from govpost.common.money import yuan

MINUS = "\u2212"
_SPAN = re.compile(r"(\d{1,2}:\d\d)\s*[-–—~～]\s*(\d{1,2}:\d\d)")
_BETWEEN = re.compile(r"(?<=\d)[\s,，、;；]+(?=\d{1,2}:)")


def day(on: date | datetime | None) -> str:
    """2026年11月23日 / 23 November 2026; an aware moment gives its Shanghai day; None gives a dash."""
    if on is None:
        return "–"
    # Translators: a day as PHP-style date format (see Django's `date` filter)
    return date_format(_local(on), gettext("j F Y"), use_l10n=False)


def month(on: date | datetime | None) -> str:
    """2026年11月 / November 2026."""
    # Translators: a month as PHP-style date format
    return "–" if on is None else date_format(_local(on), gettext("F Y"), use_l10n=False)


def weekday(on: date | datetime | None) -> str:
    """11月23日 周一 / Mon 23 November."""
    if on is None:
        return "–"
    # Translators: a day with its weekday as PHP-style date format
    return date_format(_local(on), gettext("D j F"), use_l10n=False)


def moment(at: datetime | None) -> str:
    """2026年11月23日 19:22 / 23 November 2026, 19:22, in Shanghai time."""
    if at is None:
        return "–"
    # Translators: a moment as PHP-style date format
    return date_format(_local(at), gettext("j F Y, H:i"), use_l10n=False)


def short_moment(at: datetime | None) -> str:
    """11月23日 19:22 / 23 Nov 19:22: for dense tables, where the year is plain from the page."""
    if at is None:
        return "–"
    # Translators: a moment without its year as PHP-style date format
    return date_format(_local(at), gettext("j M H:i"), use_l10n=False)


def clock_time(at: datetime | None) -> str:
    """19:22 in Shanghai."""
    return "–" if at is None else _local(at).strftime("%H:%M")


def opening_hours(told: str) -> str:
    """ "09:00-12:00 13:00-17:00" → "09:00–12:00, 13:00–17:00", each span in one piece; other words stay as they are."""
    return _SPAN.sub("\\1\u2060–\u2060\\2", _BETWEEN.sub(gettext(", "), told))


def money(fen: int | None) -> str:
    """123456 → "¥1,234.56"; negative amounts carry a minus sign, None a dash."""
    if fen is None:
        return "–"
    whole, _, cents = yuan(abs(fen)).partition(".")
    return f"{MINUS if fen < 0 else ''}¥{int(whole):,}.{cents}"


def number(value: int | float | None) -> str:
    """12345 → "12,345"."""
    if value is None:
        return "–"
    return f"{value:,}".replace("-", MINUS)


def rate(part: int, whole: int) -> str:
    """(12, 13) → "92.31%"; with nothing to divide by there is no rate, and the dash says so."""
    return "–" if not whole else f"{100 * part / whole:.2f}%"


def spoken_code(code: str) -> str:
    """ "123456" → "1 2 3 4 5 6", so that screen readers say digits and not a number."""
    return " ".join(code)


def _local(value: date | datetime) -> datetime | date:
    return value.astimezone(SHANGHAI).replace(tzinfo=None) if isinstance(value, datetime) else value
