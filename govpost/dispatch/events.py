"""Facts about instructions, places in collection windows, and outlets' plans, fit for the timeline and for partners."""

from __future__ import annotations

TASK_CHANGED = "dispatch.task_changed"
PLACE_HELD = "dispatch.place_held"
PLAN_KEPT = "dispatch.plan_kept"

PUBLIC = {TASK_CHANGED, PLACE_HELD, PLAN_KEPT}
