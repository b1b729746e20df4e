"""What counts where and when. Configuration holds no personal data and is public within GovPost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from govpost.common.actor import within
from govpost.common.refusal import NotFound
from govpost.journal.stamps import remembered
from govpost.profiles import rules
from govpost.profiles.models import Profile, ProfileVersion
from govpost.profiles.rules import Settings


@remembered("profiles")
def settings_for(region: str, on: date) -> Settings:
    """What the nearest profile at or above the region path says on a Shanghai day, inherited and complete; raises `NotFound`."""
    profiles = _profiles()
    above = [profile for profile in profiles.values() if within(region, profile.region)]
    if not above:
        raise NotFound("profile")
    return _settings(max(above, key=lambda profile: len(profile.region)), profiles, on)


def settings_by_pin(pin: str) -> Settings:
    """The settings that a case or order pinned: the same for ever, whatever was configured since. Raises `NotFound`."""
    try:
        code, on = rules.unpinned(pin)
    except ValueError as error:
        raise NotFound("profile") from error
    return settings_of(code, on)


@remembered("profiles")
def settings_of(code: str, on: date) -> Settings:
    """What one profile says on a day; raises `NotFound`."""
    profiles = _profiles()
    if code not in profiles:
        raise NotFound("profile")
    return _settings(profiles[code], profiles, on)


def profiles(within_region: str = "") -> list[Profile]:
    """The profiles at or below a region path, from headquarters down."""
    return list(Profile.objects.filter(region__within=within_region).order_by("region"))


def versions(code: str) -> list[ProfileVersion]:
    """All versions of a profile, oldest first."""
    return list(ProfileVersion.objects.filter(profile_id=code).order_by("effective_on"))


def versions_of(codes: Iterable[str]) -> dict[str, list[ProfileVersion]]:
    """All versions of several profiles in one question, oldest first."""
    found: dict[str, list[ProfileVersion]] = {}
    for version in ProfileVersion.objects.filter(profile_id__in=list(codes)).order_by("effective_on"):
        found.setdefault(version.profile_id, []).append(version)
    return found


def chain(code: str, profiles: dict[str, Profile] | None = None) -> list[str]:
    """The codes from headquarters down to this profile."""
    known = profiles if profiles is not None else _profiles()
    line: list[str] = []
    step: str | None = code
    while step is not None and step in known and step not in line:
        line.insert(0, step)
        step = known[step].parent_id
    return line


def document_of(code: str, on: date) -> dict[str, Any]:
    """The merged document of a profile on a day, complete or not."""
    return rules.inherited([version.settings for version in _in_force(chain(code), on)])


def in_force(code: str, on: date) -> list[ProfileVersion]:
    """The version of each level that counts for a profile on a day, from headquarters down."""
    return _in_force(chain(code), on)


def _profiles() -> dict[str, Profile]:
    return {profile.code: profile for profile in Profile.objects.all()}


def _settings(profile: Profile, profiles: dict[str, Profile], on: date) -> Settings:
    in_force = _in_force(chain(profile.code, profiles), on)
    if not in_force:
        raise NotFound("profile")
    document = rules.inherited([version.settings for version in in_force])
    return rules.settings_of(profile.code, profile.name, max(version.effective_on for version in in_force), document)


def _in_force(line: list[str], on: date) -> list[ProfileVersion]:
    """The latest version of each profile of the line that has begun on the day, in the order of the line."""
    begun = ProfileVersion.objects.filter(profile_id__in=line, effective_on__lte=on).select_related("profile").order_by("effective_on")
    latest = {version.profile_id: version for version in begun}
    return [latest[code] for code in line if code in latest]
