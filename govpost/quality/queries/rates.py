"""Tables of rates by place, outlet, item and day: sums of the coarsest rollup rows that can answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day, shanghai_midnight
from govpost.places import queries as places
from govpost.quality.models import Grain
from govpost.quality.queries.cuts import Cut, definition, prefixes_of, sql_within
from govpost.quality.rules import Counts


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of rates: the key (a place's code, an outlet's code, a day) with its name in both languages."""

    key: str
    name: str
    name_en: str
    counts: Counts


def total(actor: Actor, cut: Cut, *, at: datetime) -> Counts:
    """The figures of a whole cut, as read at `at`."""
    return next((row.counts for row in _rates(actor, cut, "", at)), Counts())


def by_province(actor: Actor, cut: Cut, *, at: datetime) -> list[Row]:
    return _named_places(_rates(actor, cut, "left(division, 2)", at))


def by_city(actor: Actor, cut: Cut, *, at: datetime) -> list[Row]:
    return _named_places(_rates(actor, cut, "left(division, 4)", at))


def by_county(actor: Actor, cut: Cut, *, at: datetime) -> list[Row]:
    """One row per county with mail due, by code; names come with it."""
    return _named_places(_rates(actor, cut, "division", at))


def by_outlet(actor: Actor, cut: Cut, *, at: datetime) -> list[Row]:
    """One row per outlet with mail due, by code."""
    rows = _rates(actor, cut, "outlet", at)
    names = {outlet.code: outlet for outlet in places.outlets(cut.within)} if rows else {}
    return [Row(row.key, names[row.key].name, names[row.key].name_en, row.counts) if row.key in names else row for row in rows]


def by_day(actor: Actor, cut: Cut, *, at: datetime) -> list[Row]:
    """The trend: one row per Shanghai day of the cut, days without mail included (key: ISO date)."""
    found = {row.key: row.counts for row in _rates(actor, cut, "day::text", at)}
    days = [cut.first + timedelta(days=n) for n in range((cut.last - cut.first).days + 1)]
    return [Row(str(day), str(day), str(day), found.get(str(day), Counts())) for day in days]


def by_item(actor: Actor, cut: Cut, *, at: datetime) -> list[Row]:
    """One row per catalogue item code."""
    return _rates(actor, cut, "item", at)


def _rates(actor: Actor, cut: Cut, key: str, at: datetime) -> list[Row]:
    """Sums of the coarsest rollup rows that can answer, grouped by the SQL expression `key` ("" for one sum)."""
    definition(cut.kpi)
    prefixes = prefixes_of(actor, cut)
    rows = _sums(cut, prefixes, key, shanghai_day(at))
    overdue = _overdue_today(cut, prefixes, key, at)
    return [Row(k, k, k, counts + Counts(overdue=overdue.get(k, 0))) for k, counts in rows]


def _grain(cut: Cut, key: str) -> Grain:
    if cut.item or key == "item":
        return Grain.ITEM
    return Grain.OUTLET if cut.outlet or key == "outlet" else Grain.COUNTY


def _sums(cut: Cut, prefixes: Sequence[str], key: str, today: date) -> list[tuple[str, Counts]]:
    inner, params = sql_within(prefixes)
    sql = f"""
        SELECT {key or "''"} AS k, sum(due)::bigint, sum(on_time)::bigint, sum(late)::bigint, sum(open)::bigint,
               sum(excluded)::bigint, COALESCE(sum(open) FILTER (WHERE day < %s), 0)::bigint
        FROM quality_rollup
        WHERE kpi = %s AND grain = {_grain(cut, key).value} AND day BETWEEN %s AND %s AND {inner}
          AND (%s = '' OR outlet = %s) AND (%s = '' OR item = %s)
        GROUP BY 1 HAVING sum(due) > 0 ORDER BY 1
    """  # noqa: S608 `key` is one of this module's own expressions
    with connection.cursor() as cursor:
        cursor.execute(sql, [today, cut.kpi, cut.first, cut.last, *params, cut.outlet, cut.outlet, cut.item, cut.item])
        return [(key_value, Counts(*counts)) for key_value, *counts in cursor.fetchall()]


def _overdue_today(cut: Cut, prefixes: Sequence[str], key: str, at: datetime) -> dict[str, int]:
    """What is due today and already overdue; only the facts know the hour."""
    today = shanghai_day(at)
    if not cut.first <= today <= cut.last:
        return {}
    inner, params = sql_within(prefixes)
    sql = f"""
        SELECT {key or "''"} AS k, count(*) FROM quality_factnow
        WHERE kpi = %s AND outcome = 'open' AND due_at >= %s AND due_at < %s AND {inner}
          AND (%s = '' OR outlet = %s) AND (%s = '' OR item = %s)
        GROUP BY 1
    """  # noqa: S608 `key` is one of this module's own expressions
    with connection.cursor() as cursor:
        cursor.execute(sql, [cut.kpi, shanghai_midnight(today), at, *params, cut.outlet, cut.outlet, cut.item, cut.item])
        return dict(cursor.fetchall())


def _named_places(rows: Sequence[Row]) -> list[Row]:
    names = places.divisions([row.key for row in rows])
    return [Row(row.key, names[row.key].name, names[row.key].name_en, row.counts) if row.key in names else row for row in rows]
