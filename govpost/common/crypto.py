"""Personal data at rest: SM4-GCM with the key's id inside the ciphertext, and HMAC-SM3 blind indexes beside it.

Keys come from `settings.GOVPOST_KEYS`: {"data": {key id: 16 bytes, …}, "current": key id, "index": ≥ 32 bytes}. The layout is
version 1 ‖ key id (1 byte) ‖ nonce (12) ‖ ciphertext ‖ tag (16); the additional data binds a value to its row (GM/T 0002, RFC 8998).
"""

from __future__ import annotations

import hmac
import os
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

_VERSION = 1


class Unreadable(Exception):
    """The ciphertext was altered, moved to another row, or its key is missing."""


def seal(value: dict[str, Any], *, bound_to: str) -> bytes:
    """Encrypt a JSON document; `bound_to` names the row it belongs to (for example "order:<id>:recipient")."""
    key_id = settings.GOVPOST_KEYS["current"]
    nonce = os.urandom(12)
    encryptor = Cipher(algorithms.SM4(_data_key(key_id)), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound_to.encode())
    body = encryptor.update(msgspec.json.encode(value)) + encryptor.finalize()
    return bytes([_VERSION, key_id]) + nonce + body + encryptor.tag


def unseal(blob: bytes | memoryview, *, bound_to: str) -> dict[str, Any]:
    """Decrypt what `seal` made for the same row; raises `Unreadable` if anything was altered."""
    data = bytes(blob)
    try:
        if data[0] != _VERSION:
            raise Unreadable(f"unknown version {data[0]}")
        nonce, body, tag = data[2:14], data[14:-16], data[-16:]
        decryptor = Cipher(algorithms.SM4(_data_key(data[1])), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(bound_to.encode())
        document: dict[str, Any] = msgspec.json.decode(decryptor.update(body) + decryptor.finalize())
    except (IndexError, KeyError, InvalidTag, ValueError, msgspec.DecodeError) as error:
        raise Unreadable(f"cannot read {bound_to.partition(':')[0]}: {type(error).__name__}") from error
    return document


def blind_index(kind: str, value: str) -> bytes:
    """A keyed 32-byte digest (HMAC-SM3) by which an exact number is found without being readable."""
    return hmac.new(settings.GOVPOST_KEYS["index"], f"{kind}\x00{normalise(value)}".encode(), "sm3").digest()


def normalise(value: str) -> str:
    return "".join(value.split()).replace("-", "").upper()


def short_code(subject: str) -> str:
    """The six-digit code of a subject, derived from the index key: the same each time it is sent, stored nowhere."""
    digest = hmac.new(settings.GOVPOST_KEYS["index"], f"code\x00{subject}".encode(), "sm3").digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def same_code(subject: str, entered: str) -> bool:
    """Whether `entered` is the subject's code, compared in constant time; spaces people type are ignored."""
    return hmac.compare_digest(short_code(subject).encode(), "".join(entered.split()).encode())


_SYMBOLS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U


def text_code(subject: str, length: int) -> str:
    """The code of a subject in letters and digits that cannot be misread, about five bits each; derived, stored nowhere."""
    digest = hmac.new(settings.GOVPOST_KEYS["index"], f"text\x00{subject}".encode(), "sm3").digest()
    value, symbols = int.from_bytes(digest, "big"), ""
    for _ in range(length):
        value, rest = divmod(value, len(_SYMBOLS))
        symbols += _SYMBOLS[rest]
    return symbols


def same_text(subject: str, entered: str, length: int) -> bool:
    """Whether `entered` is the subject's text code, compared in constant time; spaces, hyphens and case are ignored."""
    return hmac.compare_digest(text_code(subject, length).encode(), normalise(entered).encode())


def _data_key(key_id: int) -> bytes:
    material: bytes = settings.GOVPOST_KEYS["data"][key_id]
    return material


def code_digest(subject: str, secret: str) -> bytes:
    """Keyed digest of a secret that must never be stored, bound to its subject (for example a partner's key)."""
    return hmac.new(settings.GOVPOST_KEYS["index"], f"digest\x00{subject}\x00{secret}".encode(), "sm3").digest()


def same(a: bytes | memoryview, b: bytes) -> bool:
    """Compare digests in constant time."""
    return hmac.compare_digest(bytes(a), b)
