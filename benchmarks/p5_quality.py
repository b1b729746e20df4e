"""P5: the figures of the rates page from rollup rows, beside DuckDB and PostgreSQL counting the same items; and whether all three agree.

The items are made by SQL where the follower would put them (`quality_factnow`: a year, the counties and outlets of the seed, three items,
94 of 100 on time), and the rollup from them with the grains of `keep.sql`. `--full` has the bars' 600,000 items and 1,000,000; and a rollup of
10,000,000 that stands alone: it is counted from the same distribution without keeping its items, for a page reads no item.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.ground import Ground
from benchmarks.inside import go_inside, milliseconds, owner

NAME = "P5 quality's figures"
GOAL = "≤ 15 ms and ≤ 0.3 of DuckDB; ten times the items ≤ 1.2 of the time; equal"
ITEMS, TIMES, FULL, FULL_TIMES = 100_000, 10, 600_000, 10_000_000
KPI, FIRST, LAST = "delivery_on_time", date(2025, 12, 1), date(2026, 11, 30)
MONTH = (date(2026, 9, 1), date(2026, 9, 30))
_SOURCE = """
SELECT md5(n::text)::uuid AS order_id, %(kpi)s AS kpi, 3 AS version, 'GP' || n AS number, %(first)s::date + (n %% 365)::int AS day,
       (%(first)s::date + (n %% 365)::int)::timestamp AT TIME ZONE 'Asia/Shanghai' + interval '21 hours' AS due_at, d.region,
       d.code AS division, o.code AS outlet, (ARRAY['000793001000', '000794001000', '000295001000'])[1 + n %% 3] AS item,
       CASE WHEN n %% 100 < 94 THEN 'on_time' WHEN n %% 100 < 98 THEN 'late' ELSE 'excluded' END AS outcome,
       CASE WHEN n %% 100 < 94 THEN '' WHEN n %% 100 < 98 THEN '103' ELSE '104' END AS reason, now() AS known_at
FROM generate_series(1, %(items)s) n
JOIN LATERAL (SELECT code, region, count(*) OVER () AS many, row_number() OVER (ORDER BY code) - 1 AS place FROM places_division
              WHERE level = 'county') d ON d.place = (n / 7) %% d.many
JOIN LATERAL (SELECT code FROM places_outlet WHERE division_id = d.code ORDER BY code LIMIT 1) o ON true
"""
_FACTS = f"INSERT INTO quality_factnow (order_id, kpi, version, number, day, due_at, region, division, outlet, item, outcome, reason, known_at) {_SOURCE}"
_ROLLUP = """
INSERT INTO quality_rollup (kpi, grain, day, region, division, outlet, item, reason, due, on_time, late, open, excluded)
SELECT kpi, CASE WHEN grouping(reason) = 0 THEN 3 WHEN grouping(item) = 0 THEN 2 WHEN grouping(outlet) = 0 THEN 1 ELSE 0 END,
       day, region, division, COALESCE(outlet, ''), COALESCE(item, ''), COALESCE(reason, ''), count(*),
       count(*) FILTER (WHERE outcome = 'on_time'), count(*) FILTER (WHERE outcome = 'late'), 0,
       count(*) FILTER (WHERE outcome = 'excluded')
FROM ({source}) f
GROUP BY GROUPING SETS ((kpi, day, region, division), (kpi, day, region, division, outlet), (kpi, day, region, division, outlet, item),
                        (kpi, day, region, division, outlet, reason))
