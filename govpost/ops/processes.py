"""Child processes that end with their parent, and an honest answer to "is it alive?" (a zombie is not)."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def is_alive(pid: int) -> bool:
    """Whether `pid` runs. A process that was killed but not yet reaped by its parent does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # exists, under another user
    return _state(pid) not in {"Z", "X", ""}


def _state(pid: int) -> str:
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            return stat.read_text(errors="replace").rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            return ""
    answer = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()[:1]


def die_with_parent(number: int) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends `number` to the child when the thread that started it ends, however it ends.

    It also gives the child back its default signals: a command started in a script's background has SIGINT ignored, and
    ignoring is inherited.
    """
    parent = os.getpid()

    def prepare() -> None:
        for each in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_DFL)
        follow_parent(number)
        if os.getppid() != parent:  # the parent died before the call: nobody would tell us
            os.kill(os.getpid(), signal.SIGKILL)

    return prepare


def follow_parent(number: int = signal.SIGKILL) -> None:
    """Ask the kernel to send this process `number` when its parent ends; does nothing where the kernel cannot."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)


_WATCHER = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
os.read(0, 1)
try:
    os.kill(int(sys.argv[1]), int(sys.argv[2]))
except ProcessLookupError:
    pass
"""


def watch_parent(child: int, number: int) -> subprocess.Popen[bytes] | None:
    """Where the kernel has no parent-death signal (macOS): a watcher whose standard input closes when we end."""
    if _LIBC is not None:
        return None
    return start_watcher(child, number)


def start_watcher(child: int, number: int) -> subprocess.Popen[bytes]:
    """The watcher itself: it waits for the end of its standard input, then signals `child`."""
    return subprocess.Popen(
        [sys.executable, "-c", _WATCHER, str(child), str(int(number))],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
