"""`POST /orders`: a department's or client's own mail, commissioned like any other."""

from __future__ import annotations

from datetime import datetime

from govpost.common.actor import Actor
from govpost.common.refusal import InvalidInput
from govpost.delivery.rules import Address, Direction
from govpost.places import queries as places
from govpost.settlement import actions as settlement
from govpost.surfaces.partner_api.bodies import OrderIn, PartyIn, PlacedOut
from govpost.surfaces.shared.words import say

_FIELDS = {"origin": "sender.division", "destination": "recipient.division"}  # what the commission calls a field, and the body


def place(body: OrderIn, *, at: datetime, by: Actor) -> PlacedOut:
    """Commission one order under the partner's organisation; the same `ref` with the same data gives the order that stands."""
    try:
        [done] = settlement.commission([request_of(body, by)], at=at, by=by)
    except InvalidInput as refused:
        raise InvalidInput({_FIELDS.get(name, name): sentence for name, sentence in refused.errors.items()}) from refused
    return PlacedOut(
        number=done.number, ref=body.ref, new=done.new, payer=done.payer, payer_reason=say(done.payer_reason),
        price_fen=done.price_fen, promised_at=done.promised_at,
    )  # fmt: skip


def request_of(body: OrderIn, by: Actor) -> settlement.Commission:
    grant = by.grants[0]
    return settlement.Commission(
        ref=body.ref, direction=Direction.SINGLE, item=body.item, region=grant.region, organisation_id=grant.organisation,
        sender=_address(body.sender, "sender"), origin=body.sender.division,
        recipient=_address(body.recipient, "recipient"), destination=body.recipient.division,
        contents=tuple(body.contents), weight_g=body.weight_g, payer=body.payer or "", batch=body.batch,
    )  # fmt: skip


def _address(party: PartyIn, end: str) -> Address:
    try:
        place = places.structured_address(party.division, party.street)
    except InvalidInput as refused:
        fields = {"county": f"{end}.division", "street": f"{end}.street"}
        raise InvalidInput({fields.get(name, name): sentence for name, sentence in refused.errors.items()}) from refused
    return Address(party.name, party.phone, place.province, place.city, place.county, place.street, party.postcode or place.postcode)
