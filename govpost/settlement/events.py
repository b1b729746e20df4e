"""Facts about the terms on which mail is carried. Charges stand in the ledger itself, which is only ever added to."""

from __future__ import annotations

AGREEMENT_ADDED = "settlement.agreement_added"
AGREEMENT_ENDED = "settlement.agreement_ended"
CLIENT_ASSIGNED = "settlement.client_assigned"
TARIFF_ADDED = "settlement.tariff_added"
TARIFF_ENDED = "settlement.tariff_ended"
CARRIER_DECLARED = "settlement.carrier_declared"
CARRIER_RULED = "settlement.carrier_ruled"
STATEMENT_MADE = "settlement.statement_made"

PUBLIC = {
    AGREEMENT_ADDED, AGREEMENT_ENDED, CLIENT_ASSIGNED, TARIFF_ADDED, TARIFF_ENDED, CARRIER_DECLARED, CARRIER_RULED, STATEMENT_MADE,
}  # fmt: skip
