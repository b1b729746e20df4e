"""Changes to places: seed data is loaded as often as you like, and a calendar's day can be set by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any

import chinese_calendar
from django.db import models, transaction

from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.places import areas, events, queries
from govpost.places.areas import Area
from govpost.places.models import CalendarDay, Division, Hall, Level, Outlet, OutletKind, ServiceArea
from govpost.places.pinyin import spell
from govpost.places.rules import MAY, NATIONAL, may_move_day, region_codes

FIRST_YEAR = 2024
SEEDED_ON = date(2016, 1, 1)


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
    permit(by, "set_day", MAY["set_day"], region=region_of_calendar(calendar, region))
    if not by.is_system:
        may_move_day(on=on, today=shanghai_day(at)).require()
    standing = CalendarDay.objects.select_for_update().filter(calendar=calendar, on=on).first()
    day, _ = CalendarDay.objects.update_or_create(
        calendar=calendar, on=on, defaults={"is_working": is_working, "confirmed": confirmed, "note": note}
    )
    journal.record(
        events.DAY_SET, subject=f"calendar:{calendar}", region=region_of_calendar(calendar, region), at=at, by=by,
        on=on.isoformat(), confirmed=confirmed, note=note, changes={"is_working": [standing.is_working if standing else None, is_working]},
    )  # fmt: skip
    return day


@transaction.atomic
def load_areas(*, at: datetime, by: Actor) -> int:
    """Townships and villages with delivery days (synthetic, marked 示例); what an administrator changed since stays."""
    permit(by, "load", MAY["load"], region="")
    outlets = dict(Outlet.objects.values_list("code", "id"))
    known = set(ServiceArea.objects.values_list("code", flat=True))
    new = [
        ServiceArea(
            code=row["code"], parent=row["parent"], division_id=row["division"], region=_region(row["division"]), name=row["name"],
            words=row["words"], outlet_id=outlets[row["outlet"]], days=row["days"], starts_on=SEEDED_ON,
        )
        for row in _rows("areas.csv") if row["code"] not in known
    ]  # fmt: skip
    ServiceArea.objects.bulk_create(new)
    _tell(events.AREAS_LOADED, len(new), at, by)
    return len(new)


@dataclass(frozen=True, slots=True)
class AreaRow:
    """What somebody wants a service area to be. `code` "": the area of this name, or a new one. `parent`: the township's name.

    `line` is that of the file it stands in, 0 where there is none.
    """

    name: str
    days: str
    outlet: str
    parent: str = ""
    words: str = ""
    code: str = ""
    closed: bool = False
    line: int = 0


@transaction.atomic
def keep_areas(*, division: str, rows: Sequence[AreaRow], starts_on: date, at: datetime, by: Actor) -> int:
    """What the service areas of a county are from a day on, all rows or none; returns how many say something new.

    Today only what takes nothing away (`areas.harmless`); anything else from tomorrow on. Raises InvalidInput naming "starts_on", or
    "row N" with what is wrong in it: the line of its file, or its place among `rows`.
    """
    county = queries.division(division)
    permit(by, "keep_areas", MAY["keep_areas"], region=str(county.region))
    today = shanghai_day(at)
    if starts_on < today:
        raise InvalidInput({"starts_on": Text("Choose today or a day to come: the past may have been relied on.")})
    Division.objects.select_for_update().get(code=county.code)  # two people's changes of one county follow each other
    wanted = _wanted(county, rows, starts_on)
    standing = {area.code: area for area in queries.areas(county.code, starts_on)}
    new = [area for area in wanted if _differs(standing.get(area.code), area)]
    if starts_on == today and not all(areas.harmless(standing.get(area.code), area) for area in new):
        raise InvalidInput({"starts_on": Text("This takes something away that was offered for today. Let it begin tomorrow or later.")})
    _write(county, new)
    if new:
        journal.record(
            events.AREAS_KEPT, subject=f"division:{county.code}", region=str(county.region), at=at, by=by,
            starts_on=starts_on.isoformat(), changes={area.name: [_days_of(standing.get(area.code)), _days_of(area)] for area in new},
        )  # fmt: skip
    return len(new)


def _wanted(county: Division, rows: Sequence[AreaRow], starts_on: date) -> list[Area]:
    """The rows as areas; townships that the same rows make are known to their villages."""
    known = {(area.parent, area.name): area.code for area in queries.areas(county.code, starts_on)}
    codes = {area.code for area in queries.area_versions(county.code)}
    offices = {outlet.code for outlet in queries.outlets(str(county.region))}
    errors: dict[str, Text] = {}
    wanted: list[Area] = []
    taken: set[str] = set()
    for place, row in sorted(enumerate(rows, start=1), key=lambda each: bool(each[1].parent.strip())):
        parent = known.get(("", row.parent.strip()), "")
        wrong = _wrong_area(row, parent, offices)
        if wrong is not None:
            errors[f"row {row.line or place}"] = wrong
            continue
        code = row.code if row.code in codes else known.get((parent, row.name.strip())) or _next_code(county.code, codes)
        if code in taken:
            errors[f"row {row.line or place}"] = Text("The same township or village stands in this list twice. Leave one.")
        codes.add(code)
        taken.add(code)
        known[parent, row.name.strip()] = code
        wanted.append(Area(code, parent, row.name.strip(), tuple(row.words.split()), row.outlet, row.days, starts_on, row.closed))
    if errors:
        raise InvalidInput(errors)
    return wanted


def _wrong_area(row: AreaRow, parent: str, offices: set[str]) -> Text | None:
    if not row.name.strip() or len(row.name) > areas.LONGEST_NAME:
        return Text("Write the name of the township or village.")
    if row.parent.strip() and not parent:
        return Text("The township %(name)s is not known in this county. Add it first.", {"name": row.parent.strip()})
    if list(row.days) != sorted(set(row.days) & set(areas.EVERY_DAY)):
        return Text("Write the days as numbers, Monday 1 to Sunday 7, such as 135; nothing where the post does not come.")
    if row.outlet not in offices:
        return Text("Choose an outlet of this county.")
    return None


def _next_code(division: str, codes: set[str]) -> str:
    """Ours, not the country's: township codes of 9 digits are not loaded, and none is made up."""
    return next(code for n in range(1, 100_000) if (code := f"{division}-N{n:04d}") not in codes)


