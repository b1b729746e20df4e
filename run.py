#!/usr/bin/env python3
"""The one entry to GovPost: makes `.venv`, installs the locked packages once, then hands over. Standard library only.

`python3 run.py help` lists the commands. After the first run nothing here needs the network.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "govpost-lock.json"
UV = "uv==0.13.9"
LOCKS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}
DEVELOPMENT = {"test", "check", "bench"}
CLONE = "Clone the repository into a directory of your own and run it there."
HELP = """\
GovPost 政邮通

  python3 run.py demo [--port N] [--fresh]   a demo province in the browser: database, web, worker and sandboxes
                      [--size year]          with the mail of a county, a city's quarter or its year (600,000 orders)
  python3 run.py test [pytest's options]     every test a user must see pass
  python3 run.py check [--quick]             lint, types, contracts, guards, tests, crash storm, planted faults, restore drill
  python3 run.py bench [NAME]                the bars of speed, each as a ratio
  python3 run.py help                        this page

Any other word goes to the govpost command, for example `python3 run.py doctor`:
serve, worker, migrate, import, export, backup, doctor … (.venv/bin/govpost --help names all, and each explains itself).

The first run installs the locked packages into .venv (about 150 MB); later runs need no network.
"""
SHIM = """\
#!/bin/sh
# Written by run.py: the govpost command of this checkout.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
PYTHONPATH="$here/../.." exec "$here/python" -P -m govpost.ops.command "$@"
"""


class Problem(Exception):
    """Something a person must do first; the message says what."""


def main(words: list[str]) -> int:
    word = words[0] if words else "help"
    if word in ("help", "-h", "--help"):
        print(HELP, end="")
        return 0
    try:
        require_python()
        install("dev" if word in DEVELOPMENT else "run")
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 2
    except PermissionError as error:
        print(f"{error.filename or ROOT} is closed to you. {CLONE}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return hand_over(word, words)


def require_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  whoever starts us with an older one deserves a sentence
        raise Problem(
            "GovPost needs Python 3.11 or newer; this is {}.{} ({}).\n"
            "Install a newer one (Debian 12 and Ubuntu 24.04 have it as `python3`) and run it, for example "
            "`python3.11 run.py demo`.".format(*sys.version_info[:2], sys.executable)
        )


def hand_over(word: str, words: list[str]) -> NoReturn:
    """Become the program: the same process, so that Ctrl-C and a supervisor's signals reach it."""
    module = "govpost.ops.checks" if word in DEVELOPMENT else "govpost.ops.command"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    python = str(VENV / "bin" / "python")
    sys.stdout.flush()
    os.execve(python, [python, "-P", "-m", module, *words], environment)  # noqa: S606


# -- installation -----------------------------------------------------------------


def install(kind: str) -> None:
    """Bring `.venv` to the state of the lock file; nothing happens where it is already."""
    if VENV.exists() and not os.access(VENV, os.R_OK | os.X_OK):
        raise Problem(f"{VENV} belongs to another user and is closed to you. {CLONE}")
    if is_current(kind):
        return
    if not os.access(VENV if VENV.exists() else ROOT, os.W_OK):
        raise Problem(f"The packages must be installed into {VENV}, where you may not write. {CLONE}")
    with alone():
        if is_current(kind):  # somebody else did it while we waited
            return
        if kind == "run" and read_stamp().get("kind") == "dev":
            kind = "dev"  # keep a developer's tools
        started = time.monotonic()
        print(f"Installing the locked packages into {VENV} (once) …", flush=True)
        make_venv()
        sync(ROOT / LOCKS[kind])
        write_shim()
        STAMP.write_text(json.dumps({"kind": kind, "digest": digest(kind)}))
        print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)


def is_current(kind: str) -> bool:
    """The developer's set contains the other, so it serves both."""
    stamp = read_stamp()
    has = stamp.get("kind", "")
    if has not in LOCKS or (kind == "dev" and has != "dev"):
        return False
    return stamp.get("digest") == digest(has) and venv_runs()


def read_stamp() -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def digest(kind: str) -> str:
    return hashlib.sha256((UV + SHIM).encode() + (ROOT / LOCKS[kind]).read_bytes()).hexdigest()


def venv_runs() -> bool:
    """A `.venv` outlives the Python it was made with, and a copied checkout."""
    return (VENV / "bin" / "python").exists() and (VENV / "bin" / "govpost").exists()


def make_venv() -> None:
    if (VENV / "bin" / "python").exists() and has_pip():
        return
    try:
        import ensurepip
        import venv
    except ImportError:
        raise Problem(
            "This Python lacks the venv module. On Debian or Ubuntu run `apt install python3-venv` (as root), then the same command again."
        ) from None
    del ensurepip
    try:
        venv.EnvBuilder(with_pip=True, clear=VENV.exists(), symlinks=True).create(VENV)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Problem(f"{VENV} could not be made: {error}. Is the folder writable, is there room on the disk?") from None


def has_pip() -> bool:
    return run_python(["-m", "pip", "--version"], quiet=True) == 0


def sync(lock: Path) -> None:
    """uv installs what the lock says and removes the rest; pip, slower, where uv cannot reach the registry."""
    if run_python(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV]):
        raise Problem(no_registry("uv"))
    arguments = ["-m", "uv", "pip", "sync", "--quiet", "--require-hashes", "--python", str(VENV / "bin" / "python"), str(lock)]
    if run_python(arguments, uv_environment()) == 0:
        return
    print("uv could not install them; trying pip, which is slower …", flush=True)
    if run_python(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(lock)]):
        raise Problem(no_registry(lock.name))


def no_registry(what: str) -> str:
    return (
        f"{what} could not be installed; the lines above say why. Check that this machine reaches a package registry; a mirror "
        "is set with `pip config set global.index-url ADDRESS` or PIP_INDEX_URL, a proxy with https_proxy. Then run the same "
        "command again: what was fetched is kept."
    )


def uv_environment() -> dict[str, str]:
    """uv reads neither pip's variables nor its files: hand over the registry, folders and certificates they name."""
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    configured = pip_settings()
    for theirs, ours in (("index-url", "UV_DEFAULT_INDEX"), ("find-links", "UV_FIND_LINKS"), ("cert", "SSL_CERT_FILE")):
        known = {ours, "UV_INDEX_URL"} if theirs == "index-url" else {ours}
        if theirs in configured and not known & set(environment):
            environment[ours] = configured[theirs]
    environment.setdefault("UV_HTTP_TIMEOUT", "120")
    environment.setdefault("UV_LINK_MODE", "copy")
    return environment


def pip_settings() -> dict[str, str]:
    """pip's own view of its files and variables, for example {"index-url": "…"}."""
    python = str(VENV / "bin" / "python")
    answer = subprocess.run([python, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    found: dict[str, str] = {}
    for line in answer.stdout.splitlines():
        name, _, value = line.partition("=")
        found.setdefault(name.rpartition(".")[2], value.strip("'\""))  # pip lists variables (:env:) first: they win
    return found


def run_python(arguments: list[str], environment: dict[str, str] | None = None, *, quiet: bool = False) -> int:
    stream = subprocess.DEVNULL if quiet else None
    command = [str(VENV / "bin" / "python"), *arguments]
    return subprocess.run(command, env=environment, stdout=stream, stderr=stream, check=False).returncode


def write_shim() -> None:
    shim = VENV / "bin" / "govpost"
    shim.write_text(SHIM)
    shim.chmod(0o755)


@contextmanager
def alone() -> Iterator[None]:
    """Two first runs at once: one installs, the other waits."""
    import fcntl

    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
