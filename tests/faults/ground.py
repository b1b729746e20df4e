"""Where faults are planted: temporary copies of the source tree, never the tree itself. A test runs there in a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.faults import Fault

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("govpost", "tests", "conftest.py", "pyproject.toml", "requirements.txt")
SECONDS = 900  # an end to a run that hangs, no measure of speed: on a busy machine a storm alone takes minutes
STORM_KILLS = "9"  # three of each kind; the faults that a storm must catch have windows wide enough for that


@dataclass(frozen=True, slots=True)
class Outcome:
    """What pytest said: how many passed, failed, and could not even start."""

    passed: int
    failed: int
    errors: int
    output: str

    @property
    def sound(self) -> bool:
        return self.passed > 0 and not self.failed and not self.errors

    @property
    def caught(self) -> bool:
        """A test failed by what it saw; a copy that cannot be imported proves nothing."""
        return self.failed > 0 and not self.errors

    def shows(self, fault: Fault) -> bool:
        """Caught, and for the reason that the fault gives."""
        return self.caught and re.search(fault.says, self.output) is not None


class Copy:
    """One copy of the sources; `shelf` holds its own database templates where a fault changes the migrations."""

    def __init__(self, home: Path, shelf: Path) -> None:
        self.home, self.shelf = home, shelf
        for part in PARTS:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, home / part, symlinks=True)
            else:
                home.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, home / part)

    @contextmanager
    def planted(self, fault: Fault) -> Iterator[None]:
        path = self.home / fault.file
        before, times = path.read_text(encoding="utf-8"), path.stat()
        path.write_text(with_fault(before, fault), encoding="utf-8")
        try:
            yield
        finally:
            path.write_text(before, encoding="utf-8")
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # or the faulty byte code would pass for the sound one

    def run(self, *tests: str, own_shelf: bool = False) -> Outcome:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", "-o", "faulthandler_timeout=0", *tests]
        done = subprocess.run(
            command, cwd=self.home, env=self._environment(own_shelf=own_shelf), capture_output=True, text=True, check=False, timeout=SECONDS
        )
        return read(done.stdout + done.stderr)

    def _environment(self, *, own_shelf: bool) -> dict[str, str]:
        dropped = ("DATABASE_", "DJANGO_", "GOVPOST_", "PYTEST_", "PYTHONPATH")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
        named = {name: value for name, value in os.environ.items() if name.startswith("GOVPOST_TEST_")}
        return {**kept, "GOVPOST_TEST_KILLS": STORM_KILLS, **named, "GOVPOST_TEST_TEMPLATES": str(self.shelf if own_shelf else _shelf())}


def with_fault(text: str, fault: Fault) -> str:
    """The text with every edit applied; each old text must stand there exactly once, or the fault is stale."""
    for old, new in fault.edits:
        if text.count(old) != 1:
            raise AssertionError(f"{fault.name}: stale, {fault.file} holds this {text.count(old)} times: {old!r}")
        text = text.replace(old, new)
    return text


def read(output: str) -> Outcome:
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|errors?)\b", output)}
    return Outcome(counts.get("passed", 0), counts.get("failed", 0), counts.get("error", 0) + counts.get("errors", 0), output)


def _shelf() -> Path:
    return Path(os.environ.get("GOVPOST_TEST_TEMPLATES") or ROOT / ".govpost")
