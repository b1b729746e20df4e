"""The tests' environment: a PostgreSQL of their own, a migrated template, rolled-back tests, committed journeys, a browser.

Loaded by `-p` before pytest-django, because the settings are read before any conftest. The server starts when the first
test asks for a database, so pure tests never wait for one. Tests run as the application's role.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from govpost.ops.postgres import Server

NEEDS_DATABASE = frozenset({"db", "transactional_db", "django_db_setup", "journey", "live_url", "server", "page"})
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_numbers = count(1)
_skipped_browser: list[str] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Before Django's settings are read: nothing of the caller's own installation may leak into a test."""
    for name in [name for name in os.environ if name.startswith("GOVPOST_") and not name.startswith("GOVPOST_TEST_")]:
        del os.environ[name]
    from govpost.surfaces.shared.catalogues import compile_all

    compile_all()
    room = tempfile.mkdtemp(prefix="govpost-settings-")
    Path(room).chmod(0o711)  # so that no stand-in is sought for a database
    Path(room, "static").mkdir()  # whitenoise warns where it is missing
    atexit.register(shutil.rmtree, room, ignore_errors=True)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="govpost.config.settings",
        DATABASE_URL="postgresql://govpost_app@127.0.0.1:1/govpost",  # the real one is set when the server has started
        DATABASE_OWNER_URL="postgresql://govpost_owner@127.0.0.1:1/govpost",
        GOVPOST_DEMO="1",
        GOVPOST_DATA=room,
        GOVPOST_POOL_SIZE="0",
        GOVPOST_STATEMENT_TIMEOUT_MS="30000",
        GOVPOST_STATIC_FROM_SOURCE="1",
        GOVPOST_LOG_LEVEL="WARNING",
    )
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    from hypothesis import settings

    settings.register_profile("house", deadline=None)  # a deadline is a timed assertion
    settings.load_profile("house")
    config.addinivalue_line("markers", "db: uses a database (set by itself)")
    config.addinivalue_line("markers", "processes: starts whole programs; left out of the quick check")
    config.addinivalue_line("markers", "browser: needs Chromium; skipped, and said so, where there is none")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a database, so that `-m "not db"` is the pure part; skip browser tests where there is no browser."""
    chromium = find_chromium()
    for item in items:
        if NEEDS_DATABASE & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.db)
        if item.get_closest_marker("browser") and not chromium:
            item.add_marker(pytest.mark.skip(reason="no Chromium"))
            _skipped_browser.append(item.nodeid)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if _skipped_browser:
        terminalreporter.write_line(
            f"SKIPPED {len(_skipped_browser)} browser tests: no Chromium in PATH ({', '.join(CHROMIUM)}). "
            "On Debian: apt-get install chromium.",
            yellow=True,
            bold=True,
        )


def find_chromium() -> str | None:
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


# -- fixtures (conftest.py at the root takes them over from pytest-django) --------


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The run's own PostgreSQL over a copy of the migrated template."""
    from govpost.ops.template import new_room, start_copy

    room = new_room()
    try:
        running = start_copy(room)
        try:
            yield running
        finally:
            running.stop(at_once=True)
    finally:
        shutil.rmtree(room, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(server: Server, django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """What pytest-django's own would do, but on the template's clone and as the application's role."""
    point_at(server, "govpost")
    yield
    _close_all()


@pytest.fixture
def journey(server: Server, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A fresh database for one story: transactions commit, followers and jobs see them; dropped afterwards."""
    from django.core.cache import cache

    from govpost.ops.template import clone, drop

    name = f"journey_{next(_numbers)}"
    clone(server, name)
    cache.clear()
    with django_db_blocker.unblock():
        before = point_at(server, name)
        try:
            yield name
        finally:
            point_at(server, before)
            drop(server, name)


@pytest.fixture
def live_url(journey: str, settings: Any) -> Iterator[str]:
    """The address of the whole web application, served from a thread on the journey's database."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    from govpost.common.serving import serve

    with serve(StaticFilesHandler(get_wsgi_application())) as served:
        settings.GOVPOST_PUBLIC_URL = served.url
        yield served.url


def point_at(server: Server, name: str) -> str:
    """Send Django's connections, and the addresses that child processes read, to the database `name`; returns the one before."""
    from django.db import connections

    from govpost.ops import roles

    _close_all()
    before = str(connections.databases["default"]["NAME"])
    passwords = server.passwords()
    for alias, role in (("default", roles.APPLICATION), ("owner", roles.OWNER)):
        connections.databases[alias].update(NAME=name, HOST="127.0.0.1", PORT=server.port, USER=role, PASSWORD=passwords[role])
    os.environ["DATABASE_URL"] = server.url(roles.APPLICATION, name)
    os.environ["DATABASE_OWNER_URL"] = server.url(roles.OWNER, name)
    return before


def _close_all() -> None:
    from django.db import connections

    connections.close_all()
