"""Questions to the mail room. Everything a person sees is limited to the actor's regions; foreign orders look like missing ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from govpost.common.actor import Actor, Grant, within
from govpost.common.crypto import blind_index, unseal
from govpost.common.refusal import NotFound
from govpost.delivery.actions.placing import check_code_of, pickup_code_of
from govpost.delivery.models import Bag, DayBalance, Order, PaperCheck, Unclear
from govpost.delivery.ports import Booking, Contact
from govpost.delivery.rules import MAY, OWN_MAIL_ONLY, Address, Door
from govpost.delivery.states import BEFORE_COLLECTION, FINAL, State
from govpost.places import queries as places

__all__ = ["check_code_of", "pickup_code_of"]


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event of a mail as people see it; `voided` lines stay visible with the reason."""

    occurred_at: datetime
    known_at: datetime
    kind: str
    code: str
    name: str
    place: str
    source: str
    signer: str
    reason: str
    note: str
    quarantined: bool
    voided: bool
    why_voided: str


@dataclass(frozen=True, slots=True)
class PublicStage:
    """What a number alone shows to anybody: the stage and the city, nothing personal."""

    state: str
    since: datetime
    city: str
    destination: str


def by_id(order_id: UUID) -> Order:
    """For rooms and jobs that hold the id already; refuses a missing one."""
    order = Order.objects.filter(id=order_id).first()
    if order is None:
        raise NotFound("order")
    return order


def by_ids(order_ids: Iterable[UUID]) -> dict[UUID, Order]:
    return Order.objects.in_bulk(list(order_ids))


def by_any_number(number: str) -> Order | None:
    """By our own number or the waybill's, for an import that names mail."""
    return Order.objects.filter(Q(number=number) | Q(waybill_no=number)).first()


def standing(order_ids: Iterable[UUID]) -> dict[UUID, Order]:
    """How each stands: state, door, promises and what comes next, without what else its row holds; for lists."""
    columns = ("state", "state_at", "door", "delivered_ok", "next_attempt_at", "held_until")
    moments = ("collected_at", "collect_due_at", "collect_moved_to", "promised_at")
    return Order.objects.only(*columns, *moments).in_bulk(list(order_ids))


def weights(order_ids: Iterable[UUID]) -> dict[UUID, int]:
    """What each weighs, in grams, as it was placed; for money pages that were allowed before."""
    return dict(Order.objects.filter(id__in=set(order_ids)).values_list("id", "weight_g"))


def orders_of(ref: str) -> list[Order]:
    """All orders of one reference, oldest first."""
    return list(Order.objects.filter(ref=ref).order_by("placed_at", "id"))


def visible(actor: Actor) -> QuerySet[Order]:
    """The orders within the actor's regions; a sender's role bound to an organisation sees that organisation's."""
    if actor.is_system:
        return Order.objects.all()
    scope = Q(pk__in=[])
    for grant in actor.grants:
        if grant.role in MAY["look"]:
            scope |= _seen_by(grant)
    return Order.objects.filter(scope)


def _seen_by(grant: Grant) -> Q:
    """A department sees its own organisation's mail; the post's people see what starts or ends in their region too."""
    here = Q(region__within=grant.region)
    if grant.role in OWN_MAIL_ONLY:
        return here & Q(organisation_id=grant.organisation) if grant.organisation else here
    code = grant.region.rpartition(".")[2]
    return here | Q(origin__startswith=code) | Q(destination__startswith=code)


def sees(actor: Actor, order: Order) -> bool:
    """Whether `order` is among the `visible` ones, of an order at hand."""
    return actor.is_system or any(grant.role in MAY["look"] and _sees(grant, order) for grant in actor.grants)


def _sees(grant: Grant, order: Order) -> bool:
    here = within(str(order.region), grant.region)
    if grant.role in OWN_MAIL_ONLY:
        return here and grant.organisation in (None, order.organisation_id)
    code = grant.region.rpartition(".")[2]
    return here or order.origin.startswith(code) or order.destination.startswith(code)


_SIGHT = ("region", "organisation_id", "origin", "destination")
TRACKED = ("number", "waybill_no", "state", "state_at", "promised_at", "delivered_at", *_SIGHT)


def order(actor: Actor, number: str, *, columns: Sequence[str] = ()) -> Order:
    """By our number or the carrier's, whole or with `columns` alone; NotFound when missing or not within the actor's sight."""
    wanted = number.strip().upper()
    listed = ", ".join(("id", *columns)) if columns else "*"
    named = Order.objects.raw(f"SELECT {listed} FROM delivery_order WHERE number = %s OR waybill_no = %s ORDER BY id", [wanted, wanted])  # noqa: S608 columns of ours
    found = next((each for each in named if sees(actor, each)), None)
    if found is None:
        raise NotFound("order")
    return found


