"""Whatever order facts come in, however often and in whatever batches: the cells equal a count from the facts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from govpost.common.actor import Actor
from govpost.common.ids import uuid7
from govpost.delivery.events import ORDER_CHANGED
from govpost.journal import actions as journal
from govpost.journal.actions import NewFact
from govpost.journal.testing import drain
from govpost.quality import actions, queries
from govpost.quality.kpis import KPIS
from govpost.quality.models import FactNow, FactVersion, Rollup
from govpost.quality.queries import Cut
from govpost.quality.recomputing import differences, measure_past, recompute
from govpost.quality.rules import Counts, counts_of, judged
from govpost.quality.testing import DAY, NINE, make_payload

SYSTEM = Actor.system("test")
HOUR = timedelta(hours=1)
FIRST, LAST = (DAY - timedelta(days=5)).date(), (DAY + timedelta(days=10)).date()
END = DAY + timedelta(days=9)
ORDERS = [uuid7() for _ in range(4)]
PLACES = [("341622", "BZ-341622"), ("341602", "BZ-341602"), ("370811", "JN-370811")]
STATES = (
    "ordered", "pickup_failed", "collected", "in_transit", "out_for_delivery", "delivered", "refused", "returned", "cancelled"
)  # fmt: skip

moments = st.integers(min_value=-6, max_value=96).map(lambda hours: NINE + hours * HOUR)


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The versions that a few orders went through: any state may follow any other, as after withdrawals of events."""
    found: list[dict[str, Any]] = []
    for order in ORDERS[: draw(st.integers(1, 4))]:
        known_at, before = NINE, ""
        for version in range(1, draw(st.integers(1, 6)) + 1):
            payload = _version(draw, order, version, before, known_at)
            known_at, before = known_at + draw(st.integers(0, 40)) * HOUR, payload["after"]
            found.append(payload)
    return found


def _version(draw: st.DrawFn, order: UUID, version: int, before: str, known_at: datetime) -> dict[str, Any]:
    after, (place, outlet) = draw(st.sampled_from(STATES)), draw(st.sampled_from(PLACES))
    reason = draw(st.sampled_from(["", "4", "7", "14", "17", "103", "104"]))
    return make_payload(
        order, version=version, before=before, after=after, known_at=known_at, occurred_at=draw(moments), reason=reason,
        destination=place, destination_outlet=outlet, collected_at=draw(st.none() | moments),
        delivered_at=draw(moments) if after == "delivered" else None, delivered_ok=draw(st.booleans()),
        next_attempt_at=draw(st.none() | moments), item="0001" if order == ORDERS[0] else "0002",
    )  # fmt: skip


