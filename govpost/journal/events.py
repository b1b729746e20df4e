"""Facts of the house itself: that it was backed up, and that a backup was seen to come back."""

from __future__ import annotations

BACKED_UP = "journal.backed_up"
DRILLED = "journal.drilled"
RESTORED = "journal.restored"
BACKUPS = "backups"  # their subject

PUBLIC = {BACKED_UP, DRILLED, RESTORED}
