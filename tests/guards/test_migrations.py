"""Migrations: linear, named by intent, and nothing left to make."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.guards.source import ROOMS, ROOT


def test_migrations_are_linear_and_named() -> None:
    loader = MigrationLoader(None)
    assert loader.detect_conflicts() == {}
    names = [Path(key[1]) for key in loader.disk_migrations if key[0] in ROOMS]
    assert [str(name) for name in names if not str(name)[:4].isdigit() or "auto" in str(name)] == []


@pytest.mark.django_db
def test_no_model_changed_without_its_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_room_with_tables_has_one_chain() -> None:
    for room in ROOMS:
        folder = ROOT / "govpost" / room / "migrations"
        if (ROOT / "govpost" / room / "models.py").exists():
            assert (folder / "0001_initial.py").exists(), room
