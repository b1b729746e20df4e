"""Price tables: Chinese and English headers, yuan to the fen, and every wrong cell named with its line."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.common.refusal import InvalidInput
from govpost.gateways.files.prices import COLUMNS, read_prices, write_prices
from govpost.settlement.rules import PriceRow, Zone


def test_a_table_as_people_keep_it() -> None:
    text = "区域,方向,首重(克),首重资费(元),续重(克),续重资费(元)\n同城,,500,12.50,500,3\n省外,材料,500,20,500,9\n"
    prices, errors = read_prices(text.encode("gb18030"))
    assert errors == []
    assert prices == [
        PriceRow("same_city", 500, 1250, 500, 300), PriceRow("other", 500, 2000, 500, 900, direction="papers"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "field"),
    [("近,500,12,500,3", "zone"), ("同城,x,12,500,3", "first_g"), ("同城,500,12.345,500,3", "first_yuan"), ("同城,500,12,0,3", "step_g"),
     ("同城,500,12,500,-3", "step_yuan"), ("同城,500,NaN,500,3", "first_yuan")],
)  # fmt: skip
def test_a_wrong_cell_is_named_with_its_line(row: str, field: str) -> None:
    _prices, errors = read_prices(f"zone,first_g,first_yuan,step_g,step_yuan\n{row}\n".encode())
    assert [(error.line, error.field) for error in errors] == [(2, field)]


def test_the_same_way_twice_is_refused() -> None:
    _prices, errors = read_prices("zone,first_g,first_yuan,step_g,step_yuan\n同城,500,12,500,3\nsame_city,500,13,500,3\n".encode())
    assert [(error.line, error.field) for error in errors] == [(3, "row")]


def test_a_file_without_its_columns_is_refused_as_a_whole() -> None:
    with pytest.raises(InvalidInput):
        read_prices(b"a,b\n1,2\n")


rows = st.builds(
    PriceRow, zone=st.sampled_from(["", *(zone.value for zone in Zone)]), first_g=st.integers(0, 5000), first_fen=st.integers(0, 10**6),
    step_g=st.integers(1, 5000), step_fen=st.integers(0, 10**6),
)  # fmt: skip


@given(st.lists(rows, min_size=1, unique_by=lambda row: row.zone))
def test_what_is_written_is_read_again(prices: list[PriceRow]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(write_prices(prices))
    assert read_prices(out.getvalue().encode()) == (prices, [])
