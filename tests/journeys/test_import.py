"""A foreign history comes in by files: measured by the same rates, under its own promises, and nothing happens today because of it."""

from __future__ import annotations

import argparse
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from govpost.catalogue.testing import load_catalogue
from govpost.common.clock import SHANGHAI, now, shanghai_day
from govpost.delivery.models import Order, Unclear
from govpost.dispatch.models import Task
from govpost.journal.models import Fact
from govpost.journal.testing import drain
from govpost.notices.models import Notice
from govpost.ops import imports
from govpost.ops.invariants import broken
from govpost.places.testing import AT, LOADER
from govpost.profiles.testing import load_profiles
from govpost.quality.models import FactVersion
from govpost.quality.rules import Change
from govpost.settlement import actions as settlement
from govpost.settlement.models import LedgerTxn

ORDERS = 12
# The years before: a fixed day would one day be more than ten years back.
PLACED = datetime.combine(shanghai_day(now()).replace(day=15) - timedelta(days=730), datetime.min.time(), SHANGHAI) + timedelta(hours=9)
PROMISED, DUE = PLACED + timedelta(hours=48), PLACED + timedelta(hours=4)


@pytest.fixture(autouse=True)
def province(journey: str) -> None:
    load_catalogue()
    load_profiles()
    settlement.load_terms(at=AT, by=LOADER)


def waybill(n: int) -> str:
    return f"11100000000{n:02d}"


def orders(**over: str) -> bytes:
    header = ("ref", "name", "phone", "division", "address", "waybill_no", "placed_at", "promised_at", "collect_due_at")
    rows = [
        {
            "ref": f"H-{n}", "name": "林示例", "phone": "15400000001", "division": "341602", "address": f"示例路 {n} 号",
            "waybill_no": waybill(n), "placed_at": f"{PLACED:%Y-%m-%d %H:%M}", "promised_at": f"{PROMISED:%Y-%m-%d %H:%M}",
            "collect_due_at": f"{DUE:%Y-%m-%d %H:%M}",
        } | over
        for n in range(ORDERS)
    ]  # fmt: skip
    return "\n".join([",".join(header), *(",".join(row[name] for name in header) for row in rows)]).encode()


def scans() -> list[dict[str, str]]:
    """Nine on time, two late, one never delivered; all at the office in between."""
    told = []
    for n in range(ORDERS):
        steps = [("collected", DUE - timedelta(hours=1)), ("at_delivery_office", PLACED + timedelta(hours=30))]
        if n < 11:
            steps.append(("delivered", PROMISED + timedelta(hours=5 if n >= 9 else -5)))
        told += [
            {"number": waybill(n), "kind": kind, "occurred_at": at.isoformat(), "signer": "addressee" if kind == "delivered" else ""}
            for kind, at in steps
        ]
    return told


def bring(tmp_path: Path, what: str, data: bytes, capsys: Any, organisation: str = "bozhou-id-centre") -> tuple[int, dict[str, Any]]:
    file = tmp_path / what
    file.write_bytes(data)
    words = argparse.Namespace(what=what, file=file, organisation=organisation, source="import", refused=None, format="json")
    status = imports.run(words)
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_a_foreign_history_is_measured_and_nothing_happens_today(tmp_path: Path, capsys: Any, kind: str) -> None:
    events = scans()
    table = ["number,kind,occurred_at,signer", *(",".join(event.values()) for event in events)]
    lines = table if kind == "csv" else [json.dumps(event) for event in events]
    files = [("orders", orders()), ("scans", "\n".join(lines).encode())]
    assert [bring(tmp_path, what, data, capsys)[1].get("accepted") for what, data in files] == [ORDERS, len(events)]
    drain()
    _measured()
    _quiet()
    assert broken() == {}
    before = Fact.objects.count()
    assert [bring(tmp_path, what, data, capsys)[1].get("duplicate") for what, data in files] == [ORDERS, len(events)]
    drain()
    assert Fact.objects.count() == before


