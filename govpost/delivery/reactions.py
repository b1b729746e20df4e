"""What follows when an order moves: the carrier is asked to take it, and people hear mail words (case words are said by the cases)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from govpost.common.actor import Actor
from govpost.common.clock import SHANGHAI
from govpost.delivery import asking, queries, reasons
from govpost.delivery.events import ORDER_CHANGED
from govpost.delivery.models import Order
from govpost.delivery.reasons import Then
from govpost.delivery.rules import Direction, Door, ItemRule, region_path
from govpost.delivery.states import State
from govpost.journal.followers import Told, follower
from govpost.notices import actions as notices
from govpost.places import queries as places

SPEAKER = Actor.system("mail room")
_STALE = timedelta(days=7)
_HELD = timedelta(days=ItemRule().hold_days)  # a carrier that keeps an item names no day


@follower("delivery", kinds=[ORDER_CHANGED])
def react(facts: Sequence[Told]) -> None:
    """Have new orders booked, and say one message per order and state; notices are unique by key, a booking asked twice is one."""
    placed = [f for f in facts if not f.payload["before"] and not f.payload["waybill_no"]]  # with a number it was booked elsewhere
    wanted = [f for f in facts if _worth_saying(f)]
    orders = queries.by_ids({_order_id(fact) for fact in (*placed, *wanted)})
    asking.book([order_id for order_id in map(_order_id, placed) if orders[order_id].booking == "wanted"])
    for fact in wanted:
        _say(orders[_order_id(fact)], fact)


def _order_id(fact: Told) -> UUID:
    return UUID(fact.payload["order"])


def _worth_saying(fact: Told) -> bool:
    """Only a change of state is news; imported history is long past, and so is what is told more than a week late."""
    late = fact.known_at - fact.occurred_at > _STALE
    return bool(fact.payload["before"] != fact.payload["after"] and fact.payload["source"] != "import" and not late)


def _say(order: Order, fact: Told) -> None:
    papers = order.direction == Direction.PAPERS
    said = _paper_words(order, fact) if papers else _mail_words(order, fact)
    if said is None:
        return
    template, params, key = said
    sender, recipient = queries.addresses(order)
    notices.say(
        template, phone=(sender if papers else recipient).phone, subject=f"order:{order.id}", region=str(order.region),
        params={"number": order.number} | params, at=fact.known_at, by=SPEAKER, key=key,
    )  # fmt: skip


Said = tuple[str, dict[str, str], str]  # template, its parameters, the key that makes it unique


def _paper_words(order: Order, fact: Told) -> Said | None:
    """Words to the one whose papers are collected at the door."""
    payload = fact.payload
    match payload["after"]:
        case State.ORDERED if order.door == Door.OURS:
            return "check_code", {"code": queries.check_code_of(order.id)}, ""
        case State.PICKUP_FAILED:
            return _missed_words(order, fact)
        case State.CANCELLED if reasons.then(payload["reason"]) is Then.ENDS:
            return "collection_ended", {"why": reasons.PICKUP[payload["reason"]].told, "place": _window_of(order)}, ""
        case State.CANCELLED:
            return "collection_cancelled", {}, ""
    return None


def _missed_words(order: Order, fact: Told) -> Said | None:
    """When the courier comes again; after the last miss what the applicant can do. A carrier that comes itself says it itself."""
    payload, key = fact.payload, str(fact.payload["misses"])
    again, moved_to = payload["next_attempt_at"], payload["collect_moved_to"]
    if again and moved_to and reasons.then(payload["reason"]) is Then.MOVED:
        return "collection_moved", {"next_time": f"{_day(again)}{_clock(again)}至{_clock(moved_to)}"}, key
    if again:
        return "collection_failed", {"next_day": _day(again)}, key
    return ("collection_not_made", {"place": _window_of(order)}, key) if order.door == Door.OURS else None


def _mail_words(order: Order, fact: Told) -> Said | None:
    """Words to the recipient; an item that asks for a code gets it when it is near the door."""
    payload = fact.payload
    needs_code, attempts = bool(order.rule["needs_code"]), str(payload["attempts"])
    code = {"code": queries.pickup_code_of(order.id)} if needs_code else {}
    match payload["after"]:
        case State.COLLECTED:
            return "mail_on_the_way", {}, ""
        case State.AT_DELIVERY_OFFICE if needs_code and order.door == Door.OURS:
            return "pickup_code", code, attempts
        case State.OUT_FOR_DELIVERY if needs_code:
            return "pickup_code", code, attempts
        case State.ATTEMPT_FAILED if payload["next_attempt_at"]:
            return "mail_attempt_failed", {"next_day": _day(payload["next_attempt_at"])}, attempts
        case State.AT_PICKUP_POINT:
            where = {"place": _outlet_name(order), "until": _day(order.held_until or fact.known_at + _HELD)}
            return "mail_ready_to_fetch" if needs_code else "mail_ready_without_code", where | code, attempts
        case State.DELIVERED:
            return "mail_delivered", {}, str(payload["version"])
        case State.RETURNED:
            return "mail_returned", {}, str(payload["version"])
    return None


def _outlet_name(order: Order) -> str:
    found = {outlet.code: outlet.name for outlet in places.outlets(region_path(order.destination))}
    return found.get(order.destination_outlet, order.destination_outlet)


def _window_of(order: Order) -> str:
    """Where papers can be brought: the office that they are for."""
    return queries.addresses(order)[1].name


def _clock(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(SHANGHAI).strftime("%H:%M")


def _day(moment: datetime | str) -> str:
    parsed = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    local = parsed.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日"
