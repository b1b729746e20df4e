"""What the stories share: the cast, the days, the carrier, what lies at each station's desk, and the bad days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from random import Random
from uuid import UUID

from govpost.common.actor import Actor
from govpost.common.ids import uuid7
from govpost.delivery import queries as delivery
from govpost.delivery.models import Order
from govpost.demo.carrier import Carrier
from govpost.demo.clockwork import Clockwork, Story
from govpost.demo.days import Days
from govpost.demo.hiring import Citizen
from govpost.demo.people import at_desks, at_windows, senders

SYSTEM = Actor.system("demonstration")
request_id = uuid7


@dataclass(frozen=True, slots=True)
class City:
    """One of the three cities: profile and organisation codes begin with `code`; `station` is its desk, `clerk` who works there,
    `window` the clerk of its own hall, `officers` who decides each item."""

    code: str
    region: str
    station: str
    clerk: str
    window: str
    officers: dict[str, str]  # item → login
    senders: dict[str, str]  # organisation's last words → login


HYGIENE, FOOD, FREIGHT = "000190001000", "000191001000", "000192001000"
BOZHOU = City(
    "bozhou", "34.3416", "SL341600S1", "sun", "wang", {HYGIENE: "zhou", FOOD: "shi", FREIGHT: "ma"}, senders("bozhou")
)  # fmt: skip
JINING = City(
    "jining", "37.3708", "SL370800S1", "ran", "jn-clerk", {HYGIENE: "jn-health", FOOD: "jn-market", FREIGHT: "jn-roads"},
    senders("jining"),
)  # fmt: skip
ZHAOQING = City(
    "zhaoqing", "44.4412", "SL441200S1", "huang", "zq-clerk", {HYGIENE: "zq-health", FOOD: "zq-market"}, senders("zhaoqing")
)  # fmt: skip
CITIES = (BOZHOU, JINING, ZHAOQING)
WINDOWS, DESKS = at_windows(), at_desks()
COURIERS = {"SL341602D1": "zhao", "SL341621D1": "guo", "SL341622D1": "meng", "SL341623D1": "liu"}

Onward = Callable[[Order, datetime], Story]


@dataclass
class World:
    """`ready` holds, by station, what tonight's bag takes along and how its story goes on once it is posted; `moving`, by city,
    what shall move at the carrier's sandbox when all is built; `drawn` numbers what has no name of its own."""

    seed: int
    days: Days
    clockwork: Clockwork
    carrier: Carrier
    staff: dict[str, Actor]
    citizens: dict[str, list[Citizen]]  # by the city in which they live
    bad: dict[str, frozenset[date]]
    portals: dict[str, Actor]  # by city, another platform's program, which hands in what people apply for on its pages
    ready: dict[str, list[tuple[UUID, Onward]]] = field(default_factory=dict)
    moving: dict[str, list[UUID]] = field(default_factory=dict)
    drawn: Iterator[int] = field(default_factory=count)

    @property
    def now(self) -> datetime:
        return self.days.now

    def rng(self, name: str) -> Random:
        """Chance of its own for each story, so that one more story changes nothing in the others."""
        return Random(f"{self.seed}:{name}")

    def next_rng(self, what: str) -> Random:
        """Chance for something that has no name of its own: the stories come in the same order in every build."""
        return self.rng(f"{what} {next(self.drawn)}")

    def is_bad(self, city: str, on: date) -> bool:
        return on in self.bad.get(city, frozenset())

    def courier(self, outlet: str) -> Actor:
        return self.staff[COURIERS[outlet]]

    def at_the_desk(self, outlet: str) -> Actor:
        return self.staff[DESKS[outlet]]

    def hand_to_bag(self, order_id: UUID, station: str, onward: Onward) -> None:
        self.ready.setdefault(station, []).append((order_id, onward))


def order_of(order_id: UUID) -> Order:
    return delivery.by_id(order_id)
