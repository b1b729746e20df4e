"""A filled-in template becomes a city: checked whole, then made through the rooms' actions in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from govpost.catalogue import actions as catalogue
from govpost.common.actor import Actor, within
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.ops.cities import shape
from govpost.ops.cities.words import COUNTY_WORDS, CityWords, county_words, put_in
from govpost.parties import actions as parties
from govpost.parties import queries as organisations
from govpost.parties.models import Organisation, OrganisationKind
from govpost.places import actions as places
from govpost.places import queries
from govpost.places.actions import AreaRow
from govpost.places.models import Division, OutletKind
from govpost.profiles import actions as profiles
from govpost.profiles import queries as standing
from govpost.settlement import actions as settlement
from govpost.settlement.models import Agreement, Tariff
from govpost.settlement.rules import PriceRow

BY = Actor.system("profile import")


@dataclass(slots=True)
class Made:
    """What an import made, and how much of it stood already, by part of the template."""

    new: dict[str, list[str]] = field(default_factory=dict)
    stood: int = 0

    def note(self, part: str, code: str, *, new: bool) -> None:
        if new:
            self.new.setdefault(part, []).append(code)
        else:
            self.stood += 1


def bring_in(template: Any, *, at: datetime, dry_run: bool = False) -> Made:
    """Make the city, or with `dry_run` say what would be made. The same file again makes nothing.

    Raises `InvalidInput` whose keys are places in the file; then nothing was made.
    """
    shape.check_form(template)
    with transaction.atomic():
        _ground(at)
        words, counties = _named(template["fill_in"])
        city = _filled(template, words)
        shape.check_values(city, [county.code for county in counties])
        made = Made()
        for make in (_places, _county_halls, _areas, _organisations, _profile, _prices, _items):
            make(_Import(city, words, counties, made, at))
        transaction.set_rollback(dry_run)
    return made


@dataclass(frozen=True, slots=True)
class _Import:
    city: dict[str, Any]
    words: CityWords
    counties: list[Division]
    made: Made
    at: datetime

    @property
    def starts_on(self) -> date:
        return date.fromisoformat(self.words.effective_on)


def _ground(at: datetime) -> None:
    """What every city stands on and a new installation does not have yet: divisions, calendar, headquarters' settings."""
    places.load_divisions(at=at, by=BY)
    places.load_calendar(at=at, by=BY)
    if not standing.profiles():
        profiles.load_profile(document=profiles.seed("headquarters"), at=at, by=BY)


def _named(filled: dict[str, str]) -> tuple[CityWords, list[Division]]:
    city = _division(filled["division"], "division")
    if city.level != "city":
        raise InvalidInput({"fill_in.division": Text("Give the four digits of a city (GB/T 2260).")})
    counties = queries.counties(str(city.region))
    seat = _division(filled["seat"], "seat")
    if seat not in counties:
        raise InvalidInput({"fill_in.seat": Text("Give the six digits of a county of this city (GB/T 2260).")})
    return CityWords(
        filled["code"], city.code, str(city.region), city.name, city.name_en, seat.code, seat.name, seat.name_en, filled["effective_on"]
    ), counties


def _division(code: str, key: str) -> Division:
    try:
        return queries.division(code)
    except NotFound as missing:
        sentence = Text("This division is not known. Add it to places/data/divisions.csv, or check its code (GB/T 2260).")
        raise InvalidInput({f"fill_in.{key}": sentence}) from missing


def _filled(template: dict[str, Any], words: CityWords) -> dict[str, Any]:
    """The template's parts with this city's words; a county's own words are put in county by county."""
    unknown: dict[str, str] = {}
    parts = {part: template[part] for part in ("profile", "catalogue", *shape.SECTIONS)}
    kept = words.table() | {name: f"{{{name}}}" for name in COUNTY_WORDS}
    city = {part: put_in(value, kept, at=part, unknown=unknown) for part, value in parts.items()}
    if unknown:
        raise InvalidInput({at: Text("Nobody knows the placeholder %(word)s.", {"word": word}) for at, word in unknown.items()})
    return {**city, "fill_in": template["fill_in"]}


@contextmanager
def _at(path: str) -> Iterator[None]:
    """What an action refuses is said at its place in the file."""
    try:
        yield
    except InvalidInput as refused:
        raise InvalidInput({f"{path}.{key}": sentence for key, sentence in refused.errors.items()}) from refused
    except Refusal as refused:
        raise InvalidInput({path: refused.sentence}) from refused


def _places(this: _Import) -> None:
    for place, row in enumerate(this.city["outlets"]):
        with _at(f"outlets.{place}"):
            _outlet(this, row)
    for place, pattern in enumerate(this.city["county_outlets"]):
        for county in this.counties:
            row = put_in({key: pattern[key] for key in ("code", "name", "name_en", "kind")}, county_words(county), at="", unknown={})
            with _at(f"county_outlets.{place}.at.{county.code}"):
                _outlet(this, {**row, "division": county.code, **pattern["at"][county.code]})
    for place, row in enumerate(this.city["halls"]):
        with _at(f"halls.{place}"):
            this.made.note("halls", row["code"], new=places.open_hall(**row, at=this.at, by=BY))
    for place, row in enumerate(this.city["calendars"]):
        with _at(f"calendars.{place}"):
            _free_day(this, row)


