"""The backup's key pair: the server knows only the public half, two persons hold a share each of the other (decision 0012).

Not the keys of the data: a copy of GOVPOST_KEYS_FILE is kept apart from backups by other means.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from govpost.ops.binaries import NoServer
from govpost.ops.postgres import write_private

_NEW = "`govpost backup --new-key DIR` makes one."


def make(folder: Path) -> list[Path]:
    """backup.pub for the server, and two shares for two persons; each alone opens nothing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = X25519PrivateKey.generate()
    public, whole = private.public_key().public_bytes_raw(), private.private_bytes_raw()
    pad = secrets.token_bytes(len(whole))
    name = _name(public)
    files = {
        "backup.pub": {"backup_key": name, "public": public.hex()},
        "share-1.key": {"backup_key": name, "share": pad.hex()},
        "share-2.key": {"backup_key": name, "share": _xor(whole, pad).hex()},
    }
    if found := [each for each in files if (folder / each).exists()]:
        raise NoServer(f"{folder} holds {found[0]} already. Give a new directory: a lost share makes its backups unreadable.")
    for file, content in files.items():
        write_private(folder / file, json.dumps(content) + "\n")
    return [folder / each for each in files]


def wrap(data_key: bytes, public_file: Path | None) -> dict[str, str]:
    """The data key sealed for the key pair: only both shares together open it."""
    setting = os.environ.get("GOVPOST_BACKUP_KEY", "")
    named = public_file or (Path(setting) if setting else None)
    if named is None:
        raise NoServer(f"It is not said for whom the backup is encrypted. Set GOVPOST_BACKUP_KEY or --key to a backup.pub; {_NEW}")
    found = _read(named, "public")
    public = bytes.fromhex(found["public"])
    once = X25519PrivateKey.generate()
    key = _derive(once.exchange(X25519PublicKey.from_public_bytes(public)), found["backup_key"])
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(bytes(12))).encryptor()
    sealed = encryptor.update(data_key) + encryptor.finalize() + encryptor.tag
    return {"backup_key": found["backup_key"], "once": once.public_key().public_bytes_raw().hex(), "sealed": sealed.hex()}


def unwrap(wrapped: dict[str, str], shares: Iterable[Path]) -> bytes:
    """The data key; raises NoServer where the shares are not the two that belong to this backup."""
    parts = {bytes.fromhex(_read(path, "share")["share"]) for path in shares if _is_of(path, wrapped["backup_key"])}
    if len(parts) != 2:
        raise NoServer(f"This backup opens with the two shares of key {wrapped['backup_key']}. Give --key twice, one for each share.")
    private = X25519PrivateKey.from_private_bytes(_xor(*parts))
    key = _derive(private.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(wrapped["once"]))), wrapped["backup_key"])
    sealed = bytes.fromhex(wrapped["sealed"])
    try:
        decryptor = Cipher(algorithms.SM4(key), modes.GCM(bytes(12), sealed[-16:])).decryptor()
        return decryptor.update(sealed[:-16]) + decryptor.finalize()
    except InvalidTag:
        raise NoServer("The shares do not open this backup: one of them was altered. Take the copies from their holders.") from None


def _is_of(path: Path, name: str) -> bool:
    return bool(_read(path, "share")["backup_key"] == name)


def _read(path: Path, part: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text())
        bytes.fromhex(found[part])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoServer(f"{path} cannot be read as a backup key ({type(error).__name__}). Name a file made for it; {_NEW}") from error
    return found


def _derive(shared: bytes, name: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=16, salt=None, info=f"govpost backup {name}".encode()).derive(shared)


def _name(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))
