"""Agreements and tariffs: entered once with what they rest on, by those who may, never overlapping."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from govpost.common.actor import Actor, Grant
from govpost.common.refusal import InvalidInput, NotPermitted
from govpost.journal.models import Fact
from govpost.parties.models import Organisation
from govpost.parties.testing import load_organisations
from govpost.settlement import actions, queries
from govpost.settlement.models import Agreement, Tariff
from govpost.settlement.rules import PriceRow
from govpost.settlement.testing import AT

FINANCE = Actor("staff", UUID(int=31), "结算", (Grant("finance", "34.3416"),))
ELSEWHERE = Actor("staff", UUID(int=32), "结算", (Grant("finance", "37.3708"),))
OFFICER = Actor("staff", UUID(int=33), "经办", (Grant("officer", "34.3416"),))
SYSTEM = Actor.system("test")
ROW = PriceRow(zone="", first_g=500, first_fen=2000, step_g=500, step_fen=600)


@pytest.fixture(autouse=True)
def _organisations(db: None) -> None:
    load_organisations()


def tariff(by: Actor = FINANCE, **over: Any) -> Tariff:
    values: dict[str, Any] = {
        "code": "T1", "name": "示例", "name_en": "Example", "basis": "协议", "document": "示例1号", "region": "34.3416",
        "starts_on": date(2026, 1, 1), "rows": [ROW],
    }  # fmt: skip
    return actions.add_tariff(**(values | over), at=AT, by=by)


def agreement(by: Actor = FINANCE, **over: Any) -> Agreement:
    values: dict[str, Any] = {
        "number": "A1", "organisation_id": Organisation.objects.get(code="bozhou-health").id, "payer": "department",
        "region": "34.3416", "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "tariff": "T1",
    }  # fmt: skip
    return actions.add_agreement(**(values | over), at=AT, by=by)


def test_entering_twice_changes_nothing_and_is_told_once() -> None:
    assert tariff().id == tariff().id
    assert agreement().id == agreement().id
    assert Fact.objects.filter(kind="settlement.tariff_added").count() == 1
    assert Fact.objects.filter(kind="settlement.agreement_added").count() == 1


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"rows": []}, "rows"),
        ({"rows": [PriceRow("", 500, -1, 500, 0)]}, "rows"),
        ({"rows": [PriceRow("", 500, 1, 0, 0)]}, "rows"),
        ({"document": " "}, "document"),
        ({"basis": "gut feeling"}, "basis"),
        ({"is_public": True}, "public_notice"),
        ({"ends_on": date(2025, 12, 31)}, "ends_on"),
    ],
)
def test_a_tariff_must_rest_on_something_and_have_prices(over: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        tariff(**over)
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"payer": "recipient"}, "payer"),
        ({"tariff": "none"}, "tariff"),
        ({"ends_on": date(2025, 1, 1)}, "ends_on"),
        ({"number": "A2", "starts_on": date(2026, 12, 31), "ends_on": date(2027, 12, 31)}, "starts_on"),
    ],
)
def test_an_agreement_is_refused_with_the_field_that_is_wrong(over: dict[str, Any], field: str) -> None:
    tariff()
    agreement()
    with pytest.raises(InvalidInput) as refused:
        agreement(**{"number": "A3", **over})
    assert set(refused.value.errors) == {field}


def test_a_following_agreement_begins_the_day_after() -> None:
    tariff()
    agreement()
    following = agreement(number="A2", starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    assert following.number == "A2"
    assert [each.number for each in queries.agreements(FINANCE, on=date(2026, 12, 31))] == ["A1"]
    assert [each.number for each in queries.agreements(FINANCE, on=date(2027, 1, 1))] == ["A2"]
    assert queries.agreements(ELSEWHERE, on=date(2026, 12, 31)) == []
    assert queries.agreements(OFFICER, on=date(2026, 12, 31)) == []
    own = Actor("staff", UUID(int=34), "经办", (Grant("officer", "34.3416", following.organisation_id),))
    assert [each.number for each in queries.agreements(own, on=date(2026, 12, 31))] == ["A1"]


@pytest.mark.parametrize("by", [ELSEWHERE, OFFICER, Actor("person", UUID(int=35), "钱**")])
def test_only_finance_of_the_region_enters_them(by: Actor) -> None:
    with pytest.raises(NotPermitted):
        tariff(by=by)
    tariff()
    with pytest.raises(NotPermitted):
        agreement(by=by)
    with pytest.raises(NotPermitted):
        actions.load_terms(at=AT, by=by)


def test_the_examples_load_and_load_again() -> None:
    new = actions.load_terms(at=AT, by=SYSTEM)
    assert new == Tariff.objects.count() + Agreement.objects.count() > 0
    assert actions.load_terms(at=AT, by=SYSTEM) == 0
    posted = queries.public_tariffs("34.3416.341602", on=date(2026, 11, 23))
    assert [(each.basis, bool(each.public_notice)) for each in posted] == [("批准", True)]
