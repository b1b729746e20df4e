"""Facts about licences. Payload: licence, identifier, number, case, status, version; never the holder."""

from __future__ import annotations

ISSUED = "licences.issued"
VOIDED = "licences.voided"

PUBLIC = {ISSUED, VOIDED}
