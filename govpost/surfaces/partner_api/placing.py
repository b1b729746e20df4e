"""`POST /orders`: a department's or client's own mail, commissioned like any other."""

from __future__ import annotations

from datetime import datetime

from govpost.common.actor import Actor
from govpost.delivery.rules import Address, Direction
from govpost.places import queries as places
from govpost.settlement import actions as settlement
from govpost.surfaces.partner_api.bodies import OrderIn, PartyIn, PlacedOut
from govpost.surfaces.shared.words import say


def place(body: OrderIn, *, at: datetime, by: Actor) -> PlacedOut:
    """Commission one order under the partner's organisation; the same `ref` and item again give the order that stands."""
    [done] = settlement.commission([request_of(body, by)], at=at, by=by)
    return PlacedOut(
        number=done.number, ref=body.ref, new=done.new, payer=done.payer, payer_reason=say(done.payer_reason),
        price_fen=done.price_fen, promised_at=done.promised_at,
    )  # fmt: skip


def request_of(body: OrderIn, by: Actor) -> settlement.Commission:
    grant = by.grants[0]
    return settlement.Commission(
        ref=body.ref, direction=Direction.SINGLE, item=body.item, region=grant.region, organisation_id=grant.organisation,
        sender=_address(body.sender), origin=body.sender.division,
        recipient=_address(body.recipient), destination=body.recipient.division,
        contents=tuple(body.contents), weight_g=body.weight_g, payer=body.payer or "", batch=body.batch,
    )  # fmt: skip


def _address(party: PartyIn) -> Address:
    place = places.structured_address(party.division, party.street)
    return Address(party.name, party.phone, place.province, place.city, place.county, place.street, party.postcode or place.postcode)
