"""The verbs of settlement: commission mail, keep agreements, tariffs and carriers, post charges, make monthly statements."""

from govpost.settlement.actions.agreeing import add_agreement, add_tariff, assign_client, end_agreement, end_tariff, renew_agreement
from govpost.settlement.actions.carrying import declare_carrier, rule_carrier
from govpost.settlement.actions.commissioning import commission, commission_rows
from govpost.settlement.actions.examples import load_terms
from govpost.settlement.actions.ledger import post_changes
from govpost.settlement.actions.stating import make_statements
from govpost.settlement.rules import Commission, Commissioned

__all__ = [
    "Commission",
    "Commissioned",
    "add_agreement",
    "add_tariff",
    "assign_client",
    "commission",
    "commission_rows",
    "declare_carrier",
    "end_agreement",
    "end_tariff",
    "load_terms",
    "make_statements",
    "post_changes",
    "renew_agreement",
    "rule_carrier",
]
