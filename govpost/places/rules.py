"""How days are counted (行政许可法 82: working days, without legal holidays), pure; and who may change places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from govpost.common.refusal import Decision, allow, deny
from govpost.common.text import Text

NATIONAL = "CN"
SATURDAY = 5

# Places lie below the room that names the roles; this is `parties.roles.Role.ADMIN`.
MAY: dict[str, frozenset[str]] = {
    "load": frozenset({"admin"}),
    "set_day": frozenset({"admin"}),
    "keep_areas": frozenset({"admin"}),
    "open_outlet": frozenset({"admin"}),
    "open_hall": frozenset({"admin"}),
    "change_outlet": frozenset({"admin"}),
    "change_hall": frozenset({"admin"}),
    "close_outlet": frozenset({"admin"}),
    "name_successor": frozenset({"admin"}),
    "close_hall": frozenset({"admin"}),
    "keep_notice": frozenset({"admin"}),
}


@dataclass(frozen=True, slots=True)
class Day:
    """Whether an office works on a day; `confirmed` is False where no official notice covers the day yet."""

    on: date
    is_working: bool
    confirmed: bool
    note: str = ""

    @property
    def is_holiday(self) -> bool:
        """A public holiday, not a plain weekend: a day off in the week, or one that the notice names."""
        return not self.is_working and (self.on.weekday() < SATURDAY or bool(self.note))


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a term; `confirmed` is False when a day on the way is only provisional."""

    on: date
    confirmed: bool


Lookup = Callable[[date], Day]


class Spot(Protocol):
    """A place on the map, in degrees."""

    longitude: float
    latitude: float


def apart(one: Spot, other: Spot) -> float:
    """How far two places lie from each other, for comparing near ones only: the square of degrees, as wide as they are at 33° north."""
    return ((one.longitude - other.longitude) * 0.84) ** 2 + (one.latitude - other.latitude) ** 2


def provisional(on: date) -> Day:
    """Beyond the official notice Monday to Friday are taken as working days."""
    return Day(on, on.weekday() < SATURDAY, confirmed=False)


def add_working_days(start: date, days: int, lookup: Lookup) -> Deadline:
    """The `days`-th working day after `start`; the day on which a term begins is not counted. `days` 0 is `start` itself."""
    if days < 0:
        raise ValueError("a term has no negative days")
    on, left, confirmed = start, days, True
    while left and on < date.max:
        on += timedelta(days=1)
        day = lookup(on)
        confirmed &= day.confirmed
        left -= day.is_working
    return Deadline(on, confirmed and not left)


def add_calendar_days(start: date, days: int) -> Deadline:
    """The `days`-th day after `start`. A term that binds the office is not moved by holidays, so it is always confirmed."""
    if days < 0:
        raise ValueError("a term has no negative days")
    return Deadline(start + timedelta(days=min(days, (date.max - start).days)), confirmed=True)


def working_days_between(start: date, end: date, lookup: Lookup) -> int:
    """How many working days lie after `start` up to and including `end`; 0 when `end` is not later."""
    span = (end - start).days
    return sum(lookup(start + timedelta(days=ahead)).is_working for ahead in range(1, span + 1))


def region_codes(code: str) -> tuple[str, ...]:
    """341602, 341602000000 → ("34", "3416", "341602"): a division's code and its ancestors', trailing zero pairs left out."""
    digits = code.strip()[:6]
    pairs = [digits[i : i + 2] for i in range(0, len(digits), 2)]
    while pairs and pairs[-1] == "00":
        pairs.pop()
    return tuple("".join(pairs[: i + 1]) for i in range(len(pairs)))


def may_move_day(*, on: date, today: date) -> Decision:
    """Only coming days: terms were counted by the days that have passed."""
    if on <= today:
        return deny("day_passed", Text("Choose a day after today: terms were counted by the days before."))
    return allow()


def may_succeed(*, is_closed: bool, same_kind: bool, successor_open: bool) -> Decision:
    """Whether an outlet may go on with what lay at another: that one is closed, it is open, and both are of one kind."""
    if not is_closed:
        return deny("outlet_open", Text("It is open: what lies there stays there."))
    if not (same_kind and successor_open):
        return deny("no_successor", Text("Choose an open outlet of the same kind."))
    return allow()


def may_close(*, is_closed: bool, halls: Sequence[str], areas: Sequence[str]) -> Decision:
    """Whether nothing relies on an outlet or hall any more; `halls` and `areas` are the names of what does."""
    if is_closed:
        return deny("closed", Text("It is closed already."))
    if halls:
        return deny("hall_relies", Text("It stands in %(halls)s. Give that hall another station desk first.", {"halls": "、".join(halls)}))
    if areas:
        sentence = Text("It serves %(areas)s. Give those townships another outlet first.", {"areas": "、".join(areas[:5])})
        return deny("areas_rely", sentence)
    return allow()
