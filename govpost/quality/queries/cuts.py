"""Which figures are asked for and whose: every question of this room goes through a cut narrowed to the actor's jurisdiction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from govpost.common.actor import Actor
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted
from govpost.common.text import Text
from govpost.quality.kpis import KPIS
from govpost.quality.kpis.definition import Kpi
from govpost.quality.rules import MAY

LONGEST = 3 * 366  # days
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Cut:
    """Which figures are asked for: one KPI, Shanghai days `first` to `last`, at or below a place, optionally one outlet or item.

    within: region path ("34.3416"), "" for everything the actor may see. Raises InvalidInput naming the field.
    """

    kpi: str
    first: date
    last: date
    within: str = ""
    outlet: str = ""
    item: str = ""

    def __post_init__(self) -> None:
        errors: dict[str, Text] = {}
        if not re.fullmatch(r"(\d{2}(\.\d{4}(\.\d{6})?)?)?", self.within, re.ASCII):
            errors["within"] = Text("Choose a place from the list.")
        if not 0 <= (self.last - self.first).days <= LONGEST or not EARLIEST <= self.first <= self.last <= LATEST:
            errors["last"] = Text("Choose a last day that is not before the first, at most three years later.")
        for name in ("outlet", "item"):
            if not re.fullmatch(r"[\w.-]{0,64}", getattr(self, name)):
                errors[name] = Text("Choose from the list.")
        if errors:
            raise InvalidInput(errors)


def definitions() -> list[Kpi]:
    return list(KPIS.values())


def definition(code: str) -> Kpi:
    """Raises NotFound for a KPI that does not exist."""
    if code not in KPIS:
        raise NotFound("kpi")
    return KPIS[code]


def scope(actor: Actor) -> tuple[str, ...]:
    """Prefixes of division codes that the actor may see; a path's last label is the prefix of every county below it."""
    if actor.is_system:
        return ("",)
    regions = actor.regions(MAY["look"])
    if not regions:
        raise NotPermitted("look")
    return tuple(region.rpartition(".")[2] for region in regions)


def prefixes_of(actor: Actor, cut: Cut) -> tuple[str, ...]:
    """The actor's scope narrowed to the asked place."""
    wanted = cut.within.rpartition(".")[2]
    mine = scope(actor)
    if any(wanted.startswith(prefix) for prefix in mine):
        return (wanted,)
    return tuple(prefix for prefix in mine if prefix.startswith(wanted))


def within(prefixes: Sequence[str], column: str = "division") -> Q:
    """Code ranges instead of ltree operators, so that the plain indexes serve; no prefix matches nothing."""
    found = Q(pk__in=[])
    for prefix in prefixes:
        if not prefix:
            return Q()
        found |= Q(**{f"{column}__gte": prefix, f"{column}__lt": next_code(prefix)})
    return found


def sql_within(prefixes: Sequence[str]) -> tuple[str, list[str]]:
    if "" in prefixes:
        return "TRUE", []
    parts = ["(division >= %s AND division < %s)" for _ in prefixes]
    return f"({' OR '.join(parts) or 'FALSE'})", [bound for prefix in prefixes for bound in (prefix, next_code(prefix))]


def next_code(prefix: str) -> str:
    """The first code after all that begin with `prefix`: 3416 → 3417."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)
