"""Facts about the terms on which mail is carried. Charges stand in the ledger itself, which is only ever added to."""

from __future__ import annotations

AGREEMENT_ADDED = "settlement.agreement_added"
TARIFF_ADDED = "settlement.tariff_added"

PUBLIC = {AGREEMENT_ADDED, TARIFF_ADDED}
