"""A file of a backup: compressed, then sealed with SM4-GCM in numbered chunks, so that nothing can be cut off, swapped or added.

Layout: "GPB1", then per chunk its length (4 bytes) and ciphertext with tag. Nonce: the chunk's number. Additional data: the file's
name, the number and whether it is the last. The key is derived for this file of this backup alone.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Thread
from typing import IO, TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from govpost.ops.binaries import NoServer

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

MAGIC, CHUNK, TAG = b"GPB1", 1 << 20, 16


class Damaged(NoServer):
    """The file was altered, cut or swapped, or its key is another."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is damaged or was altered. Take another backup; nothing of this one was used.")


class Writer(io.RawIOBase):
    """Takes plain bytes, writes the sealed file; `sums` describes it once it is closed."""

    def __init__(self, path: Path, data_key: bytes) -> None:
        self.name = path.name
        self._file = path.open("xb")
        self._key = _key(data_key, self.name)
        self._zip = zlib.compressobj(1)
        self._waiting = bytearray()
        self._number, self.plain_bytes, self.bytes = 0, 0, 0
        self._sums = (hashlib.sha256(), hashlib.new("sm3"))
        self._put(MAGIC)

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        plain = bytes(data)
        self.plain_bytes += len(plain)
        self._waiting += self._zip.compress(plain)
        while len(self._waiting) > CHUNK:
            self._seal(CHUNK, last=False)
        return len(plain)

    def close(self) -> None:
        if self.closed:
            return
        self._waiting += self._zip.flush()
        while len(self._waiting) > CHUNK:
            self._seal(CHUNK, last=False)
        self._seal(len(self._waiting), last=True)
        self._file.flush()
        self._file.close()
        super().close()

    @property
    def sums(self) -> dict[str, object]:
        sha256, sm3 = (each.hexdigest() for each in self._sums)
        return {"name": self.name, "bytes": self.bytes, "plain_bytes": self.plain_bytes, "sha256": sha256, "sm3": sm3}

    def _seal(self, size: int, *, last: bool) -> None:
        chunk = bytes(self._waiting[:size])
        del self._waiting[:size]
        encryptor = Cipher(algorithms.SM4(self._key), modes.GCM(_nonce(self._number))).encryptor()
        encryptor.authenticate_additional_data(_bound(self.name, self._number, last=last))
        sealed = encryptor.update(chunk) + encryptor.finalize() + encryptor.tag
        self._put(len(sealed).to_bytes(4, "big"))
        self._put(sealed)
        self._number += 1

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self.bytes += len(data)
        for each in self._sums:
            each.update(data)


class Reader(io.RawIOBase):
    """Gives the plain bytes of a sealed file; raises `Damaged` before the end where anything is wrong."""

    def __init__(self, path: Path, data_key: bytes) -> None:
        self._blocks = _ahead(_blocks(path, data_key))
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        while not self._left:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._left = block
        size = min(len(view), len(self._left))
        view[:size] = self._left[:size]
        self._left = self._left[size:]
        return size


def reader(path: Path, data_key: bytes) -> io.BufferedReader:
    return io.BufferedReader(Reader(path, data_key), CHUNK)


def _ahead(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Opened by a thread of its own while the last ones are written: deciphering and unpacking leave Python's lock."""
    ready: Queue[bytes | BaseException | None] = Queue(8)
    wanted = Event()
    wanted.set()

    def open_them() -> None:
        last: BaseException | None = None
        try:
            for block in blocks:
                ready.put(block)
                if not wanted.is_set():
                    return
        except BaseException as error:  # noqa: BLE001  raised where the blocks are read
            last = error
        ready.put(last)

    Thread(target=open_them, name="backup reader", daemon=True).start()
    try:
        while (found := ready.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        wanted.clear()
        with suppress(Empty):
            while True:
                ready.get_nowait()


def _blocks(path: Path, data_key: bytes) -> Iterator[bytes]:
    key, unzip = _key(data_key, path.name), zlib.decompressobj()
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise Damaged(path.name)
        number, sealed = 0, _next(file, path.name)
        while sealed is not None:
            following = _next(file, path.name)
            chunk = _open(key, sealed, path.name, number, last=following is None)
            try:
                yield unzip.decompress(chunk)
            except zlib.error:
                raise Damaged(path.name) from None
            number, sealed = number + 1, following
    if not unzip.eof:
        raise Damaged(path.name)


def _next(file: IO[bytes], name: str) -> bytes | None:
    head = file.read(4)
    if not head:
        return None
    size = int.from_bytes(head, "big")
    sealed = file.read(size) if TAG <= size <= CHUNK + TAG else b""
    if len(head) < 4 or len(sealed) != size:
        raise Damaged(name)
    return sealed


def _open(key: bytes, sealed: bytes, name: str, number: int, *, last: bool) -> bytes:
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(_nonce(number), sealed[-TAG:])).decryptor()
    decryptor.authenticate_additional_data(_bound(name, number, last=last))
    try:
        return decryptor.update(sealed[:-TAG]) + decryptor.finalize()
    except InvalidTag:
        raise Damaged(name) from None


def _key(data_key: bytes, name: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=16, salt=None, info=f"govpost backup file {name}".encode()).derive(data_key)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(name: str, number: int, *, last: bool) -> bytes:
    return f"{name}\x00{number}\x00{'last' if last else 'more'}".encode()