def _measured() -> None:
    """Under its own promises and due days, both rates; filled in, not corrected; known since today and not before."""
    newest = FactVersion.objects.order_by("order_id", "kpi", "-version").distinct("order_id", "kpi")
    outcomes = sorted((v.kpi, v.outcome) for v in newest)
    assert [outcomes.count(("delivery_on_time", outcome)) for outcome in ("on_time", "late", "open")] == [9, 2, 1]
    assert outcomes.count(("collection_on_time", "on_time")) == ORDERS
    assert {v.day for v in newest} == {shanghai_day(PROMISED), shanghai_day(DUE)}
    assert set(FactVersion.objects.values_list("change", flat=True)) <= {Change.ADDED.value, Change.NOTHING.value}
    assert {shanghai_day(v.known_at) for v in FactVersion.objects.all()} == {shanghai_day(now())}


def _quiet() -> None:
    assert not Task.objects.exists(), "no courier goes out for what was carried years ago"
    assert not Notice.objects.exists()
    assert not LedgerTxn.objects.exists(), "it was paid where it was ordered"
    assert set(Order.objects.values_list("booking", flat=True)) == {"booked"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM delivery_scan_default) + (SELECT count(*) FROM journal_fact_default)")
        assert cursor.fetchone() == (0,)


def test_wrong_moments_are_errors_of_their_rows(tmp_path: Path, capsys: Any) -> None:
    today = date.today().year  # noqa: DTZ011 a year is all that is asked
    wrong: tuple[tuple[dict[str, str], str], ...] = (
        ({"placed_at": f"{today - 100}-11-02 09:00"}, "placed_at"), ({"placed_at": f"{today + 8}-11-02 09:00"}, "placed_at"),
        ({"promised_at": f"{PLACED - timedelta(days=3):%Y-%m-%d %H:%M}"}, "promised_at"), ({"placed_at": ""}, "placed_at"),
    )  # fmt: skip
    for over, name in wrong:
        status, report = bring(tmp_path, "orders", orders(**over), capsys)
        assert (status, report["rejected"], report["errors"][0]["field"]) == (1, ORDERS, name)
    row = {"number": waybill(0), "kind": "delivered", "occurred_at": "0224-11-02T09:00:00+08:00"}
    status, report = bring(tmp_path, "scans", json.dumps(row).encode(), capsys)
    assert (status, [error["field"] for error in report["errors"]]) == (1, ["occurred_at"])


def test_unclear_events_are_kept_and_named_with_their_line(tmp_path: Path, capsys: Any) -> None:
    bring(tmp_path, "orders", orders(), capsys)
    at = (PLACED + timedelta(hours=2)).isoformat()
    table = f"number,kind,occurred_at,bogus\n{waybill(0)},collected,{at},x\n1199999999999,collected,{at},x\n{waybill(1)},flown,{at},x\n"
    status, report = bring(tmp_path, "scans", table.encode(), capsys)
    assert status == 1
    assert (report["accepted"], report["unclear"], report["unknown_columns"]) == (1, 2, ["bogus"])
    assert [(error["line"], error["field"]) for error in report["errors"]] == [(3, "number"), (4, "kind")]
    assert Unclear.objects.count() == 2


def test_an_unknown_organisation_is_named(tmp_path: Path, capsys: Any) -> None:
    from govpost.common.refusal import InvalidInput

    with pytest.raises(InvalidInput) as refused:
        bring(tmp_path, "orders", orders(), capsys, organisation="nobody")
    assert "nobody" in str(refused.value.errors["organisation"])


def test_orders_come_as_ndjson_too(tmp_path: Path, capsys: Any) -> None:
    row = {"受理号": "N-1", "name": "林示例", "phone": 15400000001, "division": "341602", "address": "示例路 1 号"}
    status, report = bring(tmp_path, "orders", json.dumps(row).encode() + b"\n{}\n[1]\n", capsys)
    assert (status, report["accepted"], report["rejected"]) == (1, 1, 2)
    assert {error["line"] for error in report["errors"]} == {2, 3}
