"""How the actions of places and of collection windows are called."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

from govpost.common.actor import Actor
from govpost.delivery.ports import Serves
from govpost.dispatch import actions as dispatch
from govpost.dispatch.offering import Plan
from govpost.dispatch.testing import make_change as heard
from govpost.places import actions as places
from govpost.places.testing import AT
from govpost.profiles import queries as profile
from govpost.profiles.rules import Window
from tests.matrix.stage import COUNTY, LATER, Stage

Call = Callable[[Stage, Actor], object]
SOME_DAY = date(2026, 8, 3)
OFFICE = "SL341602D1"
HALL_CALENDAR = "hall:HALL341601"


def _places(verb: str) -> Call:
    return lambda stage, by: getattr(places, verb)(at=AT, by=by)


def _set_day(calendar: str) -> Call:
    return lambda stage, by: places.set_day(
        calendar=calendar,
        on=SOME_DAY,
        is_working=False,
        confirmed=True,
        note="",
        region=by.grants[0].region if by.grants else "",
        at=AT,
        by=by,
    )


def _keep_areas(stage: Stage, by: Actor) -> object:
    row = places.AreaRow(name="示例新村", days="135", outlet=OFFICE)
    return places.keep_areas(division="341602", rows=[row], starts_on=SOME_DAY, at=AT, by=by)


def _hold_place(stage: Stage, by: Actor) -> object:
    window = Window(LATER, LATER + timedelta(hours=3))
    settings = profile.settings_for(COUNTY, SOME_DAY)
    dispatch.hold_place(order_id=uuid4(), outlet=OFFICE, window=window, settings=settings, at=AT, by=by)
    return None


def _follow_places(stage: Stage, by: Actor) -> object:
    dispatch.follow_places([heard()], by=by)
    return None


def _keep_plan(stage: Stage, by: Actor) -> object:
    dispatch.keep_plan(outlet=OFFICE, plan=Plan(capacity=30), starts_on=SOME_DAY, at=AT, by=by)
    return None


def _remember_range(stage: Stage, by: Actor) -> object:
    dispatch.remember_range(division="341602", place="示例村", serves=Serves.YES, code="0", at=AT, by=by)
    return None


CALLS_OF_REACH: dict[str, Call] = {
    **{f"places.load_{what}": _places(f"load_{what}") for what in ("divisions", "outlets", "halls", "areas", "calendar", "all")},
    "places.set_day: the country's": _set_day("CN"),
    "places.set_day: a hall's": _set_day(HALL_CALENDAR),
    "places.keep_areas": _keep_areas,
    "dispatch.follow_places": _follow_places,
    "dispatch.hold_place": _hold_place,
    "dispatch.keep_plan": _keep_plan,
    "dispatch.remember_range": _remember_range,
}
