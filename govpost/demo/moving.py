"""Mail of today that has no case: some lies at the desks, some is out for delivery, some moves at the carrier's sandbox as one watches."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings

from govpost.common.clock import now
from govpost.common.refusal import Unavailable
from govpost.delivery import actions as mail
from govpost.delivery import tasks as carrier_jobs
from govpost.delivery.models import Order
from govpost.delivery.ports import ScanSeen
from govpost.demo import sendings, station
from govpost.demo.carrier import MINUTE, Event
from govpost.demo.clockwork import HOUR, Story
from govpost.demo.days import moment
from govpost.demo.sendings import IDENTITY_CARD, NOTICE, Office
from govpost.demo.world import BOZHOU, CITIES, City, World, order_of


def plan_all(world: World) -> None:
    for city in CITIES:
        centre, bureau = sendings.office(city, "id-centre", IDENTITY_CARD), sendings.office(city, "enforcement", NOTICE)
        world.clockwork.add(f"{city.code} file today", _file_today(world, centre))
        world.clockwork.add(f"{city.code} will move", _will_move(world, centre))
        if city is not BOZHOU:
            world.clockwork.add(f"{city.code} at the doors", _at_the_doors(world, bureau))
    world.clockwork.add("strangers", _strangers(world))


def _file_today(world: World, centre: Office) -> Story:
    """A file of this morning: the carrier gives the numbers by the booking job, the desk has the work before it."""
    rng = world.rng(f"{centre.city.code} file today")
    yield (at := world.days.office_ago(170))
    rows = [sendings.row(rng, f"{centre.mark}{at:%Y%m%d}9{n:02d}", centre.counties) for n in range(1, 6)]
    placed = sendings.place_file(world, centre, sendings.as_csv("utf-8")(rows), at=at, numbered=False)
    yield (at := world.days.office_ago(90))
    for order_id in placed[:2]:
        station.match(world, order_of(order_id), at=at)


def _will_move(world: World, centre: Office) -> Story:
    """Placed a while ago; `post_now` lets them into the bag, and the carrier's sandbox does the rest."""
    rng = world.rng(f"{centre.city.code} will move")
    yield (at := world.now - 55 * MINUTE)
    rows = [sendings.row(rng, f"{centre.mark}{at:%Y%m%d}8{n:02d}", centre.counties) for n in range(1, 4)]
    placed = sendings.place_file(world, centre, sendings.as_csv("gb18030")(rows), at=at, numbered=False)
    world.moving[centre.city.code] = placed


def _at_the_doors(world: World, bureau: Office) -> Story:
    """Notices of the eve, at this hour with the carrier's couriers."""
    rng, city = world.rng(f"{bureau.city.code} at the doors"), bureau.city
    yield (at := moment(rng, world.days.back(world.days.eve()), 13, 15))
    order_ids = [sendings.place_single(world, bureau, rng, at=at) for _ in range(4)]
    for order_id in order_ids:
        station.number(world, order_id, at=at)
    clerk = world.staff[city.clerk]
    for order_id in order_ids:
        station.label(world, order_of(order_id), at=at + 9 * MINUTE)
    mail.seal_bag(outlet=city.station, seal_no=f"FZ{next(world.drawn):06d}", order_ids=order_ids, at=at + HOUR, by=clerk)
    for n, order_id in enumerate(order_ids):
        order, arrives = order_of(order_id), world.days.round_now - timedelta(hours=4, minutes=7 * n)
        steps = [("203", at + 2 * HOUR), ("954", at + 8 * HOUR), ("306", arrives), ("702", arrives + HOUR)]
        world.carrier.tell(order, [Event(code, moment) for code, moment in steps])


def _strangers(world: World) -> Story:
    """An event that nobody here can place: no order has this number."""
    yield (at := world.now - 5 * HOUR)
    unknown = ScanSeen("ems", "1099999999999", "702", "投递邮件接收-下段", at, "out_for_delivery", place_name="谯城区揽投部")
    world.carrier.tell_row(unknown, at + 2 * MINUTE)


def post_now(world: World) -> None:
    """Numbers from the carrier over HTTP (so outside any transaction), labels, one bag a city: its sandbox moves them from here on."""
    for city in CITIES:
        order_ids = world.moving.get(city.code, [])
        for order_id in order_ids:
            _ask_for_number(world, order_id)
        ready = [order for order_id in order_ids if (order := order_of(order_id)).waybill_no]
        if ready:
            _bag(world, city, ready)


def _ask_for_number(world: World, order_id: UUID) -> None:
    if not settings.GOVPOST_EMS_URL:  # nobody to ask: a number of the demonstration's own
        station.number(world, order_id, at=now())
        return
    try:
        carrier_jobs.ask_for_waybill(order_id, first=True, last=False)
    except Unavailable:  # the job asks again, and the piece stays at the desk until then
        return


def _bag(world: World, city: City, orders: list[Order]) -> None:
    clerk, at = world.staff[city.clerk], now()
    for order in orders:
        station.match(world, order, at=at)
        station.label(world, order, at=at)
    mail.seal_bag(outlet=city.station, seal_no=f"FZ{at:%m%d%H%M%S}", order_ids=[order.id for order in orders], at=at, by=clerk)
