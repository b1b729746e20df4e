"""The verbs of a case: the applicant's (`apply`, `collecting`), the department's (`decide`), the window's (`window`,
`counter`), the way of papers to the department (`handing`) and of the result (`result`).

`bringing` takes in what another system already has; `follow` is what the post's facts do.
Every verb goes through `moving.step`: one move, one save, one fact.
"""

from govpost.cases.actions.apply import (
    amend,
    apply_at_once,
    cancel_collection,
    change_result_way,
    draft,
    resubmit,
    submit,
    withdraw,
)
from govpost.cases.actions.bringing import Brought, bring_in
from govpost.cases.actions.collecting import order_collection_again
from govpost.cases.actions.counter import continue_draft, discard_draft, fill_in, record_contact, take_in, tell_missing, undo_intake
from govpost.cases.actions.decide import accept, accept_silently, approve, not_accept, refuse, request_correction, terminate
from govpost.cases.actions.follow import News, follow_order
from govpost.cases.actions.forgetting import drop_drafts, forget, hold
from govpost.cases.actions.handing import give_papers, take_papers
from govpost.cases.actions.result import close_parcel, give_list, hand_over
from govpost.cases.actions.window import hand_out, receive_papers, return_papers

__all__ = [
    "Brought",
    "News",
    "accept",
    "accept_silently",
    "amend",
    "apply_at_once",
    "approve",
    "bring_in",
    "cancel_collection",
    "change_result_way",
    "close_parcel",
    "continue_draft",
    "discard_draft",
    "draft",
    "drop_drafts",
    "fill_in",
    "follow_order",
    "forget",
    "give_list",
    "give_papers",
    "hand_out",
    "hand_over",
    "hold",
    "not_accept",
    "order_collection_again",
    "receive_papers",
    "record_contact",
    "refuse",
    "request_correction",
    "resubmit",
    "return_papers",
    "submit",
    "take_in",
    "take_papers",
    "tell_missing",
    "terminate",
    "undo_intake",
    "withdraw",
]
