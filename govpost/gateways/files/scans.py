"""A file of events: CSV, XLSX or NDJSON. Columns: number (ours or the waybill number), kind (a mail state), occurred_at; and if known code,
place_code, place_name, signer, reason, note, effect (0 withdraws). Re-reading the same file changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from govpost.common.text import Text
from govpost.delivery.ports import ScanSeen
from govpost.delivery.states import State
from govpost.gateways.files.orders import WRITE_MOMENT, moment, out_of_time
from govpost.gateways.files.tables import RowError, is_ndjson, open_objects, open_table

COLUMNS = ("number", "kind", "occurred_at", "code", "place_code", "place_name", "signer", "reason", "cause", "note", "effect")
_ALIASES = {"waybill_no": "number", "运单号": "number", "单号": "number", "状态": "kind", "时间": "occurred_at", "网点": "place_code"}
NAMES = {**{name: name for name in COLUMNS}, **_ALIASES}
NEEDED = ("number", "kind", "occurred_at")
_KINDS = frozenset(state.value for state in State)


@dataclass(frozen=True, slots=True)
class ScansRead:
    """`scans` with their line numbers; `unknown` are columns that were not used."""

    scans: list[tuple[int, ScanSeen]]
    errors: list[RowError]
    unknown: list[str]


def read_scans(data: bytes, *, source: str) -> ScansRead:
    """Read a file of events under the name of `source`; an unknown state is kept as an unknown code."""
    table = open_objects(data, NAMES) if is_ndjson(data) else open_table(data, NAMES, needed=NEEDED)
    scans: list[tuple[int, ScanSeen]] = []
    errors = list(table.errors)
    for row in table.rows:
        found = _scan(row.line, row.cells, source)
        if isinstance(found, RowError):
            errors.append(found)
        else:
            scans.append((row.line, found))
    return ScansRead(scans, sorted(errors, key=lambda error: error.line), table.unknown)


def _scan(line: int, cells: dict[str, str], source: str) -> ScanSeen | RowError:
    values = {name: str(cells.get(name, "") or "").strip() for name in COLUMNS if name != "effect"}
    number, kind, occurred_at = values["number"].upper(), values["kind"], moment(values["occurred_at"])
    if not number or len(number) > 40:
        return RowError(line, "number", Text("Give the order's or the waybill's number."))
    if not kind or len(kind) > 30:
        return RowError(line, "kind", Text("Give the state that the event means, for example delivered."))
    if occurred_at is None:
        return RowError(line, "occurred_at", WRITE_MOMENT)
    if (outside := out_of_time(occurred_at)) is not None:
        return RowError(line, "occurred_at", outside)
    known = kind in _KINDS
    return ScanSeen(
        source=source, waybill_no=number, code=values["code"] or kind, name=kind, occurred_at=occurred_at, kind=kind if known else None,
        place_code=values["place_code"][:40], place_name=values["place_name"][:80], signer_class=values["signer"][:20],
        reason=values["reason"][:20], cause=values["cause"][:20], note=values["note"][:300],
        effect=str(cells.get("effect", "1")).strip().lower() not in ("0", "false"),
    )  # fmt: skip
