"""Zone, price, payer, promise, carrier by law and when postage is due: each rule as a table, prices also by property."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.common.clock import SHANGHAI
from govpost.delivery.rules import ItemRule
from govpost.settlement.rules import (
    PriceRow,
    Ruling,
    charge_due,
    charge_of,
    collect_due,
    may_carry,
    may_choose_payer,
    may_rule,
    pick,
    posting_day,
    price,
    strictest,
    strongest,
    zone,
)
from govpost.settlement.testing import make_change


@pytest.mark.parametrize(
    ("origin", "destination", "expected"),
    [
        ("341602", "341602", "same_city"),
        ("341602", "341621", "same_city"),
        ("341602", "340102", "same_province"),
        ("341602", "370802", "other"),
        ("110101", "110115", "same_city"),  # Beijing is one city
        ("500101", "500242", "same_city"),  # Chongqing with its counties
        ("429004", "429005", "same_province"),  # 仙桃 and 潜江 are two cities below one made-up prefix
        ("429004", "429004", "same_city"),
    ],
)
def test_zone_follows_the_division_codes(origin: str, destination: str, expected: str) -> None:
    assert zone(origin, destination) == expected
    assert zone(destination, origin) == expected


ROW = PriceRow(zone="", first_g=500, first_fen=2000, step_g=500, step_fen=600)


@pytest.mark.parametrize(
    ("weight", "fen"),
    [(0, 2000), (1, 2000), (500, 2000), (501, 2600), (1000, 2600), (1001, 3200), (5000, 7400)],
)
def test_price_counts_every_begun_step_above_the_first_weight(weight: int, fen: int) -> None:
    assert price(ROW, weight) == fen


rows = st.builds(
    PriceRow,
    zone=st.just(""),
    first_g=st.integers(0, 2000),
    first_fen=st.integers(0, 10_000),
    step_g=st.integers(1, 1000),
    step_fen=st.integers(0, 5000),
)


@given(rows, st.integers(0, 50_000), st.integers(0, 50_000))
def test_a_heavier_item_never_costs_less(row: PriceRow, one: int, other: int) -> None:
    light, heavy = sorted((one, other))
    assert row.first_fen <= price(row, light) <= price(row, heavy)


@given(rows, st.integers(0, 50_000))
def test_one_step_more_costs_exactly_one_step(row: PriceRow, above: int) -> None:
    weight = row.first_g + above
    assert price(row, weight + row.step_g) - price(row, weight) == row.step_fen


def test_the_most_specific_row_is_picked() -> None:
    any_item = PriceRow("same_city", 500, 1200, 500, 400)
    papers = PriceRow("same_city", 500, 1000, 500, 400, direction="papers")
    id_card = PriceRow("", 500, 2000, 500, 0, item="000109000001")
    table = [any_item, papers, id_card]
    assert pick(table, item="x", direction="result", zone="same_city") is any_item
    assert pick(table, item="x", direction="papers", zone="same_city") is papers
    assert pick(table, item="000109000001", direction="papers", zone="same_city") is id_card
    assert pick(table, item="x", direction="result", zone="other") is None


@pytest.mark.parametrize(
    ("asked", "by_rule", "has_agreement", "allowed"),
    [
        ("recipient", "recipient", False, True),
        ("department", "recipient", True, True),
        ("department", "recipient", False, False),
        ("government", "recipient", True, False),
        ("recipient", "government", True, False),
        ("sender", "government", True, False),
    ],
)
def test_only_a_department_with_an_agreement_may_take_the_postage_upon_itself(
    asked: str, by_rule: str, has_agreement: bool, allowed: bool
) -> None:
    assert may_choose_payer(asked=asked, by_rule=by_rule, has_agreement=has_agreement).allowed is allowed


AWARD, EXCLUSION = Ruling(True, "示例政采〔2026〕3号"), Ruling(False, "示例通知〔2026〕4号")


@pytest.mark.parametrize(
    ("post_only", "kind", "is_open", "ruling", "code", "basis"),
    [
        (True, "post", True, None, "carrier_by_law", "邮政法 55"),
        (True, "express", True, AWARD, "carrier_not_the_post", "邮政法 55"),  # no award stands above the law
        (True, "express", False, None, "carrier_not_the_post", "邮政法 55"),
        (True, "post", False, None, "carrier_not_open", ""),
        (False, "post", True, None, "carrier_allowed", "邮政法 14"),
        (False, "post", True, EXCLUSION, "carrier_ruled_out", "示例通知〔2026〕4号"),
        (False, "express", True, None, "carrier_not_tendered", "寄递服务协议"),
        (False, "express", True, AWARD, "carrier_by_award", "示例政采〔2026〕3号"),
        (False, "express", False, AWARD, "carrier_not_open", ""),
        (False, "express", True, EXCLUSION, "carrier_ruled_out", "示例通知〔2026〕4号"),
    ],
)
def test_the_law_comes_before_every_ruling(post_only: bool, kind: str, is_open: bool, ruling: Ruling | None, code: str, basis: str) -> None:
    decision = may_carry(post_only=post_only, kind=kind, is_open=is_open, ruling=ruling)
    assert (decision.code, decision.basis) == (code, basis)
    assert decision.allowed is (code in ("carrier_by_law", "carrier_allowed", "carrier_by_award"))


@pytest.mark.parametrize(
    ("post_only", "kind", "allowed", "stands"),
    [(True, "express", True, False), (True, "post", False, False), (True, "express", False, True), (False, "express", True, True),
     (False, "post", False, True)],
)  # fmt: skip
def test_what_is_reserved_is_neither_given_away_nor_taken(post_only: bool, kind: str, allowed: bool, stands: bool) -> None:
    assert may_rule(post_only=post_only, kind=kind, allowed=allowed).allowed is stands


def test_the_nearest_ruling_holds_and_there_the_item_s_own() -> None:
    everywhere, here = Ruling(True, "a"), Ruling(False, "b", region="34.3416")
    own = Ruling(True, "c", item="000190001000", region="34.3416")
    assert strongest([everywhere, here]) == here
    assert strongest([own, everywhere, here]) == own
    assert strongest([]) is None


@pytest.mark.parametrize(
    ("after", "payer", "carried", "due"),
    [
        ("delivered", "government", True, True),
        ("delivered", "recipient", True, True),
        ("delivered", "government", False, False),  # brought to the window, fetched before posting
        ("returned", "government", True, True),
        ("returned", "department", True, True),
        ("returned", "sender", True, True),
        ("returned", "recipient", True, False),  # freight collect
        *((after, "government", True, False) for after in ("ordered", "in_transit", "attempt_failed", "cancelled", "lost")),
    ],
)
def test_when_postage_is_due(after: str, payer: str, carried: bool, due: bool) -> None:
    assert charge_due(after, payer, carried=carried).allowed is due


@pytest.mark.parametrize(
    ("over", "charged"),
    [
        ({}, True),
        ({"collected_at": None}, True),  # the posting scan was lost, the arrival was not
        ({"collected_at": None, "arrived_at": None}, True),  # only the carrier's delivery is known
        ({"collected_at": None, "arrived_at": None, "attempts": 1, "source": "ours"}, True),
        ({"direction": "papers", "collected_at": None, "arrived_at": None, "signer": "", "source": "ours"}, False),  # brought
        ({"collected_at": None, "arrived_at": None, "signer": "window", "source": "ours"}, False),  # fetched before posting
        ({"collected_at": None, "arrived_at": None, "signer": "window", "source": "ems"}, False),
        ({"price_fen": 0}, False),
    ],
)
def test_only_what_was_carried_is_charged(over: dict[str, Any], charged: bool) -> None:
    assert (charge_of(make_change(**over)) is not None) is charged


NINE = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("window", "by_door", "expected"),
    [
        (None, True, NINE + timedelta(hours=2)),
        (None, False, None),
        ((NINE - timedelta(hours=1), NINE + timedelta(hours=3)), True, NINE + timedelta(hours=2)),
        ((NINE - timedelta(hours=1), NINE + timedelta(hours=1)), True, NINE + timedelta(hours=1)),
        ((NINE + timedelta(hours=5), NINE + timedelta(hours=8)), True, NINE + timedelta(hours=8)),
        ((NINE + timedelta(hours=5), NINE + timedelta(hours=8)), False, NINE + timedelta(hours=8)),
    ],
)
def test_until_when_a_collection_is_on_time(window: tuple[datetime, datetime] | None, by_door: bool, expected: datetime | None) -> None:
    opens, closes = window or (None, None)
    assert collect_due(at=NINE, by_door=by_door, hours=2, window_from=opens, window_to=closes) == expected


def test_a_charge_belongs_to_the_day_of_delivery_and_a_reversal_to_the_day_on_which_the_mistake_was_known() -> None:
    last_of_october = datetime(2026, 10, 31, 23, 30, tzinfo=SHANGHAI)
    third = datetime(2026, 11, 3, 8, tzinfo=SHANGHAI)
    assert posting_day(kind="charge", occurred_at=last_of_october, known_at=third) == date(2026, 10, 31)
    assert posting_day(kind="reversal", occurred_at=last_of_october, known_at=third) == date(2026, 11, 3)


def test_the_strictest_rule_of_a_parcel() -> None:
    licence = ItemRule(signers=("addressee", "agent"), needs_code=True, attempts_max=2, basis="a")
    letter = ItemRule(signers=("any",), attempts_max=3, hold_days=15, post_only=True, basis="b")
    card = ItemRule(signers=("addressee", "family"), basis="a")
    both = strictest([licence, letter, card])
    assert both.signers == ("addressee",)
    assert (both.needs_code, both.post_only, both.attempts_max, both.hold_days) == (True, True, 3, 15)
    assert both.basis == "a; b"
    assert strictest([letter]) == letter
    assert strictest([ItemRule(signers=("office",)), ItemRule(signers=("family",))]).signers == ("addressee",)
