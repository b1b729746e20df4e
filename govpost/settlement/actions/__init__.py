"""The verbs of settlement: commission mail, keep agreements and tariffs, post charges to the ledger."""

from govpost.settlement.actions.ledger import post_changes

__all__ = ["post_changes"]
