"""What a case has carried: papers from the door, papers back, results in parcels. Commissioned through settlement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from govpost.cases import lights, sealing
from govpost.cases.models import Case, CaseOrder, CasePaper, Parcel, ParcelCase
from govpost.cases.moving import on_behalf
from govpost.cases.rules import Leg
from govpost.common.actor import Actor
from govpost.common.ids import uuid7
from govpost.common.refusal import Refusal
from govpost.common.text import Text
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.rules import Address, Check, Direction, Door
from govpost.delivery.states import BEFORE_COLLECTION, Verb
from govpost.delivery.states import State as Mail
from govpost.dispatch import actions as dispatch
from govpost.parties.models import Organisation
from govpost.places import queries as places
from govpost.places.models import Hall
from govpost.profiles import queries as profiles
from govpost.profiles.rules import Window
from govpost.settlement import actions as settlement
from govpost.settlement.actions import Commission, Commissioned

ARRIVED = (Mail.AT_DELIVERY_OFFICE, Mail.OUT_FOR_DELIVERY, Mail.ATTEMPT_FAILED, Mail.REFUSED)
_GONE = (Mail.RETURNED, Mail.CANCELLED)


def fetch_papers(case: Case, papers: Sequence[CasePaper], *, at: datetime, by: Actor) -> CaseOrder:
    """Have the papers of the current round collected at the applicant's door in the chosen window and brought to the hall."""
    home = _home(case)
    wanted = Commission(
        ref=f"case:{case.id}", direction=Direction.PAPERS, item=case.service.code, region=str(case.region),
        organisation_id=case.department_id, sender=home, recipient=_window(case.hall, case.department),
        origin=_division(case), destination=case.hall.division_id, destination_outlet=case.hall.station.code,
        checks=tuple(Check(str(paper.id), paper.door_label) for paper in papers), window_from=case.window_from,
        window_to=case.window_to, pin=case.profile_pin, idempotency=_once(case, papers[0].round),
    )  # fmt: skip
    (done,) = settlement.commission([wanted], at=at, by=on_behalf(by))
    _hold_place(case, done, at, by)
    return _keep(case, done, Leg.PAPERS, at, round=papers[0].round)


def _hold_place(case: Case, done: Commissioned, at: datetime, by: Actor) -> None:
    """The chosen window has a place for this order from now on; raises InvalidInput (window) where somebody was faster."""
    if case.window_from is None or case.window_to is None:
        return
    dispatch.hold_place(
        order_id=done.order_id, outlet=delivery.by_id(done.order_id).origin_outlet, window=Window(case.window_from, case.window_to),
        settings=profiles.settings_by_pin(case.profile_pin), at=at, by=on_behalf(by),
    )  # fmt: skip


def _once(case: Case, current: int) -> str:
    """One collection a round, and one more for each time that it is ordered again."""
    before = case.orders.filter(leg=Leg.PAPERS.value, round=current).exists()
    return f"round {current} version {case.version}" if before else f"round {current}"


def latest_collection(case: Case) -> dict[str, Any]:
    """How the latest collection of the current round stands, as `rules.may_order_again` takes it."""
    found = _latest_papers(case)
    if found is None:
        return {"mail_state": None, "next_attempt": False, "reason": ""}
    order = delivery.by_id(found.order_id)
    coming = order.next_attempt_at is not None or order.door != Door.OURS
    return {"mail_state": order.state, "next_attempt": coming, "reason": order.reason}


def send_papers_back(case: Case, papers: Sequence[CasePaper], *, at: datetime, by: Actor) -> CaseOrder:
    """Post the papers of a case that ended early back to the applicant's address."""
    wanted = Commission(
        ref=f"case:{case.id}", direction=Direction.RETURNED_PAPERS, item=case.service.code, region=str(case.region),
        organisation_id=case.department_id, sender=_window(case.hall, case.department), recipient=_home(case),
        origin=case.hall.division_id, origin_outlet=case.hall.station.code, destination=_division(case),
        pin=case.profile_pin, idempotency=f"version {case.version}",
    )  # fmt: skip
    (done,) = settlement.commission([wanted], at=at, by=on_behalf(by))
    return _keep(case, done, Leg.RETURNED_PAPERS, at)


def send_result(parcel: Parcel, cases: Sequence[Case], *, at: datetime, by: Actor) -> CaseOrder:
    """Post the results of one applicant in one mail; items beyond the first only add their rules: the strictest wins."""
    first = min(cases, key=lambda case: (case.submitted_at or at, case.id))
    items = dict.fromkeys(case.service.code for case in (first, *cases))
    wanted = Commission(
        ref=f"parcel:{parcel.id}", direction=Direction.RESULT, item=first.service.code, with_items=tuple(items)[1:],
        region=str(parcel.region), organisation_id=first.department_id, sender=_window(parcel.hall, first.department),
        recipient=_home(first), origin=parcel.hall.division_id, origin_outlet=parcel.hall.station.code,
        destination=_division(first), contents=tuple(case.document_serial or "" for case in cases), pin=first.profile_pin,
    )  # fmt: skip
    (done,) = settlement.commission([wanted], at=at, by=on_behalf(by))
    kept = [_keep(case, done, Leg.RESULT, at) for case in cases]
    return kept[0]


