"""How the actions that open outlets and halls are called, in the table's county."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from govpost.common.actor import Actor
from govpost.places import actions as places
from govpost.places.models import OutletKind
from govpost.places.testing import AT
from tests.matrix.stage import Stage

CALLS_OF_PLACES: dict[str, Callable[[Stage, Actor], object]] = {
    "places.open_outlet": lambda _, by: places.open_outlet(
        code=f"SL-{uuid4().hex}", name="示例窗口", name_en="Example station", kind=OutletKind.STATION, division="341602",
        address="示例路1号", phone="0558-0000009", at=AT, by=by,
    ),
    "places.open_hall": lambda _, by: places.open_hall(
        code=f"HALL-{uuid4().hex}", name="示例大厅", name_en="Example hall", division="341602", address="示例路1号",
        phone="0558-0000009", hours="09:00-17:00", station="SL341600S1", at=AT, by=by,
    ),
}  # fmt: skip
