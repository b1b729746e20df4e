"""A standing city as a template: its settings, items, departments, halls, outlets, calendars and prices, without people and keys."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from govpost.catalogue import queries as catalogue
from govpost.catalogue.writing import document_of
from govpost.common.actor import Actor, within
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.ops.cities.shape import FORM
from govpost.ops.cities.words import CityWords, county_words, taken_out
from govpost.parties import queries as parties
from govpost.parties.models import Organisation
from govpost.places import queries as places
from govpost.places.models import CalendarDay, Hall, Outlet, OutletKind
from govpost.profiles import queries as profiles
from govpost.profiles.models import Profile
from govpost.settlement.models import Agreement, Tariff

BY = Actor.system("profile export")
_EXAMPLE = "示例"  # a made-up name fits everywhere


def template_of(code: str, *, on: date) -> dict[str, Any]:
    """Everything it takes for another city, with placeholders for what names this one and "" for what each city has of its own.

    Raises `InvalidInput` for a profile that is unknown or no city's.
    """
    profile = next((each for each in profiles.profiles() if each.code == code), None)
    if profile is None:
        raise InvalidInput({"code": Text("No profile has the code %(code)s.", {"code": code})})
    halls = places.halls(profile.region)
    if profile.level != "city" or not halls:
        raise InvalidInput({"code": Text("Only a city with a service hall can be a template. %(code)s is none.", {"code": code})})
    offices = [each for each in parties.organisations(BY, on=on) if within(str(each.region), profile.region)]
    words = _words(profile, _seat(profile, halls, offices))
    shape = {
        "profile": _profile(profile, on), "outlets": _outlets(profile, words.seat), "county_outlets": _county_outlets(profile),
        "halls": [_hall(hall) for hall in halls if hall.division_id == words.seat],
        "county_halls": _county_halls([hall for hall in halls if hall.division_id != words.seat], offices),
        "county_areas": _county_areas(profile, on), "areas": [],
        "calendars": list(_calendar([hall for hall in halls if hall.division_id == words.seat], on)),
        "organisations": _organisations(profile, offices),
        "tariffs": _tariffs(profile, on), "agreements": _agreements(profile, on), "catalogue": _items(profile, on),
    }  # fmt: skip
    fill_in = {"code": "", "division": "", "seat": "", "effective_on": "", "name": "", "name_en": ""}
    return {"form": FORM, "taken_from": code, "taken_on": on.isoformat(), "fill_in": fill_in, **taken_out(shape, words.table())}


def _seat(profile: Profile, halls: list[Hall], offices: Iterable[Organisation]) -> Hall:
    """The hall in which the city's own organisations sit."""
    return next((each.hall for each in offices if each.hall and str(each.region) == profile.region), halls[0])


def _words(profile: Profile, hall: Hall) -> CityWords:
    """The seat is the county in which the city's own hall stands."""
    city, seat = places.division(profile.region.rpartition(".")[2]), hall.division
    return CityWords(profile.code, city.code, profile.region, city.name, city.name_en, seat.code, seat.name, seat.name_en)


def _profile(profile: Profile, on: date) -> dict[str, Any]:
    """What the city itself says today; its assessment of risks is its own and stays."""
    version = next((v for v in reversed(profiles.versions(profile.code)) if v.effective_on <= on), None)
    settings = {key: value for key, value in (version.settings if version else {}).items() if key != "risk"}
    return {"level": profile.level, "settings": settings, "note": ""}


def _outlet(outlet: Outlet) -> dict[str, Any]:
    return {"code": outlet.code, "name": outlet.name, "name_en": outlet.name_en, "kind": outlet.kind}


def _outlets(profile: Profile, seat: str) -> list[dict[str, Any]]:
    """Stations and centres of the seat; what stands in other counties depends on how many there are."""
    found = [each for each in places.outlets(profile.region) if each.kind != OutletKind.DELIVERY_OFFICE and each.division_id == seat]
    return [{**_outlet(each), "division": seat, "address": "", "phone": ""} for each in found]


def _county_outlets(profile: Profile) -> list[dict[str, Any]]:
    """One pattern for the office that delivers a county; each county's address and telephone are filled in under its code."""
    offices = places.outlets(profile.region, OutletKind.DELIVERY_OFFICE.value)
    if not offices:
        return []
    return [{**taken_out(_outlet(offices[0]), county_words(offices[0].division)), "at": {}}]


