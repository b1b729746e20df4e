"""The life of a case. One table draws the buttons and guards the actions."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a case stands. Pauses, lateness and irregular deliveries are facts on the case, not states."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CORRECTING = "correcting"  # the applicant was asked for corrections
    ACCEPTED = "accepted"  # 受理: the department's term to decide runs
    APPROVED = "approved"
    REFUSED = "refused"
    HANDED_OVER = "handed_over"  # the result left the department: at the station desk, under way, or waiting at the window
    CLOSED = "closed"
    NOT_ACCEPTED = "not_accepted"  # 不予受理
    WITHDRAWN = "withdrawn"  # 撤回 by the applicant
    TERMINATED = "terminated"  # ended by time: no correction came


class Verb(StrEnum):
    """What is done to a case; each is an action of the same name."""

    AMEND = "amend"
    SUBMIT = "submit"
    CANCEL_COLLECTION = "cancel_collection"
    ORDER_COLLECTION_AGAIN = "order_collection_again"
    RECEIVE_PAPERS = "receive_papers"
    REQUEST_CORRECTION = "request_correction"
    RESUBMIT = "resubmit"
    ACCEPT = "accept"
    NOT_ACCEPT = "not_accept"
    WITHDRAW = "withdraw"
    TERMINATE = "terminate"
    RETURN_PAPERS = "return_papers"
    APPROVE = "approve"
    REFUSE = "refuse"
    CHANGE_RESULT_WAY = "change_result_way"
    RECORD_CONTACT = "record_contact"
    HAND_OVER = "hand_over"
    CLOSE_PARCEL = "close_parcel"
    HAND_OUT = "hand_out"
    CLOSE = "close"
    REOPEN = "reopen"


S, V = State, Verb

# The department has not decided yet.
OPEN = (S.SUBMITTED, S.CORRECTING, S.ACCEPTED)
DECIDED = (S.APPROVED, S.REFUSED, S.HANDED_OVER, S.CLOSED)
ENDED_EARLY = (S.NOT_ACCEPTED, S.WITHDRAWN, S.TERMINATED)
FINAL = (*ENDED_EARLY, S.CLOSED)
UNDER_WAY = (*OPEN, S.APPROVED, S.REFUSED, S.HANDED_OVER)

_MOVES: dict[Verb, dict[State, State]] = {
    V.AMEND: {S.DRAFT: S.DRAFT},
    V.SUBMIT: {S.DRAFT: S.SUBMITTED},
    V.CANCEL_COLLECTION: {S.SUBMITTED: S.SUBMITTED},
    V.ORDER_COLLECTION_AGAIN: {S.SUBMITTED: S.SUBMITTED},
    # Papers may still be under way when a case has ended; the window receives them to send them back.
    V.RECEIVE_PAPERS: {s: s for s in (S.SUBMITTED, S.CORRECTING, S.ACCEPTED, *ENDED_EARLY)},
    V.REQUEST_CORRECTION: {S.SUBMITTED: S.CORRECTING},
    V.RESUBMIT: {S.CORRECTING: S.SUBMITTED},
    V.ACCEPT: {S.SUBMITTED: S.ACCEPTED},
    V.NOT_ACCEPT: {S.SUBMITTED: S.NOT_ACCEPTED},
    V.WITHDRAW: dict.fromkeys(OPEN, S.WITHDRAWN),
    V.TERMINATE: {S.CORRECTING: S.TERMINATED},
    V.RETURN_PAPERS: {s: s for s in ENDED_EARLY},
    V.APPROVE: {S.ACCEPTED: S.APPROVED},
    V.REFUSE: {S.ACCEPTED: S.REFUSED},
    V.CHANGE_RESULT_WAY: {s: s for s in (*OPEN, S.APPROVED, S.REFUSED, S.HANDED_OVER)},
    V.RECORD_CONTACT: {s: s for s in (*OPEN, S.APPROVED, S.REFUSED, S.HANDED_OVER)},
    V.HAND_OVER: {S.APPROVED: S.HANDED_OVER, S.REFUSED: S.HANDED_OVER},
    V.CLOSE_PARCEL: {S.HANDED_OVER: S.HANDED_OVER},
    V.HAND_OUT: {S.HANDED_OVER: S.CLOSED},
    V.CLOSE: {S.HANDED_OVER: S.CLOSED},
    V.REOPEN: {S.CLOSED: S.HANDED_OVER},
}

TABLE: dict[tuple[State, Verb], State] = {(before, verb): after for verb, moves in _MOVES.items() for before, after in moves.items()}

# By time or by the post's facts; nobody has a button for them.
BY_ITSELF = frozenset({V.TERMINATE, V.CLOSE, V.REOPEN})


def allowed(state: State) -> list[Verb]:
    """The verbs possible in `state`, in the order in which they are shown."""
    return [verb for verb in Verb if (state, verb) in TABLE]
