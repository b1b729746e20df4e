"""Cases from a department's own system, and out of one installation into another: the same rows, the same terms, nobody is told."""

from __future__ import annotations

import csv
import json
from argparse import Namespace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from govpost.cases import actions, queries
from govpost.cases.actions import News
from govpost.cases.models import Case, CasePaper, ParcelCase
from govpost.cases.sealing import said
from govpost.cases.states import State
from govpost.cases.testing import HYGIENE, make_case, make_cast
from govpost.common.actor import Actor
from govpost.journal.models import Fact
from govpost.notices.models import Notice
from govpost.ops import exports, imports
from govpost.ops.exports import Wanted, export
from govpost.places.testing import AT

pytestmark = pytest.mark.django_db
CAUSE = "示例：移交省平台"
HEADER = (
    "办件编号,事项编码,申请人,证件号码,电话,状态,送件方式,取件方式,地址,申请时间,收件时间,受理时间,决定时间,决定,"
    "移交时间,送达时间,证照编号\n"
)
WHO = "林示例,110101199001010015,15400000001"
HERE = "安徽省亳州市谯城区示例路 2 号"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Cases in every state with all that belongs to them, exported from a database that is gone afterwards."""
    with transaction.atomic():
        cast = make_cast()
        for number, state in enumerate(each for each in State if each is not State.DRAFT):
            make_case(cast, state, at=AT + timedelta(minutes=number), result_way="window" if number % 2 else "door")
        for ending in exports.ENDINGS:
            assert export(Wanted("cases", cause=CAUSE), tmp_path / f"cases{ending}") == 10
        transaction.set_rollback(True)
    return tmp_path


@pytest.mark.parametrize("ending", exports.ENDINGS)
def test_cases_come_out_of_one_database_and_into_another_as_the_same(elsewhere: Path, ending: str, capsys: Any) -> None:
    make_cast()
    notices = Notice.objects.count()
    assert _bring(elsewhere / f"cases{ending}", capsys)["accepted"] == 10
    assert _rows(elsewhere / "cases.ndjson") == _rows(_taken_out(elsewhere))
    assert Notice.objects.count() == notices
    before = Fact.objects.count()
    assert _bring(elsewhere / f"cases{ending}", capsys)["duplicate"] == 10
    assert not Fact.objects.filter(kind__startswith="cases.")[before:].exists()


def test_a_file_from_here_read_in_again_changes_nothing(tmp_path: Path, capsys: Any) -> None:
    cast = make_cast()
    case = make_case(cast, State.ACCEPTED)
    export(Wanted("cases", cause=CAUSE), tmp_path / "cases.csv")
    assert _bring(tmp_path / "cases.csv", capsys)["duplicate"] == 1
    assert Case.objects.get().version == case.version


def test_ten_cases_cost_as_many_questions_as_one_on_their_way_out(tmp_path: Path, django_assert_max_num_queries: Any) -> None:
    cast = make_cast()
    for number in range(10):
        make_case(cast, at=AT + timedelta(minutes=number))
    with django_assert_max_num_queries(7):
        assert export(Wanted("cases", cause=CAUSE), tmp_path / "cases.csv") == 10


def _rows(file: Path) -> list[dict[str, str]]:
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    return [{name: value for name, value in row.items() if name != "number"} for row in rows]


def _taken_out(room: Path) -> Path:
    export(Wanted("cases", cause=CAUSE), room / "again.ndjson")
    return room / "again.ndjson"


def _bring(file: Path, capsys: Any, refused: Path | None = None, *, good: bool = True) -> dict[str, Any]:
    capsys.readouterr()
    status = imports.run(Namespace(what="cases", file=file, refused=refused, format="json"))
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (status == 0) is good, told
    return told


def _file(room: Path, *rows: str) -> Path:
    file = room / "cases.csv"
    file.write_text(HEADER + "".join(f"{row}\n" for row in rows))
    return file


def _case(ref: str, state: str, moments: str, *, ways: str = "自行送交,邮寄", address: str = HERE, document: str = "") -> str:
    return f"{ref},{HYGIENE},{WHO},{state},{ways},{address},{moments},{document}"


DAYS = "2026-02-02 09:00"  # a Monday, long before AT


def test_a_departments_table_becomes_cases_that_wait_where_they_stood(tmp_path: Path, capsys: Any) -> None:
    make_cast()
    _bring(
        _file(
            tmp_path,
            _case("A-1", "待受理", f"{DAYS},,,,,,"),
            _case("A-2", "已受理", f"{DAYS},2026-02-02 10:00,2026-02-03 09:00,,,,"),
            _case("A-3", "已批准", f"{DAYS},2026-02-02 10:00,2026-02-03 09:00,2026-02-06 09:00,准予许可,,", document="卫证-3"),
            _case("A-4", "已送达", f"{DAYS},,2026-02-03 09:00,2026-02-06 09:00,,,2026-02-08 10:00", ways="不需要,自行领取", address=""),
        ),
        capsys,
    )
    cases = {case.ref: case for case in Case.objects.all()}
    assert [cases[f"A-{n}"].state for n in (1, 2, 3, 4)] == ["submitted", "accepted", "approved", "closed"]
    assert (cases["A-3"].document_serial, cases["A-3"].licence) == ("卫证-3", None)  # issued there, not here again
    assert ParcelCase.objects.get(case=cases["A-3"]).serial == "卫证-3"  # it still has to be brought
    assert cases["A-4"].handed_over_at == cases["A-4"].closed_at
    assert {paper.status for paper in CasePaper.objects.filter(case=cases["A-4"])} == {"electronic"}
    assert str(cases["A-2"].accept_due_on) == "2026-02-09"
    facts = Fact.objects.filter(subject=f"case:{cases['A-2'].id}", kind__startswith="cases.").order_by("seq")
    assert [(fact.kind, fact.payload["source"], fact.occurred_at < fact.known_at) for fact in facts] == [
        ("cases.submitted", "import", True), ("cases.papers_received", "import", True), ("cases.accepted", "import", True),
    ]  # fmt: skip
    assert not Notice.objects.exists()


def test_a_telephone_that_the_account_does_not_have_is_the_cases_own(tmp_path: Path, capsys: Any) -> None:
    make_cast()
    other = _case("A-2", "待受理", f"{DAYS},,,,,,").replace("15400000001", "15400000009")
    _bring(_file(tmp_path, _case("A-1", "待受理", f"{DAYS},,,,,,"), other), capsys)
    assert [said(case).phone for case in Case.objects.order_by("ref")] == ["", "15400000009"]
    export(Wanted("cases", cause=CAUSE), tmp_path / "again.ndjson")
    assert [row["phone"] for row in _rows(tmp_path / "again.ndjson")] == ["15400000001", "15400000009"]


def test_tomorrows_file_moves_the_cases_that_went_on(tmp_path: Path, capsys: Any) -> None:
    make_cast()
    _bring(_file(tmp_path, _case("A-1", "待受理", f"{DAYS},,,,,,")), capsys)
    later = _file(tmp_path, _case("A-1", "已受理", f"{DAYS},2026-02-02 10:00,2026-02-03 09:00,,,,"))
    assert _bring(later, capsys)["moved"] == 1
    assert _bring(later, capsys)["duplicate"] == 1
    case = Case.objects.get()
    assert (case.state, case.clock) == ("accepted", "decide")
    found = queries.narrow(Case.objects.all(), queries.Filter(search="A-1"), AT)
    assert list(found) == [case]
    _bring(_file(tmp_path, _case("A-1", "待受理", f"{DAYS},,,,,,")), capsys)  # yesterday's file once more
    assert Case.objects.get().state == "accepted"


def test_each_refusal_names_its_column_and_the_mended_file_is_taken(tmp_path: Path, capsys: Any) -> None:
    make_cast()
    good = _case("A-1", "待受理", f"{DAYS},,,,,,")
    file = _file(
        tmp_path, good, good, _case("A-2", "什么", f"{DAYS},,,,,,"), _case("A-3", "已受理", f"{DAYS},,,,,,"),
        _case("A-4", "已批准", f"{DAYS},2026-02-02 10:00,2026-02-05 09:00,2026-02-03 09:00,,,"),
        _case("A-5", "待受理", "2999-01-01 09:00,,,,,,"),
        _case("A-6", "已批准", f"{DAYS},2026-02-02 10:00,2026-02-03 09:00,2026-02-06 09:00,,,", address=""),
        _case("A-7", "待受理", f"{DAYS},,,,,,").replace("林示例", "张三"),
        _case("A-8", "待受理", f"{DAYS},,,,,,").replace(HYGIENE, "000000000001"),
        _case("A-9", "待受理", f"{DAYS},,,,,,", ways="上门取件,邮寄"),
    )  # fmt: skip
    told = _bring(file, capsys, tmp_path / "refused.csv", good=False)
    assert told["accepted"] == 1
    assert [(error["line"], error["field"]) for error in told["errors"]] == [
        (3, "ref"), (4, "state"), (5, "accepted_at"), (6, "decided_at"), (7, "submitted_at"), (8, "address"), (9, "applicant"),
        (10, "item"), (11, "papers_mail"),
    ]  # fmt: skip
    with (tmp_path / "refused.csv").open(encoding="utf-8-sig") as refused:
        rows = list(csv.DictReader(refused))
    assert [row["ref"] for row in rows] == ["A-1", *(f"A-{n}" for n in range(2, 10))]
    assert rows[1]["refused_because"].startswith("state: ")
    mended = (tmp_path / "refused.csv").read_text(encoding="utf-8-sig").replace("什么", "待受理")
    (tmp_path / "mended.csv").write_text(mended)
    assert _bring(tmp_path / "mended.csv", capsys, good=False)["accepted"] == 1


def test_mail_that_was_brought_in_before_closes_the_case_that_names_it(tmp_path: Path, capsys: Any) -> None:
    """Orders first, then cases, then events: the result is not posted again, and nobody is told of the past."""
    make_cast()
    orders = tmp_path / "orders.csv"
    orders.write_text(
        "ref,name,phone,address,waybill_no,placed_at,item\n"
        f"M-1,林示例,15400000001,{HERE},1220000000101,2026-02-06 12:00,000000000000\n"
    )  # fmt: skip
    assert imports.run(Namespace(what="orders", file=orders, organisation="bozhou-health", refused=None, format="json")) == 0
    moments = f"{DAYS},2026-02-02 10:00,2026-02-03 09:00,2026-02-06 09:00,,2026-02-06 12:00,"
    header = HEADER.replace("证照编号", "证照编号,运单号")
    file = tmp_path / "cases.csv"
    file.write_text(header + _case("A-1", "已移交", moments) + ",1220000000101\n" + _case("A-2", "已移交", moments) + ",1220000000999\n")
    told = _bring(file, capsys, good=False)
    assert [(error["line"], error["field"]) for error in told["errors"]] == [(3, "result_mail")]
    case = Case.objects.get()
    assert (case.state, case.orders.get().leg, ParcelCase.objects.count()) == ("handed_over", "result", 0)
    scans = tmp_path / "scans.csv"
    scans.write_text("number,kind,occurred_at,signer\n1220000000101,delivered,2026-02-08 10:00,addressee\n")
    assert imports.run(Namespace(what="scans", file=scans, source="import", refused=None, format="json")) == 0
    for fact in Fact.objects.filter(kind="delivery.order_changed").order_by("seq"):
        actions.follow_order(news=News.of(fact.payload), by=Actor.system("case office"))
    case.refresh_from_db()
    assert (case.state, f"{case.closed_at:%Y-%m-%d %H:%M}") == ("closed", "2026-02-08 02:00")
    assert not Notice.objects.exists()
