"""Receives the push of 2013–2018: batches in JSON or XML, with returns (13, 14) and withdrawn events (effect 0).

It has no signature: whoever serves it must keep strangers out by other means. A withdrawal names mail, date, time and action;
the same event may have been told by 040002 under its opCode, so it is withdrawn under each of its names. A row that cannot be read
is kept for a person and acknowledged: sent again it would be no clearer. Live service not reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml import ElementTree  # type: ignore[import-untyped]
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]

from govpost.common.text import Text
from govpost.delivery.ports import ScanSeen
from govpost.gateways.ems.codes import ACTIONS, DELIVER_CODES, PROPER_DELIVERY, SOURCE, Op, told_as
from govpost.gateways.ems.masking import mask_item, mask_text
from govpost.gateways.ems.parse import BadRow, Reading, bad_row, code_of, failed, rows, signed, text, waybill_of
from govpost.gateways.ems.wire import BadMessage, clean_text, dump_json, load_json, shanghai_moment

_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII)
_CHINESE_XML = re.compile(rb"^\s*<\?xml[^>]*encoding=[\"'](?:gbk|gb2312|gb18030)[\"'][^>]*\?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OlderPush:
    """One batch. `xml` says in which form it came and is answered."""

    xml: bool
    scans: list[ScanSeen]
    bad: list[BadRow]

    def reply(self, failed: Iterable[str] = ()) -> tuple[str, bytes]:
        """Content type and body once `scans` and `bad` are stored; `failed` are mail numbers that could not be, and are sent again."""
        numbers = dict.fromkeys(failed)
        remark = "; ".join(row.words for row in self.bad[:10])
        return _reply(self.xml, success="0" if numbers else "1", failmailnums=",".join(numbers), remark=remark)


def read_older(body: bytes) -> OlderPush:
    """Open one batch, XML if it begins with `<`. Raises `BadMessage` if there is no batch in it."""
    xml = is_xml(body)
    reading = _read_rows(_xml_rows(body) if xml else _json_rows(body))
    return OlderPush(xml, reading.scans, reading.bad)


def refuse_older(error: BadMessage, body: bytes) -> tuple[str, bytes]:
    """Content type and body of the answer to a batch that could not be opened."""
    return _reply(is_xml(body), success="0", failmailnums="", remark=error.words)


def is_xml(body: bytes) -> bool:
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def _read_rows(found: list[Any]) -> Reading:
    scans: list[ScanSeen] = []
    bad: list[BadRow] = []
    for position, row in enumerate(found):
        try:
            scans.extend(_events(row))
        except BadMessage as error:
            bad.append(bad_row(position, text(row, "mailnum", 30), error, row))
    return Reading(scans, bad)


def _events(row: Any) -> list[ScanSeen]:
    scan = _scan(row)
    if scan.effect:
        return [scan]
    return [scan, *(replace(scan, code=code) for code in told_as(scan.code, scan.reason))]


def _scan(row: Any) -> ScanSeen:
    code = code_of(row, "action")
    action = ACTIONS.get(code, Op("", None))
    scan = ScanSeen(
        source=SOURCE,
        waybill_no=waybill_of(row, "mailnum"),
        code=code,
        name=action.name,
        occurred_at=_moment(row),
        kind=action.kind,
        place_name=text(row, "orgfullname", 100),
        note=mask_text(text(row, "description", 2000))[:500],
        effect=_effect(row),
        raw=mask_item(row),
    )
    if action.kind == "delivered":
        return _signed(scan, text(row, "properdelivery", 20))
    return failed(scan, text(row, "notproperdelivery", 20)) if action.kind == "attempt_failed" else scan


def _signed(scan: ScanSeen, code: str) -> ScanSeen:
    named = replace(scan, name=f"{scan.name}：{PROPER_DELIVERY[code][0]}") if code in PROPER_DELIVERY else scan
    return signed(named, code, DELIVER_CODES)


def _moment(row: Mapping[str, Any]) -> datetime:
    clock = text(row, "proctime", 20)
    # A sender that writes numbers drops the leading zeros of the time; a missing time is not midnight.
    day, time = _DATE.fullmatch(text(row, "procdate", 20)), _TIME.fullmatch(clock and clock.zfill(6))
    if day is None:
        raise BadMessage("procdate", Text("Write the date as YYYYMMDD."))
    moment = shanghai_moment((*day.groups(), *time.groups())) if time else None
    if moment is None:
        raise BadMessage("proctime", Text("Write a real date as YYYYMMDD and its time as HHMMSS, Shanghai time."))
    return moment


def _effect(row: Mapping[str, Any]) -> bool:
    effect = text(row, "effect", 20) or "1"
    if effect not in ("0", "1"):
        raise BadMessage("effect", Text("Write 1 for a valid event and 0 to withdraw it."))
    return effect == "1"


def _json_rows(body: bytes) -> list[Any]:
    batch = load_json(body)
    found = batch.get("listexpressmail") if isinstance(batch, dict) else None
    if isinstance(found, dict):
        found = found.get("expressmail")
    if not isinstance(found, list | dict):
        raise BadMessage("listexpressmail", Text("Send the events as listexpressmail/expressmail."))
    return rows(found)


def _xml_rows(body: bytes) -> list[Any]:
    try:
        root = ElementTree.fromstring(_readable(body))
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadMessage("body", Text("This is not XML that can be read. Send listexpressmail without a DTD.")) from error
    found = list(root.iter("expressmail"))
    if not found:
        raise BadMessage("listexpressmail", Text("Send the events as listexpressmail/expressmail."))
    return rows([{child.tag: clean_text(child.text or "") for child in row} for row in found])


def _readable(body: bytes) -> bytes | str:
    """The XML parser knows no multi-byte Chinese encodings, which senders of that time declare."""
    declaration = _CHINESE_XML.match(body)
    return body[declaration.end() :].decode("gb18030") if declaration else body


def _reply(xml: bool, **fields: str) -> tuple[str, bytes]:
    if not xml:
        return "application/json", dump_json(fields).encode()
    root = Element("response")
    for name, value in fields.items():
        SubElement(root, name).text = value
    return "application/xml", tostring(root, encoding="utf-8", xml_declaration=True)