def _days_of(area: Area | None) -> str:
    """What the journal says of an area before and after."""
    return "" if area is None or area.closed else f"{area.days or '-'} {area.outlet}"


def _differs(standing: Area | None, wanted: Area) -> bool:
    if standing is None:
        return not wanted.closed
    return any(getattr(standing, name) != getattr(wanted, name) for name in ("name", "words", "outlet", "days", "closed", "parent"))


def _write(county: Division, new: Sequence[Area]) -> None:
    outlets = dict(Outlet.objects.filter(code__in={area.outlet for area in new}).values_list("code", "id"))
    rows = [
        ServiceArea(
            code=area.code, parent=area.parent, division=county, region=str(county.region), name=area.name, words=" ".join(area.words),
            outlet_id=outlets[area.outlet], days=area.days, starts_on=area.starts_on, closed=area.closed,
        )
        for area in new
    ]  # fmt: skip
    ServiceArea.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code", "starts_on"],
        update_fields=["parent", "name", "words", "outlet", "days", "closed"],
    )  # fmt: skip


@transaction.atomic
def open_outlet(
    *, code: str, name: str, name_en: str, kind: OutletKind, division: str, address: str, phone: str, at: datetime, by: Actor
) -> bool:
    """A postal outlet of a county; whether it is new. The same again changes nothing, another under its code is refused."""
    row = {"code": code, "name": name, "name_en": name_en, "division": division, "address": address, "phone": phone}
    values = {**_placed(row), "kind": kind.value}
    permit(by, "open_outlet", MAY["open_outlet"], region=values["region"])
    if not Division.objects.filter(code=division).exists():
        raise InvalidInput({"division": Text("This code is not a county here. Use the six digits of GB/T 2260.")})
    office = Outlet.objects.filter(division_id=division, kind=OutletKind.DELIVERY_OFFICE.value, closed_on__isnull=True).exclude(code=code)
    if kind is OutletKind.DELIVERY_OFFICE and office.exists():
        raise InvalidInput({"division": Text("Another office delivers this county already. A county has one delivery office.")})
    return _open(Outlet, values, events.OUTLET_OPENED, at, by)


@transaction.atomic
def open_hall(
    *, code: str, name: str, name_en: str, division: str, address: str, phone: str, hours: str, station: str, at: datetime, by: Actor
) -> bool:
    """A service hall with the station that stands in it; whether it is new."""
    row = {"code": code, "name": name, "name_en": name_en, "division": division, "address": address, "phone": phone}
    values = {**_placed(row), "hours": hours}
    permit(by, "open_hall", MAY["open_hall"], region=values["region"])
    desk = Outlet.objects.filter(code=station, kind=OutletKind.STATION.value, division_id=division, closed_on__isnull=True).first()
    if desk is None:
        raise InvalidInput(
            {"station": Text("Name the station desk of this hall, in the same county. If there is none, open it as an outlet first.")}
        )
    return _open(Hall, {**values, "station_id": desk.id}, events.HALL_OPENED, at, by)


def _open(model: type[models.Model], values: dict[str, Any], fact: str, at: datetime, by: Actor) -> bool:
    standing = model._default_manager.filter(code=values["code"]).values(*values).first()
    if standing == values:
        return False
    if standing is not None:
        raise InvalidInput({"code": Text("This code stands and says something else. Use what stands, or choose another code.")})
    model._default_manager.create(**values)
    journal.record(fact, subject=f"place:{values['code']}", region=values["region"], at=at, by=by, code=values["code"])
    return True


def load_all(*, at: datetime, by: Actor) -> int:
    """Everything in the order in which it depends on each other; returns how many rows were new or changed."""
    permit(by, "load", MAY["load"], region="")
    return sum(load(at=at, by=by) for load in (load_divisions, load_outlets, load_halls, load_areas, load_calendar))


def region_of_calendar(calendar: str, said: str) -> str:
    """The country's, or that of the hall or outlet which the calendar names; only a calendar of no known one lies where it is said to."""
    if calendar == NATIONAL:
        return ""
    kind, _, code = calendar.rpartition(":")
    whose = (Outlet if kind == "outlet" else Hall).objects.filter(code=code).first()
    return str(whose.region) if whose else said


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
