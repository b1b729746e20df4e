"""Questions about places and days. Nothing here is personal: divisions, outlets, halls and calendars are public."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.journal.stamps import remembered
from govpost.places import areas as service_areas
from govpost.places import rules
from govpost.places.addresses import STREET_LONGEST, CountyNames, StructuredAddress, take_apart
from govpost.places.areas import Area, Found
from govpost.places.models import CalendarDay, Division, Hall, Level, Outlet, OutletKind, ServiceArea
from govpost.places.pinyin import folded
from govpost.places.rules import NATIONAL, Day, Deadline


def division(code: str) -> Division:
    """A division by its code of 2, 4, 6 or 12 digits; raises `NotFound`."""
    path = rules.region_codes(code)
    found = Division.objects.filter(code=path[-1]).first() if path else None
    if found is None:
        raise NotFound("division")
    return found


def region_of(code: str) -> str:
    """The ltree path of a division: "341602" → "34.3416.341602"; "" is the whole country."""
    return division(code).region if code else ""


def divisions(codes: Iterable[str]) -> dict[str, Division]:
    """Several divisions by code, for pages that name many; unknown codes are left out."""
    return Division.objects.in_bulk(list(set(codes)))


def counties(within: str = "") -> list[Division]:
    """The counties at or below the region path `within`, by code."""
    return list(Division.objects.filter(level=Level.COUNTY.value, region__within=within).order_by("code"))


def cities(within: str = "") -> list[Division]:
    """The cities at or below the region path `within`, by code."""
    return list(Division.objects.filter(level=Level.CITY.value, region__within=within).order_by("code"))


def find_divisions(words: str, within: str = "", limit: int = 20) -> list[Division]:
    """Divisions by the beginning of their name, pinyin or initials, counties last."""
    start = folded(words)
    if not start:
        return []
    wanted = Q(name__startswith=words.strip()) | Q(pinyin__startswith=start) | Q(initials__startswith=start)
    return list(Division.objects.filter(wanted, region__within=within).order_by("code")[:limit])


@remembered("places")
def delivery_outlet(division_code: str) -> Outlet:
    """The outlet that delivers a county; raises `NotFound` where none does."""
    return _one_outlet(division=division(division_code), kind=OutletKind.DELIVERY_OFFICE.value, closed_on=None)


@remembered("places")
def find_delivery_outlet(division_code: str) -> Outlet | None:
    """The outlet that delivers a county, by its code; None where none does."""
    return kept_outlets(("",), kind=OutletKind.DELIVERY_OFFICE.value).filter(division=division_code, closed_on=None).first()


@remembered("places")
def outlet(code: str) -> Outlet:
    return _one_outlet(code=code)


@remembered("places")
def station_of(region: str) -> Outlet:
    """The first station desk within a region; raises `NotFound` where there is none."""
    found = outlets(region, OutletKind.STATION.value)
    if not found:
        raise NotFound("outlet")
    return found[0]


def outlets(within: str = "", kind: str = "") -> list[Outlet]:
    """Open outlets at or below the region path `within`, by code, of one kind if asked."""
    found = Outlet.objects.filter(region__within=within, closed_on=None).select_related("division").order_by("code")
    return list(found.filter(kind=kind) if kind else found)


def outlets_by_code(codes: Iterable[str]) -> dict[str, Outlet]:
    """Several outlets by code, for pages that name many; unknown codes are left out."""
    return {outlet.code: outlet for outlet in Outlet.objects.filter(code__in=set(codes))}


@remembered("places")
def hall(code: str) -> Hall:
    """A hall by its code with its station; raises `NotFound`."""
    found = Hall.objects.select_related("station", "division").filter(code=code).first()
    if found is None:
        raise NotFound("hall")
    return found


@remembered("places")
def halls_by_id(ids: frozenset[UUID]) -> dict[UUID, Hall]:
    """Several halls, for lists; they are not to be changed."""
    return Hall.objects.in_bulk(ids)


def halls(within: str = "") -> list[Hall]:
    """Open halls at or below the region path `within`, by code."""
    return list(Hall.objects.filter(region__within=within, closed_on=None).select_related("station", "division").order_by("code"))


@remembered("places")
def served_by(code: str) -> frozenset[str]:
    """The outlet with every closed one whose work it goes on with."""
    follows: dict[str, list[str]] = {}
    for closed, successor in Outlet.objects.exclude(successor="").values_list("code", "successor"):
        follows.setdefault(successor, []).append(closed)
    found, ahead = {code}, [code]
    while ahead:
        ahead = [each for one in ahead for each in follows.get(one, ()) if each not in found]
        found |= set(ahead)
    return frozenset(found)


@remembered("places")
def serving(code: str) -> str:
    """Who works on what lies at an outlet: itself, or once it is closed whoever goes on with it."""
    follows = dict(Outlet.objects.exclude(successor="").values_list("code", "successor"))
    passed = {code}
    while (following := follows.get(code, "")) and following not in passed:
        code = following
        passed.add(code)
    return code


def left_alone() -> list[Outlet]:
    """Closed outlets that name nobody who goes on with what lay there."""
    return list(Outlet.objects.filter(closed_on__isnull=False, successor="").order_by("code"))


@remembered("places")
def open_halls(within: str) -> list[Hall]:
    """The same, kept between requests: every application asks for them."""
    return halls(within)


def nearest_hall(halls: Iterable[Hall], county: str) -> Hall | None:
    """The hall that stands in a county (by code), else the one whose county lies nearest to it; None of none."""
    found = list(halls)
    own = next((hall for hall in found if hall.division_id == county), None)
    if own is not None or not found:
        return own
    here = divisions([county]).get(county)
    return min(found, key=lambda hall: rules.apart(here, hall.division)) if here else found[0]


def kept_outlets(regions: Iterable[str], *, words: str = "", kind: str = "") -> QuerySet[Outlet]:
    """Every outlet of some regions, closed ones too, by words in name, address or code."""
    found = Outlet.objects.filter(region__within_any=list(regions)).select_related("division")
    found = found.filter(kind=kind) if kind else found
    return found.filter(_words_in(words)) if words else found


def kept_halls(regions: Iterable[str], *, words: str = "") -> QuerySet[Hall]:
    """Every hall of some regions, closed ones too."""
    found = Hall.objects.filter(region__within_any=list(regions)).select_related("division", "station")
    return found.filter(_words_in(words)) if words else found


def areas_of_outlet(outlet: Outlet, on: date) -> list[Area]:
    """The townships and villages of its county that an outlet serves on a day."""
    return [area for area in areas(outlet.division_id, on) if area.outlet == outlet.code]


def exceptions(calendar: str, first: date) -> list[CalendarDay]:
    """The days of a hall's or outlet's own calendar from a day on, in order."""
    return list(CalendarDay.objects.filter(calendar=calendar, on__gte=first).exclude(calendar=NATIONAL).order_by("on"))


def year_of(calendar: str, year: int) -> list[Day]:
    """Every day of a year as a calendar has it, with what the notice or the exception says."""
    lookup = _Days(calendar)
    first = date(year, 1, 1)
    return [lookup(first + timedelta(days=ahead)) for ahead in range((date(year, 12, 31) - first).days + 1)]


@remembered("places")
def area_versions(division_code: str) -> tuple[Area, ...]:
    """Every version of the service areas of a county, those to come included."""
    rows = ServiceArea.objects.filter(division=division_code).select_related("outlet").order_by("code", "starts_on")
    return tuple(map(_area, rows))


def _area(row: ServiceArea) -> Area:
    return Area(row.code, row.parent, row.name, tuple(row.words.split()), row.outlet.code, row.days, row.starts_on, row.closed)


@remembered("places")
def areas_by_county(within: str, on: date) -> dict[str, list[Area]]:
    """County code → the areas in force on a day, of all counties at or below a region path that have any."""
    rows = ServiceArea.objects.filter(division__region__within=within).select_related("outlet").order_by("division", "code", "starts_on")
    by_county = {county: [_area(row) for row in group] for county, group in groupby(rows, key=lambda row: str(row.division_id))}
    return {county: service_areas.in_force(versions, on) for county, versions in by_county.items()}


@remembered("places")
def areas(division_code: str, on: date) -> tuple[Area, ...]:
    """The service areas of a county on a day, townships before their villages."""
    return tuple(sorted(service_areas.in_force(area_versions(division_code), on), key=lambda area: (area.parent or area.code, area.code)))


def find_area(division_code: str, street: str, on: date) -> Found:
    """The township or village that an address names; a county without areas, or an address that names none, is served as a whole."""
    return service_areas.find_area(areas(division_code, on), street)


def structured_address(division_code: str, street: str) -> StructuredAddress:
    """The address of a street in a county with all names above it; raises `InvalidInput` naming "county" or "street".

    Names that the street repeats are said once: a label must not read 谯城区谯城区示例路.
    """
    county = _county(division_code)
    text = " ".join(street.split())
    for name in (county.province, county.city, county.county) if county else ():
        text = text.removeprefix(name).lstrip() or text
    errors: dict[str, Text] = {}
    if county is None:
        errors["county"] = Text("Choose a county from the list.")
    if not text:
        errors["street"] = Text("Enter street, house and room, so that the courier finds the door.")
    if len(text) > STREET_LONGEST:
        errors["street"] = Text("The address is too long: use at most %(longest)s characters.", {"longest": STREET_LONGEST})
    if errors or county is None:
        raise InvalidInput(errors)
    return StructuredAddress(county.division, county.province, county.city, county.county, text, county.postcode)


def find_address(line: str, within: str = "") -> StructuredAddress | None:
    """A one-line address taken apart, if exactly one known county fits; None rather than a guess."""
    return take_apart(line, county_names(within))


def county_names(within: str = "") -> list[CountyNames]:
    """Every county with the names above it: load once and use `addresses.take_apart` for a whole file."""
    return _county_names(Q(region__within=within))


def day(on: date, calendar: str = NATIONAL) -> Day:
    """Whether the calendar works on a day: its own exception, else the national notice, else provisionally Monday to Friday."""
    return _Days(calendar)(on)


@remembered("places")
def days(first: date, last: date) -> dict[date, Day]:
    """The country's days from `first` to `last`, both included."""
    lookup = _Days(NATIONAL)
    return {on: lookup(on) for on in (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))}


