"""run.py: what it says to people whose machine lacks something, tried without touching the network or this checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from govpost.ops.template import REPOSITORY

SECONDS = 120
pytestmark = pytest.mark.processes


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy without packages."""
    home = tmp_path / "checkout"
    home.mkdir()
    for name in ("run.py", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(REPOSITORY / name, home / name)
    return home


def _run(checkout: Path, *words: str, code: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    script = ["-c", code] if code else [str(checkout / "run.py")]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    return subprocess.run(
        [sys.executable, *script, *words],
        cwd="/", env={**kept, **environment}, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def _importing(checkout: Path, *lines: str) -> str:
    return "\n".join(["import sys", f"sys.path.insert(0, {str(checkout)!r})", "import run", *lines])


@pytest.mark.parametrize("words", [(), ("help",), ("--help",)])
def test_help_needs_nothing_installed(checkout: Path, words: tuple[str, ...]) -> None:
    answer = _run(checkout, *words)
    assert answer.returncode == 0
    assert "python3 run.py demo" in answer.stdout
    assert not (checkout / ".venv").exists()


def test_an_older_python_gets_a_sentence(checkout: Path) -> None:
    code = _importing(checkout, "sys.version_info = (3, 9, 2)", "sys.exit(run.main(['demo']))")
    answer = _run(checkout, code=code)
    assert answer.returncode == 2
    assert "needs Python 3.11 or newer; this is 3.9" in answer.stderr


def test_a_python_without_venv_is_told_what_to_install(checkout: Path) -> None:
    code = _importing(checkout, "sys.modules['ensurepip'] = None", "sys.exit(run.main(['demo']))")
    answer = _run(checkout, code=code)
    assert answer.returncode == 2
    assert "apt install python3-venv" in answer.stderr
    assert "Traceback" not in answer.stderr


def _as_a_guest(home: Path) -> subprocess.CompletedProcess[str]:
    """As a user to whom the checkout does not belong; the Python itself may lie where only root reads, so it is running already."""
    become = ["import os", "os.setgroups([])", "os.setgid(65534)", "os.setuid(65534)"] if os.geteuid() == 0 else []
    return _run(home, code=_importing(home, *become, "sys.exit(run.main(['demo']))"))


@pytest.mark.parametrize("closed", [".venv", ".venv/bin", ""])
def test_another_users_checkout_is_said_to_be_closed(checkout: Path, closed: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "checkout")
        shutil.copytree(checkout, home)
        Path(folder).chmod(0o755)
        if closed:
            (home / ".venv" / "bin").mkdir(parents=True)
            _stamp(home, "run")
        (home / closed).chmod(0o555 if not closed else 0o000)
        try:
            answer = _as_a_guest(home)
        finally:
            (home / closed).chmod(0o755)
    assert answer.returncode == 2
    assert "Clone the repository into a directory of your own" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_a_registry_the_remedy_is_said(checkout: Path) -> None:
    empty = checkout / "no-packages"
    empty.mkdir()
    answer = _run(checkout, "demo", PIP_NO_INDEX="1", PIP_FIND_LINKS=str(empty), PIP_CONFIG_FILE=os.devnull)
    assert answer.returncode == 2
    assert "PIP_INDEX_URL" in answer.stderr
    assert not (checkout / ".venv" / "govpost-lock.json").exists()


def test_an_installed_checkout_asks_nobody_and_passes_every_other_word_on(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").write_text('#!/bin/sh\necho "$PYTHONPATH" "$@"\n')
    (checkout / ".venv" / "bin" / "python").chmod(0o755)
    (checkout / ".venv" / "bin" / "govpost").touch()
    _stamp(checkout, "run")
    assert _run(checkout, "doctor", "--sql").stdout.split() == [str(checkout), "-P", "-m", "govpost.ops.command", "doctor", "--sql"]
    _stamp(checkout, "dev")
    assert _run(checkout, "check", "--quick").stdout.split()[1:] == ["-P", "-m", "govpost.ops.checks", "check", "--quick"]


def _stamp(checkout: Path, kind: str) -> None:
    code = _importing(checkout, f"print(run.digest({kind!r}))")
    digest = _run(checkout, code=code).stdout.strip()
    (checkout / ".venv" / "govpost-lock.json").write_text(json.dumps({"kind": kind, "digest": digest}))


def test_pips_own_mirror_is_handed_to_uv(checkout: Path) -> None:
    known = "run.pip_settings = lambda: {'index-url': 'https://mirror.example/simple'}"
    code = _importing(checkout, known, "print(run.uv_environment().get('UV_DEFAULT_INDEX'))")
    assert _run(checkout, code=code).stdout.strip() == "https://mirror.example/simple"
    assert _run(checkout, code=code, UV_DEFAULT_INDEX="https://own.example/simple").stdout.strip() == "https://own.example/simple"
