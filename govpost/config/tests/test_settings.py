"""Production fails loudly on what it lacks; a demo needs nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from govpost.config.databases import databases, parse_url
from govpost.config.keys import load_keys, new_keys


def _load(room: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GOVPOST_", "DATABASE_"))}
    return subprocess.run(
        [sys.executable, "-c", "from django.conf import settings as s; print(s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)"],
        env={**kept, "PYTHONPATH": str(settings.REPOSITORY), "GOVPOST_DATA": str(room), **environment},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


_PRODUCTION = {"DATABASE_URL": "postgresql://govpost_app:x@db.example/govpost"}


def test_a_demo_needs_no_setting_and_makes_its_keys_for_itself_alone(tmp_path: Path) -> None:
    assert _load(tmp_path).returncode == 0
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_production_without_keys_says_how_to_make_them(tmp_path: Path) -> None:
    answer = _load(tmp_path, **_PRODUCTION)
    assert "The keys are missing" in answer.stderr
    assert not (tmp_path / "keys.json").exists()


def _keys_file(tmp_path: Path) -> str:
    path = tmp_path / "installed.json"
    path.write_text(json.dumps(new_keys()))
    path.chmod(0o600)
    return str(path)


def test_production_without_tls_is_refused(tmp_path: Path) -> None:
    answer = _load(tmp_path, **_PRODUCTION, GOVPOST_KEYS_FILE=_keys_file(tmp_path))
    assert "GOVPOST_PUBLIC_URL" in answer.stderr


def test_production_behind_tls_has_secure_cookies(tmp_path: Path) -> None:
    keys = _keys_file(tmp_path)
    answer = _load(tmp_path, **_PRODUCTION, GOVPOST_KEYS_FILE=keys, GOVPOST_PUBLIC_URL="https://govpost.example")
    assert answer.stdout.split() == ["True", "31536000"]


def test_keys_that_others_can_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps(new_keys()))
    (tmp_path / "keys.json").chmod(0o644)
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        load_keys(tmp_path, demo=True)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"secret_key": "x", "data": {"1": "00"}, "index": "00"}', "not json"])
def test_broken_keys_are_refused_with_the_remedy(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "keys.json").write_text(text)
    (tmp_path / "keys.json").chmod(0o600)
    with pytest.raises(ImproperlyConfigured, match="demo --fresh"):
        load_keys(tmp_path, demo=True)
    monkeypatch.setenv("GOVPOST_KEYS_FILE", str(tmp_path / "keys.json"))
    with pytest.raises(ImproperlyConfigured, match="GOVPOST_KEYS_FILE"):
        load_keys(tmp_path, demo=False)


def test_keys_that_cannot_be_written_are_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="GOVPOST_DATA"):
        load_keys(tmp_path / "file", demo=True)


def test_our_own_servers_owner_is_not_lent_to_a_named_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "postgres.json").write_text('{"port": 1}')
    (tmp_path / "postgres-passwords.json").write_text('{"govpost_app": "a", "govpost_owner": "b"}')
    monkeypatch.delenv("DATABASE_OWNER_URL")
    assert set(databases(tmp_path)) == {"default"}
    monkeypatch.delenv("DATABASE_URL")
    assert set(databases(tmp_path)) == {"default", "owner"}


def test_a_database_address_keeps_its_odd_password() -> None:
    found = parse_url("postgresql://govpost_app:p%40ss%2Fword@db.example:6432/govpost?sslmode=verify-full")
    assert (found["PASSWORD"], found["PORT"], found["OPTIONS"]["sslmode"]) == ("p@ss/word", 6432, "verify-full")


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://host", "govpost"])
def test_what_is_no_database_address_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must read"):
        parse_url(url)


def test_a_web_process_at_rest_holds_no_dictionary(tmp_path: Path) -> None:
    code = (
        "import sys, govpost.config.wsgi\nfrom django.urls import get_resolver\nget_resolver().url_patterns\n"
        "from govpost.places.pinyin import spell\nspell('bozhou')\nassert 'pypinyin' not in sys.modules\n"
        "print(spell('涡阳').full)"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GOVPOST_", "DATABASE_"))}
    environment = {**kept, "GOVPOST_DATA": str(tmp_path), "GOVPOST_STATIC_FROM_SOURCE": "1"}
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.REPOSITORY, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert answer.stdout == "guoyang\n", answer.stderr
