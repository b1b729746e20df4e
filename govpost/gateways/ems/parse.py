"""Reads track events of 040001 and 040002 into `ScanSeen`. Pure; a row that cannot be read is named and the others stay.

Times on the wire are Shanghai local. Shapes from published descriptions; live service not reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as kept
from typing import Any

from govpost.common.text import Text
from govpost.delivery.ports import ScanSeen
from govpost.gateways.ems.codes import DELIVER_CODES, OP_CODES, REASONS, RETURNED, SOURCE, Op
from govpost.gateways.ems.masking import mask_item, mask_text
from govpost.gateways.ems.wire import BadMessage, dump_json, from_moment

_WAYBILL = re.compile(r"[0-9A-Z]{5,30}", re.ASCII)
_CODE = re.compile(r"[0-9A-Za-z_.-]{1,20}", re.ASCII)
_SIGNERS = frozenset({"addressee", "other", "office", "locker"})
MOST_ROWS = 5000
LONGEST_ROW = 20_000  # characters that are kept of a row nobody can read


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read: its place (from 0), its mail number as far as known, the field and the remedy, and how it came."""

    position: int
    waybill_no: str
    field: str
    sentence: Text
    raw: str = kept(default="", repr=False)

    @property
    def mail(self) -> str:
        """The number of the mail where it can be trusted to be one, otherwise ""."""
        number = self.waybill_no.upper()
        return number if _WAYBILL.fullmatch(number) else ""

    @property
    def words(self) -> str:
        return f"row {self.position + 1}, {self.field}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message held: the events, and the rows that could not be read."""

    scans: list[ScanSeen]
    bad: list[BadRow]


def read_items(items: Any, *, waybill_no: str = "", deliver_codes: Mapping[str, str] = DELIVER_CODES) -> Reading:
    """Read a list of track items. `waybill_no` is the mail that was asked for, where the items need not name it."""
    scans: list[ScanSeen] = []
    bad: list[BadRow] = []
    for position, item in enumerate(rows(items)):
        try:
            scans.append(_scan(item, waybill_no, deliver_codes))
        except BadMessage as error:
            bad.append(bad_row(position, text(item, "waybillNo", 30) or waybill_no, error, item))
    return Reading(scans, bad)


def rows(items: Any) -> list[Any]:
    """One row or a list of rows as a list. Raises `BadMessage` for anything else, or for too many."""
    found = items if isinstance(items, list) else [items]
    if len(found) > MOST_ROWS:
        raise BadMessage("body", Text("Send at most %(most)s events at once.", {"most": MOST_ROWS}))
    return found


def bad_row(position: int, waybill_no: str, error: BadMessage, item: Any) -> BadRow:
    return BadRow(position, waybill_no, error.field, error.errors[error.field], dump_json(item)[:LONGEST_ROW])


def _scan(item: Any, waybill_no: str, deliver_codes: Mapping[str, str]) -> ScanSeen:
    code = code_of(item, "opCode")
    op = OP_CODES.get(code, Op("", None))
    operator = text(item, "operatorName", 40)
    scan = ScanSeen(
        source=SOURCE,
        waybill_no=_waybill(item, waybill_no),
        code=code,
        name=mask_text(text(item, "opName", 100), operator) or op.name,
        occurred_at=from_moment(text(item, "opTime", 30), "opTime"),
        kind=op.kind,
        place_code=text(item, "opOrgCode", 40),
        place_name=text(item, "opOrgName", 100),
        place_city=text(item, "opOrgCity", 60),
        place_province=text(item, "opOrgProvName", 60),
        note=mask_text(text(item, "opDesc", 2000), operator)[:500],
        raw=mask_item(item, operator),
    )
    if op.kind == "delivered":
        return signed(scan, text(item, "deliverCode", 20), deliver_codes)
    return failed(scan, text(item, "attemptDeliveryCode", 20)) if op.kind == "attempt_failed" else scan


def _waybill(item: Any, asked: str) -> str:
    number = waybill_of(item, "waybillNo") if text(item, "waybillNo", 30) or not asked else asked
    if asked and number != asked.upper():
        raise BadMessage("waybillNo", Text("This event belongs to another mail. Ask the carrier for this mail's own track."))
    return number


def waybill_of(item: Any, field: str) -> str:
    number = text(item, field, 40).upper()
    if not _WAYBILL.fullmatch(number):
        raise BadMessage(field, Text("Name the mail by 5 to 30 digits or letters."))
    return number


def code_of(item: Any, field: str) -> str:
    if not isinstance(item, Mapping):
        raise BadMessage("body", Text("Each event is a JSON object or an element of its own."))
    code = text(item, field, 30)
    if not _CODE.fullmatch(code):
        raise BadMessage(field, Text("Name the event by a code of at most 20 letters or digits."))
    return code


def signed(scan: ScanSeen, deliver_code: str, deliver_codes: Mapping[str, str]) -> ScanSeen:
    """Who signed, only as far as the code says: 代签收 in the words proves nothing. It may be a delivery back to the sender."""
    signer = deliver_codes.get(deliver_code, "unknown")
    if signer == RETURNED:
        return replace(scan, kind="returned")
    return replace(scan, signer_class=signer if signer in _SIGNERS else "unknown")


def failed(scan: ScanSeen, reason: str) -> ScanSeen:
    """Why it was not delivered. An unknown reason is kept as it came; that it was not delivered the event itself says."""
    known = REASONS.get(reason)
    if known is None:
        return replace(scan, reason=reason)
    return replace(scan, reason=reason, cause=known.cause, kind=known.kind)


def text(item: Any, name: str, limit: int) -> str:
    """A text or number of `item` as printable text, "" where it is missing or something else."""
    value = item.get(name) if isinstance(item, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return printable(str(value))[:limit]


def printable(value: str) -> str:
    return "".join(_visible(value)).strip()


def _visible(value: str) -> Iterable[str]:
    return (character if character.isprintable() else " " for character in value)