def _county_halls(this: _Import) -> None:
    """Of the counties that have one: the desk that stands in it, the hall, and the office whose clerks work there."""
    for place, pattern in enumerate(this.city["county_halls"]):
        for county in (each for each in this.counties if each.code in pattern["at"]):
            said = pattern["at"][county.code]
            row = put_in({key: value for key, value in pattern.items() if key != "at"}, county_words(county), at="", unknown={})
            where = {"division": county.code, "address": said["address"], "phone": said["phone"]}
            hall = {key: row[key] for key in ("code", "name", "name_en", "hours", "station")}
            with _at(f"county_halls.{place}.at.{county.code}"):
                desk = {"code": row["station"], "name": row["station_name"], "name_en": row["station_name_en"], "kind": OutletKind.STATION}
                _outlet(this, {**desk, **where})
                this.made.note("halls", row["code"], new=places.open_hall(**hall, **where, at=this.at, by=BY))
                if row["office"]:
                    _office(this, row, said["uscc"], str(county.region))


def _office(this: _Import, row: dict[str, Any], uscc: str, region: str) -> None:
    office = {"code": row["office"], "name": row["office_name"], "name_en": row["office_name_en"], "uscc": uscc, "hall": row["code"]}
    _organisation(this, {**office, "kind": OrganisationKind.GOVERNMENT.value}, region)


def _areas(this: _Import) -> None:
    """Townships and villages with their delivery days: a county's own rows, else the pattern; what stands in a county stays."""
    for county in this.counties:
        own = [row for row in this.city["areas"] if row["county"] == county.code]
        pattern = put_in(this.city["county_areas"], county_words(county), at="", unknown={})
        rows = [AreaRow(**{key: row[key] for key in ("name", "days", "outlet", "parent", "words")}) for row in own or pattern]
        new = bool(rows) and not queries.area_versions(county.code)
        if new:
            with _at(f"areas.{county.code}" if own else "county_areas"):
                first = max(this.starts_on, shanghai_day(this.at))
                places.keep_areas(division=county.code, rows=rows, starts_on=first, at=this.at, by=BY)
        this.made.note("areas", county.code, new=new)


def _outlet(this: _Import, row: dict[str, Any]) -> None:
    values = {**row, "kind": OutletKind(row["kind"])}
    this.made.note("outlets", row["code"], new=places.open_outlet(**values, at=this.at, by=BY))


def _free_day(this: _Import, row: dict[str, Any]) -> None:
    on = date.fromisoformat(row["on"])
    new = queries.is_working_day(on, row["calendar"]) != row["is_working"]
    if new:
        places.set_day(**{**row, "on": on}, confirmed=True, region=this.words.region, at=this.at, by=BY)
    this.made.note("calendars", f"{row['calendar']} {on}", new=new)


def _organisations(this: _Import) -> None:
    for place, row in enumerate(this.city["organisations"]):
        with _at(f"organisations.{place}"):
            _organisation(this, row, this.words.region)


def _organisation(this: _Import, row: dict[str, Any], region: str) -> None:
    known = Organisation.objects.filter(code=row["code"]).first()
    if known is None:
        hall = queries.hall(row["hall"]) if row["hall"] else None
        values = {**row, "kind": OrganisationKind(row["kind"]), "hall": hall}
        parties.add_organisation(**values, region=region, active_from=this.starts_on, at=this.at, by=BY)
    else:
        _same(known, {key: row[key] for key in ("name", "kind", "uscc")} | {"region": region})
    this.made.note("organisations", row["code"], new=known is None)


def _same(found: Any, wanted: dict[str, Any]) -> None:
    wrong = [key for key, value in wanted.items() if str(getattr(found, key)) != str(value)]
    if wrong:
        sentence = Text("This code stands and says something else. Use what stands, or choose another code.")
        raise InvalidInput(dict.fromkeys(wrong, sentence))


def _profile(this: _Import) -> None:
    """Below the nearest profile that stands above the city."""
    fill_in, profile = this.city["fill_in"], this.city["profile"]
    above = [each for each in standing.profiles() if within(this.words.region, each.region) and each.region != this.words.region]
    document = {
        "code": this.words.code, "name": fill_in["name"], "name_en": fill_in["name_en"], "level": profile["level"],
        "parent": above[-1].code, "region": this.words.region,
        "versions": [{"effective_on": this.words.effective_on, "settings": profile["settings"], "note": profile.get("note", "")}],
    }  # fmt: skip
    with _at("profile"):
        this.made.note("profile", this.words.code, new=bool(profiles.load_profile(document=document, at=this.at, by=BY)))


def _prices(this: _Import) -> None:
    for place, row in enumerate(this.city["tariffs"]):
        with _at(f"tariffs.{place}"):
            new = not Tariff.objects.filter(code=row["code"]).exists()
            if new:
                rows = [PriceRow(**price) for price in row["rows"]]
                settlement.add_tariff(**{**row, "rows": rows}, starts_on=this.starts_on, at=this.at, by=BY)
            this.made.note("tariffs", row["code"], new=new)
    for place, row in enumerate(this.city["agreements"]):
        with _at(f"agreements.{place}"):
            _agreement(this, row)


def _agreement(this: _Import, row: dict[str, Any]) -> None:
    new = not Agreement.objects.filter(number=row["number"]).exists()
    if new:
        payer = organisations.organisation_by_code(row["organisation"])
        settlement.add_agreement(
            number=row["number"], organisation_id=payer.id, payer=row["payer"], region=this.words.region, carrier=row["carrier"],
            tariff=row["tariff"], starts_on=this.starts_on, ends_on=date.fromisoformat(row["ends_on"]), at=this.at, by=BY,
        )  # fmt: skip
    this.made.note("agreements", row["number"], new=new)


def _items(this: _Import) -> None:
    for place, document in enumerate(this.city["catalogue"]):
        with _at(f"catalogue.{place}"):
            this.made.note("catalogue", document["code"], new=bool(catalogue.publish(document=document, at=this.at, by=BY)))
