"""Changes to places: seed data is loaded as often as you like, and a calendar's day can be set by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any

import chinese_calendar
from django.db import models, transaction

from govpost.common.actor import Actor, permit
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.places import events
from govpost.places.models import CalendarDay, Division, Hall, Level, Outlet, OutletKind
from govpost.places.pinyin import spell
from govpost.places.rules import MAY, NATIONAL, region_codes

FIRST_YEAR = 2024


@transaction.atomic
def load_divisions(*, at: datetime, by: Actor) -> int:
    """Provinces, cities and counties with postcodes and rough middles; returns how many were new or changed."""
    permit(by, "load", MAY["load"], region="")
    changed = _keep(Division, "code", [_division(row) for row in _rows("divisions.csv")])
    _tell(events.DIVISIONS_LOADED, changed, at, by)
    return changed


@transaction.atomic
def load_outlets(*, at: datetime, by: Actor) -> int:
    """Delivery offices, hall stations and sorting centres (synthetic); returns how many were new or changed."""
    permit(by, "load", MAY["load"], region="")
    rows = [{**_placed(row), "kind": OutletKind(row["kind"]).value} for row in _rows("outlets.csv")]
    changed = _keep(Outlet, "code", rows)
    _tell(events.OUTLETS_LOADED, changed, at, by)
    return changed


@transaction.atomic
def load_halls(*, at: datetime, by: Actor) -> int:
    """Service halls with their stations (synthetic); returns how many were new or changed."""
    permit(by, "load", MAY["load"], region="")
    stations = dict(Outlet.objects.values_list("code", "id"))
    rows = [{**_placed(row), "hours": row["hours"], "station_id": stations[row["station"]]} for row in _rows("halls.csv")]
    changed = _keep(Hall, "code", rows)
    _tell(events.HALLS_LOADED, changed, at, by)
    return changed


@transaction.atomic
def load_calendar(*, at: datetime, by: Actor) -> int:
    """The national notice of holidays and make-up days, as far as it is known; a day set by hand stays as it is.

    Returns how many days were new.
    """
    permit(by, "load", MAY["load"], region="")
    before = CalendarDay.objects.filter(calendar=NATIONAL).count()
    CalendarDay.objects.bulk_create(list(_notice(FIRST_YEAR)), ignore_conflicts=True, batch_size=1000)
    added = CalendarDay.objects.filter(calendar=NATIONAL).count() - before
    _tell(events.CALENDAR_LOADED, added, at, by)
    return added


@transaction.atomic
def set_day(*, calendar: str, on: date, is_working: bool, confirmed: bool, note: str, region: str, at: datetime, by: Actor) -> CalendarDay:
    """Set one day of a calendar; "CN" is the country's (region ""), others hold the exceptions of one hall or office."""
    if not calendar.strip():
        raise InvalidInput({"calendar": Text("Name the calendar: CN, or the hall's own.")})
    permit(by, "set_day", MAY["set_day"], region=_region_of(calendar, region))
    day, _ = CalendarDay.objects.update_or_create(
        calendar=calendar, on=on, defaults={"is_working": is_working, "confirmed": confirmed, "note": note}
    )
    journal.record(
        events.DAY_SET, subject=f"calendar:{calendar}", region=region, at=at, by=by,
        on=on.isoformat(), is_working=is_working, confirmed=confirmed, note=note,
    )  # fmt: skip
    return day


def load_all(*, at: datetime, by: Actor) -> int:
    """Everything in the order in which it depends on each other; returns how many rows were new or changed."""
    permit(by, "load", MAY["load"], region="")
    return sum(load(at=at, by=by) for load in (load_divisions, load_outlets, load_halls, load_calendar))


def _region_of(calendar: str, said: str) -> str:
    """The country's, or that of the hall which the calendar names; only a calendar of no known hall lies where it is said to."""
    if calendar == NATIONAL:
        return ""
    hall = Hall.objects.filter(code=calendar.removeprefix("hall:")).first()
    return str(hall.region) if hall else said


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("govpost.places").joinpath("data", name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _division(row: dict[str, str]) -> dict[str, Any]:
    code, spelling = row["code"], spell(row["name"])
    level = (Level.PROVINCE, Level.CITY, Level.COUNTY)[len(code) // 2 - 1]
    return {
        "code": code, "name": row["name"], "name_en": row["name_en"], "level": level.value, "parent_id": code[:-2] or None,
        "region": _region(code), "pinyin": spelling.full, "initials": spelling.initials, "postcode": row["postcode"],
        "longitude": float(row["longitude"]), "latitude": float(row["latitude"]),
    }  # fmt: skip


def _placed(row: dict[str, str]) -> dict[str, Any]:
    """What outlets and halls have in common."""
    return {
        "code": row["code"], "name": row["name"], "name_en": row["name_en"], "division_id": row["division"],
        "region": _region(row["division"]), "address": row["address"], "phone": row["phone"],
    }  # fmt: skip


def _region(code: str) -> str:
    return ".".join(region_codes(code))


def _keep(model: type[models.Model], key: str, rows: list[dict[str, Any]]) -> int:
    """Write the rows that do not stand as wanted yet; returns how many were written."""
    standing = {row[key]: row for row in model._default_manager.values(*rows[0])}
    new = [model(**row) for row in rows if row[key] not in standing]
    changed = [row for row in rows if row[key] in standing and standing[row[key]] != row]
    model._default_manager.bulk_create(new)
    for row in changed:
        model._default_manager.filter(**{key: row[key]}).update(**row)
    return len(new) + len(changed)


def _tell(kind: str, changed: int, at: datetime, by: Actor) -> None:
    if changed:
        journal.record(kind, subject="places:seed", region="", at=at, by=by, changed=changed)


def _notice(first_year: int) -> Iterator[CalendarDay]:
    """Day by day until the package knows no further year."""
    on = date(first_year, 1, 1)
    while True:
        try:
            is_working = chinese_calendar.is_workday(on)
        except NotImplementedError:
            return
        yield CalendarDay(calendar=NATIONAL, on=on, is_working=is_working, confirmed=True, note=_note(on, is_working))
        on += timedelta(days=1)


def _note(on: date, is_working: bool) -> str:
    _, name = chinese_calendar.get_holiday_detail(on)
    if not name:
        return ""
    holiday = chinese_calendar.Holiday(name).chinese
    return f"{holiday}调休上班" if is_working else str(holiday)
