"""Which township or village an address names, which outlet serves it, and on which days the post comes there: pure.

A service area is a township 乡镇街道 or a village 村 in it. Days are digits of the week, Monday 1 to Sunday 7: "135" for a far
village, "1234567" for a town, "" where the post does not come and mail waits at the outlet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from govpost.common.clock import SHANGHAI, shanghai_day
from govpost.common.text import Text

EVERY_DAY = "1234567"
LONGEST_NAME = 40
_NAMES = {
    "1": Text("Mondays"), "2": Text("Tuesdays"), "3": Text("Wednesdays"), "4": Text("Thursdays"), "5": Text("Fridays"),
    "6": Text("Saturdays"), "7": Text("Sundays"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Area:
    """One version of a service area, from `starts_on` on. `parent`: the township of a village. `words`: other words that name it."""

    code: str
    parent: str
    name: str
    words: tuple[str, ...]
    outlet: str
    days: str
    starts_on: date
    closed: bool = False

    def serves(self, on: date) -> bool:
        return str(on.isoweekday()) in self.days

    @property
    def is_daily(self) -> bool:
        return self.days == EVERY_DAY


@dataclass(frozen=True, slots=True)
class Found:
    """The area that an address names; None where it names none, `unclear` where it names several and one cannot be told."""

    area: Area | None = None
    unclear: bool = False


def in_force(versions: Iterable[Area], on: date) -> list[Area]:
    """Of each area the version of the day, without those that were closed."""
    latest: dict[str, Area] = {}
    for area in sorted(versions, key=lambda area: area.starts_on):
        if area.starts_on <= on:
            latest[area.code] = area
    return [area for area in latest.values() if not area.closed]


def find_area(areas: Sequence[Area], street: str) -> Found:
    """A village before its township, the longer word before the shorter; two villages of one name are told apart by the township."""
    text = "".join(street.split())
    named = [(max(hits), area) for area in areas if (hits := [len(word) for word in (area.name, *area.words) if word in text])]
    townships = _longest([(length, area) for length, area in named if not area.parent])
    villages = _longest([(length, area) for length, area in named if area.parent])
    inside = [village for village in villages if village.parent in {township.code for township in townships}]
    best = inside or (villages if not townships else []) or townships
    return Found(best[0]) if len(best) == 1 else Found(unclear=len(best) > 1)


def _longest(named: list[tuple[int, Area]]) -> list[Area]:
    longest = max((length for length, _ in named), default=0)
    return [area for length, area in named if length == longest]


TWO = 2  # days in a row that are still said one by one


def days_words(days: str) -> Text:
    """“Mondays, Wednesdays, Fridays” or “Mondays to Fridays”, translated as a whole at the surface."""
    if days == EVERY_DAY:
        return Text("every day")
    if not days:
        return Text("no day")
    run = next(n for n in range(len(days), 0, -1) if days[:n] in EVERY_DAY)
    length = run if run > TWO else 1
    first, rest = _NAMES[days[0]], days[length:]
    if length > 1:
        first = Text("%(first)s to %(last)s", {"first": first, "last": _NAMES[days[length - 1]]})
    return Text("%(first)s, %(rest)s", {"first": first, "rest": days_words(rest)}) if rest else first


_WORDS = {"每天": EVERY_DAY, "每日": EVERY_DAY, "工作日": "12345", "不投递": ""}
_SIGNS = dict(zip("一二三四五六日天", "12345677", strict=True))


def read_days(text: str) -> str:
    """Days as people write them: 135, 一三五, 周一、周三、周五, 每天; what cannot be read stays as it was, to be refused."""
    plain = "".join(sign for sign in text if sign not in " 、，,;；/周星期")
    if plain in _WORDS:
        return _WORDS[plain]
    digits = [_SIGNS.get(sign, sign) for sign in plain]
    return "".join(sorted(set(digits))) if all(digit in EVERY_DAY for digit in digits) else text


def next_delivery(promised: datetime, days: str) -> datetime:
    """The promise moved to the next day on which the post comes there, at the same hour; as it was where it comes every day or never."""
    on = shanghai_day(promised)
    ahead = next((n for n in range(7) if str((on + timedelta(days=n)).isoweekday()) in days), 0)
    return promised.astimezone(SHANGHAI) + timedelta(days=ahead) if ahead else promised


def harmless(before: Area | None, after: Area) -> bool:
    """Whether a change may count today: it takes nothing away that somebody was offered (more days, more words, a new area)."""
    if before is None:
        return True
    more = set(before.days) <= set(after.days) and set(before.words) <= set(after.words)
    return more and before.outlet == after.outlet and before.name == after.name and not after.closed
