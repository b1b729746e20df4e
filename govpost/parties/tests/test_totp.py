"""Codes as RFC 6238 gives them, each once."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.parties import totp

RFC = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_of_the_rfc(seconds: int, code: str) -> None:
    assert totp.code_at(RFC, seconds // totp.STEP_SECONDS) == code


@given(st.integers(300, 4_000_000_000), st.integers(-3, 3))
def test_a_code_counts_one_step_around_its_own_and_never_again(seconds: int, ahead: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    step = totp.step_of(at) + ahead
    found = totp.find_step(RFC, totp.code_at(RFC, step), at=at, after=-1)
    assert found == (step if abs(ahead) <= 1 else None)
    assert totp.find_step(RFC, totp.code_at(RFC, step), at=at, after=step) is None


@pytest.mark.parametrize("code", ["", "abc", "１２３４５６", "12345", "😀"])
def test_what_is_no_code_finds_nothing(code: str) -> None:
    assert totp.find_step(RFC, code, at=datetime.fromtimestamp(59, UTC), after=-1) is None
