"""Orders come in: one set-based call with everything the mail room needs, idempotent, told as facts. Booking follows the fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from govpost.common.actor import Actor, permit
from govpost.common.crypto import blind_index, seal, short_code
from govpost.common.ids import public_number, uuid7
from govpost.common.refusal import Refusal
from govpost.common.rows import as_bytea, insert_rows
from govpost.common.text import Text
from govpost.delivery import asking, rules
from govpost.delivery.actions.facts import COLUMNS, payload_of_row, tell_changes
from govpost.delivery.actions.recording import refold
from govpost.delivery.actions.standing import standing
from govpost.delivery.actions.unclear import ask_people
from govpost.delivery.events import BOOKED, BOOKING_FAILED
from govpost.delivery.models import Order, PaperCheck
from govpost.delivery.rules import MAY, OWN_MAIL_ONLY, Direction, Door, NewOrder
from govpost.delivery.states import State
from govpost.journal import actions as journal

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Placed:
    """`new` is False when the same call was made before; check_code (papers only) is what the applicant tells the courier."""

    id: UUID
    number: str
    new: bool
    check_code: str = ""


def place_orders(orders: Sequence[NewOrder], *, at: datetime, by: Actor) -> list[Placed | Refusal]:
    """Place orders in one transaction; a repeated (organisation, ref, direction, idempotency) gives the order that stands.

    What cannot be placed gets its refusal, the others are placed: waybill_used, envelope_used, ordered_differently (a
    department's reference again with another recipient, item or contents).
    """
    for region, organisation in {(order.region, order.organisation_id) for order in orders}:
        _may_place(by, region, organisation)
    placed: list[Placed | Refusal] = []
    with transaction.atomic(savepoint=False):  # nothing below refuses: there is no part to take back
        for start in range(0, len(orders), _CHUNK):
            placed += _place(orders[start : start + _CHUNK], at, by)
    return placed


def _may_place(by: Actor, region: str, organisation: str | None) -> None:
    """A role for the region; a department's for its own mail."""
    here = [grant for grant in by.grants if grant.role not in OWN_MAIL_ONLY or str(grant.organisation or organisation) == str(organisation)]
    permit(replace(by, grants=tuple(here)), "place_orders", MAY["place_orders"], region=region)


def note_waybill(*, order_id: UUID, waybill_no: str, at: datetime, by: Actor) -> None:
    """The carrier gave the order its number; events that came before the number are folded now.

    An order that was cancelled while the carrier was asked is withdrawn there too, or somebody would come for it.
    """
    permit(by, "note_waybill", ())
    with transaction.atomic():
        order = Order.objects.select_for_update().get(id=order_id)
        if order.waybill_no == waybill_no:
            return
        if order.waybill_no:
            raise Refusal("waybill_bound", Text("This order already has a waybill number."), waybill=order.waybill_no)
        cancelled = order.state == State.CANCELLED
        order.waybill_no, order.booking, order.booking_error = waybill_no, "booked", ""
        order.save(update_fields=["waybill_no", "booking", "booking_error"])
        journal.record(
            BOOKED, subject=f"order:{order.id}", region=str(order.region), at=at, by=by,
            order=order.id, ref=order.ref, number=order.number, waybill_no=waybill_no,
        )  # fmt: skip
        refold({order.id}, at=at, by=by, source=order.carrier)
        if cancelled:
            asking.cancel(order.id, order.reason)


def note_booking_failed(*, order_id: UUID, error: str, at: datetime, by: Actor) -> None:
    """The carrier refused the order for good, or was silent for too long: it waits for a person, who mends it and asks again.

    error: the carrier's words, or a message id of ours. Nothing is to be mended where the order was booked or cancelled meanwhile.
    """
    permit(by, "note_booking_failed", ())
    with transaction.atomic():
        order = Order.objects.select_for_update().get(id=order_id)
        if order.waybill_no or order.state == State.CANCELLED:
            return
        order.booking, order.booking_error = "failed", error[:500]
        order.save(update_fields=["booking", "booking_error"])
        ask_people("booking_failed", order, at)
        journal.record(
            BOOKING_FAILED, subject=f"order:{order.id}", region=str(order.region), at=at, by=by,
            order=order.id, ref=order.ref, number=order.number,
        )  # fmt: skip


def retry_booking(*, order_id: UUID, at: datetime, by: Actor) -> None:
    """Ask the carrier again, now: for an order whose booking failed, or has not come about yet."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(id=order_id)
        permit(by, "retry_booking", MAY["retry_booking"], region=str(order.region))
        rules.may_book(order.booking, State(order.state)).require()
        order.booking = "wanted"
        order.save(update_fields=["booking"])
        asking.book([order.id])


def _place(orders: Sequence[NewOrder], at: datetime, by: Actor) -> list[Placed | Refusal]:
    rows = [_row(order, at) for order in orders]
    # Whichever constraint stands in the way: `standing` says what it was.
    fresh = {order_id for (order_id,) in insert_rows("delivery_order", rows, then="ON CONFLICT DO NOTHING RETURNING id")}
    new = [(order, row) for order, row in zip(orders, rows, strict=True) if row["id"] in fresh]
    _place_checks(new)
    tell_changes([_placed_payload(order, row, at) for order, row in new], at=at, by=by)
    met = iter(_meet([(order, row["number"]) for order, row in zip(orders, rows, strict=True) if row["id"] not in fresh], at, by))
    return [
        _placed(row["id"], row["number"], order, new=True) if row["id"] in fresh else next(met)
        for order, row in zip(orders, rows, strict=True)
    ]


def _meet(unplaced: Sequence[tuple[NewOrder, str]], at: datetime, by: Actor) -> list[Placed | Refusal]:
    """What becomes of orders (with the numbers drawn for them) that something stood in the way of; some are placed after all."""
    if not unplaced:
        return []
    orders = [order for order, _ in unplaced]
    there = standing(orders, [number for _, number in unplaced])
    met = [there.meet(order, number) for order, number in unplaced]
    instead = [each for each in met if isinstance(each, NewOrder)]
    again = iter(_place(instead, at, by) if instead else [])
    return [
        next(again) if isinstance(found, NewOrder)
        else found if isinstance(found, Refusal)
        else _placed(found.id, found.number, order, new=False)
        for order, found in zip(orders, met, strict=True)
    ]  # fmt: skip


def _placed(order_id: UUID, number: str, order: NewOrder, *, new: bool) -> Placed:
    return Placed(order_id, number, new, check_code_of(order_id) if order.direction is Direction.PAPERS else "")


def check_code_of(order_id: UUID) -> str:
    """The six digits that the applicant tells the courier at the door."""
    return short_code(f"check:{order_id}")


def pickup_code_of(order_id: UUID) -> str:
    """The six digits without which an item that asks for a code is not handed out."""
    return short_code(f"pickup:{order_id}")


def _row(order: NewOrder, at: datetime) -> dict[str, Any]:
    """One row of delivery_order; keys are column names in insertion order."""
    order_id, placed_at = uuid7(), order.placed_at or at
    needs_carrier = not (order.direction is Direction.PAPERS and order.door is Door.OURS)
    booking = "" if not needs_carrier else ("booked" if order.waybill_no else "wanted")
    return {
        "id": order_id, "number": public_number("GP", placed_at), "ref": order.ref, "idempotency": order.idempotency,
        "direction": order.direction.value, "item": order.item, "rule": order.rule.to_json(),
        "region": order.region, "organisation_id": order.organisation_id, "batch": order.batch,
        "origin": order.origin.division, "origin_outlet": order.origin.outlet,
        "destination": order.destination.division, "destination_outlet": order.destination.outlet,
        "door": order.door.value, "carrier": order.carrier, "payer": order.payer, "payer_reason": order.payer_reason,
        "account": order.account, "tariff": order.tariff, "price_fen": order.price_fen, "profile_pin": order.profile_pin,
        "weight_g": order.weight_g, "contents": order.contents,
        "sender_sealed": as_bytea(seal(order.sender.to_json(), bound_to=f"order:{order_id}:sender")),
        "recipient_sealed": as_bytea(seal(order.recipient.to_json(), bound_to=f"order:{order_id}:recipient")),
        "sender_phone_digest": as_bytea(blind_index("phone", order.sender.phone)),
        "recipient_phone_digest": as_bytea(blind_index("phone", order.recipient.phone)),
        "window_from": order.window_from, "window_to": order.window_to, "collect_due_at": order.collect_due_at,
        "promised_at": order.promised_at, "placed_at": placed_at, "waybill_no": order.waybill_no, "booking": booking,
        "booking_error": "", "envelope_serial": order.envelope_serial, "code_tries": 0, "state": State.ORDERED.value,
        "state_at": placed_at, "version": 1, "delivered_ok": False, "signer": "", "attempts": 0, "misses": 0, "reason": "",
        "cause": "",
    }  # fmt: skip


def _place_checks(new: Sequence[tuple[NewOrder, dict[str, Any]]]) -> None:
    PaperCheck.objects.bulk_create(
        PaperCheck(order_id=row["id"], position=position, opaque_id=check.id, label=check.label)
        for order, row in new
        for position, check in enumerate(order.checks, start=1)
    )


_NEVER_YET = ("collected_at", "arrived_at", "delivered_at", "next_attempt_at", "collect_moved_to")


def _placed_payload(order: NewOrder, row: dict[str, Any], at: datetime) -> dict[str, Any]:
    values = [None if column in _NEVER_YET else row[column] for column in COLUMNS]
    return payload_of_row(values, before="", known_at=at, source="import" if order.placed_at else "ours")
