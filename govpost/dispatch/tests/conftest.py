"""Dispatch is tried without profiles: an instruction is late after thirty minutes."""

from __future__ import annotations

import pytest

from govpost.dispatch.actions import following


@pytest.fixture(autouse=True)
def thirty_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_late_minutes", lambda region, on: 30)
