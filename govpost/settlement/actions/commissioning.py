"""Commission: the one door to the mail room, for cases, desk, API, import and ferry alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from govpost.common.actor import Actor, within
from govpost.common.refusal import NotPermitted, Refusal
from govpost.delivery import actions as mail
from govpost.delivery.rules import Door, NewOrder, Place
from govpost.journal.stamps import held
from govpost.settlement.rules import DESK, MAY, Commission, Commissioned
from govpost.settlement.terms import Desk, Terms

Ready = tuple[Commission, Terms]


def commission(requests: Sequence[Commission], *, at: datetime, by: Actor) -> list[Commissioned]:
    """Have things carried, all or none; one result per request, in order.

    Raises Refusal: carrier_not_the_post, payer_not_open, no_agreement, no_price, no_profile, waybill_used, envelope_used,
    ordered_differently; InvalidInput (item, origin, destination, window); NotPermitted; NotFound for an unknown pin.
    """
    desk = Desk(requests, at=at)
    with held():
        ready = [_prepared(desk, request, by) for request in requests]
    alone = len(ready) == 1  # refused alone it has written nothing: there is no part to take back
    with transaction.atomic(savepoint=not alone):
        done = _place(ready, at, by)
        if not alone:
            _all_placed(done)
    return _all_placed(done)


def _all_placed(done: Sequence[Commissioned | Refusal]) -> list[Commissioned]:
    for each in done:
        if isinstance(each, Refusal):
            raise each
    return [each for each in done if not isinstance(each, Refusal)]


def commission_rows(requests: Sequence[Commission], *, at: datetime, by: Actor) -> list[Commissioned | Refusal]:
    """The same for files: what can be placed is placed, every other row gets its refusal."""
    desk = Desk(requests, at=at)
    with held():
        prepared = [_or_refusal(desk, request, by) for request in requests]
    with transaction.atomic(savepoint=False):
        placed = iter(_place([each for each in prepared if not isinstance(each, Refusal)], at, by))
        return [each if isinstance(each, Refusal) else next(placed) for each in prepared]


def _prepared(desk: Desk, request: Commission, by: Actor) -> Ready:
    _permit(by, request)
    return request, desk.terms(request)


def _or_refusal(desk: Desk, request: Commission, by: Actor) -> Ready | Refusal:
    try:
        return _prepared(desk, request, by)
    except Refusal as refused:
        return refused


def _permit(by: Actor, request: Commission) -> None:
    """The desk serves every department of its region; others commission the mail of their own organisation only.

    What was ordered, promised or due at moments of its own is history: only the import may say so, for rates rest on it.
    """
    if by.is_system:
        return
    if _is_history(request):
        raise NotPermitted("import_history")
    if any(by.has(role, request.region) for role in DESK):
        return
    own = [grant for grant in by.grants if grant.role in MAY["commission"] and within(request.region, grant.region)]
    if not any(grant.organisation in (None, request.organisation_id) for grant in own):
        raise NotPermitted("commission")


def _is_history(request: Commission) -> bool:
    return any((request.placed_at, request.collect_due_at, request.promised_at))


def _place(ready: Sequence[Ready], at: datetime, by: Actor) -> list[Commissioned | Refusal]:
    placed = mail.place_orders([_order(*each) for each in ready], at=at, by=by)
    return [each if isinstance(each, Refusal) else _commissioned(each, terms) for each, (_, terms) in zip(placed, ready, strict=True)]


def _order(wanted: Commission, terms: Terms) -> NewOrder:
    """History is the carrier's in any case: none of our couriers goes out for it today."""
    door = Door.CARRIER if wanted.placed_at else Door(terms.settings.door)
    return NewOrder(
        ref=wanted.ref, direction=wanted.direction, item=wanted.item, rule=terms.rule, region=wanted.region,
        origin=Place(wanted.origin, terms.origin_outlet), destination=Place(wanted.destination, terms.destination_outlet),
        door=door, payer=terms.payer, payer_reason=terms.payer_reason.msgid, account=terms.account,
        price_fen=terms.price_fen, sender=wanted.sender, recipient=wanted.recipient, carrier=wanted.carrier,
        tariff=terms.tariff, profile_pin=terms.settings.pin,
        organisation_id=str(wanted.organisation_id) if wanted.organisation_id else None, weight_g=terms.weight_g,
        checks=wanted.checks, contents=wanted.contents, window_from=wanted.window_from, window_to=wanted.window_to,
        collect_due_at=terms.collect_due_at, promised_at=terms.promised_at, waybill_no=wanted.waybill_no,
        envelope_serial=wanted.envelope_serial, idempotency=wanted.idempotency, batch=wanted.batch, placed_at=wanted.placed_at,
    )  # fmt: skip


def _commissioned(placed: mail.Placed, terms: Terms) -> Commissioned:
    return Commissioned(
        placed.id, placed.number, placed.new, placed.check_code, terms.payer, terms.payer_reason, terms.price_fen,
        terms.collect_due_at, terms.promised_at,
    )  # fmt: skip
