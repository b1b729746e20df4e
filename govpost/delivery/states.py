"""The life of a mail order. Its state is the fold of valid events; this table says which verbs our own people may use when."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Mail states of the platform (mapping of carriers' codes: gateways/ems/codes.py)."""

    ORDERED = "ordered"
    PICKUP_ASSIGNED = "pickup_assigned"
    PICKUP_FAILED = "pickup_failed"
    COLLECTED = "collected"
    IN_TRANSIT = "in_transit"
    AT_DELIVERY_OFFICE = "at_delivery_office"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPT_FAILED = "attempt_failed"
    AT_PICKUP_POINT = "at_pickup_point"
    REFUSED = "refused"
    RETURNING = "returning"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    LOST = "lost"


class Verb(StrEnum):
    """What our own people do to a mail order; each becomes an event of source "ours"."""

    ASSIGN = "assign"  # a courier took the collection
    MISS = "miss"  # collection failed at the door
    COLLECT = "collect"  # taken over at the door
    POST = "post"  # posted at the station desk
    ARRIVE = "arrive"  # arrived at our delivery office
    GO_OUT = "go_out"  # out for delivery
    FAIL = "fail"  # delivery attempt failed
    HOLD = "hold"  # kept ready to be fetched
    REFUSE = "refuse"  # the addressee refused it
    SEND_BACK = "send_back"  # on its way back to the sender
    DELIVER = "deliver"  # handed out at the door
    RECEIVE = "receive"  # papers received by the window
    FETCH = "fetch"  # fetched at the window or outlet
    TAKE_BACK = "take_back"  # received back by the sender
    CANCEL = "cancel"
    LOSE = "lose"


S, V = State, Verb

BEFORE_COLLECTION = (S.ORDERED, S.PICKUP_ASSIGNED, S.PICKUP_FAILED)
ON_THE_WAY = (S.COLLECTED, S.IN_TRANSIT, S.AT_DELIVERY_OFFICE)
AT_THE_DOOR = (S.OUT_FOR_DELIVERY, S.ATTEMPT_FAILED)
FINAL = (S.DELIVERED, S.RETURNED, S.CANCELLED, S.LOST)
PROMISES_NOTHING = (*FINAL, S.REFUSED, S.RETURNING)

RESULT: dict[Verb, State] = {
    V.ASSIGN: S.PICKUP_ASSIGNED,
    V.MISS: S.PICKUP_FAILED,
    V.COLLECT: S.COLLECTED,
    V.POST: S.COLLECTED,
    V.ARRIVE: S.AT_DELIVERY_OFFICE,
    V.GO_OUT: S.OUT_FOR_DELIVERY,
    V.FAIL: S.ATTEMPT_FAILED,
    V.HOLD: S.AT_PICKUP_POINT,
    V.REFUSE: S.REFUSED,
    V.SEND_BACK: S.RETURNING,
    V.DELIVER: S.DELIVERED,
    V.RECEIVE: S.DELIVERED,
    V.FETCH: S.DELIVERED,
    V.TAKE_BACK: S.RETURNED,
    V.CANCEL: S.CANCELLED,
    V.LOSE: S.LOST,
}

_WHEN: dict[Verb, tuple[State, ...]] = {
    V.ASSIGN: (S.ORDERED, S.PICKUP_FAILED, S.PICKUP_ASSIGNED),
    V.MISS: BEFORE_COLLECTION,
    V.COLLECT: BEFORE_COLLECTION,
    V.POST: BEFORE_COLLECTION,
    V.ARRIVE: (S.COLLECTED, S.IN_TRANSIT),
    V.GO_OUT: (*ON_THE_WAY, S.ATTEMPT_FAILED, S.AT_PICKUP_POINT),
    V.FAIL: (*ON_THE_WAY, *AT_THE_DOOR),
    V.HOLD: (*ON_THE_WAY, *AT_THE_DOOR, S.REFUSED),
    V.REFUSE: (*ON_THE_WAY, *AT_THE_DOOR, S.AT_PICKUP_POINT),
    V.SEND_BACK: (*ON_THE_WAY, *AT_THE_DOOR, S.AT_PICKUP_POINT, S.REFUSED),
    V.DELIVER: (*ON_THE_WAY, *AT_THE_DOOR),
    V.RECEIVE: (*BEFORE_COLLECTION, *ON_THE_WAY, *AT_THE_DOOR, S.AT_PICKUP_POINT),
    V.FETCH: (*BEFORE_COLLECTION, *ON_THE_WAY, *AT_THE_DOOR, S.AT_PICKUP_POINT, S.RETURNED),
    V.TAKE_BACK: (S.RETURNING, S.REFUSED, S.AT_PICKUP_POINT, S.ATTEMPT_FAILED, S.COLLECTED, S.IN_TRANSIT),
    V.CANCEL: BEFORE_COLLECTION,
    V.LOSE: (*ON_THE_WAY, *AT_THE_DOOR, S.AT_PICKUP_POINT, S.RETURNING),
}

TABLE: dict[tuple[State, Verb], State] = {(state, verb): RESULT[verb] for verb, states in _WHEN.items() for state in states}

# Among events of the same moment the one of higher rank speaks.
RANK: dict[State, int] = {state: rank for rank, state in enumerate(State)}


def allowed(state: State) -> list[Verb]:
    """The verbs that our people may use in `state`; draws the buttons and guards the actions."""
    return [verb for verb in Verb if (state, verb) in TABLE]
