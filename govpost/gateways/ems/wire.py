"""The carrier's wire: SM4 messages, the form around them, and the envelope of an answer. Knows no mail.

Faithful to the platform's quirks (the parameter is spelled `logitcsInterface`; the key's base64 text is appended to the
plaintext; ECB without a MAC). That is weak and must not be copied for links of our own. Live service not reached.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from govpost.common.clock import SHANGHAI
from govpost.common.refusal import InvalidInput, Rejected, Unavailable
from govpost.common.text import Text

MARK = "|$4|"
FIELD = "logitcsInterface"
OK = "00000"
VERSION = "V1.0.0"
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.0+)?", re.ASCII)
# A "successful" answer whose words say that nothing is known.
_NOTHING = ("无客户信息", "查无", "无邮件信息")
_DEEPEST = 20


class BadMessage(InvalidInput):
    """What came in cannot be read; `errors` names the field and the remedy. The one error that reading raises."""

    def __init__(self, field: str, sentence: Text) -> None:
        self.field = field
        super().__init__({field: sentence})

    @property
    def words(self) -> str:
        """Field and remedy in plain English, for an answer to the carrier."""
        return f"{self.field}: {self.errors[self.field]}"


@dataclass(frozen=True, slots=True)
class SignKey:
    """The agreement's signing key: its base64 text (which travels inside the message) and the 16 bytes it stands for."""

    text: str
    key: bytes

    @classmethod
    def parse(cls, text: str) -> SignKey:
        """Raises ValueError with a sentence if it is not base64 of 16 bytes."""
        try:
            key = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError("The signing key is not base64: copy it again from the agreement's settings.") from error
        if len(key) != 16:
            raise ValueError(f"The signing key has {len(key)} bytes, SM4 needs 16: copy it again from the agreement's settings.")
        return cls(text, key)


def encrypt(message: str, key: SignKey) -> str:
    """SM4/ECB/PKCS7 of the JSON text with the key's base64 text appended, as `|$4|` + base64."""
    padder = padding.PKCS7(128).padder()
    padded = padder.update((message + key.text).encode()) + padder.finalize()
    encryptor = _cipher(key).encryptor()
    return MARK + base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode("ascii")


def decrypt(value: str, key: SignKey) -> str:
    """The JSON text inside `value`; a trailing key is stripped where there is one. Raises `BadMessage`."""
    if not value.startswith(MARK):
        raise BadMessage(FIELD, Text("The message does not begin with |$4|. Send it encrypted with SM4."))
    try:
        data = base64.b64decode(value[len(MARK) :], validate=True)
        decryptor, unpadder = _cipher(key).decryptor(), padding.PKCS7(128).unpadder()
        text = (unpadder.update(decryptor.update(data) + decryptor.finalize()) + unpadder.finalize()).decode()
    except ValueError as error:
        raise BadMessage(FIELD, Text("The message cannot be decrypted. Use the signing key of this agreement.")) from error
    return text.removesuffix(key.text)


def request_form(*, api_code: str, message: Any, sender_no: str, authorization: str, key: SignKey, at: datetime) -> dict[str, str]:
    """The form of one call; `message` is what the api's JSON says."""
    return {
        "apiCode": api_code,
        "senderNo": sender_no,
        "authorization": authorization,
        "msgType": "0",
        "timeStamp": to_moment(at),
        "version": VERSION,
        FIELD: encrypt(dump_json(message), key),
    }


def push_form(*, message: Any, sender_no: str, serial_no: str, key: SignKey, at: datetime) -> dict[str, str]:
    """The form of one track push 040002, as the carrier sends it."""
    return {
        FIELD: encrypt(dump_json(message), key),
        "method": "040002",
        "msgType": "0",
        "senderNo": sender_no,
        "serialNo": serial_no,
        "timeStamp": to_moment(at),
        "version": "v1.0.0",
    }


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer: its message and its body, decoded once more where the body is JSON in a string."""

    message: str
    body: Any

    def field(self, name: str) -> str:
        """A text or number of the body as text, "" where it is missing."""
        value = self.body.get(name) if isinstance(self.body, Mapping) else None
        return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def nothing_known(message: str) -> bool:
    """Whether the words of an answer say that nothing is known, however successful its code."""
    return any(words in message for words in _NOTHING)


def read_answer(body: bytes | str) -> Answer:
    """Open the envelope. Raises `Unavailable` (no envelope, or a system code S…) or `Rejected` with the carrier's own words."""
    try:
        envelope = load_json(body)
    except BadMessage as error:
        raise Unavailable("The carrier's answer is not JSON.") from error
    if not isinstance(envelope, dict) or not isinstance(envelope.get("retCode"), str):
        raise Unavailable("The carrier's answer has no retCode.")
    code, message = envelope["retCode"].strip(), str(envelope.get("retMsg") or "")
    if code.upper().startswith("S"):
        raise Unavailable(f"The carrier's system failed: {code} {message}".strip())
    if code != OK:
        raise Rejected(code, message)
    return Answer(message, _open_body(envelope.get("retBody")))


def _open_body(body: Any) -> Any:
    """retBody is mostly JSON in a string; for labels a bare address or base64, which stays as it is."""
    if not isinstance(body, str) or not body.lstrip().startswith(("{", "[")):
        return body
    try:
        return load_json(body)
    except BadMessage:
        return body


def dump_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def load_json(data: bytes | str) -> Any:
    """Strict JSON that a database can keep: no NaN, no infinities, no NUL, no lone surrogates. Raises `BadMessage`."""
    try:
        return _clean(json.loads(data, parse_constant=_refuse), _DEEPEST)
    except (ValueError, RecursionError) as error:
        raise BadMessage("body", Text("This is not JSON that can be read. Send UTF-8 JSON of the documented shape.")) from error


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _clean(value: Any, depth: int) -> Any:
    if depth == 0:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("number out of range")
    if isinstance(value, list):
        return [_clean(entry, depth - 1) for entry in value]
    if isinstance(value, dict):
        return {clean_text(name): _clean(entry, depth - 1) for name, entry in value.items()}
    return value


def clean_text(text: str) -> str:
    """Without what PostgreSQL cannot store: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def to_moment(at: datetime) -> str:
    """An aware moment as the wire writes it: Shanghai time, yyyy-MM-dd HH:mm:ss."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def from_moment(text: str, field: str) -> datetime:
    """Shanghai time as an aware moment. Raises `BadMessage` naming `field`."""
    match = _MOMENT.fullmatch(text.strip())
    if match:
        moment = shanghai_moment(match.groups())
        if moment:
            return moment
    raise BadMessage(field, Text("Write the time as yyyy-MM-dd HH:mm:ss, Shanghai time."))


def shanghai_moment(parts: Sequence[str]) -> datetime | None:
    """Year to second as digits; None where there is no such moment, or none that a mail of this system can have."""
    year, month, day, hour, minute, second = (int(part) for part in parts)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI) if 2000 <= year <= 2100 else None
    except ValueError:
        return None


def _cipher(key: SignKey) -> Cipher[modes.ECB]:
    return Cipher(algorithms.SM4(key.key), modes.ECB())  # noqa: S305 - the carrier's wire, see the module's docstring
