"""From rows to what partners get: masked people, no personal data of couriers."""

from __future__ import annotations

from datetime import datetime

from govpost.cases.clocks import light
from govpost.cases.models import Case
from govpost.common.masks import mask_name, mask_phone
from govpost.common.text import Text
from govpost.delivery import queries as delivery
from govpost.delivery.models import Order
from govpost.surfaces.partner_api.bodies import CaseOut, EventOut, OrderOut, PayerOut, TrackingOut
from govpost.surfaces.shared.words import local, say


def order_out(order: Order) -> OrderOut:
    _, recipient = delivery.addresses(order)
    return OrderOut(
        number=order.number, ref=order.ref, state=order.state, state_at=order.state_at, version=order.version,
        direction=order.direction, item=order.item, door=order.door, waybill_no=order.waybill_no, payer=order.payer,
        payer_reason=say(Text(order.payer_reason)), price_fen=order.price_fen, placed_at=order.placed_at, promised_at=order.promised_at,
        collected_at=order.collected_at, delivered_at=order.delivered_at, attempts=order.attempts,
        recipient=mask_name(recipient.name), recipient_phone=mask_phone(recipient.phone),
    )  # fmt: skip


def case_out(case: Case, at: datetime) -> CaseOut:
    """A case without its applicant: the department knows its number, the portal its applicant."""
    colour = light(case.amber_at, case.red_at, at)
    return CaseOut(
        number=case.number or "", service=case.service.code, state=case.state, version=case.version, submitted_at=case.submitted_at,
        papers_received_at=case.papers_received_at, accepted_at=case.accepted_at, decided_at=case.decided_at,
        closed_at=case.closed_at, decide_due_on=case.decide_due_on, light=colour.value if colour else "",
        paper_way=case.paper_way, result_way=case.result_way, notice_version=case.notice_version,
        payers={
            leg: PayerOut(payer["payer"], say(Text.from_json(payer["reason"])), local(payer, "basis")) for leg, payer in case.payers.items()
        },
    )  # fmt: skip


def tracking_out(order: Order) -> TrackingOut:
    events = [
        EventOut(line.occurred_at, line.known_at, line.kind, line.code, line.name, line.place, line.voided)
        for line in delivery.story(order)
        if not line.quarantined
    ]
    return TrackingOut(order.number, order.waybill_no, order.state, order.state_at, order.promised_at, order.delivered_at, events)
