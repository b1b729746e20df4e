"""The govpost command: help for people, sentences for mistakes, JSON for machines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from govpost.ops import roles
from govpost.ops.command import main, parser
from govpost.ops.template import REPOSITORY

WORDS = ["demo", "serve", "worker", "sandbox", "migrate", "import", "doctor"]


@pytest.mark.parametrize("word", [*WORDS, ""])
def test_every_command_explains_itself(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([word, "--help"] if word else ["--help"])
    assert ended.value.code == 0
    assert "usage: govpost" in capsys.readouterr().out


def test_an_unknown_word_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["dance"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert all(word in said for word in WORDS)


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_what_is_no_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["demo", "--port", port])
    assert f"{port} is no port" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["serve", "worker"])
def test_a_production_process_without_its_database_says_what_to_set(
    word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    assert main([word]) == 2
    assert "needs DATABASE_URL" in capsys.readouterr().err


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "orders", str(tmp_path / "none.csv")]) == 2
    assert capsys.readouterr().err


def test_the_doctor_prints_the_script_for_another_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--sql"]) == 0
    assert capsys.readouterr().out == roles.setup_script()


def test_the_doctor_makes_keys_that_the_settings_accept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from govpost.config.keys import load_keys

    assert main(["doctor", "--keys"]) == 0
    path = tmp_path / "keys.json"
    path.write_text(capsys.readouterr().out)
    path.chmod(0o600)
    keys = load_keys(tmp_path, demo=False) if os.environ.get("GOVPOST_KEYS_FILE") else load_keys(tmp_path, demo=True)
    assert len(keys["data"][keys["current"]]) == 16


def test_the_doctor_answers_as_json_about_a_healthy_database(journey: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-P", "-m", "govpost.ops.command", "doctor", "--invariants", "--format", "json"],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    found = json.loads(answer.stdout)
    about = {each["about"] for each in found["findings"]}
    assert {"configuration", "database", "tables", "journal", "clock", "calendar", "gateways"} <= about
    assert any(name.startswith("I1 ") for name in about)
    wrong = [each for each in found["findings"] if each["level"] == "error" and each["about"] not in {"gateways", "database"}]
    assert not wrong
    # The tests' server gives durability up; the doctor must see that.
    assert any("fsync is off" in each["sentence"] for each in found["findings"] if each["level"] == "error")
    assert not any("may alter" in each["sentence"] for each in found["findings"])
    assert answer.returncode == 1


def test_the_doctor_sees_a_role_that_may_too_much(journey: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-P", "-m", "govpost.ops.command", "doctor", "--format", "json"],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "DATABASE_URL": os.environ["DATABASE_OWNER_URL"]},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    errors = [each["sentence"] for each in json.loads(answer.stdout)["findings"] if each["level"] == "error"]
    assert any(roles.OWNER in sentence for sentence in errors)
    assert any("may alter what was recorded" in sentence for sentence in errors)