@remembered("places")
def outlet_days(code: str, first: date, last: date) -> dict[date, bool]:
    """The days on which an outlet's couriers work, or do not, otherwise than usual (calendar "outlet:…")."""
    rows = CalendarDay.objects.filter(calendar=f"outlet:{code}", on__range=(first, last))
    return {row.on: row.is_working for row in rows}


def is_working_day(on: date, calendar: str = NATIONAL) -> bool:
    return day(on, calendar).is_working


def add_working_days(start: date, days: int, calendar: str = NATIONAL) -> Deadline:
    """The `days`-th working day after `start` (which is not counted) in the calendar; never fails for want of a notice."""
    return rules.add_working_days(start, days, _Days(calendar))


def add_calendar_days(start: date, days: int) -> Deadline:
    return rules.add_calendar_days(start, days)


def working_days_between(start: date, end: date, calendar: str = NATIONAL) -> int:
    """Working days after `start` up to and including `end`."""
    return rules.working_days_between(start, end, _Days(calendar))


def working_days(first: date, last: date, calendar: str = NATIONAL) -> list[date]:
    """The working days from `first` to `last`, both included."""
    lookup = _Days(calendar)
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return [on for on in days if lookup(on).is_working]


def calendar_covered_until(calendar: str = NATIONAL) -> date | None:
    """The last day with an official notice; the doctor warns when it comes near."""
    last: date | None = CalendarDay.objects.filter(calendar=calendar, confirmed=True).aggregate(last=Max("on"))["last"]
    return last


