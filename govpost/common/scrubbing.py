"""Takes personal data out of text that a person did not write for others to read: logs, tracebacks, kept errors.

What can be known by its shape is taken out: identity numbers, mobile numbers, landlines, and what PostgreSQL quotes of a row.
Names and addresses have no shape: nobody may hand them to a log (`tests/guards/test_logs.py`).
"""

from __future__ import annotations

import re
import sys
import threading
import traceback
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import TracebackType
from typing import Any
from uuid import UUID

_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"\d{17}[\dXx]"  # GB 11643
    r"|(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}"  # mobile
    r"|(?:\+?86[- ]?)?\(?0(?:10|2\d|[3-9]\d{2})\)?[- ]?\d{7,8}"  # landline: no area code begins with 00 or 01 but Beijing's
    r")(?![0-9A-Za-z])"
)
# PostgreSQL quotes the row in DETAIL, a COPY's line in CONTEXT, the statement with its values in LINE, QUERY and STATEMENT: all
# of it goes, up to what can only be the next part of a message or of a traceback.
_QUOTED = re.compile(
    r"\b(DETAIL|CONTEXT|LINE \d+|QUERY|STATEMENT):.*?(?=\nHINT:|\n\n(?:The above exception was|During handling of)|\Z)", re.DOTALL
)
_INPUT = re.compile(r'(invalid (?:input (?:syntax|value)|byte sequence)[^:\n]*|out of range[^:\n]*): "[^\n]*')
_PLAIN = (bool, float, type(None), date, UUID, Decimal)


def scrub(text: str) -> str:
    text = _QUOTED.sub(r"\1: (kept out of the log)", text)
    return _PERSONAL.sub("(number kept out of the log)", _INPUT.sub(r"\1 (kept out of the log)", text))


def scrubbed(value: Any) -> Any:
    """`value` as a log may hold it, however deep the text lies; what is no plain value becomes its text."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, int):
        text = str(value)
        return value if scrub(text) == text else scrub(text)
    if isinstance(value, Mapping):
        return {scrubbed(key): scrubbed(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [scrubbed(each) for each in value]
    return scrub(value.decode(errors="replace") if isinstance(value, bytes | bytearray) else str(value))


def scrub_tracebacks() -> None:
    """What ends a program or a thread unforeseen is printed as a log would keep it."""
    sys.excepthook = _show
    threading.excepthook = lambda args: _show(args.exc_type, args.exc_value, args.exc_traceback)


def _show(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if not issubclass(kind, SystemExit):
        sys.stderr.write(scrub("".join(traceback.format_exception(kind, error, trace))))
