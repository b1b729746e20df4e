"""Mail without a case: making centres' files, number plates, enforcement notices, in all three cities."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from openpyxl import Workbook

from govpost.common.refusal import Refusal
from govpost.delivery.rules import Address, Direction
from govpost.demo import hiring, station
from govpost.demo.clockwork import Story
from govpost.demo.days import moment
from govpost.demo.rounds import to_the_door
from govpost.demo.world import BOZHOU, CITIES, JINING, ZHAOQING, City, World
from govpost.gateways.files.orders import Sender, read_orders
from govpost.parties import queries as parties
from govpost.places import queries as places
from govpost.places.addresses import CountyNames
from govpost.settlement import actions as settlement
from govpost.settlement.actions import Commission
from govpost.settlement.senders import start_of

IDENTITY_CARD, PLATES, NOTICE = "000793001000", "000794001000", "000295001000"
_PASSPORT, _PERMIT, _DRIVING, _VEHICLE = "000788001000", "000788002000", "000794002000", "000794003000"
_COURT, _PROSECUTION, _ARBITRATION, _INVOICES, _TAX = "001096001000", "001097001000", "001087001000", "001098001000", "001098002000"
_ETC, _DISABLED, _TRANSPORT, _DOCUMENT, _HALL = "002084001000", "001089001000", "000192002000", "001085001000", "002083001000"
# What comes in files, and what single: organisation and item, more often where it stands twice; the identity cards' files come on top.
_IN_FILES = {
    "jining": (("exit-entry", _PASSPORT), ("court", _COURT), ("tax", _INVOICES), ("etc", _ETC)),
    "zhaoqing": (("exit-entry", _PERMIT), ("court", _COURT), ("tax", _TAX)),
    "bozhou": (("court", _COURT),),
}
_SINGLE = {
    "jining": (("enforcement", NOTICE), ("traffic-police", PLATES), ("enforcement", NOTICE), ("traffic-police", _DRIVING),
               ("traffic-police", _VEHICLE), ("transport", _TRANSPORT), ("procuratorate", _PROSECUTION), ("arbitration", _ARBITRATION),
               ("disabled", _DISABLED)),
    "zhaoqing": (("traffic-police", PLATES), ("enforcement", NOTICE), ("exit-entry", _PASSPORT), ("traffic-police", _DRIVING),
                 ("client", PLATES), ("procuratorate", _PROSECUTION), ("arbitration", _ARBITRATION), ("tax", _INVOICES)),
    "bozhou": (("enforcement", NOTICE), ("traffic-police", PLATES), ("enforcement", NOTICE), ("traffic-police", PLATES),
               ("office", _DOCUMENT), ("tax", _INVOICES), ("government", _HALL)),
}  # fmt: skip
HEADER = ("受理号", "姓名", "手机号", "地址", "证件编号")
Kind = Callable[[Sequence[Sequence[str]]], bytes]
_CITIES_SHARE = {JINING.code: 0.31, ZHAOQING.code: 0.20, BOZHOU.code: 0.21}
_FILES = 3


@dataclass(frozen=True, slots=True)
class Office:
    """Who sends, as file and commission need it."""

    city: City
    sender: Sender
    login: str
    counties: Sequence[CountyNames]

    @property
    def mark(self) -> str:
        """What the centre's own numbers begin with."""
        return f"{self.city.code[:2].upper()}ZZ"


def office(city: City, organisation: str, item: str, payer: str = "") -> Office:
    found = parties.organisation_by_code(f"{city.code}-{organisation}")
    start = start_of(found)
    sender = Sender(
        organisation_id=found.id, region=str(found.region), address=start.address, division=start.division, outlet=start.outlet,
        item=item, payer=payer,
    )  # fmt: skip
    return Office(city, sender, city.senders[organisation], places.county_names(city.region))


def paying(organisation: str) -> str:
    """A client enterprise takes the postage upon its month account; everybody else goes by the profile's rule."""
    return "department" if organisation == "client" else ""


