"""Reads the carrier's own label out of a 010004 answer: an address or base64 of a PDF."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import urlsplit

from govpost.common.refusal import Unavailable
from govpost.delivery.ports import Label


def read_label(waybill_no: str, body: Any) -> Label:
    """Raises `Unavailable` if the body is neither. The address is not fetched: it is the carrier's word, not ours."""
    if isinstance(body, str) and urlsplit_or_none(body.strip()) in ("http", "https"):
        return Label(waybill_no, url=body.strip())
    try:
        pdf = base64.b64decode("".join(body.split()), validate=True) if isinstance(body, str) else b""
    except (binascii.Error, ValueError):
        pdf = b""
    if not pdf.startswith(b"%PDF-"):
        raise Unavailable("The carrier's label is neither an address nor a PDF.")
    return Label(waybill_no, pdf=pdf)


def urlsplit_or_none(address: str) -> str | None:
    """The scheme of `address`, None where it is no address."""
    try:
        return urlsplit(address).scheme
    except ValueError:
        return None
