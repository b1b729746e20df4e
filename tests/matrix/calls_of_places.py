"""How the actions that open outlets and halls are called, in the table's county."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import uuid4

from govpost.common.actor import Actor
from govpost.places import actions as places
from govpost.places.models import OutletKind
from govpost.places.testing import AT
from tests.matrix.stage import Stage

SAID = {"name": "示例", "name_en": "Example", "address": "示例路2号", "phone": "0558-0000008"}

CALLS_OF_PLACES: dict[str, Callable[[Stage, Actor], object]] = {
    "places.open_outlet": lambda _, by: places.open_outlet(
        code=f"SL-{uuid4().hex}", name="示例窗口", name_en="Example station", kind=OutletKind.STATION, division="341602",
        address="示例路1号", phone="0558-0000009", at=AT, by=by,
    ),
    "places.open_hall": lambda _, by: places.open_hall(
        code=f"HALL-{uuid4().hex}", name="示例大厅", name_en="Example hall", division="341602", address="示例路1号",
        phone="0558-0000009", hours="09:00-17:00", station="SL341600S1", at=AT, by=by,
    ),
    "places.change_outlet": lambda _, by: places.change_outlet(code="SL341602D1", values=SAID, at=AT, by=by),
    "places.change_hall": lambda _, by: places.change_hall(
        code="HALL341601", values=SAID | {"hours": "09:00-17:00", "station": "SL341600S1"}, at=AT, by=by
    ),
    "places.name_successor": lambda _, by: places.name_successor(code="SL-GONE", successor="SL341600S1", at=AT, by=by),
    "places.close_outlet": lambda stage, by: places.close_outlet(code=stage.things["spare outlet"].code, reason="示例", at=AT, by=by),
    "places.close_hall": lambda _, by: places.close_hall(code="HALL341601", reason="示例", at=AT, by=by),
    "places.unset_day: a hall's": lambda stage, by: places.unset_day(
        calendar="hall:HALL341601", on=stage.things["exception"].on, at=AT, by=by
    ),
    "places.keep_notice": lambda _, by: places.keep_notice(
        year=2027, resting={date(2027, 10, 1): "国庆节"}, working={}, note="示例〔2026〕1号", at=AT, by=by
    ),
}  # fmt: skip
