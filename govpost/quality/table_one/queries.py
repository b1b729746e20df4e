"""Table 1 on a day: cities with their cells, where each comes from, and the orders and cases behind a count.

Cost: one grouped statement over the days' sums for all cities together (a few thousand narrow rows a city and year; no order is read),
two for the rates, and configuration that is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from govpost.common.actor import Actor, permit, within
from govpost.common.clock import shanghai_midnight
from govpost.common.refusal import NotFound
from govpost.profiles import queries as profiles
from govpost.profiles.models import Profile
from govpost.profiles.provenance import Source, sources_of
from govpost.profiles.rules import ProfileLevel
from govpost.quality.models import Intake
from govpost.quality.queries import Cut, by_city
from govpost.quality.queries.cuts import next_code
from govpost.quality.queries.cuts import within as in_codes
from govpost.quality.rules import MAY, Counts
from govpost.quality.table_one.figures import RATES, Figure, figures_of
from govpost.quality.table_one.measures import MEASURES, Manner, Tally
from govpost.quality.table_one.rules import Cell, as_code, cells

AS_PRINTED = ("jining", "zhaoqing", "bozhou")  # the paper's columns; other cities follow by region
_ITSELF = Actor.system("table_one")


@dataclass(frozen=True, slots=True)
class City:
    """One column. sources: setting → who says it since when, the nearest first; figures: what the risk's assessment stands on."""

    profile: Profile
    cells: tuple[Cell, ...]
    sources: Mapping[str, tuple[Source, ...]]
    figures: tuple[Figure, ...]

    @property
    def risk(self) -> dict[str, Any]:
        found: dict[str, Any] = self.sources["risk"][0].value if "risk" in self.sources else {}
        return found


@dataclass(frozen=True, slots=True)
class Table:
    """What was declared on `on`, and what came in from `first` to that day: twelve months."""

    on: date
    first: date
    cities: tuple[City, ...]


def table(actor: Actor, *, on: date, at: datetime, codes: Iterable[str] = ()) -> Table:
    """The cities of the actor's jurisdiction (or those of `codes` among them) on a Shanghai day. Raises `NotPermitted`."""
    permit(actor, "table_one", MAY["table_one"])
    found = [profile for profile in cities(actor) if profile.code in set(codes)] if codes else cities(actor)
    first = year_before(on)
    tallies, rates = _tallies(found, first, on), _rates(first, on, at)
    return Table(on, first, tuple(city for profile in found if (city := _city(profile, on, tallies, rates))))


def cities(actor: Actor) -> list[Profile]:
    """Profiles of cities that lie in the actor's jurisdiction, the paper's first and in its order."""
    regions = ("",) if actor.is_system else actor.regions(MAY["table_one"])
    found = [p for p in profiles.profiles() if p.level == ProfileLevel.CITY and any(within(str(p.region), r) for r in regions)]
    place = {code: number for number, code in enumerate(AS_PRINTED)}
    return sorted(found, key=lambda p: (place.get(p.code, len(place)), str(p.region)))


def behind(actor: Actor, *, code: str, measure: str, on: date) -> tuple[Profile, QuerySet[Intake]]:
    """The orders or cases that a count of the table counts; raises `NotFound`."""
    permit(actor, "table_one", MAY["table_one"])
    profile = next((profile for profile in cities(actor) if profile.code == code), None)
    if profile is None or measure not in MEASURES:
        raise NotFound("figure")
    span = {"at__gte": shanghai_midnight(year_before(on)), "at__lt": shanghai_midnight(on + timedelta(days=1))}
    return profile, Intake.objects.filter(in_codes([_prefix(profile)]), **span, **MEASURES[measure].wanted())


def year_before(on: date) -> date:
    """The first of the twelve months that end with `on`."""
    last_year = on.replace(year=on.year - 1, day=28) if (on.month, on.day) == (2, 29) else on.replace(year=on.year - 1)
    return last_year + timedelta(days=1)


def _city(
    profile: Profile, on: date, tallies: Mapping[str, Mapping[date, Tally]], rates: Mapping[str, Mapping[str, Counts]]
) -> City | None:
    """None for a city that had not begun on that day."""
    try:
        sources = sources_of(profile.code, on)
    except NotFound:
        return None
    by_month, prefix = tallies.get(_prefix(profile), {}), _prefix(profile)
    document = {key: said[0].value for key, said in sources.items()}
    whole = sum(by_month.values(), Tally())
    figures = figures_of(by_month, year_before(on), on, {kpi: rates[kpi].get(prefix, Counts()) for kpi in RATES})
    return City(profile, tuple(cells(document, whole)), sources, tuple(figures))


_TALLIES = """
SELECT left(division, 4), date_trunc('month', day)::date, kind, direction, channel, screen, payer, sum(n)::bigint
FROM quality_intakeday JOIN unnest(%s::text[], %s::text[]) AS city(begins, ends) ON division >= begins AND division < ends
WHERE day BETWEEN %s AND %s
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""


def _tallies(found: Iterable[Profile], first: date, last: date) -> dict[str, dict[date, Tally]]:
    """City prefix → month → how much came in, by manner."""
    tallies: dict[str, dict[date, Tally]] = {}
    begins = [_prefix(profile) for profile in found]
    with connection.cursor() as cursor:
        cursor.execute(_TALLIES, [begins, [next_code(prefix) for prefix in begins], first, last])
        for prefix, month, *manner, n in cursor.fetchall():
            tallies.setdefault(prefix, {}).setdefault(month, Tally())[Manner(*manner)] += n
    return tallies


def _rates(first: date, last: date, at: datetime) -> dict[str, dict[str, Counts]]:
    return {kpi: {row.key: row.counts for row in by_city(_ITSELF, Cut(kpi, first, last), at=at)} for kpi in RATES}


def _prefix(profile: Profile) -> str:
    """Division codes nest: a city's first four digits begin its counties' codes."""
    return str(profile.region).rpartition(".")[2]


def said_of(city: City, setting: str) -> str:
    """The declared value of a setting as one word."""
    return as_code(city.sources[setting][0].value) if setting in city.sources else ""
