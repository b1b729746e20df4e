"""Opens a table: CSV (UTF-8 or GB18030; comma, semicolon or tab), XLSX, or NDJSON. Never trusts a size, never guesses a cell.

Line numbers are those that a person sees in the file: the header is mostly line 1.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

import msgspec

from govpost.common.formulas import rearm
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.gateways.files.cells import LONGEST_CELL, spoilt
from govpost.gateways.files.workbooks import MOST_LINES, read_sheet

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 100_000
HEADER_WITHIN = 20  # lines with something in them: a title or a note may stand above the header
DELIMITERS = ",;\t"
Line = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in which line and field, and what to do; the field "row" is the line as a whole."""

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
    """The rows of a file; `errors` are lines that are none, `unknown` header names that nobody here knows (shown, not used)."""

    rows: list[Row]
    columns: list[str]
    unknown: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def open_table(data: bytes, names: dict[str, str], *, needed: Sequence[str]) -> Table:
    """Read a table whose header cells are in `names` (any spelling → canonical). Raises InvalidInput for the file as a whole."""
    if not data.strip():
        raise _empty()
    if len(data) > MOST_BYTES:
        raise _bad(Text("The file is larger than 20 MB. Split it and send the parts."))
    is_book = data[:2] == b"PK"
    lines = read_sheet(data) if is_book else _csv(data, names)
    header, rest = _header(lines, names)
    columns = [names.get(_plain(cell), "") for cell in header]
    _refuse_columns(header, columns, needed, names)
    unknown = [cell for cell, name in zip(header, columns, strict=True) if cell.strip() and not name]
    table = Table([], [name for name in columns if name], unknown)
    # A cell without a column shifts the others in a CSV; in a workbook it is somebody's note beside the table.
    width = None if is_book else max(n for n, cell in enumerate(header, start=1) if cell.strip())
    _fill(table, rest, columns, width)
    if not table.rows and not table.errors:
        raise _bad(Text("The file has a header line but no rows. It needs at least one row: add it and send the file again."))
    return table


def is_ndjson(data: bytes) -> bool:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def open_objects(data: bytes, names: dict[str, str]) -> Table:
    """NDJSON as a table: each object's keys by any spelling in `names`; a value that is no plain one is an error of its row."""
    found, errors = open_ndjson(data)
    table = Table([], [], errors=errors)
    unknown: dict[str, None] = {}
    for line, value in found:
        unknown |= dict.fromkeys(key for key in value if _plain(key) not in names)
        known = {names[_plain(key)]: cell for key, cell in value.items() if _plain(key) in names}
        nested = [name for name, cell in known.items() if isinstance(cell, (dict, list))]
        table.errors += [RowError(line, name, Text("Give one plain value here, not a list or an object.")) for name in nested]
        if not nested:
            cells = {name: " ".join(str(cell).split()) for name, cell in known.items() if cell is not None}
            table.rows.append(Row(line, cells))
    table.unknown += unknown
    return table


def open_ndjson(data: bytes) -> tuple[list[tuple[int, dict[str, Any]]], list[RowError]]:
    """One JSON object per line; a line that is none is an error of its own."""
    rows: list[tuple[int, dict[str, Any]]] = []
    errors: list[RowError] = []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
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


def _header(lines: Iterator[Line], names: dict[str, str]) -> tuple[list[str], Iterator[Line]]:
    """The line that knows most columns among the first that hold anything, and the lines after it."""
    first = list(islice((line for line in lines if any(cell.strip() for cell in line[1])), HEADER_WITHIN))
    if not first:
        raise _empty()
    best = max(range(len(first)), key=lambda n: _known(first[n][1], names))
    return first[best][1], chain(first[best + 1 :], lines)


def _known(cells: Sequence[str], names: dict[str, str]) -> int:
    return sum(_plain(cell) in names for cell in cells)


def _in_words(name: str, names: dict[str, str]) -> str:
    """A column as people head it, not as we call it."""
    return next((spelling for spelling, meant in names.items() if meant == name and not spelling.isascii()), name)


def _refuse_columns(header: Sequence[str], columns: Sequence[str], needed: Sequence[str], names: dict[str, str]) -> None:
    """Two columns of one meaning are refused: which of them holds is not ours to guess."""
    twice = [cell.strip() for cell, name in zip(header, columns, strict=True) if name and columns.count(name) > 1]
    if twice:
        sentence = Text(
            "These columns mean the same: %(columns)s. Keep one of them and send the file again.", {"columns": "、".join(twice)}
        )
        raise _bad(sentence)
    missing = [_in_words(name, names) for name in needed if name not in columns]
    if missing:
        raise _bad(Text("These columns are missing: %(columns)s. Add them to the header line.", {"columns": "、".join(missing)}))


def _fill(table: Table, lines: Iterator[Line], columns: Sequence[str], width: int | None) -> None:
    filled = 0
    for number, cells in lines:
        filled += any(cell.strip() for cell in cells)
        if number > MOST_LINES or filled > MOST_ROWS:
            raise _bad(Text("The file has more than 100,000 rows. Split it and send the parts."))
        found = {name: " ".join(cell.split()) for name, cell in zip(columns, cells, strict=False) if name}
        wrong = list(_no_row(number, found, cells[width:] if width is not None else ()))
        table.errors += wrong
        if not wrong and any(found.values()):
            table.rows.append(Row(number, found))


def _no_row(line: int, found: dict[str, str], surplus: Sequence[str]) -> Iterator[RowError]:
    """Why the cells of a line cannot be taken as they stand."""
    if any(cell.strip() for cell in surplus):
        yield RowError(
            line, "row", Text("This row has more cells than columns: put text with a comma, like the address, in quotation marks.")
        )
        return
    for name, cell in found.items():
        sentence = spoilt(cell)
        if sentence is not None:
            yield RowError(line, name, sentence)


def _csv(data: bytes, names: dict[str, str]) -> Iterator[Line]:
    text = _decode(data)
    first = [line.rstrip("\r\n") for line in islice(io.StringIO(text, newline=""), 2 * HEADER_WITHIN)]
    delimiter = max(DELIMITERS, key=lambda mark: max((_known(line.replace('"', "").split(mark), names) for line in first), default=0))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        begun = 1  # a cell may run over several lines: the row is that in which it begins
        for cells in reader:
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise _bad(Text("Line %(line)s holds a cell of more than 2,000 characters. Shorten it.", {"line": reader.line_num}))
            yield begun, [rearm(cell) for cell in cells]
            begun = reader.line_num + 1
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


def _plain(cell: str) -> str:
    return "".join(cell.split()).strip("*＊：:").lower()


def _empty() -> InvalidInput:
    return _bad(Text("The file is empty. Choose a file with a header line and at least one row."))


def _bad(sentence: Text) -> InvalidInput:
    return InvalidInput({"file": sentence})