def may_stop_collection(case: Case) -> bool:
    """Whether a courier was ordered and has not collected yet."""
    order = _live_papers(case)
    return order is not None and Mail(delivery.by_id(order.order_id).state) in BEFORE_COLLECTION


def stop_collection(case: Case, *, reason: str, at: datetime, by: Actor) -> CaseOrder | None:
    """Cancel a collection that has not begun; None where there is none, or where the courier was faster."""
    order = _live_papers(case)
    if order is None or Mail(delivery.by_id(order.order_id).state) not in BEFORE_COLLECTION:
        return None
    try:
        mail.cancel_order(order_id=order.order_id, reason=reason, at=at, by=on_behalf(by))
    except Refusal as refused:
        if refused.code == "wrong_state":  # collected between our look and the lock
            return None
        raise
    return order


def receive_collection(case: Case, seen: Mapping[UUID, bool], *, at: datetime, by: Actor, request_id: UUID) -> UUID | None:
    """End a collection that brought these papers as received by the window; None when they came another way."""
    order = _live_papers(case)
    if order is None:
        return None
    if Mail(delivery.by_id(order.order_id).state) is not Mail.DELIVERED:  # a carrier's own word came before ours
        counted = {str(paper_id): there for paper_id, there in seen.items()}
        mail.record_handover(
            order_id=order.order_id, verb=Verb.RECEIVE, seen=counted, holder=case.hall.name, at=at, by=by, request_id=request_id
        )
    return order.order_id


def live_result(case: Case) -> CaseOrder | None:
    """The order that holds the result now; None while it lies at a desk (not posted, given up, or returned)."""
    order = case.orders.filter(leg=Leg.RESULT.value).order_by("-placed_at", "-id").first()
    if order is None or Mail(delivery.by_id(order.order_id).state) in _GONE:
        return None
    return order


def may_keep_result(case: Case) -> bool:
    """Whether a decided result can still be kept for its applicant: not posted yet, or arrived where it can wait."""
    order = live_result(case)
    return order is None or Mail(delivery.by_id(order.order_id).state) in (*BEFORE_COLLECTION, *ARRIVED, Mail.AT_PICKUP_POINT)


def keep_or_cancel_result(case: Case, order: CaseOrder, *, at: datetime, by: Actor) -> str:
    """Stop a result before it is posted ("window"), or keep it at the outlet where it has arrived ("outlet")."""
    state = Mail(delivery.by_id(order.order_id).state)
    if state in BEFORE_COLLECTION:
        mail.cancel_order(order_id=order.order_id, reason="fetched_at_window", at=at, by=on_behalf(by))
        ParcelCase.objects.filter(case=case, left_at=None).update(left_at=at)
        return "window"
    if state in ARRIVED:
        mail.record_handover(
            order_id=order.order_id, verb=Verb.HOLD, at=at, by=on_behalf(by), request_id=uuid7(), proof={"why": "applicant"}
        )
    elif state is not Mail.AT_PICKUP_POINT:
        raise Refusal(
            "in_the_mail",
            Text("The result is on its way just now. Once it has arrived at the delivery office it can be kept there for you."),
        )
    return "outlet"


def order_facts(case: Case, order: CaseOrder | None) -> dict[str, Any]:
    """What a fact says of the order that a verb placed."""
    if order is None:
        return {"order": None}
    return {
        "order": order.order_id, "order_number": order.number, "window_from": case.window_from, "window_to": case.window_to,
    }  # fmt: skip


def _live_papers(case: Case) -> CaseOrder | None:
    """The collection of the current round, unless it was cancelled or lost."""
    order = _latest_papers(case)
    if order is None:
        return None
    return None if Mail(delivery.by_id(order.order_id).state) in (Mail.CANCELLED, Mail.LOST) else order


def _latest_papers(case: Case) -> CaseOrder | None:
    order = case.orders.filter(leg=Leg.PAPERS.value).order_by("-placed_at", "-id").first()
    latest = case.papers.order_by("-round").values_list("round", flat=True).first()
    return order if order is not None and order.round == latest else None


def _keep(case: Case, done: Commissioned, leg: Leg, at: datetime, *, round: int = 0) -> CaseOrder:  # noqa: A002 the column's name
    kept = CaseOrder.objects.create(case=case, order_id=done.order_id, number=done.number, leg=leg.value, round=round, placed_at=at)
    lights.note_mail(case)
    return kept


def _home(case: Case) -> Address:
    address = sealing.address_of(case)
    return _address(address.name, address.phone, address.division, address.street)


def _division(case: Case) -> str:
    return sealing.address_of(case).division


def _window(hall: Hall, department: Organisation) -> Address:
    """The hall's window as one end of a mail: the department's name, the hall's telephone and address."""
    return _address(f"{hall.name} {department.name}", hall.phone, hall.division_id, hall.address)


def _address(name: str, phone: str, division: str, street: str) -> Address:
    found = places.structured_address(division, street)
    return Address(name, phone, found.province, found.city, found.county, found.street, found.postcode)
