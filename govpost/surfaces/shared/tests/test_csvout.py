"""Exports: no cell runs, no number loses digits, Chinese opens in Excel."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from govpost.surfaces.shared.csvout import csv_lines, csv_response, disposition, safe, xlsx_response

HOSTILE = [
    '=HYPERLINK("http://elsewhere.example","x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x",
    "  =1", "\u3000=1", "\ufeff=1", "|cmd", "%0A=1",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_a_spreadsheet_would_run_is_disarmed(text: str) -> None:
    assert str(safe(text)).startswith("'")


@pytest.mark.parametrize("text", ["林示例", "GP341602261123000017", "a=b", "5-7 日", ""])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


def test_numbers_stay_numbers_even_below_zero() -> None:
    assert safe(-1200) == -1200
    assert safe(Decimal("-12.00")) == Decimal("-12.00")


def test_moments_are_shanghai_time() -> None:
    assert safe(datetime(2026, 11, 23, 16, 30, tzinfo=UTC)) == "2026-11-24 00:30:00"
    assert safe(date(2026, 11, 23)) == "2026-11-23"


def test_a_csv_is_quoted_throughout_and_starts_with_the_mark_excel_needs() -> None:
    text = "".join(csv_lines(["单号", "资费"], [["=1", 1200], ['a"b', None]]))
    assert text.startswith('\ufeff"单号","资费"\r\n')
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[1:] == [["'=1", "1200"], ['a"b', ""]]


def test_a_download_is_streamed_under_its_chinese_name() -> None:
    response = csv_response("月结 2026-11", ["a"], [["b"]])
    assert response.streaming
    assert "filename*=UTF-8''%E6%9C%88%E7%BB%93%202026-11.csv" in response["Content-Disposition"]


def test_a_file_name_cannot_break_out_of_its_header() -> None:
    assert disposition('a"\r\nSet-Cookie: x=1.csv').count('"') == 2
    assert "\r" not in disposition("a\r\nb.csv")


def _sheet(rows: list[list[Any]]) -> Any:
    response = xlsx_response("x", ["头"], rows)
    return load_workbook(io.BytesIO(response.content)).active


@pytest.mark.parametrize("value", ["341602198503120013", "15400000001", "=1+1", "007", "EA123456789CN"])
def test_a_workbook_keeps_long_numbers_and_formulas_as_text(value: str) -> None:
    cell = _sheet([[value]])["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (value, "s", "@")


def test_a_workbook_survives_control_characters() -> None:
    assert _sheet([["a\x00b\x0bc"]])["A2"].value == "abc"


def test_a_workbook_keeps_numbers_and_shows_moments() -> None:
    sheet = _sheet([[1200], [datetime(2026, 11, 23, 16, 30, tzinfo=UTC)], [None]])
    assert sheet["A2"].value == 1200
    assert sheet["A3"].value == "2026-11-24 00:30:00"
