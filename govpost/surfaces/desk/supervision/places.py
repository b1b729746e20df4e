"""The places of a jurisdiction: what a supervisor may choose, and what lies one level below."""

from __future__ import annotations

from typing import Any

from govpost.common.actor import Actor
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.places.models import Division
from govpost.surfaces.desk.words import local


def choices(actor: Actor) -> list[tuple[str, Any]]:
    """The cities and counties of the jurisdiction, grouped by city; each value is a region path."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for region in actor.regions([Role.SUPERVISOR]):
        cities = {city.code: city for city in (*places.cities(region), *_city_above(region))}
        for city in cities.values():
            if region.count(".") <= 1:
                grouped.setdefault(local(city, "name"), []).append((str(city.region), local(city, "name")))
        for county in places.counties(region):
            above = cities.get(county.code[:4])
            grouped.setdefault(local(above, "name"), []).append((str(county.region), local(county, "name")))
    return list(grouped.items())


def below(actor: Actor, region: str) -> list[Division]:
    """One level below a place, or below the whole jurisdiction (""): provinces, cities of a province, counties of a city."""
    tops = (region,) if region else actor.regions([Role.SUPERVISOR])
    return [place for top in tops for place in _children(top)]


def _city_above(region: str) -> list[Division]:
    """The city of a jurisdiction that is one county only."""
    parts = region.split(".")
    return [places.division(parts[1])] if len(parts) > 2 else []


def _children(region: str) -> list[Division]:
    depth = len(region.split(".")) if region else 0
    if depth == 0:
        above = places.divisions(city.parent_id for city in places.cities() if city.parent_id)
        return [above[code] for code in sorted(above)]
    return places.cities(region) if depth == 1 else places.counties(region) if depth == 2 else []
