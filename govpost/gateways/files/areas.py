"""Reads a table of townships and villages with their delivery days: one row each, as it is exported."""

from __future__ import annotations

from govpost.common.refusal import InvalidInput
from govpost.gateways.files.tables import RowError, open_table
from govpost.places.actions import AreaRow
from govpost.places.areas import read_days

COLUMNS = ("乡镇街道", "村", "投递日", "网点", "别名", "停用")
_TOWNSHIP, _VILLAGE, _DAYS, _OUTLET, _WORDS, _CLOSED = "township", "village", "days", "outlet", "words", "closed"
NAMES = {
    "乡镇街道": _TOWNSHIP, "乡镇": _TOWNSHIP, "街道": _TOWNSHIP, "township": _TOWNSHIP,
    "村": _VILLAGE, "建制村": _VILLAGE, "village": _VILLAGE,
    "投递日": _DAYS, "投递班期": _DAYS, "days": _DAYS,
    "网点": _OUTLET, "网点代码": _OUTLET, "outlet": _OUTLET,
    "别名": _WORDS, "words": _WORDS, "停用": _CLOSED, "closed": _CLOSED,
}  # fmt: skip
_YES = frozenset({"是", "停用", "yes", "1", "true", "y"})


def read_areas(data: bytes) -> tuple[list[AreaRow], list[RowError]]:
    """Rows in the order of the file, and lines that cannot be read. Raises InvalidInput for the file as a whole."""
    table = open_table(data, NAMES, needed=[_TOWNSHIP, _DAYS, _OUTLET])
    rows = [
        AreaRow(
            name=row.get(_VILLAGE) or row.get(_TOWNSHIP), parent=row.get(_TOWNSHIP) if row.get(_VILLAGE) else "",
            days=read_days(row.get(_DAYS)), outlet=row.get(_OUTLET), words=row.get(_WORDS), closed=row.get(_CLOSED).lower() in _YES,
            line=row.line,
        )
        for row in table.rows
    ]  # fmt: skip
    return rows, table.errors


def refused_areas(refused: InvalidInput) -> list[RowError]:
    """What keeping the rows refused, by the line of the file; what is not about a row is left out."""
    told = ((name.removeprefix("row "), sentence) for name, sentence in refused.errors.items() if name.startswith("row "))
    return sorted((RowError(int(line), "row", sentence) for line, sentence in told), key=lambda error: error.line)
