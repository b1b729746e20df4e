"""Codes of a phone's authenticator (RFC 6238: HMAC-SHA-1, thirty seconds, six digits): the kind that every such program knows. Pure."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

STEP_SECONDS = 30
DIGITS = 6
_DRIFT = 1  # steps that a phone's clock may be off, either way


def new_secret() -> str:
    """A secret of 160 bits as the authenticators take it: base32 without padding."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_of(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """The code of one time step (RFC 4226, dynamic truncation)."""
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1").digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def find_step(secret: str, code: str, *, at: datetime, after: int) -> int | None:
    """The step whose code this is, if it lies about `at` and after the last one used; None otherwise. Constant time per step."""
    entered = "".join(code.split()).encode()
    here = step_of(at)
    known = [step for step in range(here - _DRIFT, here + _DRIFT + 1) if hmac.compare_digest(code_at(secret, step).encode(), entered)]
    return next((step for step in known if step > after), None)


def address(secret: str, *, login: str, issuer: str) -> str:
    """What the QR code says to an authenticator."""
    label = quote(f"{issuer}:{login}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
