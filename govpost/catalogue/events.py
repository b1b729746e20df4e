"""Facts about the catalogue. Nobody reacts to them: a case keeps the version under which it was begun."""

from __future__ import annotations

SERVICE_PUBLISHED = "catalogue.service_published"
SERVICE_ENDED = "catalogue.service_ended"
PROPOSAL_CHANGED = "catalogue.proposal_changed"  # drafted, amended, in review, sent back, approved, withdrawn

PUBLIC = {SERVICE_PUBLISHED, SERVICE_ENDED, PROPOSAL_CHANGED}
