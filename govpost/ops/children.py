"""The processes of a running demo: started with their own logs, restarted with back-off, ended without remainder."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from govpost.ops.processes import die_with_parent, watch_parent

GRACE_SECONDS = 8.0
_STEADY_SECONDS = 60.0
_LONGEST_PAUSE = 30.0


class Child:
    """One process of ours: `python -m …` in a session of its own, so that the terminal's Ctrl-C reaches only us."""

    def __init__(self, name: str, words: list[str], environment: Mapping[str, str], logs: Path) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        self._words = words
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._restart_at = 0.0
        self._pause = 0.5

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", *self._words],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environment, start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )  # fmt: skip
        self._watcher = watch_parent(self._process.pid, signal.SIGKILL)
        self._started_at = time.monotonic()
        self._restart_at = 0.0

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def code(self) -> int | None:
        """None while it runs, then its exit status."""
        return self._process.poll() if self._process else None

    def revive(self) -> str:
        """Start it again when it has ended and its pause is over; returns a sentence on the first sight of the end."""
        code = self.code()
        if code is None:
            return ""
        if not self._restart_at:
            steady = time.monotonic() - self._started_at > _STEADY_SECONDS
            self._pause = 0.5 if steady else min(self._pause * 2, _LONGEST_PAUSE)
            self._restart_at = time.monotonic() + self._pause
            return f"{self.name} ended ({_why(code)}) and starts again in {self._pause:.0f} s; its words: {self.log}"
        if time.monotonic() >= self._restart_at:
            self._sweep()
            self.start()
        return ""

    def ask_to_end(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def end(self, seconds: float) -> None:
        """Wait up to `seconds` for what was asked to end, then insist; its own children go too."""
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(seconds, 0.01))
        self._sweep()
        self._process.wait()

    def last_words(self, lines: int = 12) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").rstrip().splitlines()[-lines:])
        except OSError:
            return ""

    def _sweep(self) -> None:
        """Whatever is left in its session."""
        if self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        if self._watcher:
            self._watcher.kill()
            self._watcher.wait()
            self._watcher = None


def end_all(children: list[Child], *, at_once: bool = False) -> None:
    """All are asked at the same time and share one grace."""
    deadline = time.monotonic() + (0 if at_once else GRACE_SECONDS)
    for child in children:
        child.ask_to_end()
    for child in children:
        child.end(deadline - time.monotonic())


def _why(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
