"""The secret key and the encryption keys: from the environment or a file in production, made once in a demo."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

_HOWTO = (
    'Set GOVPOST_KEYS_FILE to a file only this user can read, holding {"secret_key": "…", "data": {"1": "32 hex digits"}, '
    '"index": "64 hex digits"}; keep a copy apart from the backups. `govpost doctor --keys` prints a new one.'
)
_OF_A_DEMO = "They were made for this demo: put the file back, or let `python3 run.py demo --fresh` build keys and data anew."


def load_keys(data: Path, *, demo: bool) -> dict[str, Any]:
    """{"secret_key": str, "data": {id: 16 bytes}, "current": id, "index": 32 bytes}; raises `ImproperlyConfigured`."""
    named = os.environ.get("GOVPOST_KEYS_FILE", "")
    if not named and not demo:
        raise ImproperlyConfigured(f"The keys are missing. {_HOWTO}")
    path = Path(named) if named else data / "keys.json"
    if not named and not path.exists():
        _make(path)
    return _read(path, _HOWTO if named else _OF_A_DEMO)


def new_keys() -> dict[str, Any]:
    return {"secret_key": secrets.token_urlsafe(48), "data": {"1": secrets.token_hex(16)}, "index": secrets.token_hex(32)}


def _make(path: Path) -> None:
    scratch = path.with_name(f".keys-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        remedy = "Set GOVPOST_DATA to a directory of your own."
        raise ImproperlyConfigured(f"The demo's keys cannot be written to {path}: {error.strerror}. {remedy}") from error
    with os.fdopen(descriptor, "w") as file:
        json.dump(new_keys(), file)
    try:
        os.link(scratch, path)  # two first starts: one wins, the other reads its keys
    except FileExistsError:
        pass
    finally:
        scratch.unlink()


def _read(path: Path, remedy: str) -> dict[str, Any]:
    try:
        stored = json.loads(path.read_text())
        data = {int(number): bytes.fromhex(key) for number, key in stored["data"].items()}
        keys = {"secret_key": stored["secret_key"], "data": data, "index": bytes.fromhex(stored["index"])}
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ImproperlyConfigured(f"{path} cannot be read as keys ({type(error).__name__}). {remedy}") from error
    if path.stat().st_mode & 0o077:
        raise ImproperlyConfigured(f"{path} can be read by others. Run `chmod 600 {path}`.")
    if not data or any(len(key) != 16 for key in data.values()) or len(keys["index"]) < 32:
        raise ImproperlyConfigured(f"{path} holds keys of the wrong length. {remedy}")
    return {**keys, "current": int(stored.get("current", max(data)))}