class _Days:
    """Looks days up year by year, so that a long term costs few questions."""

    def __init__(self, calendar: str) -> None:
        self._calendar = calendar
        self._years: dict[int, dict[date, Day]] = {}

    def __call__(self, on: date) -> Day:
        if on.year not in self._years:
            self._years[on.year] = _year(self._calendar, on.year)
        return self._years[on.year].get(on) or rules.provisional(on)


@remembered("places")
def _year(calendar: str, year: int) -> dict[date, Day]:
    """The days of a year that the calendar, or else the national notice, says something of."""
    rows = CalendarDay.objects.filter(calendar__in={NATIONAL, calendar}, on__year=year)
    return {row.on: Day(row.on, row.is_working, row.confirmed, row.note) for row in sorted(rows, key=lambda row: row.calendar == calendar)}


def _words_in(words: str) -> Q:
    return Q(code__istartswith=words) | Q(name__icontains=words) | Q(name_en__icontains=words) | Q(address__icontains=words)


def _one_outlet(**wanted: object) -> Outlet:
    found = Outlet.objects.select_related("division").filter(**wanted).first()
    if found is None:
        raise NotFound("outlet")
    return found


@remembered("places")
def _county(code: str) -> CountyNames | None:
    return next(iter(_county_names(Q(code=code))), None)


def _county_names(wanted: Q) -> list[CountyNames]:
    found = Division.objects.filter(wanted, level=Level.COUNTY.value).select_related("parent__parent").order_by("code")
    return [
        CountyNames(county.code, county.parent.parent.name, county.parent.name, county.name, county.postcode)
        for county in found
        if county.parent and county.parent.parent
    ]
