"""The verbs of settlement: commission mail, keep agreements and tariffs, post charges to the ledger."""

from govpost.settlement.actions.agreeing import add_agreement, add_tariff
from govpost.settlement.actions.commissioning import commission, commission_rows
from govpost.settlement.actions.examples import load_terms
from govpost.settlement.actions.ledger import post_changes
from govpost.settlement.rules import Commission, Commissioned

__all__ = [
    "Commission",
    "Commissioned",
    "add_agreement",
    "add_tariff",
    "commission",
    "commission_rows",
    "load_terms",
    "post_changes",
]