def plan_all(world: World, orders: int) -> None:
    """Files and single sendings of every city over the three weeks; about half of the mail comes in files."""
    for city in CITIES:
        pieces = max(6, round(orders * _CITIES_SHARE[city.code]))
        others = _IN_FILES[city.code]
        part = pieces // (4 + 2 * len(others))  # of the mail in files, each of the others; the rest are identity cards
        _files(world, city, pieces // 2 - part * len(others))
        for organisation, item in others:
            _files(world, city, part, organisation, item, weeks=1)
        _singles(world, city, pieces - pieces // 2)


def _files(
    world: World, city: City, pieces: int, organisation: str = "id-centre", item: str = IDENTITY_CARD, *, weeks: int = _FILES
) -> None:
    """One file a week, each of another kind: CSV in GB18030 and UTF-8, XLSX."""
    days, centre = world.days.history(), office(city, organisation, item)
    for n in range(weeks):
        week = days[n * len(days) // _FILES : (n + 1) * len(days) // _FILES] or days
        name = f"{city.code} {organisation} file {n}"
        on = week[min(len(week) - 1, 1 + CITIES.index(city))]
        size = max(1, pieces // weeks + (n < pieces % weeks))
        world.clockwork.add(name, _file(world, centre, name, on, size, n))


def _file(world: World, centre: Office, name: str, on: date, size: int, kind: int) -> Story:
    rng = world.rng(name)
    yield (at := moment(rng, on, 14, 15))
    rows = [row(rng, f"{centre.mark}{on:%Y%m%d}{n:03d}", centre.counties) for n in range(1, size + 1)]
    placed = place_file(world, centre, _KINDS[kind](rows), at=at)
    yield (at := at + timedelta(minutes=rng.randint(50, 100)))
    for n, order_id in enumerate(placed):
        plan = "withdrawn" if n == 1 and centre.city is not BOZHOU and kind == 1 else ""
        station.make_ready(world, order_id, to_the_door(world, centre.city, plan), at=at + n * timedelta(seconds=40))


def row(rng: Random, ref: str, counties: Sequence[CountyNames]) -> tuple[str, ...]:
    names = rng.choice(counties)
    address = f"{names.province}{names.city}{names.county}{hiring.street(rng)}"
    return (ref, hiring.name(rng), hiring.phone(rng), address, f"SFZ{ref}")


def place_file(world: World, sender: Office, data: bytes, *, at: datetime, numbered: bool = True) -> list[UUID]:
    """What the page “send a file” does: good rows become orders. `numbered`: of the past, so the carrier is not asked."""
    read = read_orders(data, sender=sender.sender, counties=sender.counties)
    requests = [request for _, request in read.requests]
    done = settlement.commission_rows(requests, at=at, by=world.staff[sender.login])
    placed = [each.order_id for each in done if not isinstance(each, Refusal)]
    if numbered:
        for order_id in placed:
            station.number(world, order_id, at=at)
    return placed


def as_csv(encoding: str) -> Kind:
    def kind(rows: Sequence[Sequence[str]]) -> bytes:
        text = io.StringIO()
        csv.writer(text).writerows([HEADER, *rows])
        return text.getvalue().encode(encoding)

    return kind


def as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    book = Workbook()
    sheet = book.active
    for each in (HEADER, *rows):
        sheet.append(list(each))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


_KINDS = (as_csv("gb18030"), as_xlsx, as_csv("utf-8-sig"))


def _singles(world: World, city: City, pieces: int) -> None:
    """Every item of the city's list in turn."""
    days, rng = world.days.history(), world.rng(f"{city.code} single")
    senders = [office(city, organisation, item, paying(organisation)) for organisation, item in _SINGLE[city.code]]
    for n in range(pieces):
        name = f"{city.code} single {n}"
        plan = "back" if n == 0 and city is not BOZHOU else ""
        world.clockwork.add(name, _single(world, senders[n % len(senders)], name, rng.choice(days), plan))


def _single(world: World, sender: Office, name: str, on: date, plan: str) -> Story:
    rng = world.rng(name)
    yield (at := moment(rng, on, 13, 16))
    order_id = place_single(world, sender, rng, at=at)
    station.number(world, order_id, at=at)
    yield (at := at + timedelta(minutes=rng.randint(10, 50)))
    station.make_ready(world, order_id, to_the_door(world, sender.city, plan), at=at)


def place_single(world: World, sender: Office, rng: Random, *, at: datetime) -> UUID:
    """What the page “send mail” does."""
    start, county = sender.sender, rng.choice(sender.counties)
    recipient = Address(
        hiring.name(rng), hiring.phone(rng), county.province, county.city, county.county, hiring.street(rng), county.postcode
    )
    wanted = Commission(
        ref=f"示例〔{at:%Y}〕{next(world.drawn)}号", direction=Direction.SINGLE, item=start.item, region=start.region,
        organisation_id=start.organisation_id, sender=start.address, recipient=recipient, origin=start.division,
        destination=county.division, origin_outlet=start.outlet, payer=start.payer,
    )  # fmt: skip
    (done,) = settlement.commission([wanted], at=at, by=world.staff[sender.login])
    return done.order_id
