"""What stands in an order's way when it is placed: the same call made before, a reference with other data, a number in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from govpost.common.crypto import unseal
from govpost.common.refusal import Refusal
from govpost.common.text import Text
from govpost.delivery.actions.forgetting import commitment_of, plain
from govpost.delivery.models import Order
from govpost.delivery.rules import Address, Direction, NewOrder
from govpost.delivery.states import State

# Whose mail, under which reference, which way, which call: the constraint `order_once`.
Identity = tuple[str | None, str, str, str]
_READ = (
    "id", "number", "ref", "direction", "idempotency", "organisation_id", "state", "item", "contents", "waybill_no",
    "recipient_sealed", "forgotten_at", "commitments",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """The orders that stand where these were to be placed, and the numbers that other mail has."""

    orders: dict[Identity, Order]
    waybills: frozenset[tuple[str, str | None]]
    envelopes: frozenset[str | None]
    numbers: frozenset[str]

    def meet(self, wanted: NewOrder, number: str) -> Order | NewOrder | Refusal:
        """The order that stands for this call; or what is to be placed instead; or why nothing can be.

        `number`: the random public one that was drawn for it; where only that was taken, it is placed once more with another.
        """
        order = self.orders.get(identity(wanted))
        if order is None:
            in_use = self._in_use(wanted)
            if in_use is None and number not in self.numbers:
                raise RuntimeError("An order was not placed, and nothing that stands explains why.")
            return in_use or wanted
        if wanted.direction is not Direction.SINGLE or _same(order, wanted):
            return order  # a case makes its references itself; nobody mistypes them
        if order.state == State.CANCELLED:
            return replace(wanted, idempotency=order.number)  # a cancelled order gives its reference free for other data
        return Refusal(
            "ordered_differently",
            Text(
                "This reference was ordered before with other data as %(number)s. Cancel that order first or use a new reference.",
                {"number": order.number},
            ),
            number=order.number,
        )

    def _in_use(self, wanted: NewOrder) -> Refusal | None:
        if (wanted.carrier, wanted.waybill_no) in self.waybills:
            sentence = Text("This waybill number belongs to other mail already. Compare it with the slip.")
            return Refusal("waybill_used", sentence, waybill=wanted.waybill_no)
        if wanted.envelope_serial in self.envelopes:
            return Refusal("envelope_used", Text("This envelope is already used for another piece. Take a new one."))
        return None


def identity(order: NewOrder) -> Identity:
    return order.organisation_id, order.ref, order.direction.value, order.idempotency


def standing(orders: Sequence[NewOrder], numbers: Sequence[str]) -> Standing:
    """Look them all up at once, with the public numbers that were drawn for them."""
    named = {_identity_of(order): order for order in _named(orders)}
    found = _using([order for order in orders if identity(order) not in named], numbers)
    return Standing(
        named,
        frozenset((carrier, waybill) for carrier, waybill, _, _ in found if waybill),
        frozenset(envelope for _, _, envelope, _ in found if envelope),
        frozenset(number for _, _, _, number in found),
    )


def _using(orders: Sequence[NewOrder], numbers: Sequence[str]) -> list[tuple[str, str | None, str | None, str]]:
    """Carrier, waybill, envelope and public number of the mail that has one of theirs."""
    if not orders:
        return []
    waybills = {order.waybill_no for order in orders if order.waybill_no}
    envelopes = {order.envelope_serial for order in orders if order.envelope_serial}
    used = Order.objects.filter(Q(waybill_no__in=waybills) | Q(envelope_serial__in=envelopes) | Q(number__in=numbers))
    return list(used.values_list("carrier", "waybill_no", "envelope_serial", "number"))


def _named(orders: Sequence[NewOrder]) -> QuerySet[Order]:
    organisations = {order.organisation_id for order in orders}
    whose = Q(organisation_id__in=organisations - {None}) | (Q(organisation_id=None) if None in organisations else Q(pk__in=[]))
    return Order.objects.filter(whose, ref__in={order.ref for order in orders}).only(*_READ)


def _identity_of(order: Order) -> Identity:
    organisation = str(order.organisation_id) if order.organisation_id else None
    return organisation, order.ref, order.direction, order.idempotency


def _same(order: Order, wanted: NewOrder) -> bool:
    """Whether a repeated call says what was ordered; blanks do not count, for files and people set them differently."""
    return (
        order.item == wanted.item
        and _same_recipient(order, wanted.recipient)
        and tuple(order.contents) == wanted.contents
        and wanted.waybill_no in (None, order.waybill_no)
    )


def _same_recipient(order: Order, wanted: Address) -> bool:
    if order.forgotten_at:
        return bool(order.commitments["recipient"] == commitment_of(order.id, "recipient", wanted))
    return plain(Address.from_json(unseal(order.recipient_sealed, bound_to=f"order:{order.id}:recipient"))) == plain(wanted)
