"""Reading a backup: every byte opened and checked, each file of a base backup against the list that PostgreSQL made of it.

(PostgreSQL's own `pg_verifybackup` crashes in the carried package, and reads no sealed stream.)
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from govpost.ops.backup import stream
from govpost.ops.backup.manifest import Manifest
from govpost.ops.binaries import NoServer

LIST = "backup_manifest"
_BLOCK = 1 << 18
Write = Callable[[bytes], Any]


def verify(folder: Path, made: Manifest, data_key: bytes) -> None:
    """Raises `stream.Damaged` or NoServer unless the whole backup reads back."""
    for each in made.files:
        if each["name"].startswith("base.tar"):
            unpack(folder / each["name"], data_key, None)
            continue
        with stream.reader(folder / each["name"], data_key) as file:
            size = sum(len(block) for block in iter(lambda f=file: f.read(_BLOCK), b""))  # type: ignore[misc]
        if size != each["plain_bytes"]:
            raise stream.Damaged(each["name"])


def unpack(path: Path, data_key: bytes, into: Path | None) -> None:
    """The files of a base backup, written below `into` or only read; each compared with the list."""
    found: dict[str, str] = {}
    listed: dict[str, Any] | None = None
    with stream.reader(path, data_key) as file, tarfile.open(fileobj=file, mode="r|") as tar:
        for member in tar:
            name = _safe(member)
            if member.isdir():
                if into:
                    (into / name).mkdir(parents=True, exist_ok=True, mode=0o700)
                continue
            content = tar.extractfile(member)
            if content is None:
                raise NoServer(f"{path.name} holds {name}, which is neither file nor folder: a tablespace of its own is not supported.")
            if name == LIST:
                listed = json.loads(content.read())
            else:
                found[name] = _copy(content, into / name if into else None)
    _compare(path.name, listed, found)


def _safe(member: tarfile.TarInfo) -> str:
    name = member.name.removeprefix("./").rstrip("/")
    if name.startswith("/") or ".." in Path(name).parts:
        raise stream.Damaged(name)
    return name


def _copy(content: IO[bytes], target: Path | None) -> str:
    digest = hashlib.sha256()
    if target is None:
        while block := content.read(_BLOCK):
            digest.update(block)
        return digest.hexdigest()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("xb") as file:
        target.chmod(0o600)
        while block := content.read(_BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _compare(name: str, listed: dict[str, Any] | None, found: dict[str, str]) -> None:
    if listed is None:
        raise stream.Damaged(name)
    for each in listed["Files"]:
        path = each.get("Path") or bytes.fromhex(each["Encoded-Path"]).decode()
        if found.get(path) != each["Checksum"]:
            raise stream.Damaged(f"{name}: {path}")