def by_phone(actor: Actor, phone: str) -> QuerySet[Order]:
    """Orders whose sender or recipient has exactly this phone."""
    digest = blind_index("phone", phone)
    return visible(actor).filter(Q(recipient_phone_digest=digest) | Q(sender_phone_digest=digest))


def addresses(order: Order) -> tuple[Address, Address]:
    """Sender and recipient in full; only for label, wire and the people who carry it. Screens mask them."""
    return (
        Address.from_json(unseal(order.sender_sealed, bound_to=f"order:{order.id}:sender")),
        Address.from_json(unseal(order.recipient_sealed, bound_to=f"order:{order.id}:recipient")),
    )


def checks_of(order_ids: Iterable[UUID]) -> dict[UUID, list[PaperCheck]]:
    found: dict[UUID, list[PaperCheck]] = {}
    for check in PaperCheck.objects.filter(order_id__in=list(order_ids)).order_by("order_id", "position"):
        found.setdefault(check.order_id, []).append(check)
    return found


def story(order: Order) -> list[EventLine]:
    """Every event of the mail, voided ones too, in the order in which they happened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM delivery_story(%s::text[])", [[number for number in (order.number, order.waybill_no) if number]])
        return [EventLine(*row) for row in cursor]


def public_stage(number: str) -> PublicStage:
    """For the public page: the same answer time and shape for every number that does not exist."""
    wanted = number.strip().upper()
    found = Order.objects.filter(Q(number=wanted) | Q(waybill_no=wanted)).first()
    if found is None:
        raise NotFound("order")
    at_destination = found.state not in (
        State.ORDERED,
        State.PICKUP_ASSIGNED,
        State.PICKUP_FAILED,
        State.COLLECTED,
        State.CANCELLED,
    )
    here = found.destination if at_destination else found.origin
    return PublicStage(found.state, found.state_at, here[:4] + "00", found.destination[:4] + "00")


def unclear(actor: Actor) -> QuerySet[Unclear]:
    """Events that wait for a person; unknown numbers have no region and are seen by those who see everything."""
    if actor.is_system:
        return Unclear.objects.filter(settled_at=None).order_by("first_at")
    regions = list(actor.regions(MAY["void_scan"] | MAY["retry_booking"] | MAY["read_kept"]))
    return Unclear.objects.filter(settled_at=None, region__within_any=regions).order_by("first_at")


def booking_of(order: Order) -> Booking:
    """What the carrier may learn (disclosure table): names, phones, addresses, weight, 文件, an opaque number."""
    sender, recipient = addresses(order)
    code = pickup_code_of(order.id) if order.door == Door.CARRIER and order.rule["needs_code"] else ""
    return Booking(
        order_number=order.number, product="express", sender=_contact(sender), recipient=_contact(recipient),
        weight_g=order.weight_g, contents="物品" if order.rule["goods"] else "文件", door=order.door, payer=order.payer,
        pickup_from=order.window_from, pickup_to=order.window_to, recipient_code=code, goods=bool(order.rule["goods"]),
    )  # fmt: skip


def waiting_at(actor: Actor, outlet: str) -> QuerySet[Order]:
    """What lies at a station's desk: placed, not bagged, not gone. What was collected lies there no more, whatever came after."""
    before = [State.ORDERED.value, State.PICKUP_ASSIGNED.value, State.PICKUP_FAILED.value]
    served = places.served_by(outlet)
    lying = visible(actor).filter(origin_outlet__in=served, bag=None, collected_at=None, state__in=before).exclude(direction="papers")
    return lying.order_by("placed_at", "id")


def lying_at(outlet: str) -> QuerySet[Order]:
    """What an outlet has work with: what starts there and has not left, and what is under way to it or lies there, oldest first."""
    before = [state.value for state in BEFORE_COLLECTION]
    over = [*before, *(state.value for state in FINAL)]
    starts, comes = Q(origin_outlet=outlet, state__in=before), Q(destination_outlet=outlet) & ~Q(state__in=over)
    return Order.objects.filter(starts | comes).order_by("placed_at", "id")


def bags_of(actor: Actor, outlet: str) -> QuerySet[Bag]:
    """The bags that a station sealed."""
    return Bag.objects.filter(outlet=outlet, region__within_any=list(actor.regions(MAY["look"])))


def balances_of(actor: Actor, outlet: str) -> QuerySet[DayBalance]:
    """A station's day balances, newest first."""
    return DayBalance.objects.filter(outlet=outlet, region__within_any=list(actor.regions(MAY["look"]))).order_by("-on")


def _contact(address: Address) -> Contact:
    return Contact(address.name, address.phone, address.province, address.city, address.county, address.street, address.postcode)


def in_order(order_ids: Sequence[UUID]) -> list[Order]:
    found = by_ids(order_ids)
    return [found[order_id] for order_id in order_ids if order_id in found]
