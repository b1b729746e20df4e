"""Facts of the watchdogs: something waits longer than it may. Whoever owns it sees it on the page of what waits too long."""

from __future__ import annotations

WAITS_TOO_LONG = "supervision.waits_too_long"

PUBLIC = {WAITS_TOO_LONG}
