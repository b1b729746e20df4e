"""The one writer of exports: a cell never becomes a formula, and long numbers never become 6.22E+17.

Spreadsheets run cells that begin with = + - @ (also full-width) or a control character; here such text gets an
apostrophe in front. CSV opens in Excel as UTF-8 (byte order mark); XLSX keeps identity, phone and waybill numbers as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from govpost.common.clock import SHANGHAI
from govpost.common.formulas import disarm
from govpost.surfaces.shared.words import say

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = Sequence[Any]


def safe(value: Any) -> str | int | float | Decimal:
    """The cell as it may be written: numbers stay numbers, moments become Shanghai time, text is disarmed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return disarm(say(value))


def csv_lines(header: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Lines of a CSV file, every cell quoted, with the byte order mark that Excel needs in front."""
    yield "\ufeff" + _line(header)
    for row in rows:
        yield _line(row)


def _line(row: Row) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([safe(value) for value in row])
    return out.getvalue()


def csv_response(name: str, header: Row, rows: Iterable[Row]) -> StreamingHttpResponse:
    """A download `name`.csv, written row by row."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = disposition(f"{name}.csv")
    return response


def write_xlsx(out: IO[bytes], header: Row, rows: Iterable[Row]) -> None:
    """A workbook, row by row; text cells are typed as text, so no apostrophe is needed there."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title="Sheet1")
    sheet.append([_cell(sheet, value) for value in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    book.save(out)


def xlsx_response(name: str, header: Row, rows: Iterable[Row]) -> HttpResponse:
    """A download `name`.xlsx."""
    out = io.BytesIO()
    write_xlsx(out, header, rows)
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = disposition(f"{name}.xlsx")
    return response


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return WriteOnlyCell(sheet, value=value)
    text = safe(value) if value is None or isinstance(value, date | bool) else say(value)
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", str(text)))
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def disposition(filename: str) -> str:
    """An attachment header whose Chinese file name every browser reads (RFC 6266)."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
