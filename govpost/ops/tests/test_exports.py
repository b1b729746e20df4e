"""Export and import: what is taken out comes in again as the same orders and events; without a cause nobody's data leaves."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from govpost.cases.testing import make_case, make_cast
from govpost.common.refusal import InvalidInput
from govpost.delivery import actions as mail
from govpost.delivery.models import Order, Scan
from govpost.delivery.testing import LIN, SYSTEM, seen
from govpost.journal.actions import make_months
from govpost.journal.models import Fact
from govpost.ops import exports, imports
from govpost.ops.binaries import NoServer
from govpost.ops.exports import Wanted, export
from govpost.places.testing import AT

pytestmark = pytest.mark.django_db
CAUSE = "示例：移交省平台"
_TABLE = """ref,name,phone,address,division,item,contents,waybill_no,placed_at,promised_at
R-1,林晓,13800000001,薛阁街道示例路 2 号,341602,000000000000,L-1,1220000000101,2026-03-02 09:00,2026-03-04 18:00
R-2,"=HYPERLINK(""x"")",13800000002,示例街 3 号,341602,000000000000,,1220000000102,2026-03-03 09:00,2026-03-05 18:00
"""


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Two orders of a department, as a file brought them, and their events."""
    make_cast()
    file = tmp_path / "first.csv"
    file.write_text(_TABLE)
    assert _bring("orders", file) == 0
    make_months(first=AT.date() - timedelta(days=40), last=AT.date())
    for number in (1, 2):
        at = AT - timedelta(days=3)
        kinds = enumerate(("collected", "in_transit"))
        steps = [seen(f"122000000010{number}", kind, at + timedelta(minutes=n, microseconds=7)) for n, kind in kinds]
        mail.record_scans(steps, at=AT, by=SYSTEM)
    return tmp_path


def _bring(what: str, file: Path, source: str = "ems") -> int:
    return imports.run(Namespace(what=what, file=file, organisation="bozhou-health", source=source, refused=None, format="json"))


@pytest.mark.parametrize("ending", exports.ENDINGS)
def test_what_was_taken_out_comes_in_again_as_the_same(history: Path, ending: str, capsys: Any) -> None:
    orders, scans = history / f"orders{ending}", history / f"scans{ending}"
    assert export(Wanted("orders", cause=CAUSE), orders) == 2
    assert export(Wanted("scans", source="ems"), scans) == 4
    before = list(Order.objects.order_by("ref").values_list("ref", "number", "waybill_no", "placed_at", "version", "state"))
    capsys.readouterr()
    assert _bring("scans", scans) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["duplicate"] == 4
    _bring("orders", orders)
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["duplicate"] == 2
    assert list(Order.objects.order_by("ref").values_list("ref", "number", "waybill_no", "placed_at", "version", "state")) == before
    assert Scan.objects.filter(source="ems").count() == 4


def test_without_a_cause_nothing_personal_leaves_and_with_one_the_journal_knows_first(history: Path) -> None:
    file = history / "masked.csv"
    export(Wanted("orders"), file)
    text = file.read_text()
    assert LIN.phone not in text
    assert "林晓" not in text
    assert "薛阁街道" not in text
    assert not Fact.objects.filter(kind="journal.read", subject="export:orders").exists()
    export(Wanted("orders", cause=CAUSE), file)
    assert LIN.phone in file.read_text()
    assert Fact.objects.get(kind="journal.read", subject="export:orders").payload["cause"] == CAUSE
    with pytest.raises(NoServer):
        export(Wanted("orders", cause="x"), file)


def test_a_cell_never_becomes_a_formula(history: Path) -> None:
    file = history / "orders.csv"
    export(Wanted("orders", cause=CAUSE), file)
    assert "\"'=HYPERLINK" in file.read_text()


def test_organisation_region_and_days_narrow_what_leaves(history: Path) -> None:
    file, day = history / "some.ndjson", Order.objects.get(ref="R-2").placed_at.date()
    assert export(Wanted("orders", organisation="bozhou-health"), file) == 2
    assert export(Wanted("orders", organisation="bozhou-enforcement"), file) == 0
    assert export(Wanted("orders", region="34.3416"), file) == 2
    assert export(Wanted("orders", region="37"), file) == 0
    assert export(Wanted("orders", first=day), file) == 1
    assert export(Wanted("scans", last=day - timedelta(days=1)), file) == 2
    with pytest.raises(InvalidInput):
        export(Wanted("orders", organisation="nobody"), file)


def test_a_case_leaves_with_its_days_and_without_its_applicant(tmp_path: Path) -> None:
    case, file = make_case(make_cast()), tmp_path / "cases.ndjson"
    assert export(Wanted("cases"), file) == 1
    row = json.loads(file.read_text())
    assert (row["number"], row["state"], row["applicant"]) == (case.number, "submitted", case.party.masked_name)
    assert "phone" not in row
    export(Wanted("cases", cause=CAUSE), file)
    assert json.loads(file.read_text())["phone"]


def test_a_thousand_orders_cost_as_many_questions_as_one(history: Path, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(8):
        export(Wanted("scans"), history / "scans.ndjson")
