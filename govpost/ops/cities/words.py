"""The words of one city and their placeholders: taken out when a city is exported, put in when another is brought in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from govpost.places.models import Division

_PLACE = re.compile(r"\{([A-Za-z_]+)\}")
_ITEM_CODE = re.compile(r"\d{12}|\d{1,11}\*", re.ASCII)
COUNTY_WORDS = ("county", "county_name", "county_en", "county_short")


@dataclass(frozen=True, slots=True)
class CityWords:
    """What names a city: its profile's code, its division with the county in which its hall stands, and their names."""

    code: str
    division: str
    region: str
    city: str
    city_en: str
    seat: str
    seat_name: str
    seat_en: str
    effective_on: str = ""

    def table(self) -> dict[str, str]:
        """Placeholder → word."""
        short = self.city.removesuffix("市")
        return {
            "region": self.region, "seat": self.seat, "division": self.division, "city": self.city, "city_short": short,
            "seat_name": self.seat_name, "seat_en": self.seat_en, "city_en": self.city_en, "code": self.code, "CODE": self.code.upper(),
            "effective_on": self.effective_on,
        }  # fmt: skip


def county_words(county: Division) -> dict[str, str]:
    """Placeholder → word for what each county has of its own."""
    return dict(zip(COUNTY_WORDS, (county.code, county.name, county.name_en, county.name.rstrip("区县市")), strict=True))


def taken_out(value: Any, words: dict[str, str]) -> Any:
    """The same document with placeholders, the longest words first; codes of items stay, whatever digits they hold."""
    if isinstance(value, dict):
        return {key: taken_out(each, words) for key, each in value.items()}
    if isinstance(value, list):
        return [taken_out(each, words) for each in value]
    if not isinstance(value, str) or _ITEM_CODE.fullmatch(value):
        return value
    for name, word in sorted(words.items(), key=lambda pair: -len(pair[1])):
        value = value.replace(word, f"{{{name}}}") if word else value
    return value


def put_in(value: Any, words: dict[str, str], *, at: str, unknown: dict[str, str]) -> Any:
    """The document with words for placeholders; a placeholder that nobody knows is noted in `unknown` under its place."""
    if isinstance(value, dict):
        return {key: put_in(each, words, at=f"{at}.{key}", unknown=unknown) for key, each in value.items()}
    if isinstance(value, list):
        return [put_in(each, words, at=f"{at}.{place}", unknown=unknown) for place, each in enumerate(value)]
    if not isinstance(value, str):
        return value

    def word(found: re.Match[str]) -> str:
        if found[1] not in words:
            unknown[at] = found[0]
        return words.get(found[1], found[0])

    return _PLACE.sub(word, value)
