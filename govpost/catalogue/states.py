"""The life of a proposed version of an item. One table draws the buttons and guards the actions."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a proposal stands; an approved one is a version that takes over on its day."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"  # sent back with a reason
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What is done to a proposal; each is an action of the same name, such as `submit_proposal`."""

    AMEND = "amend"
    SUBMIT = "submit"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    WITHDRAW = "withdraw"


S, V = State, Verb

_MOVES: dict[Verb, dict[State, State]] = {
    V.AMEND: {S.DRAFT: S.DRAFT, S.RETURNED: S.RETURNED},
    V.SUBMIT: {S.DRAFT: S.IN_REVIEW, S.RETURNED: S.IN_REVIEW},
    V.APPROVE: {S.IN_REVIEW: S.APPROVED},
    V.SEND_BACK: {S.IN_REVIEW: S.RETURNED},
    # An approved version is withdrawn before its day only (`rules.may_withdraw`).
    V.WITHDRAW: {state: S.WITHDRAWN for state in S if state is not S.WITHDRAWN},
}

TABLE: dict[tuple[State, Verb], State] = {(before, verb): after for verb, moves in _MOVES.items() for before, after in moves.items()}
OPEN = (S.DRAFT, S.IN_REVIEW, S.RETURNED)


def allowed(state: State) -> list[Verb]:
    """The verbs possible in `state`, in the order in which they are shown."""
    return [verb for verb in Verb if (state, verb) in TABLE]
