"""A city's mail in volume: which orders come in on which day and what the carrier tells of them, drawn by chance from a seed.

No database and no state: the same seed gives the same orders and events, so that a history that was interrupted goes on, and a
benchmark sends what the demonstration shows. A day's events are told in the evening, a mail's one after the other, as in a carrier's file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from govpost.common.clock import SHANGHAI, shanghai_at
from govpost.delivery.rules import Address, Direction
from govpost.places.addresses import CountyNames
from govpost.settlement.rules import Commission
from govpost.settlement.senders import Start

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
WAYBILLS = "1098"  # a range of numbers that neither the carrier nor its sandbox gives out
LONGEST = 9  # days from a mail's order to the last that is told of it
_WEEKDAYS = (1.15, 1.1, 1.0, 1.0, 1.05, 0.22, 0.12)
_HOLIDAY = 0.06
_MONTHS = (0.9, 0.65, 1.15, 1.05, 1.0, 1.0, 1.05, 1.1, 1.2, 0.9, 1.05, 0.95)
_SURNAMES = "李张刘杨黄徐朱林高梁宋唐许韩邓冯曹彭潘袁董余叶程魏苏吕丁任卢"
_AWAY, _ABROAD = 0.11, 0.04  # to another city of the province, to another province
_LATE, _NOBODY, _FETCHED, _BACK, _UNTOLD, _WITHDRAWN, _LOST = 0.035, 0.06, 0.02, 0.008, 0.012, 0.002, 0.0002
_TWICE = 0.006


@dataclass(frozen=True, slots=True)
class Office:
    """Who sends: its item, its share of the city's mail; `mark` begins its own references."""

    organisation: str
    item: str
    share: float
    mark: str
    weight_g: int


@dataclass(frozen=True, slots=True)
class City:
    """Where the mail starts and ends. counties: of the city; province, country: where the rest of it goes."""

    region: str
    offices: Sequence[tuple[Office, Start, UUID]]  # with where its mail starts and its organisation
    counties: Sequence[CountyNames]
    province: Sequence[CountyNames]
    country: Sequence[CountyNames]
    outlets: dict[str, tuple[str, str]]  # county → code and name of its delivery office


class Event(NamedTuple):
    """One event of a mail; `number` is its waybill's, `told_on` the day on whose evening it is told, `effect` False withdraws it."""

    number: str
    code: str
    kind: str
    at: datetime
    told_on: date
    outlet: str
    outlet_name: str
    signer: str = ""
    reason: str = ""
    cause: str = ""
    effect: bool = True


class Day(NamedTuple):
    """What happens on a day: the orders of working hours, and what the carrier tells in the evening, mail by mail."""

    on: date
    orders: list[Commission]
    events: list[Event]


