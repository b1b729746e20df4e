"""Compiles the translations at start: only the .po files are kept, and babel does what GNU msgfmt would."""

from __future__ import annotations

import os
import secrets
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

PACKAGE = Path(__file__).resolve().parents[1]


class BadCatalogue(Exception):
    """A .po file cannot be read; the message names file and line."""


def compile_messages(root: Path = PACKAGE) -> int:
    """Write each `.mo` that is missing or older than its `.po`; returns how many. Two processes may do it at once."""
    stale = [each for each in root.glob("**/locale/*/LC_MESSAGES/*.po") if _is_stale(each)]
    for each in stale:
        _compile(each)
    return len(stale)


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> None:
    try:
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parents[1].name, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise BadCatalogue(f"{source}: {error}") from error
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    scratch = source.with_name(f".{source.stem}-{secrets.token_hex(4)}")
    scratch.write_bytes(compiled.getvalue())
    os.utime(scratch, ns=(source.stat().st_mtime_ns,) * 2)
    scratch.replace(source.with_suffix(".mo"))
