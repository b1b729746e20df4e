"""The verbs of places: load what is shipped, keep days and areas, open, change and close outlets and halls."""

from govpost.places.actions.changing import change_hall, change_outlet, close_hall, close_outlet, keep_notice, name_successor, unset_day
from govpost.places.actions.placing import (
    AreaRow,
    keep_areas,
    load_all,
    load_areas,
    load_calendar,
    load_divisions,
    load_halls,
    load_outlets,
    open_hall,
    open_outlet,
    set_day,
)

__all__ = [
    "AreaRow",
    "change_hall",
    "change_outlet",
    "close_hall",
    "close_outlet",
    "keep_areas",
    "keep_notice",
    "load_all",
    "load_areas",
    "load_calendar",
    "load_divisions",
    "load_halls",
    "load_outlets",
    "name_successor",
    "open_hall",
    "open_outlet",
    "set_day",
    "unset_day",
]
