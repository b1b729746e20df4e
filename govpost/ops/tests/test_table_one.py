"""`govpost table1`: the paper's words on paper and as one JSON object."""

from __future__ import annotations

import json
from datetime import date

import pytest

from govpost.common.actor import Actor
from govpost.common.clock import shanghai_at
from govpost.ops.table_one_print import as_object, as_text, print_table
from govpost.profiles.testing import load_profiles
from govpost.quality.actions import keep_intake
from govpost.quality.table_one import queries
from govpost.quality.testing import make_payload, make_told

TODAY = date(2026, 11, 28)
AT = shanghai_at(TODAY, 10)
JINING = (
    "实物寄递（派驻+网上接单）", "用户付费", "不共享", "没有", "数据独立", "EMS 自有平台", "营销成本大，客户流失风险高",
)  # fmt: skip


def test_the_command_prints_the_table_and_its_json(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    load_profiles()
    arrived = make_told(make_payload(direction="single", payer="recipient"))
    keep_intake([arrived], at=AT, by=Actor.system("test"))
    assert print_table(on=TODAY, codes=[], language="zh", as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["jining", "zhaoqing", "bozhou"]
    assert {row: cells["value"] for row, cells in found["jining"].items()} == dict(zip(found["jining"], JINING, strict=True))
    paid = found["bozhou"]["payment"]
    assert paid["exceptions"] == [{"code": "recipient_pays", "words": "邮资到付（收件人付费）的寄递单", "count": 1}]
    assert paid["derived_from"] == {
        "setting": "lead_payer", "said": "government", "profile": "bozhou", "since": "2016-01-01",
        "counted": {"from": "2025-11-29", "to": "2026-11-28"},
    }  # fmt: skip
    risk = found["bozhou"]["risk"]["derived_from"]
    assert (risk["assessed_on"], risk["signed_by"]) == ("2017-03-28", "亳州市客户经理（示例）")
    assert [figure["code"] for figure in risk["figures"]][:2] == ["volume", "department_share"]
    assert print_table(on=None, codes=["nowhere"], language="zh", as_json=True) == 2
    assert json.loads(capsys.readouterr().out)["ok"] is False
    assert print_table(on=TODAY, codes=["bozhou"], language="en", as_json=False) == 0
    assert "Government pays" in capsys.readouterr().out


def test_text_and_json_say_the_same(db: None) -> None:
    load_profiles()
    found = queries.table(Actor.system("test"), on=TODAY, at=AT)
    text = as_text(found)
    for rows in as_object(found).values():
        assert all(cell["value"] in text for cell in rows.values())
