"""Batch files: both encodings, both formats, each error with line and field, good rows kept, hostile files refused."""

from __future__ import annotations

import io
import zipfile
from uuid import uuid4

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.common.refusal import InvalidInput
from govpost.delivery.rules import Address
from govpost.gateways.files.orders import OrdersRead, Sender, read_orders
from govpost.gateways.files.scans import read_scans
from govpost.places.addresses import CountyNames

COUNTIES = [
    CountyNames("370811", "山东省", "济宁市", "任城区", "272000"),
    CountyNames("370881", "山东省", "济宁市", "曲阜市", "273100"),
]
CENTRE = Sender(
    organisation_id=uuid4(), region="37.3708", division="370811", item="000100200001",
    address=Address("济宁市居民身份证制证中心（示例）", "05370000001", "山东省", "济宁市", "任城区", "示例路 1 号"),
)  # fmt: skip
HEADER = "受理号,姓名,手机号,地址,证件编号\n"
GOOD = "SL-1,林示例,15400000001,山东省济宁市任城区示例街道 2 号,ID-1\n"


def read(text: str, encoding: str = "utf-8") -> OrdersRead:
    return read_orders(text.encode(encoding), sender=CENTRE, counties=COUNTIES)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_becomes_a_commission_in_either_encoding(encoding: str) -> None:
    found = read(HEADER + GOOD, encoding)
    assert found.errors == []
    [(line, request)] = found.requests
    assert (line, request.ref, request.destination, request.contents) == (2, "SL-1", "370811", ("ID-1",))
    assert (request.recipient.name, request.recipient.county, request.recipient.street) == ("林示例", "任城区", "示例街道2号")


def test_an_xlsx_with_numbers_as_numbers_reads_the_same() -> None:
    book = openpyxl.Workbook()
    book.active.append(["受理号", "姓名", "手机号", "地址", "备用"])
    book.active.append(["SL-1", "林示例", 15400000001, "山东省济宁市曲阜市示例街道 2 号", "x"])
    out = io.BytesIO()
    book.save(out)
    found = read_orders(out.getvalue(), sender=CENTRE, counties=COUNTIES)
    assert [(r.recipient.phone, r.destination) for _, r in found.requests] == [("15400000001", "370881")]
    assert found.unknown == ["备用"]


def test_each_error_names_line_and_field_and_good_rows_stay() -> None:
    rows = [
        "SL-1,林示例,15400000001,山东省济宁市任城区示例街道 2 号,ID-1",
        "SL-1,钱示例,15400000002,山东省济宁市任城区示例街道 3 号,ID-2",
        ",王示例,15400000003,山东省济宁市任城区示例街道 4 号,ID-3",
        "SL-4,,123,某地,ID-4",
        "SL-5,赵示例,15400000005,山东省济宁市曲阜市示例街道 5 号,ID-5",
    ]
    found = read(HEADER + "\n".join(rows))
    assert [(e.line, e.field) for e in found.errors] == [(3, "ref"), (4, "ref"), (5, "name"), (5, "phone"), (5, "address")]
    assert [(line, r.ref) for line, r in found.requests] == [(2, "SL-1"), (6, "SL-5")]


def test_a_county_is_never_guessed() -> None:
    assert [e.field for e in read(HEADER + "SL-1,林示例,15400000001,北京市海淀区示例街 1 号,\n").errors] == ["address"]


def test_missing_columns_are_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        read("姓名,手机号\n林,15400000001\n")
    assert "ref" in str(refused.value.errors["file"])


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    with pytest.raises(InvalidInput):
        read_orders(out.getvalue(), sender=CENTRE, counties=COUNTIES)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    for reader in (lambda: read_orders(data, sender=CENTRE, counties=COUNTIES), lambda: read_scans(data, source="t")):
        try:
            reader()
        except InvalidInput as refused:
            if set(refused.errors) != {"file"}:
                raise


def test_scans_come_as_csv_and_as_ndjson() -> None:
    table = read_scans(b"number,kind,occurred_at,effect\n1110000000001,delivered,2026-11-20 10:00,1\n", source="x")
    lines = read_scans(b'{"number":"1110000000001","kind":"delivered","occurred_at":"2026-11-20T10:00:00+08:00"}\nnot json\n', source="x")
    assert [scan for _, scan in table.scans] == [scan for _, scan in lines.scans]
    assert [(error.line, error.field) for error in lines.errors] == [(2, "line")]
    withdrawn = read_scans(b"number,kind,occurred_at,effect\n1,odd,2026-11-20 10:00,0\n", source="x").scans[0][1]
    assert (withdrawn.effect, withdrawn.kind) == (False, None)
