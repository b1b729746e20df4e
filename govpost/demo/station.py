"""The station desks: certificate and envelope matched, labels, one bag an evening, the day balanced."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from govpost.common.clock import shanghai_at
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.label import TEMPLATE
from govpost.delivery.models import Order
from govpost.delivery.states import BEFORE_COLLECTION
from govpost.demo.clockwork import Story
from govpost.demo.days import moment
from govpost.demo.world import CITIES, DESKS, SYSTEM, City, Onward, World, order_of


def number(world: World, order_id: UUID, *, at: datetime) -> None:
    """The carrier's number for something of the past, in the transaction that placed it: the booking job then finds nothing to do."""
    mail.note_waybill(order_id=order_id, waybill_no=world.carrier.waybill(), at=at, by=SYSTEM)


def make_ready(world: World, order_id: UUID, onward: Onward, *, at: datetime) -> None:
    """Double scan of each certificate, the label, and into tonight's bag; `onward` is its story from then on."""
    order = order_of(order_id)
    match(world, order, at=at)
    label(world, order, at=at)
    world.hand_to_bag(order_id, order.origin_outlet, onward)


def match(world: World, order: Order, *, at: datetime) -> None:
    for serial in order.contents:
        mail.match_envelope(
            order_id=order.id, contents_serial=serial, envelope_serial=f"XF{order.waybill_no or order.number[-8:]}", at=at,
            by=world.at_the_desk(order.origin_outlet),
        )  # fmt: skip


def label(world: World, order: Order, *, at: datetime) -> None:
    mail.note_label_printed(order_id=order.id, template=TEMPLATE, at=at, by=world.at_the_desk(order.origin_outlet))


def evenings(world: World) -> None:
    """Every working day's bag and balance at each desk; what a county's hall has goes by the same evening."""
    for city in CITIES:
        for outlet in (each for each in DESKS if each[2:6] == city.station[2:6]):
            for on in world.days.history():
                world.clockwork.add(f"{outlet} evening {on}", _evening(world, city, outlet, on))


def _evening(world: World, city: City, outlet: str, on: date) -> Story:
    rng, clerk = world.rng(f"{outlet} evening {on}"), world.at_the_desk(outlet)
    yield (at := moment(rng, on, 17, 18))
    seal(world, city, outlet, f"FZ{outlet[2:8]}{on:%m%d}", at=at)
    yield (at := moment(rng, on, 18, 19))
    lying = [order.number for order in delivery.waiting_at(clerk, outlet)]
    if lying and world.is_bad(city.code, on):
        lying = lying[1:]  # one was not found that evening
    mail.balance_day(outlet=outlet, on=on, counted=lying, at=at, by=clerk)


def seal(world: World, city: City, outlet: str, seal_no: str, *, at: datetime) -> None:
    """One bag with everything that is ready and still here; each piece's story goes on from there."""
    ready, world.ready[outlet] = world.ready.get(outlet, []), []
    here = [(order, onward) for order_id, onward in ready if (order := order_of(order_id)).state in BEFORE_COLLECTION and not order.bag_id]
    if not here:
        return
    mail.seal_bag(outlet=outlet, seal_no=seal_no, order_ids=[order.id for order, _ in here], at=at, by=world.at_the_desk(outlet))
    for order, onward in here:
        world.clockwork.add(f"{city.code} {order.number}", onward(order, at))


def morning(on: date) -> datetime:
    """When the carrier's car is at the delivery offices."""
    return shanghai_at(on, 7, 20)
