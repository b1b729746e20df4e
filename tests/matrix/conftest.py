"""The world and its seats are made once; every knock and every verb is rolled back, so that none meets the traces of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from govpost.ops.pytest_plugin import point_at
from govpost.ops.template import clone, drop

if TYPE_CHECKING:
    from govpost.ops.postgres import Server
    from tests.matrix.seats import Seat
    from tests.matrix.world import World

DATABASE = "matrix"


@pytest.fixture(scope="package")
def world(server: Server, django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Bozhou in a committed database of its own."""
    from tests.matrix.world import make_world

    clone(server, DATABASE)
    with django_db_blocker.unblock():
        before = point_at(server, DATABASE)
        try:
            yield make_world()
        finally:
            point_at(server, before)
            drop(server, DATABASE)


@pytest.fixture(scope="package")
def seats(world: World) -> list[Seat]:
    from tests.matrix.seats import make_seats

    return make_seats(world.cast.lin, world.cast.qian)
