"""Facts about keeping and erasing. Nobody reacts to them: each room erases its own, and asks here what is held."""

from __future__ import annotations

PERIOD_SET = "retention.period_set"
PERIOD_WITHDRAWN = "retention.period_withdrawn"
HELD = "retention.held"
RELEASED = "retention.released"
ERASED = "retention.erased"

PUBLIC = {PERIOD_SET, PERIOD_WITHDRAWN, HELD, RELEASED, ERASED}
