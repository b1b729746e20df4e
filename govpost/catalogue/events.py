"""Facts about the catalogue. Nobody reacts to them: a case keeps the version under which it was begun."""

from __future__ import annotations

SERVICE_PUBLISHED = "catalogue.service_published"
SERVICE_ENDED = "catalogue.service_ended"

PUBLIC = {SERVICE_PUBLISHED, SERVICE_ENDED}
