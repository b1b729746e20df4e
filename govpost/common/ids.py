"""Identifiers: time-ordered UUIDv7 made in Python, and public numbers that cannot be guessed or misread."""

from __future__ import annotations

import os
import secrets
import threading
import time
from datetime import datetime
from uuid import UUID

from govpost.common.clock import SHANGHAI

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U
_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A UUID of version 7 (RFC 9562), strictly increasing within this process: 48 bit ms, 12 bit sub-ms, 62 random."""
    global _last
    with _lock:
        stamp = max(time.time_ns() // 244, _last + 1)  # 1/4096 ms ticks fill rand_a
        _last = stamp
    nanoseconds = stamp * 244
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    tail = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    value = (milliseconds << 80) | (0x7 << 76) | ((rest * 4096 // 1_000_000) << 64) | (0b10 << 62) | tail
    return UUID(int=value)


def public_number(prefix: str, at: datetime) -> str:
    """For example GP261123-7K3M9QXA: prefix, Shanghai day, eight symbols of 30 (about 39 bits): not enumerable."""
    day = at.astimezone(SHANGHAI).strftime("%y%m%d")
    drawn = secrets.randbelow(len(_ALPHABET) ** 8)
    return f"{prefix}{day}-" + "".join(_ALPHABET[drawn // len(_ALPHABET) ** n % len(_ALPHABET)] for n in range(8))


def digits(length: int) -> str:
    """A random decimal code of `length` digits, leading zeros kept."""
    return f"{secrets.randbelow(10**length):0{length}d}"
