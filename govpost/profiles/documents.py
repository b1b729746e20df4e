"""What a settings document may hold: every key with its check, and errors that name the key. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.profiles.rules import REASONS, PayerKind

Check = Callable[[Any], Text | None]

DOORS = ("ours", "carrier")
PAPERS_WAYS = ("door", "bring")
RESULT_WAYS = ("door", "window")
INTAKE = ("stationed", "rounds", "online")
DIRECTIONS = ("papers", "result", "single", "returned_papers")
_CODE_LENGTH = 12


def validate(document: Any) -> None:
    """Check what is there; keys may be missing, because they are inherited. Raises `InvalidInput` naming each wrong key."""
    if not isinstance(document, dict):
        raise InvalidInput({"settings": Text("Settings are a table of keys and values.")})
    errors = {key: Text("This key is not known. Check its spelling.") for key in document if key not in KEYS}
    errors |= {key: wrong for key, check in KEYS.items() if key in document and (wrong := check(document[key]))}
    if errors:
        raise InvalidInput(errors)


def require_complete(document: dict[str, Any]) -> None:
    """After inheritance every key but the optional ones must be there, and the last payer rule must fit every item and direction."""
    missing = [key for key in KEYS if key not in document and key not in OPTIONAL]
    errors = {key: Text("Neither this profile nor those above it say this.") for key in missing}
    incomplete = [key for key in ("same_city", "same_province", "other") if key not in document.get("result_hours", {})]
    if "result_hours" not in missing and incomplete:
        errors["result_hours"] = Text("Give hours for the same city, the same province and elsewhere.")
    rules = document.get("payer_rules") or [{}]
    if rules[-1].get("items") != ["*"] or rules[-1].get("directions") != ["*"]:
        errors["payer_rules"] = Text("The last payer rule must fit every item and direction, so that there is always an answer.")
    if errors:
        raise InvalidInput(errors)


def _whole(least: int, most: int) -> Check:
    sentence = Text("Give a whole number from %(least)s to %(most)s.", {"least": least, "most": most})

    def check(value: Any) -> Text | None:
        return None if _is_whole(value) and least <= value <= most else sentence

    return check


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _one_of(*words: str) -> Check:
    sentence = Text("Choose one of: %(words)s.", {"words": ", ".join(words)})
    return lambda value: None if value in words else sentence


def _some_of(*words: str, least: int = 1) -> Check:
    sentence = Text("Choose from: %(words)s, each once.", {"words": ", ".join(words)})

    def check(value: Any) -> Text | None:
        good = isinstance(value, list) and len(value) >= least and all(word in words for word in value)
        return None if good and len(set(value)) == len(value) else sentence

    return check


def _words(value: Any) -> Text | None:
    return None if isinstance(value, str) and value.strip() else Text("Write a name.")


def _windows(value: Any) -> Text | None:
    """Hours of the day, in order and without overlap."""
    hours = [hour for window in value for hour in window] if _are_pairs(value) else []
    good = hours and hours == sorted(set(hours)) and hours[0] >= 0 and hours[-1] <= 24
    return None if good else Text("Give windows of whole hours in order, such as 9 to 12 and 14 to 17.")


def _are_pairs(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(w, list) and len(w) == 2 and all(map(_is_whole, w)) for w in value)


def _weekdays(value: Any) -> Text | None:
    good = isinstance(value, str) and value and list(value) == sorted(set(value) & set("1234567"))
    return None if good else Text("Give days of the week as numbers in order, Monday 1 to Sunday 7, such as 12345.")


def _yes_or_no(value: Any) -> Text | None:
    return None if isinstance(value, bool) else Text("Say true or false.")


def _promise(value: Any) -> Text | None:
    known = ("same_city", "same_province", "other")
    good = isinstance(value, dict) and value and all(k in known and _is_whole(v) and 0 < v <= 720 for k, v in value.items())
    return None if good else Text("Give hours from 1 to 720 for same_city, same_province and other.")


def _payer_rules(value: Any) -> Text | None:
    if not isinstance(value, list) or not value:
        return Text("Give at least one payer rule.")
    wrong = [Text("Payer rule %(place)s: check %(key)s.", {"place": place, "key": key})
             for place, rule in enumerate(value, start=1) for key in _wrong_in(rule)]  # fmt: skip
    return wrong[0] if wrong else None


def _wrong_in(rule: Any) -> Iterator[str]:
    if not isinstance(rule, dict) or set(rule) - {"basis_en"} != {"items", "directions", "payer", "reason", "basis"}:
        yield "items, directions, payer, reason, basis"
        return
    if not isinstance(rule["items"], list) or not rule["items"] or not all(map(_is_pattern, rule["items"])):
        yield "items"
    if rule["directions"] != ["*"] and _some_of(*DIRECTIONS)(rule["directions"]):
        yield "directions"
    if rule["payer"] not in [kind.value for kind in PayerKind]:
        yield "payer"
    if rule["reason"] not in list(REASONS):
        yield "reason"
    if _words(rule["basis"]):
        yield "basis"
    if "basis_en" in rule and _words(rule["basis_en"]):
        yield "basis_en"


def _is_pattern(value: Any) -> bool:
    """A code of twelve characters, or its beginning with "*"."""
    return isinstance(value, str) and (value.endswith("*") or len(value) == _CODE_LENGTH)


def _risk(value: Any) -> Text | None:
    sentence = Text("A risk has a sentence, the day of its assessment and who signed it.")
    if not isinstance(value, dict) or set(value) != {"sentence", "assessed_on", "signed_by"}:
        return sentence
    try:
        date.fromisoformat(value["assessed_on"])
    except (TypeError, ValueError):
        return sentence
    return _words(value["sentence"]) or _words(value["signed_by"])


# Versions of before a key was known go on meaning what they meant: `Settings` has their defaults.
REACH = frozenset({"order_before_minutes", "same_day_until", "window_capacity", "courier_days", "couriers_on_holidays", "range_check"})
OPTIONAL = frozenset({"risk"}) | REACH
KEYS: dict[str, Check] = {
    "late_minutes": _whole(1, 1440),
    "collect_hours": _whole(1, 240),
    "collection_windows": _windows,
    "days_ahead": _whole(0, 60),
    "order_before_minutes": _whole(0, 2880),
    "same_day_until": _whole(0, 24),
    "window_capacity": _whole(0, 1000),
    "courier_days": _weekdays,
    "couriers_on_holidays": _yes_or_no,
    "range_check": _yes_or_no,
    "result_hours": _promise,
    "door": _one_of(*DOORS),
    "papers_ways": _some_of(*PAPERS_WAYS),
    "result_ways": _some_of(*RESULT_WAYS),
    "intake": _some_of(*INTAKE),
    "lead_channel": _one_of("stationed_and_online", "online"),
    "lead_payer": _one_of("user", "government"),
    "sharing": _one_of("none", "full"),
    "embedding": _some_of("computer", "mobile", least=0),
    "interconnection": _one_of("independent", "partial", "third_party"),
    "platform": _one_of("ems", "government"),
    "platform_name": _words,
    "payer_rules": _payer_rules,
    "risk": _risk,
}
