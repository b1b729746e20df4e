"""Whether a courier comes to an address, from which outlet, on which days, in which windows with how many places left, or why not.

One answer for every surface: portal, window, interface, administrators. It asks nobody outside: what the carrier said is remembered
(`asking.ask_range`, outside any transaction).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from django.db.models import Count

from govpost.common.clock import shanghai_at, shanghai_day
from govpost.common.refusal import Decision
from govpost.common.text import Text
from govpost.dispatch import offering
from govpost.dispatch.models import CollectionPlace, CollectionPlan, CollectionRange
from govpost.dispatch.offering import Plan, Slot
from govpost.journal.stamps import remembered
from govpost.places import queries as places
from govpost.places.areas import Area
from govpost.places.models import Outlet
from govpost.profiles.rules import Settings, Window

CARRIER = "ems"


@dataclass(frozen=True, slots=True)
class Reach:
    """The answer. decision: whether door collection is offered, with the reason. outlet: who serves the address, and where one can
    bring things. note: the honest days, where the post does not come every day. caution: the carrier could not say.
    slots: all windows of the days that come into question, closed ones with their reason.
    """

    decision: Decision
    outlet: Outlet | None
    area: Area | None
    note: Text | None
    caution: Text | None
    slots: tuple[Slot, ...]

    @property
    def windows(self) -> list[Window]:
        """What can be chosen: nothing unless a courier comes."""
        return [slot.window for slot in self.slots if slot.open] if self.decision.allowed else []

    @property
    def field(self) -> str:
        """The field of a form at which the reason belongs: the address, or the way; "" where only a time is wrong."""
        if self.decision.allowed:
            return ""
        fields = {"outside_collection_area": "county", "no_office": "county", "all_full": "window", "no_window": "window"}
        return fields.get(self.decision.code, "street")

    @property
    def first(self) -> Window | None:
        return next(iter(self.windows), None)

    def why_not(self, window: Window | None) -> Text | None:
        """Why this window cannot be chosen; None when it can."""
        if not self.decision.allowed:
            return self.decision.sentence
        return offering.why_not(window, self.slots, area=self.area)


def reach(*, division: str, street: str, settings: Settings, at: datetime, hall: str = "") -> Reach:
    """Whether papers are collected at a street of a county (code). hall: the county code of the hall to which they go."""
    today = shanghai_day(at)
    found = places.find_area(division, street, today)
    outlet = places.outlet(found.area.outlet) if found.area else places.find_delivery_outlet(division)
    served = offering.served_from(found, door=settings.door, origin=division, hall=hall, has_office=outlet is not None)
    asked = offering.carrier_allows(_remembered_answer(division, range_place(found.area, street), at) if settings.range_check else None)
    serves = found.area.serves if found.area else _always
    slots = slots_of(outlet.code, settings, at=at, serves=serves) if outlet and served.allowed and asked.allowed else []
    decision = next((each for each in (served, asked, offering.offered(slots, at=at)) if not each.allowed), served)
    caution = asked.sentence if decision.allowed and asked.code == "carrier_unknown" else None
    return Reach(decision, outlet, found.area, offering.days_note(found.area), caution, tuple(slots))


def slots_of(outlet: str, settings: Settings, *, at: datetime, serves: Callable[[date], bool] | None = None) -> list[Slot]:
    """The windows of an outlet on the days on which its couriers come, with the places that are left."""
    today = shanghai_day(at)
    days = offering.collection_days(today, settings.days_ahead, works_at(outlet, settings, today), serves or _always)
    if not days:
        return []
    capacity: Callable[[date, int], int] = cache(lambda on, hour: offering.places_in(plan_of(outlet, on), str(hour), settings))
    taken = taken_at([outlet], days[0], days[-1])
    held = {window_from: count for (_, window_from), count in taken.items()}
    return offering.slots(at=at, days=days, settings=settings, capacity=capacity, taken=held)


def today_at(outlets: Mapping[str, Settings], *, at: datetime) -> dict[str, list[Slot]]:
    """Today's windows of several outlets, each under its profile, with the places left; [] where nobody works today."""
    today = shanghai_day(at)
    taken = taken_at(outlets, today, today)
    return {
        code: _today_of(code, settings, at, {start: count for (outlet, start), count in taken.items() if outlet == code})
        for code, settings in outlets.items()
    }


def _today_of(outlet: str, settings: Settings, at: datetime, taken: dict[datetime, int]) -> list[Slot]:
    today = shanghai_day(at)
    days, plan = [today] if works_at(outlet, settings, today)(today) else [], plan_of(outlet, today)
    return offering.slots(
        at=at, days=days, settings=settings, capacity=lambda on, hour: offering.places_in(plan, str(hour), settings), taken=taken
    )


def works_at(outlet: str, settings: Settings, first: date) -> Callable[[date], bool]:
    """Whether the couriers of an outlet work on a day, for days from `first` on."""
    last = first + timedelta(days=offering.FURTHEST)
    days, own = places.days(first, last), places.outlet_days(outlet, first, last)

    def works(on: date) -> bool:
        plan = plan_of(outlet, on)
        weekdays, holidays = plan.courier_days or settings.courier_days, offering.on_holidays(plan, settings)
        return offering.couriers_work(days[on], weekdays=weekdays, on_holidays=holidays, own=own.get(on))

    return works


def plan_of(outlet: str, on: date) -> Plan:
    """What an outlet says of itself on a day; an empty plan where it says nothing."""
    begun = [plan for starts_on, plan in plans(outlet) if starts_on <= on]
    return begun[-1] if begun else Plan()


@remembered("dispatch")
def plans(outlet: str) -> tuple[tuple[date, Plan], ...]:
    """Every version of an outlet's plan with its first day, oldest first."""
    rows = CollectionPlan.objects.filter(outlet=outlet).order_by("starts_on")
    return tuple((row.starts_on, Plan(row.courier_days, row.on_holidays, row.capacity, row.capacities)) for row in rows)


def taken_at(outlets: Iterable[str], first: date, last: date) -> dict[tuple[str, datetime], int]:
    """How many places are held, by outlet and beginning of the window, from day to day."""
    held = CollectionPlace.objects.filter(
        outlet__in=list(outlets), released_at=None,
        window_from__gte=shanghai_at(first, 0), window_from__lt=shanghai_at(last + timedelta(days=1), 0),
    )  # fmt: skip
    counted = held.values_list("outlet", "window_from").annotate(count=Count("id"))
    return {(outlet, window_from): count for outlet, window_from, count in counted}


def range_place(area: Area | None, street: str) -> str:
    """What a carrier is asked about: the village or township that was recognised, else the street without its number."""
    return area.name if area else offering.rough(street)


def _remembered_answer(division: str, place: str, at: datetime) -> str | None:
    found = CollectionRange.objects.filter(carrier=CARRIER, division=division, place=place, good_until__gte=at).first()
    return found.answer if found else None


def _always(on: date) -> bool:
    return True
