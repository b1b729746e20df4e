"""Bozhou and its cast stand once for all tests of this room: each test rolls back to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from govpost.cases.testing import Cast, make_cast
from govpost.ops.postgres import Server
from govpost.ops.pytest_plugin import point_at
from govpost.ops.template import clone, drop


@pytest.fixture(scope="package")
def bozhou(server: Server, django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """A database of its own with the committed cast."""
    clone(server, "cases_bozhou")
    with django_db_blocker.unblock():
        point_at(server, "cases_bozhou")
        try:
            yield make_cast()
        finally:
            point_at(server, "govpost")
            drop(server, "cases_bozhou")


@pytest.fixture
def cast(bozhou: Cast, db: None) -> Cast:
    """The cast; what the test does to Bozhou is rolled back."""
    return bozhou