class Volume:
    """`orders` pieces from `first` to `last`, both included, as a year's working days and months spread them; numbered from `serial`."""

    def __init__(
        self, city: City, *, seed: int, first: date, last: date, orders: int, works: Callable[[date], bool], serial: int = 0
    ) -> None:
        self._city, self._seed, self.first, self.last = city, seed, first, last
        self._shares = [office.share for office, _, _ in city.offices]
        days = [first + n * DAY for n in range((last - first).days + 1)]
        weights = [_weight(on, works(on)) for on in days]
        ends = [serial + round(orders * part / sum(weights)) for part in accumulate(weights)]
        self._serials = dict(zip(days, zip([serial, *ends], ends, strict=False), strict=True))

    def days(self, since: date | None = None, until: date | None = None) -> Iterator[Day]:
        """From `since` (default: the first) to `until` (default: when the last mail has come to its end)."""
        on, end = self.first, until or self.last + LONGEST * DAY
        since = since or self.first
        on = max(on, since - LONGEST * DAY)  # of the days before, what is told from `since` on
        told: dict[date, list[Event]] = {}
        while on <= end:
            orders = self._orders(on)
            for event in self._told_of(orders, on):
                told.setdefault(event.told_on, []).append(event)
            events = told.pop(on, [])
            if on >= since:
                yield Day(on, orders, events)
            on += DAY

    def _orders(self, on: date) -> list[Commission]:
        rng = Random(f"{self._seed}:orders {on}")
        return [self._order(rng, on, serial) for serial in range(*self._serials.get(on, (0, 0)))]

    def _order(self, rng: Random, on: date, serial: int) -> Commission:
        ((office, start, organisation),) = rng.choices(self._city.offices, self._shares)
        drawn = rng.random()
        city = self._city
        county = rng.choice(city.country if drawn < _ABROAD else city.province if drawn < _ABROAD + _AWAY else city.counties)
        street = f"示例街道示例路 {rng.randrange(1, 200)} 号 {rng.randrange(101, 2607)} 室"
        return Commission(
            ref=f"{office.mark}{on:%Y%m%d}{serial:07d}", direction=Direction.SINGLE, item=office.item, region=city.region,
            organisation_id=organisation, sender=start.address,
            recipient=Address(
                f"{rng.choice(_SURNAMES)}示例", f"154{rng.randrange(10_000_000, 100_000_000)}", county.province, county.city,
                county.county, street, county.postcode,
            ),
            origin=start.division, destination=county.division, origin_outlet=start.outlet, weight_g=office.weight_g,
            batch=f"{on:%Y%m%d}", waybill_no=f"{WAYBILLS}{serial:09d}",
        )  # fmt: skip

    def _told_of(self, orders: list[Commission], on: date) -> Iterator[Event]:
        rng = Random(f"{self._seed}:events {on}")
        for order in orders:
            story = self._story(rng, order, on)
            yield from story
            if rng.random() < _TWICE * len(story):
                yield rng.choice(story)

    def _story(self, rng: Random, order: Commission, on: date) -> list[Event]:
        """From the counter to the door, or to where else it ends."""
        nights = 1 if order.origin[:4] == order.destination[:4] else 2
        posted = shanghai_at(on, 17) + rng.randrange(120) * MINUTE
        arrives = shanghai_at(on + nights * DAY, 7) + rng.randrange(80) * MINUTE
        centre = arrives - 9 * HOUR - rng.randrange(50) * MINUTE
        start = (order.origin_outlet, "")
        end = self._city.outlets.get(order.destination, ("", ""))
        steps = [
            ("203", "collected", posted, start),
            ("303", "in_transit", posted + 25 * MINUTE, start),
            ("305", "in_transit", posted + 50 * MINUTE, start),
        ]
        if nights > 1:  # through the sender's own centre first
            steps += [("954", "in_transit", posted + 150 * MINUTE, ("", "")), ("989", "in_transit", posted + 270 * MINUTE, ("", ""))]
        steps += [
            ("954", "in_transit", centre, end), ("989", "in_transit", centre + 4 * HOUR, end),
            ("306", "at_delivery_office", arrives, end),
        ]  # fmt: skip
        number = order.waybill_no or ""
        way = [Event(number, code, kind, at, _day(at), *place) for code, kind, at, place in steps]
        if rng.random() < _LOST:
            return way[:3]
        return way + _to_the_door(rng, number, arrives, end)


def _to_the_door(rng: Random, number: str, arrives: datetime, outlet: tuple[str, str]) -> list[Event]:
    def event(code: str, kind: str, at: datetime, *, known: timedelta = timedelta(0), **more: Any) -> Event:
        return Event(number, code, kind, at, _day(at + known), *outlet, **more)

    out = event("702", "out_for_delivery", arrives + 65 * MINUTE)
    delivered = arrives + 2 * HOUR + rng.randrange(420) * MINUTE
    again = arrives + DAY
    drawn, marks = rng.random(), accumulate((_LATE, _NOBODY, _FETCHED, _BACK, _UNTOLD, _WITHDRAWN))
    match sum(drawn >= mark for mark in marks):
        case 0:  # a day late
            return [event("702", "out_for_delivery", again), event("704", "delivered", delivered + DAY, signer="addressee")]
        case 1:  # nobody home, then somebody
            failed = event("705", "attempt_failed", delivered, reason="103", cause="address")
            return [out, failed, event("702", "out_for_delivery", again), event("704", "delivered", delivered + DAY, signer="addressee")]
        case 2:  # kept and fetched
            kept = event("748", "at_pickup_point", delivered)
            return [out, kept, event("704", "delivered", delivered + rng.randrange(1, 4) * DAY, signer="addressee")]
        case 3:  # refused, and back with the sender
            refused = event("705", "refused", delivered, reason="104", cause="refusal")
            return [out, refused, event("10", "returned", delivered + 2 * DAY)]
        case 4:  # in time, but told a day later
            return [out, event("704", "delivered", delivered, known=DAY, signer="addressee")]
        case 5:  # told as delivered, taken back, delivered at last
            first = event("704", "delivered", delivered, signer="addressee")
            gone = first._replace(told_on=_day(delivered + 2 * DAY), effect=False)
            return [out, first, gone, event("704", "delivered", delivered + 3 * DAY, signer="addressee")]
    return [out, event("704", "delivered", delivered, signer="addressee")]


def _weight(on: date, works: bool) -> float:
    """A working day of its month; weekends a fifth, holidays next to nothing, a Saturday that makes up for one like a Monday."""
    of_day = _WEEKDAYS[on.weekday()] if works == (on.weekday() < 5) else _WEEKDAYS[0] if works else _HOLIDAY
    return of_day * _MONTHS[on.month - 1]


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
