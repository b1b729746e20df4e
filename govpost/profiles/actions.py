"""Adding configuration: a profile with its first versions, and later versions from a day to come. Nothing is ever changed."""

from __future__ import annotations

import json
from datetime import date, datetime
from importlib import resources
from typing import Any

from django.db import transaction

from govpost.common.actor import Actor, permit, within
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.profiles import documents, events, queries
from govpost.profiles.models import Profile, ProfileVersion
from govpost.profiles.rules import MAY, ProfileLevel

SEED = (
    "headquarters", "province_anhui", "province_shandong", "province_guangdong", "city_bozhou", "city_jining", "city_zhaoqing",
)  # fmt: skip
_FIELDS = ("code", "name", "name_en", "level", "parent", "region", "versions")


@transaction.atomic
def load_profile(*, document: dict[str, Any], at: datetime, by: Actor) -> int:
    """A profile with its versions, as a file holds them; what stands already stays. Returns how many versions were new.

    Raises `InvalidInput` naming the wrong key, and `Refusal("version_differs")` if a version that stands says something else.
    """
    _check_file(document)
    permit(by, "load_profile", MAY["load_profile"], region=document["region"])
    profile = Profile.objects.filter(code=document["code"]).first() or _add_profile(document, at, by)
    permit(by, "load_profile", MAY["load_profile"], region=str(profile.region))  # what stands may lie elsewhere than the file says
    relied_on = _relied_on(profile)
    added = 0
    for version in document["versions"]:
        effective_on = date.fromisoformat(version["effective_on"])
        standing = ProfileVersion.objects.filter(profile=profile, effective_on=effective_on).first()
        if standing is None:
            if relied_on:
                _still_ahead(effective_on, at)
            _add(profile, effective_on, version["settings"], version.get("note", ""), at, by)
            added += 1
        elif standing.settings != version["settings"]:
            sentence = Text("The version of this day stands and says something else. Add a new one from a later day.")
            raise Refusal("version_differs", sentence, profile=profile.code, effective_on=effective_on.isoformat())
    return added


def load_seed(*, at: datetime, by: Actor) -> int:
    """Headquarters, three provinces and three cities as the paper of 2017 describes them."""
    return sum(load_profile(document=seed(name), at=at, by=by) for name in SEED)


def seed(name: str) -> dict[str, Any]:
    """One of the shipped documents."""
    text = resources.files("govpost.profiles").joinpath("data", f"{name}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


@transaction.atomic
def add_version(*, code: str, effective_on: date, settings: dict[str, Any], note: str, at: datetime, by: Actor) -> ProfileVersion:
    """What a profile says differently from the Shanghai midnight of `effective_on` on, which lies ahead."""
    profile = Profile.objects.filter(code=code).first()
    if profile is None:
        raise InvalidInput({"code": Text("This profile is not known.")})
    permit(by, "add_version", MAY["add_version"], region=profile.region)
    if _relied_on(profile):
        _still_ahead(effective_on, at)
    return _add(profile, effective_on, settings, note, at, by)


@transaction.atomic
def withdraw_version(*, code: str, effective_on: date, reason: str, at: datetime, by: Actor) -> None:
    """Take back a version that has not begun, so that nothing can have relied on it; the journal keeps what it said and why.

    Raises `NotFound`, `InvalidInput` without a reason, `Refusal("version_begun")`.
    """
    version = ProfileVersion.objects.select_for_update(of=("self",)).select_related("profile").filter(
        profile_id=code, effective_on=effective_on
    ).first()  # fmt: skip
    if version is None:
        raise NotFound("version")
    profile = version.profile
    permit(by, "withdraw_version", MAY["withdraw_version"], region=profile.region)
    if not reason.strip():
        raise InvalidInput({"reason": Text("Say why the version is withdrawn.")})
    if effective_on <= shanghai_day(at):
        sentence = Text("This version has begun and may have been relied on. Add another one from a later day.")
        raise Refusal("version_begun", sentence, profile=code, effective_on=effective_on.isoformat())
    version.delete()
    if remaining := queries.document_of(code, effective_on):
        documents.require_complete(remaining)
    journal.record(
        events.VERSION_WITHDRAWN, subject=f"profile:{code}", region=profile.region, at=at, by=by,
        effective_on=effective_on.isoformat(), settings=version.settings, note=version.note, reason=reason.strip(),
    )  # fmt: skip


def _add(profile: Profile, effective_on: date, settings: dict[str, Any], note: str, at: datetime, by: Actor) -> ProfileVersion:
    documents.validate(settings)
    if ProfileVersion.objects.filter(profile=profile, effective_on=effective_on).exists():
        raise InvalidInput({"effective_on": Text("This profile has a version from that day already. Choose another day.")})
    version = ProfileVersion.objects.create(profile=profile, effective_on=effective_on, settings=settings, note=note)
    documents.require_complete(queries.document_of(profile.code, effective_on))
    journal.record(
        events.VERSION_ADDED, subject=f"profile:{profile.code}", region=profile.region, at=at, by=by,
        effective_on=effective_on.isoformat(), keys=sorted(settings), note=note,
    )  # fmt: skip
    return version


def _relied_on(profile: Profile) -> bool:
    """Whether this profile or one below it has said something already, so that a case may have pinned a day."""
    return ProfileVersion.objects.filter(profile__region__within=profile.region).exists()


def _still_ahead(effective_on: date, at: datetime) -> None:
    """A pin names a day. It means the same for ever because no version can begin on a day that may have been pinned."""
    if effective_on <= shanghai_day(at):
        raise InvalidInput({"effective_on": Text("Choose a day from tomorrow on: today and the past may have been relied on.")})


def _add_profile(document: dict[str, Any], at: datetime, by: Actor) -> Profile:
    profile = Profile.objects.create(
        code=document["code"], name=document["name"], name_en=document["name_en"], level=document["level"],
        parent_id=document["parent"], region=document["region"],
    )  # fmt: skip
    journal.record(events.PROFILE_ADDED, subject=f"profile:{profile.code}", region=profile.region, at=at, by=by, level=profile.level)
    return profile


def _check_file(document: dict[str, Any]) -> None:
    missing = [key for key in _FIELDS if key not in document]
    if missing:
        raise InvalidInput({key: Text("The file does not say this.") for key in missing})
    errors: dict[str, Text] = {}
    if document["level"] not in [level.value for level in ProfileLevel]:
        errors["level"] = Text("Choose one of: %(words)s.", {"words": ", ".join(level.value for level in ProfileLevel)})
    errors |= _wrong_parent(document) | _wrong_days(document["versions"])
    if errors:
        raise InvalidInput(errors)


def _wrong_parent(document: dict[str, Any]) -> dict[str, Text]:
    """A profile lies in its parent's region; only headquarters has none above it."""
    if document["parent"] is None:
        return {} if document["level"] == ProfileLevel.HEADQUARTERS else {"parent": Text("Name the profile above this one.")}
    parent = Profile.objects.filter(code=document["parent"]).first()
    if parent is None:
        return {"parent": Text("The profile above this one is not loaded yet.")}
    inside = within(document["region"], parent.region) and document["region"] != parent.region
    return {} if inside else {"region": Text("The region lies outside the region of the profile above.")}


def _wrong_days(versions: Any) -> dict[str, Text]:
    try:
        for version in versions:
            date.fromisoformat(version["effective_on"])
            documents.validate(version["settings"])
    except (TypeError, KeyError, ValueError):
        return {"versions": Text("Each version needs its settings and the day from which it counts, such as 2026-01-01.")}
    return {}
