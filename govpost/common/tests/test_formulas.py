"""A cell that a spreadsheet would run is disarmed on its way out, and comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from govpost.common.formulas import disarm, rearm


@given(some.text(alphabet=some.sampled_from("'=+-@＝ \u3000\t林1%|"), max_size=6) | some.text())
def test_whatever_leaves_comes_back_as_it_was(text: str) -> None:
    assert rearm(disarm(text)) == text
    assert not disarm(text).lstrip(" ").startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("typed", ["'林晓", "O'Neill", "林晓", "13800000001", "", "'"])
def test_an_apostrophe_of_somebody_else_stays(typed: str) -> None:
    assert (disarm(typed), rearm(typed)) == (typed, typed)
