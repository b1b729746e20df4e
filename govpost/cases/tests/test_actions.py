"""A case through its verbs, one test per sentence of the law or the journey."""

from __future__ import annotations

import pytest

from govpost.cases.states import State
from govpost.cases.testing import Cast, make_case


@pytest.mark.parametrize("state", State)
def test_every_state_is_reached_by_real_actions(cast: Cast, state: State) -> None:
    assert make_case(cast, state, result_way="window" if state is State.CLOSED else "door").state == state
