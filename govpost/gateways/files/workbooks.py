"""The first sheet of an XLSX, line by line: a broken or hostile book is refused with a sentence, whatever it breaks inside."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl

from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.gateways.files.cells import text_of

MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 200
MOST_ENTRIES = 2_000
MOST_LINES = 1_048_576  # a sheet has no more; a book that claims a later line is hostile
MOST_COLUMNS = 256


def read_sheet(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) from the top, blank lines included. Raises InvalidInput where it cannot be read."""
    _refuse_bomb(data)
    for number, values in enumerate(_values(data), start=1):
        yield number, [text_of(value) for value in values[:MOST_COLUMNS]]
        if number > MOST_LINES:
            raise _broken()


def _values(data: bytes) -> Iterator[tuple[Any, ...]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a sheet says of its own size is often wrong, and rows would be lost in silence
        yield from sheet.iter_rows(values_only=True)
    except Exception as error:  # zip, inflate and XML below the library each break in their own ways
        raise _broken() from error


def _refuse_bomb(data: bytes) -> None:
    """Look at the directory before unpacking anything (a 200 kB file can hold 200 MB)."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _broken() from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if unpacked > MOST_UNPACKED or unpacked / packed > MOST_RATIO or len(entries) > MOST_ENTRIES:
        raise InvalidInput({"file": Text("The file unpacks to far more than a table needs. Save it again as CSV.")})


def _broken() -> InvalidInput:
    return InvalidInput({"file": Text("The file cannot be opened as XLSX. Save it again as XLSX or as CSV.")})
