"""Figures in the database: cells move by new − old, pages read them, and each opens its items."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from govpost.common.actor import Actor, Grant
from govpost.common.ids import uuid7
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted
from govpost.quality import actions, queries
from govpost.quality.kpis.definition import Outcome
from govpost.quality.models import FactNow, FactVersion, Grain, Rollup
from govpost.quality.queries import Correction, Cut
from govpost.quality.rules import Change, Counts
from govpost.quality.testing import DAY, NINE, make_payload

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")
HOUR = timedelta(hours=1)
PROMISED = NINE + timedelta(hours=33)
TEN, ELEVEN = DAY.date(), (DAY + timedelta(days=1)).date()
LATER = DAY + timedelta(days=4)
DELIVERIES = Cut("delivery_on_time", TEN, ELEVEN)
COLLECTIONS = Cut("collection_on_time", TEN, ELEVEN)


def quality_of(region: str) -> Actor:
    return Actor("staff", uuid7(), "质量监控", (Grant("quality", region),))


def keep(*payloads: dict[str, Any]) -> int:
    return actions.keep_facts(payloads, at=LATER, by=SYSTEM)


def delivered(order: UUID, version: int = 2, **over: Any) -> dict[str, Any]:
    moment = over.pop("delivered_at", PROMISED - HOUR)
    values = {
        "before": "out_for_delivery", "after": "delivered", "delivered_ok": True, "delivered_at": moment,
        "collected_at": NINE + HOUR, "occurred_at": moment, "known_at": moment, "signer": "addressee",
    }  # fmt: skip
    return make_payload(order, version=version, **(values | over))


def withdrawn(order: UUID, version: int = 3, **over: Any) -> dict[str, Any]:
    values = {
        "before": "delivered", "after": "out_for_delivery", "collected_at": NINE + HOUR, "known_at": LATER, "source": "ems",
    }  # fmt: skip
    return make_payload(order, version=version, **(values | over))


def a_small_day() -> list[UUID]:
    """Five orders to Mengcheng: two in time, one late, one still open, one refused; one in time to Jining."""
    a, b, c, d, e, f = orders = [uuid7() for _ in range(6)]
    keep(*(make_payload(order) for order in (a, b, c, d, e)))
    keep(make_payload(f, destination="370811", destination_outlet="JN-370811", item="000201000002"))
    keep(delivered(a), delivered(b), delivered(c, delivered_at=PROMISED + HOUR))
    keep(make_payload(e, version=2, after="refused", arrived_at=PROMISED - HOUR))
    keep(delivered(f, destination="370811", destination_outlet="JN-370811", item="000201000002"))
    return orders


def test_a_small_day_has_the_known_answer() -> None:
    a_small_day()
    before_due, after_due = PROMISED - HOUR, PROMISED + 2 * HOUR
    assert queries.total(SYSTEM, DELIVERIES, at=before_due) == Counts(6, 3, 1, 1, 1, 0)
    counts = queries.total(SYSTEM, DELIVERIES, at=after_due)
    assert counts == Counts(6, 3, 1, 1, 1, 1)
    assert (counts.rate, counts.judged) == (0.6, 5)
    assert queries.total(SYSTEM, DELIVERIES, at=LATER) == counts
    assert queries.total(SYSTEM, COLLECTIONS, at=LATER) == Counts(6, 4, 0, 2, 0, 2)


def test_tables_by_place_outlet_item_and_day_add_up() -> None:
    a_small_day()
    shown = [
        {row.key: row.counts.due for row in table(SYSTEM, DELIVERIES, at=LATER)}
        for table in (
            queries.by_province, queries.by_city, queries.by_county, queries.by_outlet, queries.by_item, queries.by_day,
        )
    ]  # fmt: skip
    assert shown == [
        {"34": 5, "37": 1}, {"3416": 5, "3708": 1}, {"341622": 5, "370811": 1}, {"BZ-341622": 5, "JN-370811": 1},
        {"000117000001": 5, "000201000002": 1}, {"2026-11-10": 0, "2026-11-11": 6},
    ]  # fmt: skip
    one = Cut("delivery_on_time", TEN, ELEVEN, within="37", outlet="JN-370811", item="000201000002")
    assert queries.total(SYSTEM, one, at=LATER) == Counts(1, 1, 0, 0, 0, 0)


def test_a_figure_opens_its_exclusions_with_their_reasons() -> None:
    a_small_day()
    for cut in (DELIVERIES, Cut("delivery_on_time", TEN, ELEVEN, item="000117000001", outlet="BZ-341622")):
        behind = queries.behind(SYSTEM, cut, at=LATER)
        portions = [(p.outcome, p.reason, p.count) for p in behind.portions]
        assert portions == [(Outcome.EXCLUDED, "refused", 1), (Outcome.LATE, "", 2)]
        assert "Refused by the addressee" in str(behind.portions[0].sentence)
    assert behind.kpi.code == "delivery_on_time"


def test_the_items_behind_a_figure_come_page_by_page_and_complete() -> None:
    orders = a_small_day()
    seen: list[UUID] = []
    after: str | None = ""
    while after is not None:
        page = queries.items(SYSTEM, DELIVERIES, at=LATER, after=after, limit=4)
        seen += [item.order_id for item in page.items]
        after = page.after
    assert sorted(seen) == sorted(orders)
    late = queries.items(SYSTEM, DELIVERIES, at=LATER, outcomes=[Outcome.LATE]).items
    assert {item.order_id for item in late} == {orders[2], orders[3]}
    assert {item.outcome for item in late} == {Outcome.LATE}
    refused = queries.items(SYSTEM, DELIVERIES, at=LATER, reason="refused").items
    assert [item.order_id for item in refused] == [orders[4]]
    assert queries.items(SYSTEM, DELIVERIES, at=LATER, after="nonsense~x").items[0].order_id == seen[0]


def test_each_figure_counts_as_many_items_as_it_opens() -> None:
    a_small_day()
    for at in (PROMISED - HOUR, LATER):
        counts = queries.total(SYSTEM, DELIVERIES, at=at)
        opened = {outcome: len(queries.items(SYSTEM, DELIVERIES, at=at, outcomes=[outcome]).items) for outcome in Outcome}
        assert opened == {
            Outcome.ON_TIME: counts.on_time, Outcome.LATE: counts.all_late, Outcome.OPEN: counts.not_yet_due,
            Outcome.EXCLUDED: counts.excluded,
        }  # fmt: skip


OPENED_AT = [NINE, PROMISED - HOUR, PROMISED, PROMISED + HOUR, LATER]


@pytest.mark.parametrize("at", OPENED_AT)
@pytest.mark.parametrize("over", [{}, {"item": "000117000001"}, {"outlet": "BZ-341622"}, {"within": "34.3416"}])
def test_every_portion_opens_as_many_items_as_it_counts(at: datetime, over: dict[str, str]) -> None:
    keep(*each_outcome_with_each_reason())
    cut = Cut("delivery_on_time", TEN, ELEVEN, **over)
    behind = queries.behind(SYSTEM, cut, at=at)
    counts: Counter[Outcome] = Counter()
    for portion in behind.portions:
        opened = queries.items(SYSTEM, cut, at=at, outcomes=[portion.outcome], reason=portion.reason).items
        assert (len(opened), {item.outcome for item in opened}) == (portion.count, {portion.outcome})
        counts[portion.outcome] += portion.count
    total = behind.counts
    assert (counts[Outcome.LATE], counts[Outcome.EXCLUDED]) == (total.all_late, total.excluded)
    assert counts[Outcome.OPEN] <= total.not_yet_due


def each_outcome_with_each_reason() -> list[dict[str, Any]]:
    """Due on both days of the cut: what is open, handed to the wrong person, returned, lost, refused, cancelled, in time, late."""
    changes: list[dict[str, Any]] = [
        {"after": "delivered", "delivered_ok": False, "delivered_at": NINE}, {"after": "returned", "reason": "103"}, {"after": "lost"},
        {"after": "refused"}, {"after": "refused", "arrived_at": LATER}, {"after": "cancelled", "occurred_at": NINE},
        {"after": "cancelled", "occurred_at": LATER},
    ]  # fmt: skip
    earlier = [make_payload(uuid7(), promised_at=NINE - HOUR, **change) for change in changes]
    plain = [make_payload(uuid7()), delivered(uuid7(), 1, delivered_at=PROMISED + HOUR, delivered_ok=True)]
    return [*earlier, *(make_payload(uuid7(), **change) for change in changes), delivered(uuid7(), 1), *plain]


def test_a_delivery_withdrawn_days_later_corrects_yesterdays_rate_and_says_so() -> None:
    order = uuid7()
    keep(make_payload(order), delivered(order))
    assert queries.total(SYSTEM, DELIVERIES, at=LATER).rate == 1
    assert queries.corrections(SYSTEM, DELIVERIES) == []
    keep(withdrawn(order))
    assert queries.total(SYSTEM, DELIVERIES, at=LATER).rate == 0
    (found,) = queries.corrections(SYSTEM, DELIVERIES)
    assert (found.was_outcome, found.outcome, found.day, found.known_at) == (Outcome.ON_TIME, Outcome.LATE, ELEVEN, LATER)
    assert (found.order_id, found.change, str(found.cause)) == (order, Change.CHANGED, "A delivery was withdrawn")
    assert queries.as_known_at(SYSTEM, DELIVERIES, moment=LATER - HOUR).rate == 1
    assert queries.as_known_at(SYSTEM, DELIVERIES, moment=LATER) == queries.total(SYSTEM, DELIVERIES, at=LATER)
    assert [v.version for v in queries.versions_of(SYSTEM, order, "delivery_on_time")] == [1, 2, 3]


def test_a_figure_says_how_many_corrections_it_has_and_its_place_opens_them_all() -> None:
    orders = a_small_day()
    keep(withdrawn(orders[0]), withdrawn(orders[1]), withdrawn(orders[2]))  # the third was late anyhow
    keep(withdrawn(orders[5], destination="341622", destination_outlet="BZ-341622"))  # moved here from Jining
    found = queries.corrected(SYSTEM, DELIVERIES)
    assert (found.total, dict(found.by_key)) == (3, {"341622": 3, "370811": 1})
    assert dict(queries.corrected(SYSTEM, DELIVERIES, by_outlet=True).by_key) == {"BZ-341622": 3, "JN-370811": 1}
    for code, within in (("341622", "34.3416.341622"), ("370811", "37.3708.370811")):
        cut = Cut("delivery_on_time", TEN, ELEVEN, within=within)
        assert len(queries.corrections(SYSTEM, cut)) == queries.corrected(SYSTEM, cut).total == found.by_key[code]
    assert queries.corrected(quality_of("37.3708"), DELIVERIES).total == 1
    assert queries.corrected(SYSTEM, COLLECTIONS).total == len(queries.corrections(SYSTEM, COLLECTIONS))


def test_corrections_come_page_by_page_and_complete() -> None:
    orders = [uuid7() for _ in range(5)]
    keep(*(make_payload(order) for order in orders), *(delivered(order) for order in orders))
    keep(*(withdrawn(order, collected_at=None) for order in orders))
    kpis = ("delivery_on_time", "collection_on_time")
    whole = queries.correction_page(SYSTEM, DELIVERIES, kpis=kpis)
    seen: list[Correction] = []
    after = ""
    while True:
        page = queries.correction_page(SYSTEM, DELIVERIES, kpis=kpis, after=after, limit=3)
        seen += page.rows
        if page.after is None:
            break
        after = page.after
    assert seen == whole.rows
    assert (whole.after, len(seen), {row.kpi for row in seen}) == (None, 15, set(kpis))
    assert queries.correction_page(SYSTEM, DELIVERIES, kpis=kpis, after="nonsense~x") == whole


def test_a_delivery_that_becomes_known_late_corrects_the_day_too() -> None:
    order = uuid7()
    keep(make_payload(order))
    keep(delivered(order, known_at=LATER))
    (found,) = queries.corrections(SYSTEM, DELIVERIES)
    assert (found.was_outcome, found.outcome, str(found.cause)) == (Outcome.LATE, Outcome.ON_TIME, "A delivery became known")


def test_what_was_known_in_between_can_be_asked_for_every_moment() -> None:
    order = uuid7()
    keep(make_payload(order), delivered(order), withdrawn(order), delivered(order, 4, known_at=LATER + HOUR))
    moments = [NINE - HOUR, NINE, PROMISED - HOUR, LATER, LATER + HOUR]
    known = [queries.as_known_at(SYSTEM, DELIVERIES, moment=moment) for moment in moments]
    assert [(c.due, c.on_time, c.overdue) for c in known] == [(0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 0, 1), (1, 1, 0)]


def test_an_imported_history_fills_past_days_without_being_called_a_correction() -> None:
    keep(delivered(uuid7(), 1, item="000000000000", known_at=LATER, source="import"))
    assert queries.total(SYSTEM, DELIVERIES, at=LATER).on_time == 1
    assert queries.corrections(SYSTEM, DELIVERIES) == []
    (found,) = queries.corrections(SYSTEM, DELIVERIES, added=True)
    assert (found.change, found.was_day) == (Change.ADDED, None)


def test_duplicates_and_older_versions_change_nothing() -> None:
    order = uuid7()
    assert keep(make_payload(order), delivered(order)) == 4
    before = list(Rollup.objects.order_by("pk").values())
    assert keep(delivered(order), make_payload(order), delivered(order)) == 0
    assert list(Rollup.objects.order_by("pk").values()) == before


def test_an_item_that_moves_to_another_place_leaves_its_old_cell() -> None:
    order = uuid7()
    keep(make_payload(order))
    keep(make_payload(order, version=2, destination="370811", destination_outlet="JN-370811"))
    rows = Rollup.objects.filter(kpi="delivery_on_time", grain=Grain.COUNTY.value)
    assert dict(rows.values_list("division", "due")) == {"341622": 0, "370811": 1}
    assert [row.key for row in queries.by_county(SYSTEM, DELIVERIES, at=LATER)] == ["370811"]


def test_whoever_looks_sees_the_places_of_his_jurisdiction_only() -> None:
    orders = a_small_day()
    bozhou, jining, qian = quality_of("34.3416"), quality_of("37.3708"), quality_of("44")
    assert [row.key for row in queries.by_county(bozhou, DELIVERIES, at=LATER)] == ["341622"]
    assert queries.total(jining, DELIVERIES, at=LATER).due == 1
    narrowed = Cut("delivery_on_time", TEN, ELEVEN, within="34.3416.341622")
    assert queries.total(bozhou, narrowed, at=LATER).due == 5
    assert queries.total(jining, narrowed, at=LATER).due == 0
    assert queries.as_known_at(jining, narrowed, moment=LATER).due == 0
    assert queries.items(qian, DELIVERIES, at=LATER).items == []
    assert queries.versions_of(qian, orders[0], "delivery_on_time") == []
    keep(withdrawn(orders[0]))
    assert queries.corrections(qian, DELIVERIES) == []
    assert len(queries.corrections(bozhou, DELIVERIES)) == 1


def test_other_roles_and_unknown_questions_are_refused() -> None:
    courier = Actor("staff", uuid7(), "揽投员", (Grant("courier", "34"),))
    for ask in (queries.total, queries.by_county, queries.by_day, queries.behind, queries.items):
        with pytest.raises(NotPermitted):
            ask(courier, DELIVERIES, at=LATER)
    with pytest.raises(NotPermitted):
        queries.corrections(courier, DELIVERIES)
    with pytest.raises(NotPermitted):
        actions.keep_facts([], at=LATER, by=courier)
    with pytest.raises(NotFound):
        queries.total(SYSTEM, Cut("nonsense", TEN, ELEVEN), at=LATER)


@pytest.mark.parametrize(
    ("first", "last", "over", "field"),
    [
        (ELEVEN, TEN, {}, "last"),
        (date(1, 1, 1), date(1, 1, 2), {}, "last"),
        (date.max, date.max, {}, "last"),
        (date(2020, 1, 1), date(2026, 1, 1), {}, "last"),
        (TEN, ELEVEN, {"within": "34' OR 1=1"}, "within"),
        (TEN, ELEVEN, {"within": "3416"}, "within"),
        (TEN, ELEVEN, {"outlet": "a\x00"}, "outlet"),
        (TEN, ELEVEN, {"item": "x" * 65}, "item"),
    ],
)
def test_a_nonsensical_question_names_its_field(first: date, last: date, over: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Cut("delivery_on_time", first, last, **over)
    assert set(refused.value.errors) == {field}
    assert queries.items(SYSTEM, DELIVERIES, at=LATER, reason="a\x00").items == []


def test_a_page_and_a_batch_cost_the_same_queries_however_much_there_is(
    django_assert_num_queries: DjangoAssertNumQueries, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for size in (3, 60):
        batch = [make_payload(uuid7(), destination=f"3416{n % 30:02}") for n in range(size)]
        with django_assert_max_num_queries(6):  # savepoint, lock, put, move (COPY is not counted)
            keep(*batch)
        with django_assert_num_queries(2):
            queries.by_county(SYSTEM, DELIVERIES, at=LATER)
        with django_assert_num_queries(3):
            queries.by_county(SYSTEM, DELIVERIES, at=PROMISED)
        with django_assert_num_queries(1):
            queries.items(SYSTEM, DELIVERIES, at=LATER)
        with django_assert_num_queries(2):
            queries.behind(SYSTEM, DELIVERIES, at=LATER)


def test_what_was_known_is_evidence_and_cannot_be_rewritten() -> None:
    keep(make_payload(uuid7()))
    for sql in ("UPDATE quality_factversion SET outcome = 'on_time'", "DELETE FROM quality_factversion"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert FactVersion.objects.count() == FactNow.objects.count() == 2
