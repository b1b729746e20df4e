"""Receives the carrier's track push 040002 and says what to answer.

The envelope is documented; whether it comes as form or JSON, with one event or several, and whether the key is appended inside,
is not, so each is read. Delivery is at least once: acknowledge only after the events are stored. A row that cannot be read is kept for
a person and acknowledged too: pushed again it would be no clearer, and would come for ever. Live service not reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from govpost.common.text import Text
from govpost.delivery.ports import ScanSeen
from govpost.gateways.ems.codes import DELIVER_CODES
from govpost.gateways.ems.parse import BadRow, read_items, text
from govpost.gateways.ems.wire import FIELD, OK, BadMessage, SignKey, decrypt, load_json

METHOD = "040002"
NOT_TAKEN = "99999"


@dataclass(frozen=True, slots=True)
class Push:
    """One push: its serial number and what it held."""

    serial_no: str
    sender_no: str
    scans: list[ScanSeen]
    bad: list[BadRow]

    def ack(self) -> dict[str, str]:
        """The answer once `scans` and `bad` are stored."""
        return _answer(self.serial_no, self.sender_no, OK, "成功")


def read_push(body: bytes, *, key: SignKey, sender_no: str, deliver_codes: Mapping[str, str] = DELIVER_CODES) -> Push:
    """Open one push of the agreement `sender_no`. Raises `BadMessage` if the envelope cannot be read or is not ours."""
    envelope = _envelope(body)
    if text(envelope, "method", 20) != METHOD:
        raise BadMessage("method", Text("Only track pushes (method 040002) are taken here."))
    if text(envelope, "senderNo", 40) != sender_no:
        raise BadMessage("senderNo", Text("This push is for another agreement. Send it to that agreement's address."))
    # Some senders do not percent-encode the plus signs of base64; a form then reads them as spaces.
    message = load_json(decrypt(str(envelope.get(FIELD) or "").replace(" ", "+"), key))
    if isinstance(message, dict) and isinstance(message.get("responseItems"), list):
        message = message["responseItems"]
    reading = read_items(message, deliver_codes=deliver_codes)
    return Push(text(envelope, "serialNo", 60), sender_no, reading.scans, reading.bad)


def refuse(error: BadMessage, *, sender_no: str = "") -> dict[str, str]:
    """The answer to a push that could not be opened."""
    return _answer("", sender_no, NOT_TAKEN, error.words)


def _answer(serial_no: str, sender_no: str, code: str, message: str) -> dict[str, str]:
    return {"serialNo": serial_no, "code": code, "codeMessage": message, "senderNo": sender_no}


def _envelope(body: bytes) -> Mapping[str, Any]:
    if body.lstrip()[:1] == b"{":
        envelope = load_json(body)
        return envelope if isinstance(envelope, dict) else {}
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=50, keep_blank_values=True))
    except ValueError as error:
        raise BadMessage("body", Text("This is not a form. Send application/x-www-form-urlencoded in UTF-8.")) from error
