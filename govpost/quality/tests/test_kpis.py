"""The written definitions, case by case: what counts, what is excluded, and on whose day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from govpost.quality.kpis import KPIS, collection_on_time, delivery_on_time
from govpost.quality.kpis.definition import Failure, Outcome, Verdict
from govpost.quality.kpis.reasons import REASONS, sentence
from govpost.quality.testing import DAY, NINE, make_payload

DUE = NINE + timedelta(hours=8)  # 17:00
PROMISED = NINE + timedelta(hours=33)  # 18:00 the next day
MINUTE, DAYS = timedelta(minutes=1), timedelta(days=1)
ON_TIME, LATE, OPEN, EXCLUDED = Outcome.ON_TIME, Outcome.LATE, Outcome.OPEN, Outcome.EXCLUDED


def missed(*failures: tuple[str, datetime]) -> list[Failure]:
    return [Failure(at, reason) for reason, at in failures]


def collection(**over: Any) -> Verdict:
    verdict = collection_on_time.judge(make_payload(**over))
    assert verdict is not None
    return verdict


def delivery(**over: Any) -> Verdict:
    verdict = delivery_on_time.judge(make_payload(**over))
    assert verdict is not None
    return verdict


@pytest.mark.parametrize(
    ("over", "outcome", "reason"),
    [
        ({}, OPEN, ""),
        ({"after": "collected", "collected_at": DUE}, ON_TIME, ""),
        ({"after": "collected", "collected_at": DUE + MINUTE}, LATE, ""),
        ({"after": "delivered", "collected_at": DUE, "delivered_at": PROMISED}, ON_TIME, ""),
        ({"after": "cancelled", "occurred_at": DUE}, EXCLUDED, "cancelled"),
        ({"after": "cancelled", "occurred_at": DUE + MINUTE}, LATE, "cancelled_late"),
        ({"after": "cancelled", "occurred_at": DUE + MINUTE, "reason": "12"}, LATE, "cancelled_late"),
        ({"after": "cancelled", "occurred_at": DUE + MINUTE, "failures": missed(("12", DUE))}, EXCLUDED, "pickup_12"),
        ({"after": "cancelled", "occurred_at": DUE + MINUTE, "failures": missed(("12", DUE + MINUTE))}, LATE, "cancelled_late"),
        ({"after": "cancelled", "occurred_at": DUE, "reason": "12", "failures": missed(("12", DUE))}, EXCLUDED, "pickup_12"),
        ({"after": "cancelled", "occurred_at": DUE, "reason": "7", "failures": missed(("7", DUE))}, OPEN, "out_of_range"),
        ({"after": "cancelled", "occurred_at": DUE, "reason": "withdrawn", "failures": missed(("17", NINE))}, EXCLUDED, "cancelled"),
        ({"after": "delivered", "delivered_at": DUE}, EXCLUDED, "brought_in"),
        ({"after": "delivered", "delivered_at": DUE + MINUTE}, LATE, ""),
        ({"after": "delivered", "delivered_at": DUE + MINUTE, "failures": missed(("4", DUE))}, EXCLUDED, "pickup_4"),
        ({"after": "delivered", "delivered_at": DUE + DAYS, "failures": missed(("4", DUE + MINUTE))}, LATE, "came_late"),
        ({"after": "collected", "collected_at": DUE + MINUTE, "failures": missed(("4", DUE))}, EXCLUDED, "pickup_4"),
        ({"after": "collected", "collected_at": DUE + DAYS, "failures": missed(("4", DUE + MINUTE))}, LATE, "came_late"),
        ({"after": "collected", "collected_at": DUE - MINUTE, "reason": "4", "misses": 1}, ON_TIME, ""),
        ({"after": "in_transit", "collected_at": DUE + MINUTE, "reason": "103"}, LATE, ""),
    ],
)
def test_a_collection_counts_as_its_definition_says(over: dict[str, Any], outcome: Outcome, reason: str) -> None:
    verdict = collection(**over)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


@pytest.mark.parametrize("code", sorted(collection_on_time.CUSTOMER))
def test_a_collection_that_the_customer_prevented_is_excluded_with_its_reason(code: str) -> None:
    verdict = collection(after="pickup_failed", misses=1, reason=code)
    assert (verdict.outcome, verdict.reason) == (EXCLUDED, f"pickup_{code}")
    assert verdict.reason in REASONS


@pytest.mark.parametrize(
    ("code", "reason"),
    [("7", "out_of_range"), ("3", "post_missed"), ("17", "post_missed"), ("15", "unexplained_miss"), ("21", "unexplained_miss")],
)
def test_a_miss_that_is_the_posts_own_stays_in_the_rate(code: str, reason: str) -> None:
    assert collection(after="pickup_failed", misses=1, reason=code) == Verdict(DUE, "341602", "BZ-ST", OPEN, reason)
    for at in (DUE, DUE + MINUTE):
        late = collection(after="collected", collected_at=DUE + DAYS, failures=missed((code, at)))
        assert (late.outcome, late.reason) == (LATE, reason)


@pytest.mark.parametrize("code", sorted(collection_on_time.CUSTOMER | collection_on_time.MOVES))
def test_a_post_that_comes_late_stays_in_its_own_rate_whatever_the_customer_says_then(code: str) -> None:
    late = {"occurred_at": DUE + MINUTE, "reason": code, "misses": 1, "next_attempt_at": DUE + DAYS}
    waiting = collection(after="pickup_failed", **late)
    assert (waiting.due_at, waiting.outcome, waiting.reason) == (DUE, LATE, "came_late")
    failures = [Failure(DUE + MINUTE, code, DUE + DAYS)]
    collected = collection(after="collected", collected_at=DUE + DAYS, reason=code, misses=1, failures=failures)
    assert (collected.due_at, collected.outcome, collected.reason) == (DUE, LATE, "came_late")


@pytest.mark.parametrize(
    ("failures", "due_at", "outcome", "reason"),
    [
        ([("4", -1), ("4", 1)], DUE, EXCLUDED, "pickup_4"),  # prevented in time; what follows does not matter
        ([("4", -1), ("17", 1)], DUE, EXCLUDED, "pickup_4"),
        ([("17", -1), ("4", 1)], DUE, LATE, "came_late"),
        ([("4", -2), ("17", -1)], DUE, OPEN, "post_missed"),  # the last word said in time
        ([("14", -1), ("4", 23)], DUE + DAYS, EXCLUDED, "pickup_4"),  # prevented at the new appointment
        ([("14", -1), ("14", 23)], DUE + 2 * DAYS, OPEN, "appointment_moved"),
        ([("14", -1), ("14", 25)], DUE + DAYS, LATE, "came_late"),  # too late for the appointment: a new wish moves nothing
        ([("14", -1), ("17", 25)], DUE + DAYS, OPEN, "post_missed"),
        ([("17", 1), ("14", 2)], DUE, LATE, "came_late"),
    ],
)
def test_of_several_misses_the_last_before_the_due_moment_speaks(
    failures: list[tuple[str, int]], due_at: datetime, outcome: Outcome, reason: str
) -> None:
    told = [Failure(DUE + timedelta(hours=hours), code, DUE + (DAYS if hours < 0 else 2 * DAYS)) for code, hours in failures]
    verdict = collection(after="pickup_failed", failures=told)
    assert (verdict.due_at, verdict.outcome, verdict.reason) == (due_at, outcome, reason)


@pytest.mark.parametrize("code", ["14", "18"])
def test_another_appointment_moves_the_due_time_only_if_it_is_on_record(code: str) -> None:
    tomorrow = DUE + DAYS
    waiting = collection(after="pickup_failed", misses=1, reason=code, next_attempt_at=tomorrow)
    assert (waiting.due_at, waiting.outcome, waiting.reason) == (tomorrow, OPEN, "appointment_moved")
    kept = collection(after="collected", failures=[Failure(NINE, code, tomorrow)], collected_at=tomorrow)
    assert (kept.day, kept.outcome, kept.reason) == (date(2026, 11, 11), ON_TIME, "appointment_moved")
    unproven = collection(after="collected", failures=[Failure(NINE, code)], collected_at=tomorrow)
    assert (unproven.due_at, unproven.outcome, unproven.reason) == (DUE, LATE, "appointment_missing")
    earlier = collection(after="pickup_failed", misses=1, reason=code, next_attempt_at=NINE)
    assert earlier.due_at == DUE


def test_what_a_later_delivery_attempt_says_changes_nothing_of_the_collection() -> None:
    moved = {"failures": [Failure(NINE, "14", DUE + DAYS)], "collected_at": DUE + DAYS}
    assert collection(after="attempt_failed", attempts=1, reason="103", **moved).outcome is ON_TIME
    prevented = {"failures": missed(("4", DUE)), "collected_at": DUE + DAYS}
    assert collection(after="attempt_failed", attempts=1, reason="103", **prevented).reason == "pickup_4"


@pytest.mark.parametrize(
    ("over", "outcome", "reason"),
    [
        ({}, OPEN, ""),
        ({"after": "out_for_delivery", "attempts": 1, "reason": "103"}, OPEN, ""),
        ({"after": "at_pickup_point"}, OPEN, ""),
        ({"after": "delivered", "delivered_ok": True, "delivered_at": PROMISED}, ON_TIME, ""),
        ({"after": "delivered", "delivered_ok": True, "delivered_at": PROMISED + MINUTE}, LATE, ""),
        ({"after": "delivered", "delivered_ok": False, "delivered_at": DUE}, OPEN, "signer_not_valid"),
        ({"after": "returning", "reason": "103"}, LATE, "returned"),
        ({"after": "returned", "reason": "127"}, LATE, "returned"),
        ({"after": "refused"}, EXCLUDED, "refused"),
        ({"after": "refused", "arrived_at": PROMISED}, EXCLUDED, "refused"),
        ({"after": "refused", "arrived_at": PROMISED + MINUTE}, LATE, "refused"),
        ({"after": "returned", "reason": "104"}, EXCLUDED, "refused"),
        ({"after": "returned", "reason": "104", "arrived_at": PROMISED + MINUTE}, LATE, "refused"),
        ({"after": "lost"}, LATE, "lost"),
        ({"after": "cancelled", "occurred_at": PROMISED}, EXCLUDED, "cancelled"),
        ({"after": "cancelled", "occurred_at": PROMISED + MINUTE}, LATE, "cancelled_late"),
    ],
)
def test_a_delivery_counts_as_its_definition_says(over: dict[str, Any], outcome: Outcome, reason: str) -> None:
    verdict = delivery(**over)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_collection_belongs_to_the_origin_and_delivery_to_the_destination() -> None:
    assert (collection().place, collection().outlet) == ("341602", "BZ-ST")
    assert (delivery().place, delivery().outlet) == ("341622", "BZ-341622")


def test_what_was_not_promised_is_not_measured() -> None:
    assert collection_on_time.judge(make_payload(collect_due_at=None)) is None
    assert delivery_on_time.judge(make_payload(promised_at=None)) is None


@pytest.mark.parametrize(
    ("utc_offset_due", "day"),
    [(timedelta(hours=23, minutes=59), date(2026, 11, 10)), (timedelta(hours=24), date(2026, 11, 11))],
)
def test_the_day_is_the_shanghai_day_of_the_due_moment(utc_offset_due: timedelta, day: date) -> None:
    assert delivery(promised_at=DAY + utc_offset_due).day == day


def test_what_is_open_is_read_as_late_once_its_moment_has_passed() -> None:
    verdict = delivery()
    assert verdict.read_at(PROMISED) is OPEN
    assert verdict.read_at(PROMISED + MINUTE) is LATE
    assert delivery(after="refused").read_at(PROMISED + MINUTE) is EXCLUDED


def test_every_reason_that_a_definition_gives_has_a_sentence() -> None:
    codes = {str(n) for n in range(1, 22)} - {"13"}
    known = collection_on_time.CUSTOMER | collection_on_time.MOVES | collection_on_time.STAYS | collection_on_time.POST_FAULT | {"7"}
    assert known == codes
    assert str(sentence("999")) == "Reason 999"


def test_the_register_names_each_kpi_once_with_its_place_and_its_clause() -> None:
    assert [(kpi.code, kpi.place) for kpi in KPIS.values()] == [
        ("collection_on_time", "origin"),
        ("delivery_on_time", "destination"),
    ]
    assert all(kpi.source.endswith(f"docs/law.md#{kpi.code}") for kpi in KPIS.values())