@contextmanager
def rolled_back() -> Iterator[None]:
    """Each example starts from empty tables."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def keep(payloads: list[dict[str, Any]]) -> None:
    actions.keep_facts(payloads, at=END, by=SYSTEM)


def tell(payloads: list[dict[str, Any]]) -> None:
    journal.record_many(
        NewFact(ORDER_CHANGED, f"order:{p['order']}", p["region"], _at(p, "known_at"), _at(p, "occurred_at"), "t", "system:t", p)
        for p in payloads
    )


def _at(payload: dict[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(payload[name])


def cells() -> list[dict[str, Any]]:
    """Every cell that is not empty."""
    rows = Rollup.objects.exclude(due=0, on_time=0, late=0, open=0, excluded=0).order_by("pk").values()
    return [dict(row) for row in rows]


def newest(payloads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({p["order"]: p for p in sorted(payloads, key=lambda p: p["version"])}.values())


def rows() -> list[Any]:
    facts = list(FactNow.objects.order_by("order_id", "kpi").values())
    return [cells(), facts, list(FactVersion.objects.order_by("order_id", "kpi", "version").values())]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(history=histories(), data=st.data())
def test_any_order_and_any_repetition_in_any_batches_gives_the_recomputed_cells(history: list[dict[str, Any]], data: st.DataObject) -> None:
    repeated = history + data.draw(st.lists(st.sampled_from(history), max_size=6))
    shuffled = data.draw(st.permutations(repeated))
    size = data.draw(st.integers(1, len(shuffled)))
    with rolled_back():
        tell(history)
        for start in range(0, len(shuffled), size):
            keep(shuffled[start : start + size])
        assert differences(FIRST, LAST) == []
        assert recompute(FIRST, LAST) != {}


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(history=histories())
def test_one_batch_and_fact_by_fact_leave_the_same_rows(history: list[dict[str, Any]]) -> None:
    with rolled_back():
        keep(history)
        at_once = rows()
    with rolled_back():
        for payload in history:
            keep([payload])
        assert rows() == at_once


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(history=histories(), kpi=st.sampled_from(sorted(KPIS)))
def test_a_kpi_that_was_added_later_has_the_past_it_would_have_had(history: list[dict[str, Any]], kpi: str) -> None:
    with rolled_back():
        tell(history)
        keep(history)
        always = rows()
    with rolled_back():
        tell(history)
        others = tuple(each for each in KPIS.values() if each.code != kpi)
        with patch.object(actions, "judged", partial(judged, kpis=others)):
            keep(history)
        assert not FactNow.objects.filter(kpi=kpi).exists()
        *_, (orders, _) = measure_past(at=END, by=SYSTEM)
        assert (rows(), orders) == (always, len({payload["order"] for payload in history}))
        assert [changed for _, changed in measure_past(at=END, by=SYSTEM)] == [0]


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(history=histories(), moment=moments)
def test_pages_count_what_the_definitions_say_of_the_newest_versions(history: list[dict[str, Any]], moment: datetime) -> None:
    with rolled_back():
        keep(history)
        known = [p for p in history if _at(p, "known_at") <= moment]
        for kpi in KPIS.values():
            cut = Cut(kpi.code, FIRST, LAST)
            assert queries.total(SYSTEM, cut, at=moment) == expected(kpi.code, history, moment)
            assert queries.as_known_at(SYSTEM, cut, moment=moment) == expected(kpi.code, known, moment)


def expected(kpi: str, payloads: list[dict[str, Any]], moment: datetime) -> Counts:
    verdicts = [KPIS[kpi].judge(payload) for payload in newest(payloads)]
    return counts_of([verdict for verdict in verdicts if verdict is not None], moment)


@pytest.mark.django_db
def test_a_cell_that_was_tampered_with_is_found() -> None:
    payloads = [make_payload(uuid7()) for _ in range(3)]
    tell(payloads)
    keep(payloads)
    assert differences(FIRST, LAST) == []
    Rollup.objects.filter(kpi="delivery_on_time", grain=0).update(open=2, on_time=1)
    found = differences(FIRST, LAST)
    assert [(d.outcome, d.stored, d.counted) for d in found] == [("on_time", 1, 0), ("open", 2, 3)]
    assert {(d.kpi, d.division) for d in found} == {("delivery_on_time", "341622")}


@pytest.mark.django_db
def test_a_fact_that_quality_never_heard_is_found() -> None:
    tell([make_payload(uuid7())])
    assert {(d.kpi, d.stored, d.counted) for d in differences()} == {
        ("collection_on_time", 0, 1),
        ("delivery_on_time", 0, 1),
    }


def test_the_follower_measures_each_committed_fact_once(journey: str) -> None:
    order = uuid7()
    with transaction.atomic():
        tell([make_payload(order)])
    drain()
    with transaction.atomic():
        tell(
            [
                make_payload(order, version=2, before="ordered", after="collected", collected_at=NINE + HOUR),
                make_payload(order, version=3, before="collected", after="in_transit", collected_at=NINE + HOUR),
            ]
        )
    drain()
    drain()
    assert differences(FIRST, LAST) == []
    assert queries.total(SYSTEM, Cut("collection_on_time", FIRST, LAST), at=END) == Counts(due=1, on_time=1)
    assert queries.total(SYSTEM, Cut("delivery_on_time", FIRST, LAST), at=END) == Counts(due=1, open=1, overdue=1)
