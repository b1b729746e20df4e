"""Which collection windows an address is offered, and why another is not: pure.

A window is offered while it can still be ordered, on a day on which couriers work and the post comes to the address, as long as the
outlet has a place left in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from govpost.common.clock import shanghai_day
from govpost.common.refusal import Decision, allow, deny
from govpost.common.text import Text
from govpost.delivery.ports import Serves
from govpost.places.areas import Area, Found, days_words
from govpost.places.rules import Day
from govpost.profiles.rules import Settings, Window, order_until, windows_of

FURTHEST = 60  # days that are looked at for one on which somebody comes


class Closed(StrEnum):
    """Why a window of a served day cannot be chosen."""

    PAST = "past"
    CUT_OFF = "cut_off"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Slot:
    """A window of a day on which couriers come. left: places not held yet; until: the last moment to order it; closed: "" or why not."""

    window: Window
    capacity: int
    left: int
    until: datetime
    closed: str = ""

    @property
    def open(self) -> bool:
        return not self.closed


def couriers_work(day: Day, *, weekdays: str, on_holidays: bool, own: bool | None = None) -> bool:
    """Whether an outlet's couriers work on a day. own: what the outlet's own calendar says; it wins. A make-up working day is worked."""
    if own is not None:
        return own
    if day.is_holiday:
        return on_holidays and str(day.on.isoweekday()) in weekdays
    return str(day.on.isoweekday()) in weekdays or (day.is_working and day.on.isoweekday() > 5)


def collection_days(today: date, ahead: int, works: Callable[[date], bool], serves: Callable[[date], bool]) -> list[date]:
    """Today and the next `ahead` days on which couriers work, of these the served ones; where none of them is, the first one after."""
    coming = [on for n in range(FURTHEST) if works(on := today + timedelta(days=n))]
    near = coming[: ahead + (coming[:1] == [today])]
    served = [on for on in near if serves(on)]
    if ahead and not any(on > today for on in served):
        served += [on for on in coming[len(near) :] if serves(on)][:1]
    return served


def slots(
    *, at: datetime, days: Iterable[date], settings: Settings, capacity: Callable[[date, int], int], taken: Mapping[datetime, int]
) -> list[Slot]:
    """Every window of these days, open or closed. taken: places held, by the window's beginning."""
    return [
        _slot(at, window, settings, capacity(day, first), taken.get(window.start, 0))
        for day in days
        for (first, _), window in zip(settings.collection_windows, windows_of(day, settings.collection_windows), strict=True)
    ]


def _slot(at: datetime, window: Window, settings: Settings, capacity: int, taken: int) -> Slot:
    until = order_until(window, before_minutes=settings.order_before_minutes, same_day_until=settings.same_day_until)
    left = max(0, capacity - taken)
    closed = Closed.PAST if window.start <= at else Closed.CUT_OFF if until < at else Closed.FULL if not left else ""
    return Slot(window, capacity, left, until, str(closed))


# -- whether a courier comes at all ---------------------------------------------------


def served_from(found: Found, *, door: str, origin: str, hall: str, has_office: bool = True) -> Decision:
    """Whether papers can be fetched at this address. Codes of GB/T 2260; `hall` "": it goes to no hall of ours.

    Our own couriers serve the hall's city only, a village without delivery days has to bring its mail to the outlet, and an address
    that fits two villages is not guessed.
    """
    if door == "ours" and hall and origin[:4] != hall[:4]:
        return deny(
            "outside_collection_area",
            Text("Papers are fetched at doors within the hall's city only. Choose an address there, or bring the papers."),
        )
    if not has_office:
        return deny("no_office", Text("No delivery office serves this county. Choose another address, or bring the papers."))
    if found.unclear:
        return deny("address_unclear", Text("Several villages of this county have this name. Write the township before it."))
    if found.area is not None and not found.area.days:
        area = {"area": found.area.name}
        return deny(
            "not_served", Text("The post does not come to %(area)s. Bring the papers to the window, or send them from the outlet.", area)
        )
    return allow("served", Text("A courier comes to this address."), "行政许可法 29")


