"""The verbs of the catalogue: publish and end items; propose a version, have a second person review it, take it back."""

from govpost.catalogue.actions.publishing import end_service, load_seed, publish, seed
from govpost.catalogue.actions.reviewing import (
    amend_proposal,
    approve_proposal,
    propose,
    propose_all,
    send_back_proposal,
    submit_proposal,
    withdraw_proposal,
)

__all__ = [
    "amend_proposal",
    "approve_proposal",
    "end_service",
    "load_seed",
    "propose",
    "propose_all",
    "publish",
    "seed",
    "send_back_proposal",
    "submit_proposal",
    "withdraw_proposal",
]
