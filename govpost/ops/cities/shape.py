"""What a city's template must hold, checked before anything is made: every error names its place, such as "organisations.2.uscc"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

from govpost.catalogue import documents as items
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.parties.models import OrganisationKind
from govpost.places import identifiers
from govpost.places.models import OutletKind
from govpost.profiles import documents as settings
from govpost.settlement.rules import BY_AGREEMENT, Basis

FORM = "govpost-city/1"
Errors = dict[str, Text]

FILL_IN = ("code", "division", "seat", "effective_on", "name", "name_en")
SECTIONS: dict[str, tuple[str, ...]] = {
    "outlets": ("code", "name", "name_en", "kind", "division", "address", "phone"),
    "county_outlets": ("code", "name", "name_en", "kind", "at"),
    "halls": ("code", "name", "name_en", "division", "address", "phone", "hours", "station"),
    "county_halls": (
        "code",
        "name",
        "name_en",
        "hours",
        "station",
        "station_name",
        "station_name_en",
        "office",
        "office_name",
        "office_name_en",
        "at",
    ),
    "county_areas": ("parent", "name", "words", "days", "outlet"),
    "areas": ("county", "parent", "name", "words", "days", "outlet"),
    "calendars": ("calendar", "on", "is_working", "note"),
    "organisations": ("code", "name", "name_en", "kind", "uscc", "hall"),
    "tariffs": ("code", "name", "name_en", "basis", "is_public", "region", "document", "public_notice", "rows"),
    "agreements": ("number", "organisation", "payer", "carrier", "tariff", "ends_on"),
}
_PRICE = {"item", "direction", "zone", "first_g", "first_fen", "step_g", "step_fen"}
_MAY_BE_EMPTY = {"note", "public_notice", "region", "hall", "at", "rows", "is_public", "is_working", "parent", "words", "days"}
_MAY_BE_EMPTY |= {"office", "office_name", "office_name_en"}
_CODE = re.compile(r"[a-z][a-z0-9-]{1,30}")
_FILL = Text("Fill this in.")
_ELSEWHERE = Text("This county lies elsewhere.")
_DAY = Text("Write a day such as 2026-01-01.")


def check_form(template: Any) -> None:
    """Whether it is such a template at all, and whether its fill-in block is complete. Raises `InvalidInput`."""
    if not isinstance(template, dict) or template.get("form") != FORM:
        raise InvalidInput(
            {"form": Text("This is no city template of the form %(form)s. Make one with `govpost profile export`.", {"form": FORM})}
        )
    known = {"form", "taken_from", "taken_on", "fill_in", "profile", "catalogue", *SECTIONS}
    errors: Errors = {key: Text("This key is not known. Check its spelling.") for key in template if key not in known}
    errors |= {key: Text("The file does not say this.") for key in ("fill_in", "profile", "catalogue", *SECTIONS) if key not in template}
    errors |= {} if "fill_in" in errors else _wrong_fill_in(template["fill_in"])
    for section in (*SECTIONS, "catalogue"):
        if section in template and not _are_tables(template[section]):
            errors[section] = Text("Give this as a list of tables.")
    _stop_at(errors)
    for section, keys in SECTIONS.items():
        for place, row in enumerate(template[section]):
            errors |= {f"{section}.{place}.{key}": Text("The file does not say this.") for key in keys if key not in row}
            errors |= {f"{section}.{place}.{key}": Text("This key is not known. Check its spelling.") for key in row if key not in keys}
    _stop_at(errors)


def check_values(city: dict[str, Any], counties: Iterable[str]) -> None:
    """Whether a filled-in template can become a city. Raises `InvalidInput` with everything that is wrong."""
    codes = list(counties)
    errors = _blanks(city) | _wrong_county_outlets(city["county_outlets"], codes) | _wrong_names(city)
    errors |= _wrong_county_halls(city["county_halls"], codes)
    errors |= {f"areas.{n}.county": _ELSEWHERE for n, row in enumerate(city["areas"]) if row["county"] not in codes}
    for path, value, check in _checked(city):
        if path not in errors and (wrong := check(value)):
            errors[path] = wrong
    errors |= _nested("profile.settings", partial(settings.validate, city["profile"].get("settings")))
    for place, document in enumerate(city["catalogue"]):
        errors |= _nested(f"catalogue.{place}", partial(items.validate, document))
    _stop_at(errors)


def _stop_at(errors: Errors) -> None:
    if errors:
        raise InvalidInput(errors)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _wrong_fill_in(filled: Any) -> Errors:
    if not isinstance(filled, dict):
        return {"fill_in": Text("Give this as a table of keys and values.")}
    errors: Errors = {f"fill_in.{key}": _FILL for key in FILL_IN if not str(filled.get(key, "")).strip()}
    errors |= {f"fill_in.{key}": Text("This key is not known. Check its spelling.") for key in filled if key not in FILL_IN}
    if "fill_in.code" not in errors and not _CODE.fullmatch(str(filled["code"])):
        errors["fill_in.code"] = Text("Use small letters, digits and hyphens, beginning with a letter.")
    if "fill_in.effective_on" not in errors and _not_a_day(filled["effective_on"]):
        errors["fill_in.effective_on"] = _DAY
    return errors


def _blanks(city: dict[str, Any]) -> Errors:
    return {
        f"{section}.{place}.{key}": _FILL
        for section, keys in SECTIONS.items() for place, row in enumerate(city[section]) for key in keys
        if key not in _MAY_BE_EMPTY and not (isinstance(row[key], str) and row[key].strip())
    }  # fmt: skip


def _wrong_county_outlets(patterns: list[dict[str, Any]], counties: list[str]) -> Errors:
    """Each county needs its address and telephone, and nothing else may stand there."""
    errors: Errors = {}
    for place, pattern in enumerate(patterns):
        said = pattern["at"] if isinstance(pattern["at"], dict) else {}
        errors |= {f"county_outlets.{place}.at.{code}": _ELSEWHERE for code in said if code not in counties}
        for code in counties:
            row: dict[str, Any] = said[code] if isinstance(said.get(code), dict) else {}
            for key in ("address", "phone"):
                wrong = _FILL if not str(row.get(key, "")).strip() else _phone(row[key]) if key == "phone" else None
                errors |= {f"county_outlets.{place}.at.{code}.{key}": wrong} if wrong else {}
    return errors


def _wrong_county_halls(patterns: list[dict[str, Any]], counties: list[str]) -> Errors:
    """A county that stands under `at` has a hall of its own and needs all it takes; the people of the others go to the nearest."""
    errors: Errors = {}
    for place, pattern in enumerate(patterns):
        needed = {"address": _filled, "phone": _phone} | ({"uscc": _uscc} if pattern["office"] else {})
        said = pattern["at"] if isinstance(pattern["at"], dict) else {}
        for code, row in said.items():
            at = f"county_halls.{place}.at.{code}"
            if code not in counties or not isinstance(row, dict):
                errors[at] = _ELSEWHERE
                continue
            errors |= {f"{at}.{key}": wrong for key, check in needed.items() if (wrong := check(row.get(key, "")))}
    return errors


def _wrong_names(city: dict[str, Any]) -> Errors:
    """What one part calls by code another part must make."""
    made = {section: {row["code"] for row in city[section]} for section in ("outlets", "halls", "organisations", "tariffs")}
    sentence = Text("Nothing in this file has this code.")
    wants = (("halls", "station", "outlets"), ("organisations", "hall", "halls"), ("agreements", "organisation", "organisations"),
             ("agreements", "tariff", "tariffs"))  # fmt: skip
    return {
        f"{section}.{place}.{key}": sentence
        for section, key, target in wants for place, row in enumerate(city[section])
        if row[key] is not None and row[key] != "" and row[key] not in made[target]
    } | {
        f"catalogue.{place}.offers": sentence
        for place, document in enumerate(city["catalogue"]) for offer in _offers(document)
        if offer.get("department") not in (None, *made["organisations"])
    }  # fmt: skip


def _offers(document: dict[str, Any]) -> list[dict[str, Any]]:
    offers = document.get("offers")
    return [offer for offer in offers if isinstance(offer, dict)] if isinstance(offers, list) else []


Check = Callable[[Any], Text | None]


def _checked(city: dict[str, Any]) -> Iterable[tuple[str, Any, Check]]:
    for section, checks in _CHECKS.items():
        for place, row in enumerate(city[section]):
            for key, check in checks.items():
                yield f"{section}.{place}.{key}", row[key], check


def _one_of(words: Iterable[str]) -> Check:
    known = sorted(words)
    sentence = Text("Choose one of: %(words)s.", {"words": ", ".join(known)})
    return lambda value: None if value in known else sentence


def _filled(value: Any) -> Text | None:
    return None if str(value).strip() else _FILL


def _phone(value: Any) -> Text | None:
    decision = identifiers.phone(str(value))
    return None if decision.allowed else decision.sentence


def _uscc(value: Any) -> Text | None:
    decision = identifiers.uscc(str(value))
    return None if decision.allowed else decision.sentence


def _not_a_day(value: Any) -> Text | None:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return _DAY
    return None


def _yes_or_no(value: Any) -> Text | None:
    return None if isinstance(value, bool) else Text("Say yes or no.")


def _rows(value: Any) -> Text | None:
    good = _are_tables(value) and value and all(set(row) == _PRICE for row in value)
    numbers = good and all(isinstance(row[key], int) for row in value for key in ("first_g", "first_fen", "step_g", "step_fen"))
    return None if numbers else Text("Give prices with: %(words)s.", {"words": ", ".join(sorted(_PRICE))})


_CHECKS: dict[str, dict[str, Check]] = {
    "outlets": {"kind": _one_of(OutletKind), "phone": _phone},
    "county_outlets": {"kind": _one_of([OutletKind.DELIVERY_OFFICE])},
    "halls": {"phone": _phone},
    "calendars": {"on": _not_a_day, "is_working": _yes_or_no},
    "organisations": {"kind": _one_of(OrganisationKind), "uscc": _uscc},
    "tariffs": {"basis": _one_of(Basis), "is_public": _yes_or_no, "rows": _rows},
    "agreements": {"payer": _one_of(BY_AGREEMENT), "ends_on": _not_a_day},
}


def _nested(path: str, check: Callable[[], None]) -> Errors:
    try:
        check()
    except InvalidInput as refused:
        return {f"{path}.{key}": sentence for key, sentence in refused.errors.items()}
    return {}
