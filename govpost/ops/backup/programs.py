"""PostgreSQL's own programs, called with the password in the environment and never on the command line."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from govpost.common.scrubbing import scrub
from govpost.ops.binaries import Binaries, NoServer, find_binaries


def newest() -> Binaries:
    """Programs that speak to every server up to their own version."""
    return find_binaries()


def start(program: str, url: str, *arguments: str, binaries: Binaries | None = None, **streams: Any) -> subprocess.Popen[bytes]:
    """One client program against the server at `url`; its errors go to a pipe unless they are led elsewhere."""
    found = binaries or newest()
    return subprocess.Popen(
        [found.program(program), "-d", without_password(url), *arguments], env=environment(url), cwd="/",
        **{"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE, **streams},
    )  # fmt: skip


def finish(process: subprocess.Popen[bytes], what: str) -> None:
    """Wait for it; what it said last becomes the sentence where it failed."""
    said = process.stderr.read() if process.stderr else b""
    status = process.wait()
    close(process)
    if status != 0:
        lines = [line for line in said.decode(errors="replace").strip().splitlines() if line.strip()]
        words = scrub(" / ".join(lines[-3:])) or f"exit status {process.returncode}"
        raise NoServer(f"{what} did not succeed: {words}. Mend the cause and run the same command again.")


def close(process: subprocess.Popen[bytes]) -> None:
    """It and our ends of its pipes, however far it came."""
    if process.poll() is None:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            with suppress(BrokenPipeError):
                pipe.close()


def drain(stream: IO[bytes], into: IO[bytes]) -> None:
    """Everything that one end says, to the other; its end is the end."""
    while block := stream.read(1 << 18):
        into.write(block)


def without_password(url: str) -> str:
    parts = {key: value for key, value in conninfo_to_dict(url).items() if key != "password"}
    return make_conninfo("", **parts)


def environment(url: str) -> dict[str, str]:
    password = conninfo_to_dict(url).get("password") or ""
    return {
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C",
        "TZ": "UTC",
        "HOME": "/nonexistent",
        "PGPASSWORD": str(password),
        "PGCONNECT_TIMEOUT": "10",
    }


def empty(folder: Path) -> bool:
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