def carrier_allows(serves: str | None) -> Decision:
    """What the carrier's range check means. Only its clear "no" keeps a courier away: it being silent is not the applicant's fault."""
    if serves == Serves.NO:
        return deny(
            "carrier_refuses",
            Text("The carrier does not collect at this address. Bring the papers to the window, or send them from the outlet."),
        )
    if serves == Serves.YES or serves is None:
        return allow("carrier_collects")
    caution = Text("The carrier could not say whether it reaches this address. If no courier can come, we tell you, and you bring them.")
    return allow("carrier_unknown", caution)


def offered(found: Sequence[Slot], *, at: datetime) -> Decision:
    """Whether any window is left to choose; otherwise why none is."""
    if any(slot.open for slot in found):
        return allow("offered")
    if any(slot.closed == Closed.FULL for slot in found):
        last = max(slot.window.start for slot in found)
        sentence = Text("Every time until %(last)s is full. Bring the papers, or look again tomorrow.", {"last": shanghai_day(last)})
        return deny("all_full", sentence)
    return deny("no_window", Text("No courier can come within the next days. Bring the papers, or come back tomorrow."))


def days_note(area: Area | None) -> Text | None:
    """The honest delivery days of a place; None where the post comes every day."""
    if area is None or area.is_daily or not area.days:
        return None
    return Text("The post comes to %(area)s on %(days)s.", {"area": area.name, "days": days_words(area.days)})


# -- why not this window -----------------------------------------------------------------


def why_not(window: Window | None, found: Sequence[Slot], *, area: Area | None) -> Text | None:
    """Why this window cannot be chosen, with the next that can; None when it can."""
    slot = next((slot for slot in found if slot.window == window), None)
    if slot is not None and slot.open:
        return None
    following = next((each for each in found if each.open), None)
    if window is None or following is None:
        return Text("Choose a time that is still offered. Earlier ones have passed.")
    then = {"next": following.window.start}
    if slot is None and area is not None and not area.serves(shanghai_day(window.start)):
        words = {"area": area.name, "days": days_words(area.days), **then}
        return Text("The post comes to %(area)s on %(days)s only. The next time is %(next)s.", words)
    if slot is not None and slot.closed == Closed.FULL:
        return Text("This time is full. The next is %(next)s.", then)
    if slot is not None and slot.closed == Closed.CUT_OFF:
        return Text("This time could be chosen until %(until)s. The next is %(next)s.", {"until": slot.until, **then})
    return Text("Choose a time that is still offered. Earlier ones have passed.")


def rough(street: str) -> str:
    """A street without its house number: what stands before the first digit. Enough for a carrier to say whether it comes there."""
    text = "".join(street.split())
    return text[: next((n for n, sign in enumerate(text) if sign.isdigit()), len(text))]


# -- an outlet's own plan --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plan:
    """What an outlet says of itself; "" and None: as the profile says. capacities: by the window's first hour."""

    courier_days: str = ""
    on_holidays: bool | None = None
    capacity: int | None = None
    capacities: Mapping[str, int] = field(default_factory=dict)


MOST = 1000


def check_plan(plan: Plan) -> dict[str, Text]:
    """What is wrong with a plan, by field."""
    errors: dict[str, Text] = {}
    if list(plan.courier_days) != sorted(set(plan.courier_days) & set("1234567")):
        errors["courier_days"] = Text("Give days of the week as numbers in order, Monday 1 to Sunday 7, such as 12345.")
    for name, value in (("capacity", plan.capacity), *plan.capacities.items()):
        if value is not None and not 0 <= value <= MOST:
            errors["capacity" if name == "capacity" else f"capacity_{name}"] = Text("Give a number from 0 to %(most)s.", {"most": MOST})
    return errors


def takes_away(before: Plan, after: Plan, settings: Settings) -> bool:
    """Whether a plan offers less than the one before it: such a change begins tomorrow at the earliest."""
    hours = [str(first) for first, _ in settings.collection_windows]
    fewer = any(places_in(after, hour, settings) < places_in(before, hour, settings) for hour in hours)
    days = set(before.courier_days or settings.courier_days) - set(after.courier_days or settings.courier_days)
    return fewer or bool(days) or on_holidays(before, settings) > on_holidays(after, settings)


def places_in(plan: Plan, hour: str, settings: Settings) -> int:
    """How many collections in the window that begins at this hour."""
    return plan.capacities.get(hour, settings.window_capacity if plan.capacity is None else plan.capacity)


def on_holidays(plan: Plan, settings: Settings) -> bool:
    return settings.couriers_on_holidays if plan.on_holidays is None else plan.on_holidays
