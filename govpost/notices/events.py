"""Facts about messages: the provider took one, or one will not go. Never the text, never the phone."""

from __future__ import annotations

SENT = "notices.sent"
FAILED = "notices.failed"

PUBLIC = {SENT, FAILED}
