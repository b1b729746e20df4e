"""The full grid state × verb, and the fold against every order of arrival."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.delivery.rules import OURS, Seen, fold, may
from govpost.delivery.states import FINAL, RESULT, TABLE, State, Verb, allowed

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("state", State)
def test_buttons_and_guard_read_the_same_table(state: State) -> None:
    for verb in Verb:
        assert may(state, verb).allowed == (verb in allowed(state))
        assert ((state, verb) in TABLE) == (verb in allowed(state))


@pytest.mark.parametrize("state", FINAL)
def test_nothing_is_delivered_from_a_final_state(state: State) -> None:
    assert Verb.DELIVER not in allowed(state)


def test_every_verb_leads_to_one_state_and_every_state_but_ordered_is_reached() -> None:
    assert set(RESULT) == set(Verb)
    assert set(RESULT.values()) | {State.ORDERED, State.IN_TRANSIT} == set(State)


events = st.lists(
    st.builds(
        Seen,
        kind=st.sampled_from(list(State)),
        occurred_at=st.integers(0, 20).map(lambda hours: START + timedelta(hours=hours)),
        source=st.sampled_from([OURS, "ems"]),
    ),
    max_size=8,
)


@given(events, st.randoms())
def test_the_state_does_not_depend_on_the_order_of_arrival_nor_on_duplicates(seen: list[Seen], random: object) -> None:
    shuffled = seen + seen[: len(seen) // 2]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    by_moment = {(e.kind, e.occurred_at): e for e in seen}
    if len({(e.kind, e.occurred_at, e.source) for e in seen}) == len(by_moment):
        assert fold(shuffled) == fold(seen)


def test_a_transit_scan_that_claims_a_later_moment_does_not_undo_a_delivery() -> None:
    delivered = Seen(State.DELIVERED, START, OURS)
    assert fold([delivered, Seen(State.IN_TRANSIT, START + timedelta(hours=1), "ems")]) == State.DELIVERED


def test_a_carriers_delivery_after_returning_is_the_return_to_the_sender() -> None:
    back = Seen(State.RETURNING, START, "ems")
    assert fold([back, Seen(State.DELIVERED, START + timedelta(hours=9), "ems")]) == State.RETURNED
    assert fold([back, Seen(State.DELIVERED, START + timedelta(hours=9), OURS)]) == State.DELIVERED


def test_no_event_means_ordered() -> None:
    assert fold([]) == State.ORDERED
