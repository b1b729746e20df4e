"""Structured addresses: province, city, county and the rest, as a waybill wants them; and one line taken apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

STREET_LONGEST = 120


@dataclass(frozen=True, slots=True)
class StructuredAddress:
    """`division` is the county's code; `street` everything from the street on. Personal data once it belongs to somebody."""

    division: str
    province: str
    city: str
    county: str
    street: str
    postcode: str

    def line(self) -> str:
        """One line as Chinese mail is addressed, from large to small."""
        return f"{self.province}{self.city}{self.county}{self.street}"

    def to_json(self) -> dict[str, str]:
        return {
            "division": self.division, "province": self.province, "city": self.city, "county": self.county,
            "street": self.street, "postcode": self.postcode,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: dict[str, str]) -> StructuredAddress:
        return cls(**data)


@dataclass(frozen=True, slots=True)
class CountyNames:
    """A county with the names above it."""

    division: str
    province: str
    city: str
    county: str
    postcode: str


def take_apart(line: str, counties: Iterable[CountyNames]) -> StructuredAddress | None:
    """Find the county that a one-line address begins with; province and city may be missing or without 省 and 市.

    None when no county, or more than one, fits: an address is never guessed.
    """
    text = "".join(line.split())
    # Most counties are not in the line at all, and asking that first is twenty times quicker than taking names off it.
    found = [address for names in counties if names.county in text and (address := _fit(text, names))]
    return found[0] if len(found) == 1 else None


def _fit(text: str, names: CountyNames) -> StructuredAddress | None:
    rest = _without(_without(text, names.province, "省"), names.city, "市")
    if not rest.startswith(names.county):
        return None
    street = rest.removeprefix(names.county)
    return StructuredAddress(names.division, names.province, names.city, names.county, street, names.postcode)


def _without(text: str, name: str, suffix: str) -> str:
    for start in (name, name.removesuffix(suffix)):
        if text.startswith(start):
            return text.removeprefix(start)
    return text
