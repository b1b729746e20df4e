"""`govpost import orders`: each refusal at its column with a sentence, history by the system, the same file again changes nothing."""

from __future__ import annotations

import pytest

from govpost.catalogue.testing import load_catalogue
from govpost.delivery.models import Order
from govpost.ops.imports import Report, _orders
from govpost.places.testing import AT, LOADER
from govpost.profiles.testing import load_profiles
from govpost.settlement import actions as settlement

pytestmark = pytest.mark.django_db
HEADER = "受理号,姓名,手机号,地址,事项编码,运单号,下单时间,承诺时间\n"
HERE = "山东省济宁市任城区示例街道 2 号"


@pytest.fixture(autouse=True)
def province() -> None:
    load_catalogue()
    load_profiles()
    settlement.load_terms(at=AT, by=LOADER)


def row(ref: str, item: str = "", waybill: str = "", placed: str = "", promised: str = "") -> str:
    return f"{ref},林示例,15400000001,{HERE},{item},{waybill},{placed},{promised}\n"


def bring(*rows: str, organisation: str = "jining-id-centre") -> Report:
    return _orders((HEADER + "".join(rows)).encode(), organisation)


def test_a_history_keeps_its_moments_and_its_replay_changes_nothing() -> None:
    rows = [row(f"H-{n}", waybill=f"111000000000{n}", placed="2026-11-02 09:00", promised="2026-11-04 18:00") for n in range(3)]
    assert bring(*rows).counts == {"accepted": 3}
    assert bring(*rows).counts == {"duplicate": 3}
    assert {f"{order.placed_at:%Y-%m-%d %H:%M}" for order in Order.objects.all()} == {"2026-11-02 01:00"}


def test_each_refusal_names_the_column_and_says_what_to_do() -> None:
    assert bring(row("1", waybill="1110000000001")).counts == {"accepted": 1}
    report = bring(
        row("1", waybill="1110000000009"), row("2", item="999999999999"), row("3", waybill="1110000000001"),
        row("4", waybill="1110000000004", placed="1990-01-01 09:00"), row("5"), row("", item="x", waybill="x"),
    )  # fmt: skip
    assert report.counts == {"accepted": 1, "rejected": 5}
    assert [(error["line"], error["field"]) for error in report.errors] == [
        (2, "ref"), (3, "item"), (4, "waybill_no"), (5, "placed_at"), (7, "ref"), (7, "waybill_no"),
    ]  # fmt: skip
    assert all(len(error["sentence"]) > 20 and " " in error["sentence"] for error in report.errors)


def test_two_organisations_may_number_their_rows_alike() -> None:
    for organisation in ("jining-id-centre", "zhaoqing-id-centre"):
        assert bring(row("1"), organisation=organisation).counts == {"accepted": 1}
    assert Order.objects.count() == 2