HAVING grouping(reason) = 1 OR reason <> ''
"""
_COUNTED = "count(*), count(*) FILTER (WHERE outcome = 'on_time'), count(*) FILTER (WHERE outcome = 'late')"
Figures = list[tuple[str, int, int, int]]


def run(ground: Ground, *, full: bool) -> dict[str, Any]:
    go_inside(ground)
    items, many = (FULL, FULL_TIMES) if full else (ITEMS, ITEMS * TIMES)
    with owner(ground) as connection:
        connection.execute("TRUNCATE quality_factnow, quality_rollup")
        connection.execute(_FACTS, {"kpi": KPI, "first": FIRST, "items": items})
        connection.execute(_ROLLUP.format(source="SELECT * FROM quality_factnow"))
        connection.execute("ANALYZE quality_factnow, quality_rollup")
    ours = {name: milliseconds(ask) for name, ask in _questions().items()}
    page = milliseconds(lambda: [ask() for ask in _questions().values()])
    theirs, scan, equal = _other_side(ground)
    with owner(ground) as connection:
        connection.execute("TRUNCATE quality_factnow, quality_rollup")
        connection.execute(_ROLLUP.format(source=_SOURCE), {"kpi": KPI, "first": FIRST, "items": many})
        connection.execute("ANALYZE quality_rollup")
    large = milliseconds(lambda: [ask() for ask in _questions().values()])
    return {f"{name}_ms": value for name, value in ours.items()} | {
        "items": items, "page_ms": page, "duckdb_ms": theirs, "scan_ms": scan, "ratio": page / theirs, "equal": equal,
        "items_large": many, "page_large_ms": large, "ratio_large": large / page,
    }  # fmt: skip


def _questions() -> dict[str, Callable[[], Figures]]:
    """What the rates page asks of one rate for a month: by county, by day, the whole; the whole year beside it."""
    from govpost.common.actor import Actor
    from govpost.common.clock import SHANGHAI
    from govpost.quality import queries
    from govpost.quality.queries import Cut

    actor, at = Actor.system("bench"), datetime(2026, 12, 5, 9, tzinfo=SHANGHAI)
    month, year = Cut(KPI, *MONTH), Cut(KPI, FIRST, LAST)

    def figures(rows: Any) -> Figures:
        return [(row.key, row.counts.due, row.counts.on_time, row.counts.late) for row in rows]

    return {
        "month_by_county": lambda: figures(queries.by_county(actor, month, at=at)),
        "month_by_day": lambda: figures(queries.by_day(actor, month, at=at)),
        "year_by_city": lambda: figures(queries.by_city(actor, year, at=at)),
    }


_SAME = {
    "month_by_county": "SELECT division, {c} FROM {t} WHERE day BETWEEN '2026-09-01' AND '2026-09-30' GROUP BY 1 ORDER BY 1",
    "month_by_day": "SELECT day::text, {c} FROM {t} WHERE day BETWEEN '2026-09-01' AND '2026-09-30' GROUP BY 1 ORDER BY 1",
    "year_by_city": "SELECT left(division, 4), {c} FROM {t} GROUP BY 1 ORDER BY 1",
}


def _other_side(ground: Ground) -> tuple[float, float, bool]:
    """Milliseconds of DuckDB and of a scan for the same questions over the items, and whether all agree with the rollup."""
    asked = {name: ask() for name, ask in _questions().items()}
    wanted = {name: sql.format(c=_COUNTED, t="{t}") for name, sql in _SAME.items()}
    with tempfile.TemporaryDirectory() as folder, ground.connect() as connection:
        path = Path(folder) / "items.csv"
        with path.open("wb") as out, connection.cursor() as cursor:
            fields = "day, division, outlet, item, outcome, reason"
            with cursor.copy(f"COPY (SELECT {fields} FROM quality_factnow) TO STDOUT (FORMAT csv, HEADER)") as copy:  # noqa: S608
                for data in copy:
                    out.write(data)
        duck = duckdb.connect(str(Path(folder) / "items.duckdb"))
        duck.execute("CREATE TABLE items AS SELECT * FROM read_csv(?, all_varchar = true)", [str(path)])
        duck.execute("ALTER TABLE items ALTER day TYPE DATE")
        duck_ms = milliseconds(lambda: [duck.execute(sql.format(t="items")).fetchall() for sql in wanted.values()])
        scan_ms = milliseconds(lambda: [connection.execute(sql.format(t="quality_factnow")).fetchall() for sql in wanted.values()], 3)
        equal = all(
            [tuple(row) for row in duck.execute(wanted[name].format(t="items")).fetchall()] == rows
            and connection.execute(wanted[name].format(t="quality_factnow")).fetchall() == rows
            for name, rows in asked.items()
        )
        duck.close()
    return duck_ms, scan_ms, equal
