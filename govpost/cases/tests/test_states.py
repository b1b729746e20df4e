"""The full grid of states and verbs: what is not in the table is refused."""

from __future__ import annotations

import pytest

from govpost.cases.states import BY_ITSELF, ENDED_EARLY, FINAL, TABLE, State, Verb, allowed

S, V = State, Verb
# The design's life of a case, written out again: draft → submitted → (correcting ↔) → accepted → approved | refused →
# handed_over → closed; not_accepted, withdrawn, terminated; closed → handed_over.
EXPECTED: dict[State, dict[Verb, State]] = {
    S.DRAFT: {V.AMEND: S.DRAFT, V.SUBMIT: S.SUBMITTED},
    S.SUBMITTED: {
        V.CANCEL_COLLECTION: S.SUBMITTED, V.ORDER_COLLECTION_AGAIN: S.SUBMITTED, V.RECEIVE_PAPERS: S.SUBMITTED,
        V.REQUEST_CORRECTION: S.CORRECTING,
        V.RECORD_CONTACT: S.SUBMITTED,
        V.ACCEPT: S.ACCEPTED, V.NOT_ACCEPT: S.NOT_ACCEPTED, V.WITHDRAW: S.WITHDRAWN, V.CHANGE_RESULT_WAY: S.SUBMITTED,
    },
    S.CORRECTING: {
        V.RECEIVE_PAPERS: S.CORRECTING, V.RESUBMIT: S.SUBMITTED, V.WITHDRAW: S.WITHDRAWN, V.TERMINATE: S.TERMINATED,
        V.CHANGE_RESULT_WAY: S.CORRECTING, V.RECORD_CONTACT: S.CORRECTING,
    },
    S.ACCEPTED: {
        V.RECEIVE_PAPERS: S.ACCEPTED, V.WITHDRAW: S.WITHDRAWN, V.APPROVE: S.APPROVED, V.REFUSE: S.REFUSED,
        V.CHANGE_RESULT_WAY: S.ACCEPTED, V.RECORD_CONTACT: S.ACCEPTED,
    },
    S.APPROVED: {V.CHANGE_RESULT_WAY: S.APPROVED, V.RECORD_CONTACT: S.APPROVED, V.HAND_OVER: S.HANDED_OVER},
    S.REFUSED: {V.CHANGE_RESULT_WAY: S.REFUSED, V.RECORD_CONTACT: S.REFUSED, V.HAND_OVER: S.HANDED_OVER},
    S.HANDED_OVER: {
        V.CHANGE_RESULT_WAY: S.HANDED_OVER, V.RECORD_CONTACT: S.HANDED_OVER, V.CLOSE_PARCEL: S.HANDED_OVER, V.HAND_OUT: S.CLOSED,
        V.CLOSE: S.CLOSED,
    },
    S.CLOSED: {V.REOPEN: S.HANDED_OVER},
    S.NOT_ACCEPTED: {V.RECEIVE_PAPERS: S.NOT_ACCEPTED, V.RETURN_PAPERS: S.NOT_ACCEPTED},
    S.WITHDRAWN: {V.RECEIVE_PAPERS: S.WITHDRAWN, V.RETURN_PAPERS: S.WITHDRAWN},
    S.TERMINATED: {V.RECEIVE_PAPERS: S.TERMINATED, V.RETURN_PAPERS: S.TERMINATED},
}  # fmt: skip


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", Verb)
def test_each_state_takes_exactly_the_verbs_of_the_design(state: State, verb: Verb) -> None:
    assert TABLE.get((state, verb)) == EXPECTED[state].get(verb)


@pytest.mark.parametrize("state", State)
def test_the_buttons_are_the_table(state: State) -> None:
    assert allowed(state) == [verb for verb in Verb if verb in EXPECTED[state]]


def test_every_state_is_reached_and_every_open_one_is_left() -> None:
    reached = {after for (before, _), after in TABLE.items() if before is not after}
    left = {before for (before, _), after in TABLE.items() if before is not after}
    assert reached == set(State) - {S.DRAFT}
    assert left == set(State) - set(ENDED_EARLY)
    assert set(FINAL) == {*ENDED_EARLY, S.CLOSED}


def test_what_happens_by_itself_has_no_button() -> None:
    assert {V.TERMINATE, V.CLOSE, V.REOPEN} == BY_ITSELF
