"""How a request to the message gateway proves where it comes from: HMAC-SHA256, this project's own scheme (version v1).

Signed are, line by line, "v1", the Unix time in seconds, a nonce, the method, the path with its query, and then the body as
sent. The three headers are GovPost-Timestamp, GovPost-Nonce and GovPost-Signature ("v1=" and 64 hexadecimal digits).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

WINDOW_SECONDS = 300
TIMESTAMP, NONCE, SIGNATURE = "GovPost-Timestamp", "GovPost-Nonce", "GovPost-Signature"
_DIGITS = re.compile(r"[0-9]{1,12}")


class NotSigned(Exception):
    """The signature is missing, wrong, or too old; the message says which, for whoever runs both sides."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The three headers of a request."""

    timestamp: str
    nonce: str
    signature: str

    def headers(self) -> dict[str, str]:
        return {TIMESTAMP: self.timestamp, NONCE: self.nonce, SIGNATURE: self.signature}


def sign(key: str, *, method: str, target: str, body: bytes, at: float, nonce: str) -> Proof:
    """The proof of a request; `target` is the path with its query, for example "/messages?phone=15400000001"."""
    timestamp = str(int(at))
    return Proof(timestamp, nonce, _signature(key, timestamp, nonce, method, target, body))


def verify(key: str, proof: Proof, *, method: str, target: str, body: bytes, at: float) -> None:
    """Raises `NotSigned` unless the request is signed with `key` and at most 300 s away from `at`.

    Refusing a nonce that was seen within the window is the caller's part: it needs a memory.
    """
    if not proof.nonce or not _DIGITS.fullmatch(proof.timestamp):
        raise NotSigned("the headers of the signature are missing")
    expected = _signature(key, proof.timestamp, proof.nonce, method, target, body)
    if not hmac.compare_digest(proof.signature.encode(), expected.encode()):
        raise NotSigned("the signature does not match")
    if abs(int(proof.timestamp) - at) > WINDOW_SECONDS:
        raise NotSigned("the clocks are more than 300 s apart")


def _signature(key: str, timestamp: str, nonce: str, method: str, target: str, body: bytes) -> str:
    signed = "\n".join(("v1", timestamp, nonce, method, target, "")).encode() + body
    return "v1=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
