"""What people's spreadsheets do to rows and headers, and that nothing of it is taken in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from govpost.common.clock import now
from govpost.common.refusal import InvalidInput
from govpost.gateways.files.orders import LONGEST_CONTENTS, LONGEST_NAME
from govpost.gateways.files.scans import read_scans
from govpost.gateways.files.tests.sample import GOOD, HEADER, OTHER, cells, read, workbook
from govpost.places.addresses import STREET_LONGEST

HERE = "山东省济宁市任城区示例街道 2 号"


def errors(data: bytes | str) -> list[tuple[int, str]]:
    return [(error.line, error.field) for error in read(data).errors]


def row(ref: str = "SL-1", name: str = "林示例", phone: str = "15400000001", address: str = HERE, contents: str = "ID-1") -> str:
    return f"{ref},{name},{phone},{address},{contents}\n"


def refused(data: bytes | str) -> str:
    with pytest.raises(InvalidInput) as caught:
        read(data)
    return str(caught.value.errors["file"])


def test_a_row_with_more_cells_than_columns_is_not_taken_shifted() -> None:
    found = read(HEADER + row(address="山东省济宁市任城区示例街道,2 号 3 室") + OTHER)
    assert [(error.line, error.field) for error in found.errors] == [(2, "row")]
    assert "quotation marks" in str(found.errors[0].sentence)
    assert [request.ref for _, request in found.requests] == ["SL-2"]


def test_a_comma_in_quotation_marks_and_empty_surplus_cells_do_no_harm() -> None:
    found = read(HEADER.strip() + ",,\n" + row(address=f'"{HERE},3 室"').strip() + ",,,\n")
    assert found.errors == []
    assert found.requests[0][1].recipient.street == "示例街道2号,3室"
    assert errors(HEADER.strip() + ",\n" + row(address=f"{HERE},3 室")) == [(2, "row")]


def test_a_scan_with_more_cells_than_columns_is_an_error_too() -> None:
    found = read_scans(b"number,kind,occurred_at\n1,delivered,2026-11-20 10:00,x\n2,delivered,2026-11-20 10:00\n", source="x")
    assert [(error.line, error.field) for error in found.errors] == [(2, "row")]
    assert [line for line, _ in found.scans] == [3]


def test_a_note_beside_an_xlsx_table_is_no_error() -> None:
    found = read(workbook([*cells(HEADER), [*cells(GOOD)[0], "已核对"]]))
    assert (found.errors, len(found.requests)) == ([], 1)


@pytest.mark.parametrize("value", ["#N/A", "#REF!", "#VALUE!", "#n/a", "#DIV/0!"])
def test_a_spreadsheets_error_is_no_value(value: str) -> None:
    assert errors(HEADER + row(name=value) + row("SL-2", contents=value) + OTHER.replace("SL-2", "SL-3")) == [(2, "name"), (3, "contents")]


def test_a_number_that_a_spreadsheet_rounded_is_no_value() -> None:
    assert errors(HEADER + row(phone="1.54E+10") + row("SL-2", contents="3.70811E+17")) == [(2, "phone"), (3, "contents")]
    rounded = workbook([*cells(HEADER), ["SL-1", "林示例", 15400000001, HERE, 370811199001011234.0]])
    assert errors(rounded) == [(2, "contents")]
    exact = read(workbook([*cells(HEADER), ["SL-1", "林示例", 15400000001, HERE, 370811199001]]))
    assert exact.requests[0][1].contents == ("370811199001",)


def test_what_label_and_wire_cannot_carry_is_an_error_at_its_field() -> None:
    longest = row(name="林" * LONGEST_NAME, address="山东省济宁市任城区" + "街" * STREET_LONGEST, contents="1" * LONGEST_CONTENTS)
    assert errors(HEADER + longest) == []
    longer = row(
        name="林" * (LONGEST_NAME + 1), address="山东省济宁市任城区" + "街" * (STREET_LONGEST + 1), contents="1" * (LONGEST_CONTENTS + 1)
    )
    assert errors(HEADER + longer) == [(2, "name"), (2, "address"), (2, "contents")]
    assert errors(HEADER + row(address="山东省济宁市任城区")) == [(2, "address")]


def test_a_postcode_has_six_digits_and_the_code_is_of_the_county_that_the_address_names() -> None:
    header = "受理号,姓名,手机号,地址,邮编,区划代码\n"
    assert errors(header + f"1,林示例,15400000001,{HERE},1000,370811\n") == [(2, "postcode")]
    assert errors(header + f"1,林示例,15400000001,{HERE},272000,370881\n") == [(2, "division")]
    assert errors(header + "1,林示例,15400000001,示例街道 2 号,272000,370881\n") == []


def test_two_columns_of_one_meaning_are_named_and_refused() -> None:
    said = refused("受理号,姓名,手机号,联系电话,地址\n1,林示例,15400000001,15400000002,x\n")
    assert "手机号、联系电话" in said


@pytest.mark.parametrize("above", [[[], []], [["2026 年第 47 周制证清单"], []], [["", "说明：请勿改动"], [""]]])
def test_the_header_is_found_below_blank_lines_and_a_title(above: list[list[str]]) -> None:
    found = read(workbook([*above, *cells(HEADER + GOOD)]))
    assert [(line, request.ref) for line, request in found.requests] == [(len(above) + 2, "SL-1")]
    text = read("".join(",".join(line) + "\n" for line in above) + HEADER + GOOD)
    assert [request.ref for _, request in text.requests] == ["SL-1"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_mark_between_cells_is_the_one_under_which_the_header_is_known(mark: str) -> None:
    address = "山东省济宁市任城区示例街道,2;号"
    table = [["第一批,第二批;第三批"], HEADER.strip().split(","), ["SL-1", "林示例", "15400000001", address, "ID-1"]]
    text = "".join(mark.join(f'"{cell}"' if mark in cell else cell for cell in line) + "\n" for line in table)
    assert read(text).requests[0][1].recipient.street == "示例街道,2;号"


@pytest.mark.parametrize("data", [HEADER, HEADER + "\n,,,,\n", workbook(cells(HEADER)), workbook([[], *cells(HEADER), []])])
def test_a_table_without_rows_asks_for_at_least_one(data: bytes | str) -> None:
    assert "at least one row" in refused(data)


def test_an_open_quotation_mark_does_not_swallow_the_rows_below_it() -> None:
    assert "quotation marks" in refused(HEADER + row(name='"林示例') + OTHER)


def test_a_waybill_number_stands_in_one_row_only() -> None:
    header = "受理号,姓名,手机号,地址,运单号\n"
    rows = ["1110000000001", "1110000000002", "１１１００００００００01", "111000000000"]
    text = header + "".join(f"SL-{n},林示例,15400000001,{HERE},{waybill}\n" for n, waybill in enumerate(rows))
    assert errors(text) == [(4, "waybill_no"), (5, "waybill_no")]
    assert [request.waybill_no for _, request in read(text).requests] == ["1110000000001", "1110000000002"]


@pytest.mark.parametrize("column", ["承诺时间", "下单时间", "承诺揽收时间", "placed_at", "promised_at", "collect_due_at"])
def test_history_is_read_for_the_import_alone(column: str) -> None:
    ordered = column in ("下单时间", "placed_at")
    more, cell = ("", "") if ordered else (",placed_at", f",{now() - timedelta(days=9):%Y-%m-%d %H:%M}")
    text = f"受理号,姓名,手机号,地址,运单号,{column}{more}\nSL-1,林示例,15400000001,{HERE},1110000000001,{now():%Y-%m-%d 00:00}{cell}\n"
    found = read(text)
    assert {error.line for error in found.errors} == {2}
    assert "Leave this column out" in str(found.errors[0].sentence)
    assert found.requests == []
    assert len(read(text, history=True).requests) == 1


def test_a_promise_without_its_order_is_no_history() -> None:
    text = f"受理号,姓名,手机号,地址,承诺时间\nSL-1,林示例,15400000001,{HERE},2030-01-01 00:00\n"
    assert [error.field for error in read(text, history=True).errors] == ["placed_at"]


def test_numbers_are_kept_as_the_carrier_wants_them() -> None:
    request = read(HEADER + row(phone="１５４ 0000 0001")).requests[0][1]
    assert request.recipient.phone == "15400000001"
