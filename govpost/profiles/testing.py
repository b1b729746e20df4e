"""Builders for tests: the seeded profiles, and a settings document to spoil."""

from __future__ import annotations

from typing import Any

from govpost.journal.testing import once
from govpost.places.testing import AT, LOADER
from govpost.profiles import actions


@once
def load_profiles() -> None:
    """Headquarters, three provinces, three cities."""
    actions.load_seed(at=AT, by=LOADER)


def make_settings(**over: Any) -> dict[str, Any]:
    """Headquarters' complete document with some keys replaced."""
    settings: dict[str, Any] = actions.seed("headquarters")["versions"][0]["settings"]
    return {**settings, **over}


def make_rule(**over: Any) -> dict[str, Any]:
    """A payer rule as a document holds it."""
    rule = {"items": ["*"], "directions": ["*"], "payer": "government", "reason": "government_buys", "basis": "示例"}
    return {**rule, **over}
