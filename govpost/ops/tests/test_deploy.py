"""The units in deploy/systemd start commands that exist, with nothing they do not need."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from govpost.ops import command
from govpost.ops.template import REPOSITORY

UNITS = sorted((REPOSITORY / "deploy" / "systemd").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_exists_and_is_closed_in(unit: Path) -> None:
    text = unit.read_text()
    started = re.search(r"^ExecStart=/opt/govpost/.venv/bin/govpost (.+)$", text, re.MULTILINE)
    assert started
    assert callable(command.parser().parse_args(started.group(1).split()).run)
    for wanted in ("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "CapabilityBoundingSet=", "User=govpost"):
        assert wanted in text


def test_every_timer_has_its_service() -> None:
    for timer in (REPOSITORY / "deploy" / "systemd").glob("*.timer"):
        assert timer.with_suffix(".service").is_file()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_reads_every_unit() -> None:
    units = [str(each) for each in (REPOSITORY / "deploy" / "systemd").iterdir() if each.suffix in (".service", ".timer")]
    said = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False).stderr
    assert [line for line in said.splitlines() if "deploy/systemd" in line and "is not executable" not in line] == []
