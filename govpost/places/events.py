"""Facts that places tell. Nobody reacts to them: they are kept for whoever asks what was changed and by whom."""

from __future__ import annotations

DIVISIONS_LOADED = "places.divisions_loaded"
OUTLETS_LOADED = "places.outlets_loaded"
HALLS_LOADED = "places.halls_loaded"
CALENDAR_LOADED = "places.calendar_loaded"
DAY_SET = "places.day_set"
AREAS_LOADED = "places.areas_loaded"
AREAS_KEPT = "places.areas_kept"
OUTLET_OPENED = "places.outlet_opened"
HALL_OPENED = "places.hall_opened"
OUTLET_CHANGED = "places.outlet_changed"
HALL_CHANGED = "places.hall_changed"
OUTLET_CLOSED = "places.outlet_closed"
OUTLET_SUCCEEDED = "places.outlet_succeeded"
HALL_CLOSED = "places.hall_closed"
DAY_UNSET = "places.day_unset"
NOTICE_KEPT = "places.notice_kept"

PUBLIC = {
    DIVISIONS_LOADED, OUTLETS_LOADED, HALLS_LOADED, CALENDAR_LOADED, DAY_SET, AREAS_LOADED, AREAS_KEPT, OUTLET_OPENED, HALL_OPENED,
    OUTLET_CHANGED, HALL_CHANGED, OUTLET_CLOSED, HALL_CLOSED, OUTLET_SUCCEEDED, DAY_UNSET, NOTICE_KEPT,
}  # fmt: skip
