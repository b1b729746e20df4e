"""A standing city as a template: its settings, items, departments, halls, outlets, calendars and prices, without people and keys."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from govpost.catalogue import queries as catalogue
from govpost.catalogue.writing import document_of
from govpost.common.actor import Actor
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.ops.cities.shape import FORM
from govpost.ops.cities.words import CityWords, taken_out
from govpost.parties import queries as parties
from govpost.places import queries as places
from govpost.places.models import CalendarDay, Hall, Outlet, OutletKind
from govpost.profiles import queries as profiles
from govpost.profiles.models import Profile
from govpost.settlement.models import Agreement, Tariff

BY = Actor.system("profile export")


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
    words = _words(profile, halls[0])
    shape = {
        "profile": _profile(profile, on), "outlets": _outlets(profile, halls), "county_outlets": _county_outlets(profile),
        "halls": [_hall(hall) for hall in halls if hall.division_id == words.seat],
        "calendars": list(_calendar(halls, on)), "organisations": _organisations(profile, on),
        "tariffs": _tariffs(profile, on), "agreements": _agreements(profile, on), "catalogue": _items(profile, on),
    }  # fmt: skip
    fill_in = {"code": "", "division": "", "seat": "", "effective_on": "", "name": "", "name_en": ""}
    return {"form": FORM, "taken_from": code, "taken_on": on.isoformat(), "fill_in": fill_in, **taken_out(shape, words.table())}


def _words(profile: Profile, hall: Hall) -> CityWords:
    """The seat is the county in which the city's first hall stands."""
    city, seat = places.division(profile.region.rpartition(".")[2]), hall.division
    return CityWords(profile.code, city.code, profile.region, city.name, city.name_en, seat.code, seat.name, seat.name_en)


def _profile(profile: Profile, on: date) -> dict[str, Any]:
    """What the city itself says today; its assessment of risks is its own and stays."""
    version = next((v for v in reversed(profiles.versions(profile.code)) if v.effective_on <= on), None)
    settings = {key: value for key, value in (version.settings if version else {}).items() if key != "risk"}
    return {"level": profile.level, "settings": settings, "note": ""}


def _outlet(outlet: Outlet) -> dict[str, Any]:
    return {"code": outlet.code, "name": outlet.name, "name_en": outlet.name_en, "kind": outlet.kind}


def _outlets(profile: Profile, halls: list[Hall]) -> list[dict[str, Any]]:
    """Stations and centres of the seat; what stands in other counties depends on how many there are."""
    seat = halls[0].division_id
    found = [each for each in places.outlets(profile.region) if each.kind != OutletKind.DELIVERY_OFFICE and each.division_id == seat]
    return [{**_outlet(each), "division": seat, "address": "", "phone": ""} for each in found]


def _county_outlets(profile: Profile) -> list[dict[str, Any]]:
    """One pattern for the office that delivers a county; each county's address and telephone are filled in under its code."""
    offices = places.outlets(profile.region, OutletKind.DELIVERY_OFFICE.value)
    if not offices:
        return []
    county = offices[0].division
    words = {"county": county.code, "county_name": county.name, "county_en": county.name_en}
    return [{**taken_out(_outlet(offices[0]), words), "at": {}}]


def _hall(hall: Hall) -> dict[str, Any]:
    return {
        "code": hall.code, "name": hall.name, "name_en": hall.name_en, "division": hall.division_id, "address": "", "phone": "",
        "hours": hall.hours, "station": hall.station.code,
    }  # fmt: skip


def _calendar(halls: list[Hall], on: date) -> Iterable[dict[str, Any]]:
    """The halls' own exceptions that still lie ahead."""
    for day in CalendarDay.objects.filter(calendar__in=[f"hall:{hall.code}" for hall in halls], on__gte=on).order_by("calendar", "on"):
        yield {"calendar": day.calendar, "on": day.on.isoformat(), "is_working": day.is_working, "note": day.note}


def _organisations(profile: Profile, on: date) -> list[dict[str, Any]]:
    found = parties.organisations(BY, on=on)
    return [
        {"code": each.code, "name": each.name, "name_en": each.name_en, "kind": each.kind, "uscc": "",
         "hall": each.hall.code if each.hall else None}
        for each in found if str(each.region) == profile.region
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
