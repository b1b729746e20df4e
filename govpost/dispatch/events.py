"""Facts about instructions: one for each change of a task, fit for the timeline and for partners."""

from __future__ import annotations

TASK_CHANGED = "dispatch.task_changed"

PUBLIC = {TASK_CHANGED}
