"""Events through the real database: identity, order, voids, unknown codes; and the SQL fold against `rules.fold`."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govpost.common.clock import now
from govpost.common.refusal import Refusal
from govpost.delivery import actions, queries
from govpost.delivery.models import Order, Scan, Unclear
from govpost.delivery.ports import ScanSeen
from govpost.delivery.rules import ItemRule, Seen, fold
from govpost.delivery.states import State, Verb
from govpost.delivery.testing import SYSTEM, make_order, make_papers, seen
from govpost.journal.models import Fact

pytestmark = pytest.mark.django_db


def deliver(order: Order, rows: list[ScanSeen]) -> list[str]:
    results = [result.status for result in actions.record_scans(rows, at=now(), by=SYSTEM)]
    order.refresh_from_db()
    return results


def test_a_push_moves_the_order_and_tells_one_fact() -> None:
    order = make_order(waybill_no="1112345678901")
    at = now()
    assert deliver(order, [seen("1112345678901", "collected", at)]) == ["accepted"]
    assert (order.state, order.version) == ("collected", 2)
    facts = Fact.objects.filter(subject=f"order:{order.id}").order_by("seq")
    assert [(f.payload["before"], f.payload["after"]) for f in facts] == [("", "ordered"), ("ordered", "collected")]


def test_the_same_push_twice_changes_nothing() -> None:
    order = make_order(waybill_no="1112345678901")
    row = seen("1112345678901", "collected", now())
    assert deliver(order, [row, row]) == ["accepted", "duplicate"]
    assert deliver(order, [row]) == ["duplicate"]
    assert order.version == 2
    assert Scan.objects.filter(waybill_no="1112345678901").count() == 1


def test_a_late_event_does_not_pull_the_state_back() -> None:
    order = make_order(waybill_no="1112345678901")
    at = now()
    deliver(order, [seen("1112345678901", "delivered", at, signer_class="addressee")])
    deliver(order, [seen("1112345678901", "in_transit", at - timedelta(hours=5))])
    assert order.state == "delivered"


def test_a_void_withdraws_the_delivery_and_the_event_stays_visible() -> None:
    order = make_order(waybill_no="1112345678901")
    at = now()
    arrived, delivered = (
        seen("1112345678901", "at_delivery_office", at),
        seen("1112345678901", "delivered", at + timedelta(minutes=5)),
    )
    deliver(order, [arrived, delivered])
    assert order.state == "delivered"
    void = seen("1112345678901", None, at + timedelta(minutes=5), code="delivered", effect=False, note="误操作")
    assert deliver(order, [void]) == ["voided"]
    assert (order.state, order.delivered_at) == ("at_delivery_office", None)
    line = next(line for line in queries.story(order) if line.kind == "delivered")
    assert line.voided
    assert line.why_voided == "误操作"
    assert deliver(order, [void]) == ["duplicate"]


def test_a_void_that_arrives_before_its_event_still_counts() -> None:
    order = make_order(waybill_no="1112345678901")
    at = now()
    deliver(order, [seen("1112345678901", None, at, code="delivered", effect=False)])
    deliver(order, [seen("1112345678901", "delivered", at)])
    assert order.state == "ordered"


def test_an_unknown_code_is_kept_and_shown_and_moves_nothing() -> None:
    order = make_order(waybill_no="1112345678901")
    assert deliver(order, [seen("1112345678901", None, now(), code="777Z")]) == ["unclear"]
    assert order.state == "ordered"
    assert [line.code for line in queries.story(order)] == ["777Z"]
    assert Unclear.objects.get().kind == "unknown_code"


def test_events_before_the_number_is_bound_are_folded_when_it_is() -> None:
    order = make_order()
    assert deliver(order, [seen("1119999999999", "collected", now())]) == ["unclear"]
    actions.note_waybill(order_id=order.id, waybill_no="1119999999999", at=now(), by=SYSTEM)
    order.refresh_from_db()
    assert order.state == "collected"


def test_an_event_from_the_future_is_kept_aside() -> None:
    order = make_order(waybill_no="1112345678901")
    assert deliver(order, [seen("1112345678901", "delivered", now() + timedelta(hours=2))]) == ["unclear"]
    assert order.state == "ordered"


def test_an_event_from_long_before_the_order_is_another_mails() -> None:
    order = make_order(waybill_no="1112345678901")
    assert deliver(order, [seen("1112345678901", "delivered", now() - timedelta(days=9))]) == ["unclear"]
    assert order.state == "ordered"


def test_a_delivery_to_someone_not_allowed_is_not_a_valid_delivery() -> None:
    order = make_order(waybill_no="1112345678901", rule=ItemRule(signers=("addressee",)))
    at = now()
    deliver(order, [seen("1112345678901", "delivered", at, signer_class="other")])
    assert (order.state, order.delivered_ok) == ("delivered", False)
    assert Unclear.objects.get().kind == "signer_not_allowed"
    deliver(order, [seen("1112345678901", "delivered", at + timedelta(minutes=1), code="704", signer_class="addressee")])
    assert order.delivered_ok


def test_one_outcome_when_our_courier_and_the_carrier_report_the_same_delivery() -> None:
    order = make_order(waybill_no="1112345678901")
    at = now()
    deliver(order, [seen("1112345678901", "at_delivery_office", at)])
    actions.record_handover(
        order_id=order.id, verb=Verb.DELIVER, signer="addressee", at=at + timedelta(minutes=5), by=SYSTEM, request_id=uuid4()
    )
    deliver(order, [seen("1112345678901", "delivered", at + timedelta(minutes=7), signer_class="unknown")])
    delivered = [f for f in Fact.objects.filter(subject=f"order:{order.id}") if f.payload["after"] == "delivered" != f.payload["before"]]
    assert order.state == "delivered"
    assert len(delivered) == 1
    assert order.delivered_at == at + timedelta(minutes=5)


def test_papers_are_collected_with_every_paper_counted_and_the_right_code() -> None:
    order = make_papers()
    code = queries.check_code_of(order.id)
    wrong = "000000" if code != "000000" else "111111"
    collect = partial(actions.record_handover, order_id=order.id, verb=Verb.COLLECT, at=now(), by=SYSTEM)
    with pytest.raises(Refusal, match="wrong_code"):
        collect(request_id=uuid4(), code=wrong, seen={"a": True, "b": True})
    with pytest.raises(Refusal, match="count_incomplete"):
        collect(request_id=uuid4(), code=code, seen={"a": True})
    request = uuid4()
    done = collect(request_id=request, code=code, seen={"a": True, "b": False})
    again = collect(request_id=request, code=code, seen={"a": True, "b": False})
    assert done.state == again.state == "collected"
    assert again.version == done.version
    assert [check.seen for check in queries.checks_of([order.id])[order.id]] == [True, False]


def test_papers_that_the_window_received_are_validly_delivered() -> None:
    order = make_papers(rule=ItemRule(signers=("addressee",)))
    actions.record_handover(order_id=order.id, verb=Verb.RECEIVE, at=now(), by=SYSTEM, request_id=uuid4(), seen={"a": True, "b": True})
    order.refresh_from_db()
    assert (order.state, order.signer, order.delivered_ok) == ("delivered", "window", True)
    assert not Unclear.objects.exists()


def test_after_the_last_attempt_the_item_is_kept_to_be_fetched() -> None:
    order = make_order(waybill_no="1112345678901", rule=ItemRule(attempts_max=2, needs_code=True))
    at = now()
    deliver(order, [seen("1112345678901", "at_delivery_office", at)])
    first = actions.record_failed_attempt(order_id=order.id, reason="103", at=at + timedelta(minutes=1), by=SYSTEM, request_id=uuid4())
    assert first.state == "attempt_failed"
    assert first.next_attempt_at is not None
    second = actions.record_failed_attempt(order_id=order.id, reason="103", at=at + timedelta(minutes=2), by=SYSTEM, request_id=uuid4())
    assert (second.state, second.attempts) == ("at_pickup_point", 2)
    assert second.held_until is not None
    fetched = actions.record_handover(
        order_id=order.id,
        verb=Verb.FETCH,
        code=queries.pickup_code_of(order.id),
        at=at + timedelta(minutes=3),
        by=SYSTEM,
        request_id=uuid4(),
    )
    assert (fetched.state, fetched.delivered_ok) == ("delivered", True)


def test_an_order_is_cancelled_only_before_collection() -> None:
    order = make_papers()
    actions.cancel_order(order_id=order.id, reason="5", at=now(), by=SYSTEM)
    order.refresh_from_db()
    assert order.state == "cancelled"
    other = make_order(waybill_no="1112345678901")
    deliver(other, [seen("1112345678901", "collected", now())])
    with pytest.raises(Refusal, match="wrong_state"):
        actions.cancel_order(order_id=other.id, reason="5", at=now(), by=SYSTEM)


def test_placing_twice_gives_the_same_order() -> None:
    first = make_order(ref="case:1", idempotency="x")
    second = make_order(ref="case:1", idempotency="x")
    assert first.id == second.id
    assert Fact.objects.filter(subject=f"order:{first.id}").count() == 1


KINDS = [s.value for s in State if s is not State.ORDERED]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.integers(0, 15), st.sampled_from(["ems", "ours"])),
        max_size=7,
        unique=True,
    ),
    st.data(),
)
def test_the_database_folds_as_the_rule_does(events: list[tuple[str, int, str]], data: st.DataObject) -> None:
    waybill = f"11{uuid4().int % 10**11:011d}"
    order = make_order(waybill_no=waybill)
    start = now() - timedelta(days=1)
    rows = [seen(waybill, kind, start + timedelta(hours=hour), source=source) for kind, hour, source in events]
    for row in data.draw(st.permutations(rows)):
        deliver(order, [row])
    expected = fold(Seen(State(r.kind or ""), r.occurred_at, r.source) for r in rows)
    assert order.state == expected.value
