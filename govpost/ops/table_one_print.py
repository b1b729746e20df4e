"""Table 1 as text for people and as one JSON object for programs."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.utils import translation

from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.ops import saying
from govpost.quality.table_one import queries
from govpost.quality.table_one.queries import City, Table
from govpost.quality.table_one.rules import DECLARED, Cell
from govpost.surfaces.shared.words import say

_NO_CITY = "Their codes stand on the page “City profiles”; `--on` must not lie before a profile began."


def print_table(*, on: date | None, codes: list[str], language: str, as_json: bool) -> int:
    at = now()
    table = queries.table(Actor.system("table1"), on=on or shanghai_day(at), at=at, codes=codes)
    missing = sorted(set(codes) - {city.profile.code for city in table.cities})
    if missing or not table.cities:
        error = f"There is no city's profile {', '.join(missing)}.".replace(" .", ".")
        return saying.say(saying.Failure(error, _NO_CITY), as_json=as_json)
    with translation.override("zh-hans" if language == "zh" else "en"):
        print(json.dumps(as_object(table), ensure_ascii=False, indent=2) if as_json else as_text(table))
    return 0


def as_object(table: Table) -> dict[str, Any]:
    """City → row → {value, exceptions, derived_from, exercised}; the risk's row has its figures and who signed it on which day."""
    return {city.profile.code: {cell.row.key: _cell(table, city, cell) for cell in city.cells} for city in table.cities}


def _cell(table: Table, city: City, cell: Cell) -> dict[str, Any]:
    source = next(iter(city.sources.get(cell.row.setting, ())), None)
    derived = {
        "setting": cell.row.setting, "said": cell.said, "profile": source.profile.code if source else None,
        "since": source.since.isoformat() if source else None,
        "counted": {"from": table.first.isoformat(), "to": table.on.isoformat()},
    }  # fmt: skip
    return {
        "value": say(cell.words),
        "exceptions": [{"code": each.measure.code, "words": say(each.measure.words), "count": each.n} for each in cell.exceptions],
        "derived_from": derived | (_assessment(city) if cell.assessed else {}),
        "exercised": cell.exercised,
        "lacking": [say(each) for each in cell.lacking],
    }


def _assessment(city: City) -> dict[str, Any]:
    figures = [{"code": f.code, "words": say(f.words), "part": f.part, "of": f.whole, "months": f.months} for f in city.figures]
    return {"assessed_on": city.risk.get("assessed_on"), "signed_by": city.risk.get("signed_by"), "figures": figures}


def as_text(table: Table) -> str:
    """The table row by row: a city's cell, and beneath it what is apart."""
    lines = [f"{table.on.isoformat()}  ({table.first.isoformat()} – {table.on.isoformat()})"]
    for place, row in enumerate(table.cities[0].cells):
        lines += ["", say(row.row.title)]
        for city in table.cities:
            cell = city.cells[place]
            lines += [f"  {city.profile.name}  {say(cell.words)}", *(f"      · {note}" for note in _notes(city, cell))]
    return "\n".join(lines)


def _notes(city: City, cell: Cell) -> list[str]:
    notes = [f"{say(each.measure.words)}: {each.n}" for each in cell.exceptions]
    if cell.lacking:
        notes.append(f"{say(DECLARED)} ({'; '.join(map(say, cell.lacking))})")
    if cell.assessed and city.risk:
        notes.append(f"{city.risk['assessed_on']}  {city.risk['signed_by']}")
        notes += [f"{say(f.words)}  {f.part}{'' if f.whole is None else f' / {f.whole}'}" for f in city.figures]
    return notes
