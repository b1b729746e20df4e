"""Batch files: both encodings, both formats, each error with line and field, good rows kept, hostile files refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.common.refusal import InvalidInput
from govpost.gateways.files.scans import read_scans
from govpost.gateways.files.tests.sample import GOOD, HEADER, OTHER, cells, read, workbook


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_becomes_a_commission_in_either_encoding(encoding: str) -> None:
    found = read((HEADER + GOOD).encode(encoding))
    assert found.errors == []
    [(line, request)] = found.requests
    assert (line, request.ref, request.destination, request.contents) == (2, "SL-1", "370811", ("ID-1",))
    assert (request.recipient.name, request.recipient.county, request.recipient.street) == ("林示例", "任城区", "示例街道2号")


def test_an_xlsx_with_numbers_as_numbers_reads_the_same() -> None:
    header = ["受理号", "姓名", "手机号", "地址", "备用"]
    found = read(workbook([header, ["SL-1", "林示例", 15400000001, "山东省济宁市曲阜市示例街道 2 号", "x"]]))
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
    assert "受理号、地址" in str(refused.value.errors["file"])  # as people head them


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    with pytest.raises(InvalidInput):
        read(out.getvalue())


def read_or_refused(data: bytes) -> None:
    """Nothing but rows, row errors, and a sentence for the file as a whole."""
    for reader in (lambda: read(data), lambda: read_scans(data, source="t")):
        try:
            reader()
        except InvalidInput as refused:
            if set(refused.errors) != {"file"}:
                raise


BOOK = workbook(cells(HEADER + GOOD + OTHER))
with zipfile.ZipFile(io.BytesIO(BOOK)) as _book:
    PARTS = {name: _book.read(name) for name in _book.namelist()}


def rezipped(parts: dict[str, bytes]) -> bytes:
    """A sound zip with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return out.getvalue()


@st.composite
def broken_books(draw: st.DrawFn) -> bytes:
    """A sound zip in which one part is cut off, missing, or holds something else somewhere."""
    name = draw(st.sampled_from(sorted(PARTS)))
    content = PARTS[name]
    start, end = sorted((draw(st.integers(0, len(content))), draw(st.integers(0, len(content)))))
    how = draw(st.sampled_from(["cut", "gone", "replaced"]))
    if how == "gone":
        return rezipped({other: text for other, text in PARTS.items() if other != name})
    odd = draw(st.one_of(st.binary(max_size=20), st.sampled_from([b"&x;", b"<a>", b"9" * 30, b"ZZZ9999999", b"NaN", b'r="0"', b"\xff"])))
    return rezipped({**PARTS, name: content[:start] if how == "cut" else content[:start] + odd + content[end:]})


@given(broken_books())
def test_a_book_with_a_broken_part_is_read_or_refused_with_a_sentence(data: bytes) -> None:
    read_or_refused(data)


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
def test_a_book_whose_part_is_cut_off_is_refused_with_the_sentence_for_a_broken_file(name: str) -> None:
    assert len(read(BOOK).requests) == 2
    for content in (PARTS[name][: len(PARTS[name]) // 2], PARTS[name] + b"<", b"<x/>"[:2]):
        with pytest.raises(InvalidInput) as refused:
            read(rezipped({**PARTS, name: content}))
        assert "cannot be opened as XLSX" in str(refused.value.errors["file"])


def test_a_sheet_that_lies_about_its_size_is_read_whole_and_an_endless_one_is_refused() -> None:
    sheet = PARTS["xl/worksheets/sheet1.xml"]
    small = sheet.replace(b'<dimension ref="A1:E3"', b'<dimension ref="A1"')
    assert small != sheet
    assert len(read(rezipped({**PARTS, "xl/worksheets/sheet1.xml": small})).requests) == 2
    endless = sheet.replace(b'<row r="3"', b'<row r="99999999999"')
    with pytest.raises(InvalidInput):
        read(rezipped({**PARTS, "xl/worksheets/sheet1.xml": endless}))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    read_or_refused(data)


def test_scans_come_as_csv_and_as_ndjson() -> None:
    table = read_scans(b"number,kind,occurred_at,effect\n1110000000001,delivered,2026-11-20 10:00,1\n", source="x")
    lines = read_scans(b'{"number":"1110000000001","kind":"delivered","occurred_at":"2026-11-20T10:00:00+08:00"}\nnot json\n', source="x")
    assert [scan for _, scan in table.scans] == [scan for _, scan in lines.scans]
    assert [(error.line, error.field) for error in lines.errors] == [(2, "line")]
    withdrawn = read_scans(b"number,kind,occurred_at,effect\n1,odd,2026-11-20 10:00,0\n", source="x").scans[0][1]
    assert (withdrawn.effect, withdrawn.kind) == (False, None)