def _county_halls(halls: list[Hall], offices: Iterable[Organisation]) -> list[dict[str, Any]]:
    """One pattern for the hall of a county, with the desk that stands in it and the office whose clerks work there."""
    if not halls:
        return []
    hall = halls[0]
    office = next((each for each in offices if each.hall == hall and str(each.region) == str(hall.region)), None)
    shape = {
        "code": hall.code, "name": hall.name, "name_en": hall.name_en, "hours": hall.hours, "station": hall.station.code,
        "station_name": hall.station.name, "station_name_en": hall.station.name_en, "office": office.code if office else "",
        "office_name": office.name if office else "", "office_name_en": office.name_en if office else "",
    }  # fmt: skip
    return [{**taken_out(shape, county_words(hall.division)), "at": {}}]


def _county_areas(profile: Profile, on: date) -> list[dict[str, Any]]:
    """Delivery days by kind of place, as in the first county that has them. A township's own name is no other city's: it stays."""
    county = next((each for each in places.counties(profile.region) if places.areas(each.code, on)), None)
    if county is None:
        return []
    words, standing = county_words(county), places.areas(county.code, on)
    names = {area.code: area.name for area in standing if words["county_short"] in area.name or _EXAMPLE in area.name}
    rows = [
        {"parent": names.get(area.parent, ""), "name": area.name, "words": " ".join(area.words), "days": area.days, "outlet": area.outlet}
        for area in standing if area.code in names and (not area.parent or area.parent in names)
    ]  # fmt: skip
    return [taken_out(row, words) for row in rows]


def _hall(hall: Hall) -> dict[str, Any]:
    return {
        "code": hall.code, "name": hall.name, "name_en": hall.name_en, "division": hall.division_id, "address": "", "phone": "",
        "hours": hall.hours, "station": hall.station.code,
    }  # fmt: skip


def _calendar(halls: list[Hall], on: date) -> Iterable[dict[str, Any]]:
    """The halls' own exceptions that still lie ahead."""
    for day in CalendarDay.objects.filter(calendar__in=[f"hall:{hall.code}" for hall in halls], on__gte=on).order_by("calendar", "on"):
        yield {"calendar": day.calendar, "on": day.on.isoformat(), "is_working": day.is_working, "note": day.note}


def _organisations(profile: Profile, offices: Iterable[Organisation]) -> list[dict[str, Any]]:
    return [
        {"code": each.code, "name": each.name, "name_en": each.name_en, "kind": each.kind, "uscc": "",
         "hall": each.hall.code if each.hall else None}
        for each in offices if str(each.region) == profile.region
    ]  # fmt: skip


def _tariffs(profile: Profile, on: date) -> list[dict[str, Any]]:
    """The city's own price tables as a proposal, without the document that sets them; the country's with all they say."""
    open_now = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    found = Tariff.objects.filter(open_now, starts_on__lte=on, region__in=["", profile.region]).prefetch_related("rows").order_by("code")
    return [
        {"code": each.code, "name": each.name, "name_en": each.name_en, "basis": each.basis, "is_public": each.is_public,
         "region": str(each.region), "document": "" if each.region else each.document,
         "public_notice": "" if each.region and each.is_public else each.public_notice,
         "rows": [_price(row) for row in each.rows.all()]}
        for each in found
    ]  # fmt: skip


def _price(row: Any) -> dict[str, Any]:
    price = row.to_price()
    return {name: getattr(price, name) for name in ("item", "direction", "zone", "first_g", "first_fen", "step_g", "step_fen")}


def _agreements(profile: Profile, on: date) -> list[dict[str, Any]]:
    found = Agreement.objects.filter(region=profile.region, starts_on__lte=on, ends_on__gte=on).order_by("number")
    return [
        {"number": "", "organisation": each.organisation.code, "payer": each.payer, "carrier": each.carrier, "tariff": each.tariff.code,
         "ends_on": ""}
        for each in found.select_related("organisation", "tariff")
    ]  # fmt: skip


def _items(profile: Profile, on: date) -> list[dict[str, Any]]:
    """What the city offers today; elsewhere it begins with that city's first day."""
    found = [service for service in catalogue.offered(profile.region, on) if str(service.region) == profile.region]
    return [{**document_of([service], catalogue.papers(service)), "valid_from": "{effective_on}"} for service in found]
