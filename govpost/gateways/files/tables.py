"""Opens a table: CSV (UTF-8 or GB18030; comma, semicolon or tab), XLSX, or NDJSON. Never trusts a size, never guesses a cell.

Line numbers are those that a person sees in the file: the header is line 1.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from govpost.common.refusal import InvalidInput
from govpost.common.text import Text

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 200
MOST_ROWS = 100_000
LONGEST_CELL = 2_000


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in which line and field, and what to do."""

    line: int
    field: str
    sentence: Text


@dataclass(frozen=True, slots=True)
class Row:
    """One line by canonical column name; every cell is text without surrounding blanks."""

    line: int
    cells: dict[str, str]

    def get(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(slots=True)
class Table:
    """The rows of a file; `unknown` are header names that nobody here knows (shown, not used)."""

    rows: list[Row]
    columns: list[str]
    unknown: list[str] = field(default_factory=list)


def open_table(data: bytes, names: dict[str, str], *, needed: Sequence[str]) -> Table:
    """Read a table whose header cells are in `names` (any spelling → canonical). Raises InvalidInput for the file as a whole."""
    if not data.strip():
        raise _bad(Text("The file is empty. Choose a file with a header line and at least one row."))
    if len(data) > MOST_BYTES:
        raise _bad(Text("The file is larger than 20 MB. Split it and send the parts."))
    lines = iter(_sheet(data) if data[:2] == b"PK" else _csv(data))
    header = next(lines, None)
    if header is None:
        raise _bad(Text("The file is empty. Choose a file with a header line and at least one row."))
    columns = [names.get(_plain(cell), "") for cell in header[1]]
    missing = [name for name in needed if name not in columns]
    if missing:
        raise _bad(Text("These columns are missing: %(columns)s. Add them to the header line.", {"columns": ", ".join(missing)}))
    unknown = [cell for cell, name in zip(header[1], columns, strict=True) if cell and not name]
    return Table(list(_rows(lines, columns)), [name for name in columns if name], unknown)


def open_ndjson(data: bytes) -> tuple[list[tuple[int, dict[str, Any]]], list[RowError]]:
    """One JSON object per line; a line that is none is an error of its own."""
    rows: list[tuple[int, dict[str, Any]]] = []
    errors: list[RowError] = []
    for number, line in enumerate(data.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            value = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            value = None
        if isinstance(value, dict):
            rows.append((number, value))
        else:
            errors.append(RowError(number, "line", Text("This line is not a JSON object. Correct it and send the file again.")))
    return rows, errors


def _rows(lines: Iterator[tuple[int, list[str]]], columns: Sequence[str]) -> Iterator[Row]:
    for count, (number, cells) in enumerate(lines):
        if count >= MOST_ROWS:
            raise _bad(Text("The file has more than 100,000 rows. Split it and send the parts."))
        found = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name}
        if any(found.values()):
            yield Row(number, found)


def _csv(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decode(data)
    first = text.splitlines()[0] if text else ""
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise _bad(Text("Line %(line)s holds a cell of more than 2,000 characters. Shorten it.", {"line": reader.line_num}))
            yield reader.line_num, cells
    except csv.Error as error:
        raise _bad(Text("Line %(line)s cannot be read as CSV: check its quotation marks.", {"line": reader.line_num})) from error


def _decode(data: bytes) -> str:
    """UTF-8 (with or without mark) if it is that, else GB18030; both are strict, so a broken file is refused."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _bad(Text("The file is neither UTF-8 nor GB18030 text. Save it as CSV (UTF-8) or as XLSX."))


def _sheet(data: bytes) -> Iterator[tuple[int, list[str]]]:
    _refuse_bomb(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_cell(value) for value in row]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
        raise _bad(Text("The file cannot be opened as XLSX. Save it again as XLSX or as CSV.")) from error


def _refuse_bomb(data: bytes) -> None:
    """Look at the directory before unpacking anything (a 200 kB file can hold 200 MB)."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile as error:
        raise _bad(Text("The file cannot be opened as XLSX. Save it again as XLSX or as CSV.")) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if unpacked > MOST_UNPACKED or unpacked / packed > MOST_RATIO or len(entries) > 2_000:
        raise _bad(Text("The file unpacks to far more than a table needs. Save it again as CSV."))


def _cell(value: Any) -> str:
    """A cell as a person sees it: whole numbers without ".0" (phones and codes are often kept as numbers)."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)[: LONGEST_CELL + 1]


def _plain(cell: str) -> str:
    return "".join(cell.split()).strip("*＊：:").lower()


def _bad(sentence: Text) -> InvalidInput:
    return InvalidInput({"file": sentence})
