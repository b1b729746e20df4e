"""Where each value of a profile comes from: which level says it since when, and what the levels above say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from govpost.common.refusal import NotFound
from govpost.journal.stamps import remembered
from govpost.profiles import documents, queries
from govpost.profiles.models import Profile


@dataclass(frozen=True, slots=True)
class Source:
    """One level's own word: the profile, the day from which its version counts, and what that version says."""

    profile: Profile
    since: date
    value: Any


@remembered("profiles")
def sources_of(code: str, on: date) -> dict[str, tuple[Source, ...]]:
    """For every key of the settings on a day the levels that say it, the nearest first; of most keys the first one counts.

    Of `payer_rules` and `result_hours` all count: rules in this order, hours key by key. Raises `NotFound`.
    """
    line = queries.in_force(code, on)
    if not line:
        raise NotFound("profile")
    said: dict[str, list[Source]] = {key: [] for key in documents.KEYS}
    for version in reversed(line):
        for key, value in version.settings.items():
            said[key].append(Source(version.profile, version.effective_on, value))
    return {key: tuple(found) for key, found in said.items() if found}
