"""From the sealed bag to the carrier's own door: on time, late, in vain, to the wrong person, and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from govpost.common.clock import shanghai_at, shanghai_day
from govpost.delivery.models import Order
from govpost.demo.carrier import MINUTE, Event
from govpost.demo.clockwork import HOUR, Story
from govpost.demo.days import DAY, moment
from govpost.demo.world import City, Onward, World
from govpost.settlement.rules import Zone, zone

Plan = Callable[[World, Random, Order, datetime], None]
_NIGHTS = {Zone.SAME_CITY: 1, Zone.SAME_PROVINCE: 2, Zone.OTHER: 2}
_LATE, _FAILS, _COMES_BACK, _UNTOLD, _WRONG_HANDS = 0.05, 0.09, 0.115, 0.135, 0.145
_BAD_DAY = 0.5


def to_the_office(rng: Random, order: Order, posted: datetime) -> tuple[list[Event], datetime]:
    """The carrier's events up to the delivery office, and the moment of the arrival there."""
    nights = _NIGHTS[zone(order.origin, order.destination)]
    arrives = shanghai_at(shanghai_day(posted) + nights * DAY, 7, rng.randint(5, 40))
    centre = arrives - timedelta(hours=8, minutes=rng.randint(0, 50))
    steps = (("203", posted + 15 * MINUTE), ("305", posted + 50 * MINUTE), ("954", centre), ("989", centre + 4 * HOUR), ("306", arrives))
    return [Event(code, at) for code, at in steps], arrives


def carriers_door(world: World, city: City, *, plan: str = "") -> Onward:
    """What the carrier's own couriers do with a piece; `plan` names what shall happen, otherwise it is chance."""

    def onward(order: Order, posted: datetime) -> Story:
        rng = world.next_rng("road")
        events, arrives = to_the_office(rng, order, posted)
        world.carrier.tell(order, events)
        _PLANS[plan or _chance(world, city, rng, arrives)](world, rng, order, arrives)
        yield from ()

    return onward


def carrier_collects(world: World, rng: Random, order: Order) -> datetime:
    """The carrier's courier fetches papers in the chosen window and brings them to the hall the next morning; when they are there."""
    opens = order.window_from or order.placed_at
    events, arrives = to_the_office(rng, order, opens + HOUR)
    world.carrier.tell(order, [*events, Event("704", arrives + HOUR, signer="office")])
    return arrives + HOUR


def _chance(world: World, city: City, rng: Random, arrives: datetime) -> str:
    if world.is_bad(city.code, shanghai_day(arrives)) and rng.random() < _BAD_DAY:
        return rng.choice(("weather", "late"))
    drawn = rng.random()
    marks = ((_LATE, "late"), (_FAILS, "nobody"), (_COMES_BACK, "back"), (_UNTOLD, "untold"), (_WRONG_HANDS, "wrong hands"))
    return next((name for mark, name in marks if drawn < mark), "good")


def _in_time(rng: Random, order: Order, arrives: datetime) -> datetime:
    """Between breakfast and the promise."""
    first = arrives + 2 * HOUR
    last = min(order.promised_at or arrives + 7 * HOUR, arrives + 9 * HOUR) - 10 * MINUTE
    return first + (last - first) * rng.random() if last > first else arrives + 80 * MINUTE


def _out(arrives: datetime) -> Event:
    return Event("702", arrives + 65 * MINUTE)


def _good(world: World, rng: Random, order: Order, arrives: datetime) -> None:
    signer = "office" if "office" in order.rule["signers"] and rng.random() < 0.3 else "addressee"
    world.carrier.tell(order, [_out(arrives), Event("704", _in_time(rng, order, arrives), signer=signer)])


def _late(world: World, rng: Random, order: Order, arrives: datetime) -> None:
    at = max(order.promised_at or arrives, arrives + 3 * HOUR) + timedelta(hours=1 + 4 * rng.random())
    world.carrier.tell(order, [_out(arrives), Event("704", at, signer="addressee")])


def _again_tomorrow(reason: str) -> Plan:
    def plan(world: World, rng: Random, order: Order, arrives: datetime) -> None:
        failed = Event("705", arrives + timedelta(hours=3 + 3 * rng.random()), reason=reason)
        again = arrives + DAY
        delivered = Event("704", moment(rng, shanghai_day(again), 9, 16), signer="addressee")
        world.carrier.tell(order, [_out(arrives), failed, _out(again), delivered])

    return plan


def _back(world: World, rng: Random, order: Order, arrives: datetime) -> None:
    """Refused at the door, back with the sender two days later: told by the older push."""
    refused = Event("705", arrives + timedelta(hours=3 + 3 * rng.random()), reason="104")
    home = Event("10", moment(rng, shanghai_day(arrives) + 2 * DAY, 10, 15), came_back=True)
    world.carrier.tell(order, [_out(arrives), refused, home])


def _untold(world: World, rng: Random, order: Order, arrives: datetime) -> None:
    """Delivered in time, but the carrier tells it a day later: until then the promise counts as broken."""
    delivered = Event("704", _in_time(rng, order, arrives), signer="addressee")
    world.carrier.tell(order, [_out(arrives)])
    world.carrier.tell(order, [delivered], known=timedelta(hours=20 + 6 * rng.random()))


def _wrong_hands(world: World, rng: Random, order: Order, arrives: datetime) -> None:
    """Given to somebody whom the item does not allow: for a person to judge."""
    world.carrier.tell(order, [_out(arrives), Event("704", _in_time(rng, order, arrives), signer="other")])


def _withdrawn(world: World, rng: Random, order: Order, arrives: datetime) -> None:
    """Told as delivered, taken back two days later, delivered at last: a past day's rate is corrected."""
    first = Event("704", _in_time(rng, order, arrives), signer="addressee")
    found_out = moment(rng, shanghai_day(arrives) + 2 * DAY, 10, 11)
    world.carrier.tell(order, [_out(arrives), first])
    world.carrier.withdraw(order, first, at=found_out)
    world.carrier.tell(order, [_out(found_out + HOUR), Event("704", found_out + 5 * HOUR, signer="addressee")])


_PLANS: dict[str, Plan] = {
    "good": _good, "late": _late, "nobody": _again_tomorrow("103"), "weather": _again_tomorrow("114"), "back": _back,
    "untold": _untold, "wrong hands": _wrong_hands, "withdrawn": _withdrawn,
}  # fmt: skip
