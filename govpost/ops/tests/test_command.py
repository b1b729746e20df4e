"""The govpost command: help for people, sentences for mistakes, JSON for machines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg import sql

from govpost.ops import ground, roles
from govpost.ops.binaries import NoServer
from govpost.ops.command import main, parser
from govpost.ops.postgres import Server
from govpost.ops.template import REPOSITORY, drop
from govpost.places.testing import load_places
from govpost.surfaces.partner_api.carrier import push_token

WORDS = ["demo", "serve", "worker", "sandbox", "migrate", "import", "doctor", "profile"]


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


def _govpost(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "govpost.ops.command", *words],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


NOWHERE = {
    "DATABASE_URL": "postgresql://govpost_app:x@127.0.0.1:1/govpost",
    "DATABASE_OWNER_URL": "postgresql://govpost_owner:x@127.0.0.1:1/govpost",
}
ORDERS = "ref,name,phone,address\n1,林示例,15412345678,山东省济宁市任城区示例路 1 号\n"


@pytest.fixture
def orders(tmp_path: Path) -> str:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS)
    return str(path)


def test_a_database_that_does_not_answer_is_a_sentence_with_the_remedy(orders: str) -> None:
    for words in (["migrate"], ["import", "orders", orders, "--organisation", "jining-enforcement"]):
        answer = _govpost(*words, **NOWHERE)
        assert (answer.returncode, "The database cannot be reached" in answer.stderr) == (2, True), answer.stderr
        assert "DATABASE_URL" in answer.stderr
        assert "Traceback" not in answer.stderr
        as_json = _govpost(*words, "--format", "json", **NOWHERE)
        found = json.loads(as_json.stdout)
        assert (as_json.returncode, found["ok"]) == (2, False)
        assert "cannot be reached" in found["error"]
        assert "PostgreSQL runs" in found["remedy"]


def test_the_doctor_says_once_that_the_database_does_not_answer() -> None:
    answer = _govpost("doctor", "--invariants", "--format", "json", **NOWHERE)
    lost = [each for each in json.loads(answer.stdout)["findings"] if "cannot be reached" in each["sentence"]]
    assert [each["about"] for each in lost] == ["database", "invariants"]
    assert all("PostgreSQL runs" in each["remedy"] for each in lost)
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr


def test_a_database_without_tables_is_told_to_be_migrated(journey: str, server: Server, orders: str) -> None:
    empty = f"{journey}_empty"
    with server.connect() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(empty), sql.Identifier(roles.OWNER)))
    try:
        addresses = {"DATABASE_URL": server.url(roles.APPLICATION, empty), "DATABASE_OWNER_URL": server.url(roles.OWNER, empty)}
        brought = _govpost("import", "orders", orders, "--organisation", "jining-enforcement", **addresses)
        examined = _govpost("doctor", "--invariants", **addresses)
    finally:
        drop(server, empty)
    assert brought.returncode == 2
    assert "Run `govpost migrate`" in brought.stderr
    assert examined.returncode == 1
    assert "Run `govpost migrate`" in examined.stdout
    assert "Traceback" not in brought.stderr + examined.stderr


def test_a_file_that_is_no_table_is_json_where_json_was_asked_for(journey: str, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("nothing\n")
    answer = _govpost("import", "orders", str(path), "--organisation", "jining-enforcement", "--format", "json")
    missing = _govpost("import", "orders", str(tmp_path / "none.csv"), "--organisation", "x", "--format", "json")
    unsaid = _govpost("import", "orders", str(path), "--format", "json")
    for each in (answer, missing, unsaid):
        found = json.loads(each.stdout)
        assert (each.returncode, found["ok"]) == (2, False)
        assert found["error"]
        assert found["remedy"]


def test_migrate_answers_as_json(journey: str) -> None:
    answer = _govpost("migrate", "--format", "json")
    assert (answer.returncode, json.loads(answer.stdout)["ok"]) == (0, True), answer.stderr


def test_migrate_without_the_owner_says_what_to_set() -> None:
    answer = _govpost("migrate", **NOWHERE | {"DATABASE_OWNER_URL": ""})
    assert answer.returncode == 2
    assert "Set DATABASE_OWNER_URL" in answer.stderr


def test_a_running_demo_lends_nothing_to_a_named_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVPOST_DATA", str(tmp_path))
    monkeypatch.delenv("GOVPOST_DEMO")
    ground.write_state("http://127.0.0.1:1", {"GOVPOST_DEMO": "1", "GOVPOST_EMS_SIGN_KEY": "the demo's"})
    monkeypatch.setenv("DATABASE_URL", NOWHERE["DATABASE_URL"])
    with ground.database() as started:
        assert started is None
        assert "GOVPOST_DEMO" not in os.environ
        assert "GOVPOST_EMS_SIGN_KEY" not in os.environ
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(NoServer, match="DATABASE_OWNER_URL is set without DATABASE_URL"), ground.database():
        pass


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


def test_every_word_of_an_administrator_runs_as_a_program_of_its_own(journey: str) -> None:
    """As it is typed: no other test has set anything up for it."""
    load_places()
    made = "admin create hq --name 管理员 --organisation hq-office --organisation-name 示例 --organisation-kind postal --format json"
    for line in (made, "admin reset hq --reason lost", "retention --dry-run", "retention --certificates", "measure"):
        answer = _govpost(*line.split())
        assert (answer.returncode, answer.stderr.strip()) == (0, ""), line


def test_the_doctor_sees_a_role_that_may_too_much(journey: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-P", "-m", "govpost.ops.command", "doctor", "--format", "json"],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "DATABASE_URL": os.environ["DATABASE_OWNER_URL"]},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    errors = [each["sentence"] for each in json.loads(answer.stdout)["findings"] if each["level"] == "error"]
    assert any(roles.OWNER in sentence for sentence in errors)
    assert any("may alter what was recorded" in sentence for sentence in errors)


def test_the_doctor_tells_where_the_carrier_must_push(journey: str) -> None:
    known = {"GOVPOST_PUBLIC_URL": "https://govpost.example", "GOVPOST_EMS_SIGN_KEY": "c2lnbmluZy1rZXktMTZiIQ=="}
    answer = _govpost("doctor", **known)
    assert "https://govpost.example/api/v1/carriers/ems/push" in answer.stdout
    assert f"https://govpost.example/api/v1/carriers/ems/older-push/{push_token(known['GOVPOST_EMS_SIGN_KEY'])}" in answer.stdout
    unknown = _govpost("doctor", "--format", "json", GOVPOST_EMS_SIGN_KEY="")
    assert ("pushes", "warning") in {(each["about"], each["level"]) for each in json.loads(unknown.stdout)["findings"]}
