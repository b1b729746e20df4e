"""What a version would change before anybody adds it: value by value, here and in every profile below that inherits it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from govpost.profiles import documents, queries
from govpost.profiles.models import Profile, ProfileVersion
from govpost.profiles.rules import inherited


@dataclass(frozen=True, slots=True)
class Change:
    """One value of one profile, as it would be without and with the version."""

    profile: Profile
    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Preview:
    """changes: here first, then below; follows: a version of this profile that begins later and replaces this one."""

    changes: tuple[Change, ...]
    follows: ProfileVersion | None


def base_of(code: str, on: date) -> dict[str, Any]:
    """What this level itself says on a day, without what it inherits: where a new version starts from."""
    own = next((version for version in queries.in_force(code, on) if version.profile_id == code), None)
    return dict(own.settings) if own else {}


def preview(*, code: str, effective_on: date, settings: dict[str, Any]) -> Preview:
    """The difference that a version of `settings` makes on its first day; raises `InvalidInput` where it could not stand."""
    documents.validate(settings)
    documents.require_complete(_merged(code, effective_on, code, settings))
    changes = [change for profile in _at_and_below(code) for change in _changes(profile, code, effective_on, settings)]
    later = [version for version in queries.versions(code) if version.effective_on > effective_on]
    return Preview(tuple(changes), later[0] if later else None)


def _at_and_below(code: str) -> list[Profile]:
    return [profile for profile in queries.profiles() if code in queries.chain(profile.code)]


def _changes(profile: Profile, code: str, on: date, settings: dict[str, Any]) -> list[Change]:
    before, after = queries.document_of(profile.code, on), _merged(profile.code, on, code, settings)
    keys = [key for key in documents.KEYS if not _alike(before.get(key), after.get(key))]
    return [Change(profile, key, before.get(key), after.get(key)) for key in keys]


def _alike(one: Any, other: Any) -> bool:
    """Of several words it does not matter which is named first; of rules and windows it does."""
    if isinstance(one, list) and isinstance(other, list) and all(isinstance(word, str) for word in (*one, *other)):
        return sorted(one) == sorted(other)
    return bool(one == other)


def _merged(of: str, on: date, code: str, settings: dict[str, Any]) -> dict[str, Any]:
    """The document of profile `of` on a day, as if profile `code` said `settings` then."""
    said = {version.profile_id: version.settings for version in queries.in_force(of, on)} | {code: settings}
    return inherited([said[each] for each in queries.chain(of) if each in said])
