"""Journeys run one after another in databases of their own; nothing may keep a connection to the last one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from asgiref.sync import sync_to_async
from django.db import connections


@pytest.fixture(autouse=True)
def _jobs_let_go_of_their_database() -> Iterator[None]:
    """Drained jobs run in asgiref's one thread, which has a connection of its own: to a database that is dropped by now."""
    yield
    asyncio.run(sync_to_async(connections.close_all)())
