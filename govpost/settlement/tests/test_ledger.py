"""The ledger: whatever order facts come in, however often, it sums to zero and says what the newest state implies."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govpost.common.actor import Actor, Grant
from govpost.common.clock import SHANGHAI
from govpost.common.ids import uuid7
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted
from govpost.settlement import actions, queries
from govpost.settlement.models import ChargeState, LedgerEntry, LedgerTxn
from govpost.settlement.rules import charge_of, receivable
from govpost.settlement.testing import AT, make_change

SYSTEM = Actor.system("settlement")
GOVERNMENT, OTHER = UUID(int=1), UUID(int=2)
ACCOUNT = f"government:{GOVERNMENT}"
NOVEMBER = date(2026, 11, 1)


def post(*payloads: dict[str, Any]) -> int:
    return actions.post_changes(payloads, by=SYSTEM)


def check_deferred() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.django_db
def test_a_delivery_is_charged_once() -> None:
    delivered = make_change()
    assert post(delivered) == 1
    assert post(delivered, delivered) == 0
    check_deferred()
    assert queries.balance(SYSTEM, ACCOUNT) == 1500
    assert sorted(LedgerEntry.objects.values_list("account", "fen")) == [
        (f"receivable:{ACCOUNT}", 1500), ("revenue:BZ-GOV-2026", -1500),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_withdrawn_delivery_is_reversed_and_a_second_delivery_charged_again() -> None:
    delivered = make_change()
    withdrawn = make_change(order=delivered["order"], version=6, before="delivered", after="out_for_delivery")
    again = make_change(order=delivered["order"], version=7)
    assert (post(delivered), post(withdrawn), post(again)) == (1, 1, 1)
    check_deferred()
    lines = queries.charges_of(SYSTEM, UUID(delivered["order"]))
    assert [(line.kind, line.fen) for line in lines] == [("charge", 1500), ("reversal", -1500), ("charge", 1500)]
    assert lines[1].cause == "delivery_withdrawn"
    refs = LedgerTxn.objects.order_by("id").values_list("kind", "ref")
    order = delivered["order"]
    assert list(refs) == [("charge", f"{order}:1"), ("reversal", f"{order}:1"), ("charge", f"{order}:2")]


@pytest.mark.django_db
def test_freight_collect_that_was_delivered_and_then_returned_is_taken_back() -> None:
    collect = {"payer": "recipient", "account": "recipient:BZ-341602"}
    delivered = make_change(**collect)
    returned = make_change(order=delivered["order"], version=6, before="delivered", after="returned", **collect)
    assert post(delivered, returned) == 0  # within one batch only the newest state counts
    another = make_change(**collect)
    post(another)
    post(make_change(order=another["order"], version=6, before="delivered", after="returned", **collect))
    assert queries.balance(SYSTEM, "recipient:BZ-341602") == 0
    assert [line.cause for line in queries.charges_of(SYSTEM, UUID(another["order"]))] == ["delivered", "returned"]


@pytest.mark.django_db
def test_a_government_pays_for_returned_mail_too_and_is_not_charged_twice_for_it() -> None:
    delivered = make_change()
    post(delivered)
    assert post(make_change(order=delivered["order"], version=6, before="delivered", after="returned")) == 0
    assert queries.balance(SYSTEM, ACCOUNT) == 1500


@pytest.mark.django_db
def test_a_late_older_fact_changes_nothing_even_when_its_successors_came_in_one_batch() -> None:
    order = str(uuid7())
    withdrawn = make_change(order=order, version=6, before="delivered", after="out_for_delivery")
    failed = make_change(order=order, version=7, before="out_for_delivery", after="attempt_failed")
    assert post(withdrawn, failed) == 0
    assert post(make_change(order=order, version=5)) == 0
    assert queries.balance(SYSTEM, ACCOUNT) == 0


STATES = ("delivered", "returned", "out_for_delivery", "attempt_failed", "at_pickup_point", "lost")
histories = st.lists(st.tuples(st.sampled_from(STATES), st.sampled_from([0, 1200, 1500]), st.booleans()), min_size=1, max_size=8)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    histories=st.lists(histories, min_size=1, max_size=3),
    payer=st.sampled_from(["government", "department", "recipient", "sender"]),
    data=st.data(),
)
def test_any_order_of_facts_with_duplicates_leaves_what_the_newest_state_implies(
    histories: list[list[tuple[str, int, bool]]], payer: str, data: st.DataObject
) -> None:
    account = f"{payer}:{uuid7()}"
    facts, implied = [], 0
    for history in histories:
        story = _story(history, payer, account)
        facts += story
        due = charge_of(story[-1])
        implied += due.fen if due else 0
    shuffled = data.draw(st.permutations(facts + data.draw(st.lists(st.sampled_from(facts), max_size=4))))
    cut = data.draw(st.integers(0, len(shuffled)))
    post(*shuffled[:cut])
    post(*shuffled[cut:])
    check_deferred()
    assert queries.balance(SYSTEM, account) == implied
    entries = LedgerEntry.objects.filter(account=receivable(account))
    assert (entries.aggregate(fen=Sum("fen"))["fen"] or 0) == implied
    assert queries.sums_to_zero()
    assert LedgerEntry.objects.aggregate(fen=Sum("fen"))["fen"] in (0, None)


def _story(history: list[tuple[str, int, bool]], payer: str, account: str) -> list[dict[str, Any]]:
    order, before, story = str(uuid7()), "in_transit", []
    for version, (after, fen, carried) in enumerate(history, start=2):
        story.append(
            make_change(
                order=order, version=version, before=before, after=after, payer=payer, account=account, price_fen=fen,
                **({} if carried else {"collected_at": None, "arrived_at": None, "signer": "window", "source": "ours"}),
            )
        )  # fmt: skip
        before = after
    return story


@pytest.mark.django_db
def test_a_thousand_changes_cost_a_constant_number_of_statements(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(7):  # savepoint, lock, transactions, entries, months, states, release
        post(*(make_change() for _ in range(1000)))
    assert ChargeState.objects.count() == 1000
    check_deferred()


def _txn(ref: str = "test:1") -> LedgerTxn:
    return LedgerTxn.objects.create(
        kind="charge", ref=ref, order_id=uuid7(), order_number="GP", order_ref="x", item="x", tariff="t",
        region="34", occurred_at=AT, known_at=AT, posted_on=AT.date(),
    )  # fmt: skip


def _write(txn: LedgerTxn | None, *lines: tuple[str, int]) -> None:
    """Write lines, of a new transaction if none is given, and make the database check what it would check at commit."""
    txn = txn or _txn()
    LedgerEntry.objects.bulk_create(LedgerEntry(txn=txn, account=name, fen=fen, posted_on=AT.date()) for name, fen in lines)
    check_deferred()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([("receivable:x", 1501), ("revenue:x", -1500)], "2 lines that sum to 1 fen"),
        ([("receivable:x", 1500)], "1 lines that sum to 1500 fen"),
        ([], "0 lines"),
        ([("receivable:x", 0)], "ledgerentry_not_zero"),
    ],
)
def test_the_database_refuses_a_transaction_that_does_not_sum_to_zero(lines: list[tuple[str, int]], why: str) -> None:
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        _write(None, *lines)


@pytest.mark.django_db
def test_nothing_can_be_added_to_a_settled_transaction_and_a_reference_is_used_once() -> None:
    post(make_change())
    check_deferred()
    txn = LedgerTxn.objects.get()
    with pytest.raises(IntegrityError, match="sum to 7 fen"), transaction.atomic():
        _write(txn, ("receivable:x", 7))
    with pytest.raises(IntegrityError, match="ledgertxn_once"), transaction.atomic():
        _txn(ref=txn.ref)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["settlement_ledgertxn", "settlement_ledgerentry"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET posted_on = '2020-01-01'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_application_may_only_add_to_the_ledger(table: str, statement: str) -> None:
    post(make_change())
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


FINANCE = Actor("staff", UUID(int=11), "结算", (Grant("finance", "34.3416"),))
ELSEWHERE = Actor("staff", UUID(int=12), "结算", (Grant("finance", "37.3708"),))
SUPERVISOR = Actor("staff", UUID(int=13), "监督窗口", (Grant("supervisor", "34"),))
OWN = Actor("staff", UUID(int=14), "经办", (Grant("officer", "34.3416", GOVERNMENT),))
FOREIGN = Actor("staff", UUID(int=15), "经办", (Grant("sender", "34.3416", OTHER),))
COURIER = Actor("staff", UUID(int=16), "揽投员", (Grant("courier", "34.3416"),))
QIAN = Actor("person", UUID(int=17), "钱**")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("actor", "sees"),
    [(FINANCE, True), (SUPERVISOR, True), (OWN, True), (ELSEWHERE, False), (FOREIGN, False), (COURIER, False), (QIAN, False)],
)
def test_who_sees_a_month_account(actor: Actor, sees: bool) -> None:
    change = make_change()
    post(change)
    assert [line.account for line in queries.accounts(actor, NOVEMBER)] == ([ACCOUNT] if sees else [])
    assert len(queries.charges_of(actor, UUID(change["order"]))) == int(sees)
    assert queries.months(actor) == ([NOVEMBER] if sees else [])
    if actor is ELSEWHERE:  # may ask for any account, and finds nothing of its region on it
        assert queries.month_account(actor, ACCOUNT, NOVEMBER).lines == ()
    elif sees:
        assert queries.month_account(actor, ACCOUNT, NOVEMBER).fen == 1500
    else:
        for ask in (lambda: queries.month_account(actor, ACCOUNT, NOVEMBER), lambda: queries.balance(actor, ACCOUNT)):
            with pytest.raises(NotFound):
                ask()
    if not actor.is_system:
        with pytest.raises(NotPermitted):
            actions.post_changes([change], by=actor)


@pytest.mark.django_db
def test_a_statement_pages_through_its_lines_and_its_total_is_that_of_all() -> None:
    days = [datetime(2026, 11, day, 12, tzinfo=SHANGHAI) for day in (3, 1, 2, 2, 30)]
    post(*(make_change(occurred_at=day.isoformat(), number=f"GP-{n}") for n, day in enumerate(days)))
    post(make_change(occurred_at=datetime(2026, 12, 1, tzinfo=SHANGHAI).isoformat()))
    first = queries.month_account(FINANCE, ACCOUNT, date(2026, 11, 17), limit=2)
    second = queries.month_account(FINANCE, ACCOUNT, NOVEMBER, after=first.next, limit=2)
    third = queries.month_account(FINANCE, ACCOUNT, NOVEMBER, after=second.next, limit=2)
    shown = [line.posted_on.day for page in (first, second, third) for line in page.lines]
    assert shown == [1, 2, 2, 3, 30]
    assert (first.fen, first.charges, first.reversals, third.next) == (7500, 5, 0, "")
    with pytest.raises(InvalidInput):
        queries.month_account(FINANCE, ACCOUNT, NOVEMBER, after="yesterday")


@pytest.mark.django_db
def test_accounts_say_what_was_charged_and_taken_back_in_the_month() -> None:
    kept, withdrawn = make_change(), make_change()
    post(kept, withdrawn)
    later = (AT + timedelta(days=2)).isoformat()
    post(make_change(order=withdrawn["order"], version=6, before="delivered", after="in_transit", known_at=later))
    (line,) = queries.accounts(FINANCE, NOVEMBER)
    assert (line.fen, line.charges, line.reversals, line.organisation_id) == (1500, 2, 1, GOVERNMENT)
