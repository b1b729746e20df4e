"""The tree of profiles, and one profile value by value: who says it since when, what comes, what was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from govpost.catalogue import queries as catalogue
from govpost.common.actor import Actor, within
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import NotFound
from govpost.parties.roles import Role
from govpost.profiles import documents, queries
from govpost.profiles.models import Profile, ProfileVersion
from govpost.profiles.provenance import Source, sources_of
from govpost.surfaces.desk.profiles import words
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience

ADMIN = STAFF(Role.ADMIN)
INDENT = {"headquarters": 0, "province": 1, "city": 2, "county": 3}


@audience(ADMIN)
@require_safe
def profiles(request: ActorRequest) -> HttpResponse:
    """From headquarters down: what lies in the jurisdiction, and what it inherits from."""
    today = shanghai_day(now())
    found = readable(request.actor)
    by_profile = queries.versions_of([profile.code for profile in found])
    rows = [_line(request.actor, profile, by_profile.get(profile.code, []), today) for profile in found]
    return render(request, "desk/profiles/profiles.html", {"rows": rows})


def _line(actor: Actor, profile: Profile, versions: list[ProfileVersion], today: date) -> dict[str, Any]:
    begun = [version for version in versions if version.effective_on <= today]
    return {
        "profile": profile, "indent": INDENT[profile.level], "since": begun[-1].effective_on if begun else None,
        "own": len(begun[-1].settings) if begun else 0, "coming": [v.effective_on for v in versions if v.effective_on > today],
        "mine": actor.has(Role.ADMIN, str(profile.region)),
    }  # fmt: skip


@audience(ADMIN)
@require_safe
def profile(request: ActorRequest, code: str) -> HttpResponse:
    """Every value on a day with its source, the payer rules in the order in which they are asked, all versions."""
    found = open_profile(request.actor, code)
    at = now()
    on = asked_day(request.GET.get("on", ""), at)
    try:
        sources: Mapping[str, tuple[Source, ...]] = sources_of(code, on)
    except NotFound:
        sources = {}
    context = {
        "profile": found, "on": on, "mine": request.actor.has(Role.ADMIN, str(found.region)),
        "values": [_value(code, key, sources[key]) for key in documents.KEYS if key in sources and key != "payer_rules"],
        "rules": _rules(code, sources.get("payer_rules", ()), on), "versions": _versions(code, shanghai_day(at)), "today": shanghai_day(at),
        "above": [each for each in readable(request.actor) if each.code in queries.chain(code) and each.code != code],
    }  # fmt: skip
    return render(request, "desk/profiles/profile.html", context)


def readable(actor: Actor) -> list[Profile]:
    """Profiles in the actor's jurisdiction, and those above it that it inherits from; in the order of the tree."""
    regions = actor.regions([Role.ADMIN])
    found = [p for p in queries.profiles() if any(within(str(p.region), r) or within(r, str(p.region)) for r in regions)]
    return sorted(found, key=lambda p: str(p.region).split(".") if p.region else [])


def open_profile(actor: Actor, code: str) -> Profile:
    """Raises `NotFound` for what does not exist or lies elsewhere."""
    found = next((profile for profile in readable(actor) if profile.code == code), None)
    if found is None:
        raise NotFound("profile")
    return found


def asked_day(text: str, at: datetime) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return shanghai_day(at)


def _value(code: str, key: str, said: tuple[Source, ...]) -> dict[str, Any]:
    """The nearest level counts; what it overrides stands beneath."""
    nearest = said[0]
    return {
        "key": key, "title": words.title(key), "words": words.value(key, nearest.value), "source": nearest,
        "here": nearest.profile.code == code, "assessed": key == "risk",
        "overridden": [(words.value(key, each.value), each) for each in said[1:]],
    }  # fmt: skip


def _rules(code: str, said: tuple[Source, ...], on: date) -> list[dict[str, Any]]:
    """In the order in which they are asked: the nearest level's first."""
    rules = [(source, rule) for source in said for rule in source.value]
    names = item_names({item for _, rule in rules for item in rule["items"]})
    return [words.rule(rule, names) | {"source": source, "here": source.profile.code == code} for source, rule in rules]


def item_names(codes: set[str]) -> dict[str, str]:
    """Names of whole item codes; beginnings of codes have none."""
    return {code: local(service, "name") for code, service in catalogue.names(frozenset(codes)).items()}


def _versions(code: str, today: date) -> list[dict[str, Any]]:
    """Newest first; the one in force is marked, those to come may be withdrawn."""
    versions = queries.versions(code)
    in_force = max((version.effective_on for version in versions if version.effective_on <= today), default=None)
    return [
        {
            "version": version, "coming": version.effective_on > today, "in_force": version.effective_on == in_force,
            "says": [words.title(key) for key in documents.KEYS if key in version.settings],
        }
        for version in reversed(versions)
    ]  # fmt: skip
