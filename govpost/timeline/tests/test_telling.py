"""Lines in the database: one per fact, struck when withdrawn, the same however the facts are batched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from govpost.cases import events as cases
from govpost.common.actor import Actor
from govpost.common.ids import uuid7
from govpost.common.refusal import NotPermitted
from govpost.journal.followers import Told
from govpost.timeline import actions
from govpost.timeline.models import Entry
from govpost.timeline.testing import AT, make_fact, make_order_fact

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")
HOUR = timedelta(hours=1)


def tell(*facts: Told) -> int:
    return actions.tell(facts, by=SYSTEM)


def a_withdrawn_delivery(order: UUID) -> list[Told]:
    steps = [("", "ordered"), ("ordered", "collected"), ("collected", "out_for_delivery"), ("out_for_delivery", "delivered")]
    told = [make_order_fact(order, n, before, after, at=AT + n * HOUR) for n, (before, after) in enumerate(steps, start=1)]
    late = AT + timedelta(days=2)
    return [
        *told,
        make_order_fact(order, 5, "delivered", "out_for_delivery", at=AT + 3 * HOUR, known_at=late, source="ems"),
    ]


def lines(subject: str) -> list[tuple[Any, ...]]:
    rows = Entry.objects.filter(subject=subject).order_by("at", "known_at", "id")
    return [(row.kind.partition(".")[2], row.state, row.version, row.at, row.voided_at, row.who) for row in rows]


def test_a_withdrawn_delivery_stays_as_a_struck_line_with_its_reason() -> None:
    order = uuid7()
    assert tell(*a_withdrawn_delivery(order)) == 5
    late = AT + timedelta(days=2)
    assert lines(f"order:{order}") == [
        ("order_changed", "ordered", 1, AT + HOUR, None, "station"),
        ("order_changed", "collected", 2, AT + 2 * HOUR, None, "station"),
        ("order_changed", "out_for_delivery", 3, AT + 3 * HOUR, None, "courier"),
        ("order_changed", "delivered", 4, AT + 4 * HOUR, late, "courier"),
        ("withdrawn", "", 5, late, None, "carrier"),
    ]
    struck = Entry.objects.get(state="delivered")
    assert struck.void_why == {"msgid": "Withdrawn by the carrier.", "params": {}}


def test_fact_by_fact_twice_or_in_one_batch_the_lines_are_the_same() -> None:
    at_once, one_by_one = uuid7(), uuid7()
    batch = a_withdrawn_delivery(at_once)
    tell(*batch)
    tell(*batch)
    for fact in a_withdrawn_delivery(one_by_one):
        tell(fact)
        tell(fact)
    assert lines(f"order:{at_once}") == lines(f"order:{one_by_one}")


def test_an_older_version_that_comes_late_is_not_told_over_the_newer_one() -> None:
    order = uuid7()
    facts = a_withdrawn_delivery(order)
    tell(facts[4])
    before = lines(f"order:{order}")
    assert tell(*facts[:4]) == 0
    assert lines(f"order:{order}") == before


def test_a_delivery_again_after_the_withdrawal_is_a_new_line() -> None:
    order = uuid7()
    again = make_order_fact(order, 6, "out_for_delivery", "delivered", at=AT + timedelta(days=3))
    tell(*a_withdrawn_delivery(order), again)
    found = Entry.objects.filter(state="delivered").order_by("at")
    assert [entry.voided_at is None for entry in found] == [False, True]


def test_the_same_fact_of_a_case_is_told_once() -> None:
    fact = make_fact(cases.ACCEPTED, payload={"number": "BJ261110-TEST0001", "silent": False})
    tell(fact)
    tell(fact, fact)
    entry = Entry.objects.get()
    assert (entry.number, entry.who, entry.actor, entry.audience) == ("BJ261110-TEST0001", "department", "谯城区综合窗口", "all")


def test_only_the_follower_tells() -> None:
    with pytest.raises(NotPermitted):
        actions.tell([], by=Actor("staff", uuid7(), "窗口"))


@pytest.mark.parametrize("size", [2, 200])
def test_a_batch_costs_the_same_queries_however_long_it_is(size: int, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    older: Sequence[UUID] = [uuid7() for _ in range(size)]
    tell(*(fact for order in older for fact in a_withdrawn_delivery(order)[:4]))
    with django_assert_max_num_queries(8):
        tell(*(a_withdrawn_delivery(order)[4] for order in older))
    assert Entry.objects.exclude(voided_at=None).count() == size
