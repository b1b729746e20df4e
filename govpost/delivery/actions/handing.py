"""Hand-overs: who gave what to whom at the door, the window and the desk. Each becomes an event of source "ours".

Online, a hand-over may be refused; whoever calls twice with the same `request_id` gets the order as it stands.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from govpost.common.actor import Actor, Grant, within
from govpost.common.crypto import same_code
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.common.text import Text
from govpost.delivery import asking, reasons, rules
from govpost.delivery.actions.recording import apply
from govpost.delivery.actions.unclear import ask_people
from govpost.delivery.events import CODE_UNLOCKED
from govpost.delivery.models import Handover, Order, PaperCheck, Unclear
from govpost.delivery.ports import ScanSeen
from govpost.delivery.reasons import NO_MISS, Then
from govpost.delivery.rules import MAY, OURS, OWN_MAIL_ONLY, Direction, ItemRule, Signer
from govpost.delivery.states import RESULT, State, Verb
from govpost.journal import actions as journal

_CODED = {Verb.COLLECT, Verb.DELIVER, Verb.FETCH}
_SIGNED = {Verb.DELIVER, Verb.FETCH, Verb.RECEIVE}
_AT_THE_WINDOW = {Verb.FETCH, Verb.RECEIVE}
_PERMISSION = {
    Verb.ASSIGN: "assign",
    Verb.HOLD: "hold_for_pickup",
    Verb.SEND_BACK: "send_back",
    Verb.TAKE_BACK: "take_back",
    Verb.RECEIVE: "receive_papers",
}
NAMES = {
    Verb.ASSIGN: "揽投员已接单", Verb.MISS: "上门揽收未成功", Verb.COLLECT: "上门揽收", Verb.POST: "驻点窗口收寄",
    Verb.ARRIVE: "到达揽投部", Verb.GO_OUT: "安排投递", Verb.FAIL: "投递未妥投", Verb.HOLD: "待领取", Verb.REFUSE: "收件人拒收",
    Verb.SEND_BACK: "退回途中", Verb.DELIVER: "妥投", Verb.RECEIVE: "窗口收件", Verb.FETCH: "窗口领取", Verb.TAKE_BACK: "退回妥投",
    Verb.CANCEL: "撤销", Verb.LOSE: "邮件丢失",
}  # fmt: skip


def record_handover(
    *,
    order_id: UUID,
    verb: Verb,
    at: datetime,
    by: Actor,
    request_id: UUID,
    signer: str = "",
    code: str | None = None,
    seen: dict[str, bool] | None = None,
    holder: str = "",
    proof: dict[str, Any] | None = None,
) -> Order:
    """One hand-over by our own people.

    seen: opaque paper id → there or missing (COLLECT must count every paper). code: the check code (COLLECT) or pick-up code
    (DELIVER, FETCH where the item asks for one). signer: who took it (DELIVER, FETCH). proof: further facts without personal data.
    Raises Refusal: wrong_state, wrong_code, code_locked, count_incomplete, signer_not_allowed, not_permitted.
    """
    wrong_code = False
    with transaction.atomic():
        order = lock(order_id)
        if Handover.objects.filter(request_id=request_id).exists():
            return order
        may_do(by, _PERMISSION.get(verb, "record_handover"), order)
        rules.may(State(order.state), verb).require()
        if verb in _SIGNED:
            signer = signer or (Signer.WINDOW if verb in _AT_THE_WINDOW else "")
            rules.may_sign(ItemRule.from_json(order.rule), signer).require()
        if not _code_right(order, verb, code):
            _count_wrong_code(order, at)
            wrong_code = True
        else:
            _count(order, verb, seen, at)
            found = _proof(proof, seen, verb, order)
            reason = found.get("reason", rules.REFUSAL) if verb is Verb.REFUSE else ""
            _write(order, verb, at, by, request_id, signer=signer, holder=holder, reason=reason, proof=found)
    if wrong_code:  # raised only now, so that the try is counted
        rules.meets_code(False).require()
    order.refresh_from_db()
    return order


def record_failed_attempt(
    *,
    order_id: UUID,
    verb: Verb = Verb.FAIL,
    reason: str,
    note: str = "",
    moved_to: tuple[datetime, datetime] | None = None,
    at: datetime,
    by: Actor,
    request_id: UUID,
) -> Order:
    """A collection (MISS) or delivery (FAIL) did not succeed; `reason` is a code of the carrier's tables (103, 4, …).

    A collection goes on as the reason says (`reasons`): another visit, at the appointment `moved_to` where the applicant named one, or
    none any more. The item's rule decides how often is tried; after the last attempt a delivery is kept ready to be fetched.
    """
    with transaction.atomic():
        order = lock(order_id)
        if Handover.objects.filter(request_id=request_id).exists():
            return order
        may_do(by, "record_failed_attempt", order)
        rules.may(State(order.state), verb).require()
        ends = verb is Verb.MISS and reasons.then(reason) is Then.ENDS
        if verb is Verb.MISS:
            _plan_collection(order, reason, moved_to, at)
        else:
            _plan_delivery(order, at)
        _write(order, verb, at, by, request_id, reason=reason, note=note, proof={"reason": reason}, and_cancel=ends)
        order.refresh_from_db()
        if ends:
            _stop_carrier(order, reason)
        elif verb is Verb.FAIL and order.next_attempt_at is None and order.state == State.ATTEMPT_FAILED:
            _hold(order, ItemRule.from_json(order.rule), at, by)
    order.refresh_from_db()
    return order


def _plan_delivery(order: Order, at: datetime) -> None:
    order.next_attempt_at = rules.next_attempt(at=at, attempts=order.attempts + 1, rule=ItemRule.from_json(order.rule))
    order.save(update_fields=["next_attempt_at"])


def _plan_collection(order: Order, reason: str, moved_to: tuple[datetime, datetime] | None, at: datetime) -> None:
    """The appointment that holds from now on; `collect_moved_to` keeps that it was the applicant who moved it."""
    if moved_to and reasons.then(reason) is Then.MOVED:
        order.window_from, order.window_to = moved_to
        order.next_attempt_at, order.collect_moved_to = moved_to
    else:
        excused = Handover.objects.filter(order=order, verb=Verb.MISS.value, proof__reason__in=list(NO_MISS)).count()
        rule = ItemRule.from_json(order.rule)
        order.next_attempt_at = rules.next_collection(at=at, misses=order.misses - excused + 1, reason=reason, rule=rule)
    order.save(update_fields=["window_from", "window_to", "next_attempt_at", "collect_moved_to"])


def _stop_carrier(order: Order, reason: str) -> None:
    if order.waybill_no and order.booking == "booked":
        asking.cancel(order.id, reason)


def cancel_order(*, order_id: UUID, reason: str, at: datetime, by: Actor) -> None:
    """Cancel before collection; a carrier that knows the order is told by a job."""
    with transaction.atomic():
        order = lock(order_id)
        if order.state == State.CANCELLED:
            return
        may_do(by, "cancel_order", order)
        rules.may(State(order.state), Verb.CANCEL).require()
        apply([own_scan(order, Verb.CANCEL, at, reason=reason)], at=at, by=by)
        _stop_carrier(order, reason)


def unlock_code(*, order_id: UUID, why: str, at: datetime, by: Actor) -> None:
    """After a look at what happened the code may be tried again, from the first try on; the custody record says who looked and why.

    The item itself stays in the same hands. Raises Refusal: code_not_locked; InvalidInput (why).
    """
    with transaction.atomic():
        order = lock(order_id)
        may_do(by, "unlock_code", order)
        rules.may_unlock(order.code_tries).require()
        if not why.strip():
            raise InvalidInput({"why": Text("Say what you found out before the code may be tried again.")})
        last = order.handovers.order_by("at").last()
        Handover.objects.create(
            order=order, verb="unlock_code", at=at, holder=last.holder if last else "", actor=by.label,
            proof={"why": why.strip()[:200], "tries": order.code_tries},
        )  # fmt: skip
        journal.record(
            CODE_UNLOCKED, subject=f"order:{order.id}", region=str(order.region), at=at, by=by,
            order=order.id, ref=order.ref, number=order.number, tries=order.code_tries,
        )  # fmt: skip
        order.code_tries = 0
        order.save(update_fields=["code_tries"])
        Unclear.objects.filter(kind="code_locked", order=order, settled_at=None).update(settled_at=at, settled_by=by.label)


def query_carrier(*, order_id: UUID, at: datetime, by: Actor) -> None:
    """A person wants to know now: the carrier is asked for the whole track by a job."""
    order = lock_free(order_id)
    may_do(by, "retry_booking", order)
    rules.may_ask(order.waybill_no).require()
    asking.query(order.id)


def lock_free(order_id: UUID) -> Order:
    """The order for a question that changes nothing."""
    order = Order.objects.filter(id=order_id).first()
    if order is None:
        raise NotFound("order")
    return order


def lock(order_id: UUID) -> Order:
    order = Order.objects.select_for_update(no_key=True).filter(id=order_id).first()
    if order is None:
        raise NotFound("order")
    return order


def may_do(by: Actor, verb: str, order: Order) -> None:
    """A role for the order's own region, or for the county at either end; a department's for its own mail in its region."""
    if not by.is_system and not any(grant.role in MAY[verb] and _reaches(grant, order) for grant in by.grants):
        raise NotPermitted(verb)


def _reaches(grant: Grant, order: Order) -> bool:
    if grant.role in OWN_MAIL_ONLY:
        return within(str(order.region), grant.region) and grant.organisation in (None, order.organisation_id)
    places = (str(order.region), rules.region_path(order.origin), rules.region_path(order.destination))
    return any(within(place, grant.region) for place in places)


def own_scan(order: Order, verb: Verb, at: datetime, *, signer: str = "", reason: str = "", note: str = "") -> ScanSeen:
    """An event of our own people, as the event log keeps it."""
    outlet = order.origin_outlet if verb in (Verb.ASSIGN, Verb.MISS, Verb.COLLECT, Verb.POST, Verb.CANCEL) else order.destination_outlet
    return ScanSeen(
        source=OURS, waybill_no=order.number, code=verb.value.upper(), name=NAMES[verb], occurred_at=at, kind=RESULT[verb].value,
        place_code=outlet, signer_class=signer, reason=reason, note=note,
    )  # fmt: skip


def _code_right(order: Order, verb: Verb, code: str | None) -> bool:
    if verb not in _CODED:
        return True
    if verb is Verb.COLLECT:
        wanted = order.direction == Direction.PAPERS
        _refuse_locked(order, wanted)
        return not wanted or same_code(f"check:{order.id}", code or "")
    needs = bool(order.rule["needs_code"]) and order.state != State.RETURNED
    _refuse_locked(order, needs)
    return not needs or same_code(f"pickup:{order.id}", code or "")


def _refuse_locked(order: Order, asked: bool) -> None:
    if asked and rules.code_locked(order.code_tries):
        raise Refusal("code_locked", Text("Too many wrong codes for this item. Ask the dispatcher to look into it."))


def _count_wrong_code(order: Order, at: datetime) -> None:
    """The try that locks the code also tells those who may unlock it."""
    order.code_tries += 1
    order.save(update_fields=["code_tries"])
    if rules.code_locked(order.code_tries):
        ask_people("code_locked", order, at)


def _count(order: Order, verb: Verb, seen: dict[str, bool] | None, at: datetime) -> None:
    if verb is not Verb.COLLECT and seen is None:
        return
    checks = list(PaperCheck.objects.filter(order=order))
    rules.counted(seen or {}, [check.opaque_id for check in checks]).require()
    for check in checks:
        check.seen, check.counted_at = (seen or {})[check.opaque_id], at
    PaperCheck.objects.bulk_update(checks, ["seen", "counted_at"])


def _proof(proof: dict[str, Any] | None, seen: dict[str, bool] | None, verb: Verb, order: Order) -> dict[str, Any]:
    found = dict(proof or {})
    if seen is not None:
        found |= {"seen": sum(seen.values()), "missing": sum(not there for there in seen.values())}
    if verb in _CODED:
        found["code"] = "checked" if verb is Verb.COLLECT or order.rule["needs_code"] else "not needed"
    return found


def _write(
    order: Order,
    verb: Verb,
    at: datetime,
    by: Actor,
    request_id: UUID,
    *,
    signer: str = "",
    holder: str = "",
    reason: str = "",
    note: str = "",
    proof: dict[str, Any] | None = None,
    and_cancel: bool = False,
) -> None:
    """and_cancel: what happened ends the order; both events are one change."""
    Handover.objects.create(
        order=order, verb=verb.value, at=at, holder=holder or by.label, actor=by.label, signer=signer,
        proof=proof or {}, request_id=request_id,
    )  # fmt: skip
    verbs = (verb, Verb.CANCEL) if and_cancel else (verb,)
    apply([own_scan(order, each, at, signer=signer, reason=reason, note=note) for each in verbs], at=at, by=by)


def _hold(order: Order, rule: ItemRule, at: datetime, by: Actor) -> None:
    order.held_until = at + timedelta(days=rule.hold_days)
    order.save(update_fields=["held_until"])
    apply([own_scan(order, Verb.HOLD, at)], at=at, by=by)
