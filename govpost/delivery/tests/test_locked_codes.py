"""A code that was tried six times is locked, told to people, and opened again by a person with a reason."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest

from govpost.common.actor import Actor, Grant
from govpost.common.clock import now
from govpost.common.ids import uuid7
from govpost.common.refusal import InvalidInput, NotPermitted, Refusal
from govpost.delivery import actions, queries
from govpost.delivery.models import Handover, Order, Unclear
from govpost.delivery.rules import CODE_TRIES, ItemRule
from govpost.delivery.states import Verb
from govpost.delivery.testing import SYSTEM, make_order, make_papers, seen
from govpost.journal.models import Fact
from govpost.parties.roles import Role

pytestmark = pytest.mark.django_db
DISPATCHER = Actor("staff", uuid7(), "调度 吴**", (Grant(Role.DISPATCHER, "34.3416"),))
STATION = Actor("staff", uuid7(), "驻点 孙**", (Grant(Role.STATION, "34.3416"),))
ELSEWHERE = Actor("staff", uuid7(), "调度 钱**", (Grant(Role.DISPATCHER, "37.3708"),))
ZHAO = Actor("staff", uuid7(), "揽投员 赵**", (Grant(Role.COURIER, "34.3416"),))
WHY = "收件人念错两位，已当面核对"


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def at_the_door() -> Order:
    order = make_order(waybill_no="1112345678901", rule=ItemRule(signers=("addressee",), needs_code=True))
    actions.record_scans([seen("1112345678901", "at_delivery_office", now())], at=now(), by=SYSTEM)
    return order


def deliver(order: Order, code: str) -> Order:
    return actions.record_handover(
        order_id=order.id, verb=Verb.DELIVER, signer="addressee", code=code, at=now(), by=SYSTEM, request_id=uuid4()
    )


def locked(order: Order) -> Order:
    for _ in range(CODE_TRIES):
        with pytest.raises(Refusal, match="wrong_code"):
            deliver(order, wrong(queries.pickup_code_of(order.id)))
    return order


def test_a_locked_code_is_opened_with_a_reason_and_then_the_right_one_works() -> None:
    order = locked(at_the_door())
    right = queries.pickup_code_of(order.id)
    with pytest.raises(Refusal, match="code_locked"):
        deliver(order, right)
    assert [item.kind for item in queries.unclear(DISPATCHER)] == ["code_locked"]
    actions.unlock_code(order_id=order.id, why=WHY, at=now(), by=DISPATCHER)
    assert not queries.unclear(DISPATCHER).exists()
    assert deliver(order, right).state == "delivered"
    kept = Handover.objects.get(order=order, verb="unlock_code")
    assert (kept.actor, kept.proof) == (DISPATCHER.label, {"why": WHY, "tries": CODE_TRIES})
    fact = Fact.objects.get(kind="delivery.code_unlocked")
    assert (fact.subject, fact.payload["tries"]) == (f"order:{order.id}", CODE_TRIES)
    assert WHY not in str(fact.payload)


def test_who_unlocks_does_not_take_the_item_over() -> None:
    order = make_papers()
    actions.record_handover(order_id=order.id, verb=Verb.ASSIGN, at=now(), by=ZHAO, request_id=uuid4())
    collect = partial(actions.record_handover, order_id=order.id, verb=Verb.COLLECT, seen={"a": True, "b": True}, at=now(), by=ZHAO)
    for _ in range(CODE_TRIES):
        with pytest.raises(Refusal, match="wrong_code"):
            collect(code=wrong(queries.check_code_of(order.id)), request_id=uuid4())
    actions.unlock_code(order_id=order.id, why=WHY, at=now(), by=STATION)
    assert Handover.objects.get(verb="unlock_code").holder == ZHAO.label
    assert collect(code=queries.check_code_of(order.id), request_id=uuid4()).state == "collected"


def test_tries_after_unlocking_count_again_and_tell_people_again() -> None:
    order = locked(at_the_door())
    actions.unlock_code(order_id=order.id, why=WHY, at=now(), by=DISPATCHER)
    locked(order)
    order.refresh_from_db()
    assert order.code_tries == CODE_TRIES
    item = Unclear.objects.get(kind="code_locked")
    assert (item.settled_at, item.count) == (None, 2)


def test_only_a_locked_code_is_unlocked_by_those_who_may_and_say_why() -> None:
    order = at_the_door()
    with pytest.raises(Refusal, match="code_not_locked"):
        actions.unlock_code(order_id=order.id, why=WHY, at=now(), by=DISPATCHER)
    locked(order)
    with pytest.raises(InvalidInput):
        actions.unlock_code(order_id=order.id, why=" ", at=now(), by=DISPATCHER)
    for nobody in (ELSEWHERE, ZHAO):
        with pytest.raises(NotPermitted):
            actions.unlock_code(order_id=order.id, why=WHY, at=now(), by=nobody)
    order.refresh_from_db()
    assert order.code_tries == CODE_TRIES


def test_a_lock_does_not_hinder_what_asks_for_no_code() -> None:
    order = locked(at_the_door())
    actions.record_handover(order_id=order.id, verb=Verb.SEND_BACK, at=now(), by=SYSTEM, request_id=uuid4())
    actions.record_handover(order_id=order.id, verb=Verb.TAKE_BACK, at=now(), by=SYSTEM, request_id=uuid4())
    fetched = actions.record_handover(order_id=order.id, verb=Verb.FETCH, signer="addressee", at=now(), by=SYSTEM, request_id=uuid4())
    assert fetched.state == "delivered"
