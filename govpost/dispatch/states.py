"""The life of an instruction to a courier: sent, taken, and ended in one of three ways. Late is a flag, not a state."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an instruction stands."""

    SENT = "sent"
    TAKEN = "taken"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Verb(StrEnum):
    """What is done to an instruction; the last three are what the mail itself brings about, whoever reported it."""

    TAKE = "take"
    GIVE_BACK = "give_back"
    REASSIGN = "reassign"
    FINISH = "finish"
    FAIL = "fail"
    SETTLE = "settle"  # the mail arrived where the task was to bring it
    MISS = "miss"  # an attempt failed without our courier saying so
    DROP = "drop"  # the mail needs no visit any more


S, V = State, Verb

OPEN = (S.SENT, S.TAKEN)

TABLE: dict[tuple[State, Verb], State] = {
    (S.SENT, V.TAKE): S.TAKEN,
    (S.TAKEN, V.GIVE_BACK): S.SENT,
    (S.SENT, V.REASSIGN): S.TAKEN,
    (S.TAKEN, V.REASSIGN): S.TAKEN,
    (S.TAKEN, V.FINISH): S.DONE,
    (S.TAKEN, V.FAIL): S.FAILED,
    **{(state, V.SETTLE): S.DONE for state in OPEN},
    **{(state, V.MISS): S.FAILED for state in OPEN},
    **{(state, V.DROP): S.CANCELLED for state in OPEN},
}


def allowed(state: State) -> list[Verb]:
    """The verbs possible in `state`; draws the buttons and guards the actions."""
    return [verb for verb in Verb if (state, verb) in TABLE]
