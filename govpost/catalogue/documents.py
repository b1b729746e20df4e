"""What a service document may hold, checked before it is published; each error names its key. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from govpost.catalogue.rules import ItemType, Owner, PaperForm, Subject, Unit
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text

SIGNERS = ("any", "addressee", "agent", "family", "office")
DIRECTIONS = ("papers", "result", "single", "returned_papers")
_LICENSING_LAW = "行政许可法"
_CODE_LENGTH, _TYPE_LENGTH = 12, 21
_LONGEST_TERM = 365
_LICENSING_TERMS = Text(
    "A licence is accepted within 5, decided within 20 and delivered within 10 working days, unless a law of its own says otherwise."
)

REQUIRED = ("code", "version", "name", "name_en", "summary", "owner", "item_type", "subject", "valid_from", "mail", "offers")
OPTIONAL = ("summary_en", "valid_to", "validity_basis", "validity_basis_en", "keywords", "directions", "fee", "clocks", "licence", "papers")


def validate(document: Any) -> None:
    """Raises `InvalidInput`; its keys are dotted, such as "mail.signers" or "papers.2.form"."""
    if not isinstance(document, dict):
        raise InvalidInput({"document": Text("A service document is a table of keys and values.")})
    errors = {key: Text("The document does not say this.") for key in REQUIRED if key not in document}
    errors |= {key: Text("This key is not known. Check its spelling.") for key in document if key not in (*REQUIRED, *OPTIONAL)}
    if not errors:
        errors = _values(document)
    if errors:
        raise InvalidInput(errors)


def _values(document: dict[str, Any]) -> dict[str, Text]:
    errors = {key: wrong for key, check in _CHECKS.items() if key in document and (wrong := check(document[key]))}
    for part in (_mail, _clocks, _papers, _offers, _dates, _licence, _fee):
        errors |= part(document)
    return errors


def _text(value: Any) -> Text | None:
    return None if isinstance(value, str) and value.strip() else Text("Write this in words.")


def _one_of(values: type) -> Callable[[Any], Text | None]:
    words = [member.value for member in values]  # type: ignore[attr-defined]
    sentence = Text("Choose one of: %(words)s.", {"words": ", ".join(words)})
    return lambda value: None if value in words else sentence


def _some_of(words: tuple[str, ...]) -> Callable[[Any], Text | None]:
    sentence = Text("Choose from: %(words)s, each once.", {"words": ", ".join(words)})

    def check(value: Any) -> Text | None:
        good = isinstance(value, list) and value and all(word in words for word in value)
        return None if good and len(set(value)) == len(value) else sentence

    return check


def _code(value: Any) -> Text | None:
    good = isinstance(value, str) and len(value) == _CODE_LENGTH and value.isascii() and value.isalnum()
    return None if good else Text("A base code has 12 letters and digits.")


def _version(value: Any) -> Text | None:
    return None if _is_whole(value, 1, 999) else Text("Versions are counted from 1.")


def _keywords(value: Any) -> Text | None:
    good = isinstance(value, list) and not any(_text(word) for word in value)
    return None if good else Text("Give everyday words as a list.")


_CHECKS: dict[str, Callable[[Any], Text | None]] = {
    "code": _code,
    "version": _version,
    "name": _text,
    "name_en": _text,
    "summary": _text,
    "validity_basis": _text,
    "validity_basis_en": _text,
    "owner": _one_of(Owner),
    "item_type": _one_of(ItemType),
    "subject": _one_of(Subject),
    "keywords": _keywords,
    "directions": _some_of(DIRECTIONS),
}


def _mail(document: dict[str, Any]) -> dict[str, Text]:
    mail = document["mail"]
    known = {"signers", "needs_code", "attempts_max", "hold_days", "goods", "post_only", "basis", "weight_g"}
    if not isinstance(mail, dict) or set(mail) - {"basis_en"} != known:
        return {"mail": Text("Say all of: %(words)s.", {"words": ", ".join(sorted(known))})}
    checks: dict[str, Text | None] = {
        "signers": _some_of(SIGNERS)(mail["signers"]),
        "basis": _text(mail["basis"]),
        "basis_en": _text(mail["basis_en"]) if "basis_en" in mail else None,
        "attempts_max": None if _is_whole(mail["attempts_max"], 1, 9) else Text("Give one to nine attempts."),
        "hold_days": None if _is_whole(mail["hold_days"], 1, 60) else Text("Give one to sixty days."),
        "weight_g": None if _is_whole(mail["weight_g"], 1, 50_000) else Text("Give the usual weight in grams."),
    }
    for key in ("needs_code", "goods", "post_only"):
        checks[key] = None if isinstance(mail[key], bool) else Text("Say yes or no.")
    return {f"mail.{key}": wrong for key, wrong in checks.items() if wrong}


def _clocks(document: dict[str, Any]) -> dict[str, Text]:
    """The clocks of 行政许可法 (32, 42, 44) bind item type 01 alone, and there they are the longest that is allowed."""
    clocks = document.get("clocks", {})
    if not isinstance(clocks, dict) or set(clocks) - {"accept", "decide", "deliver", "start"}:
        return {"clocks": Text("Clocks are: accept, decide, deliver, start.")}
    errors: dict[str, Text] = {}
    for name in ("accept", "decide", "deliver"):
        clock = clocks.get(name)
        if clock is not None and _wrong_clock(clock):
            errors[f"clocks.{name}"] = Text("A clock has days from 1 to 365 and the law or promise it rests on.")
        elif clock is not None and document["item_type"] != ItemType.LICENCE and _LICENSING_LAW in clock["basis"]:
            errors[f"clocks.{name}"] = Text("The licensing law binds licences only. Name this item's own basis.")
    return errors or _licensing_terms(document, clocks)


def _wrong_clock(clock: Any) -> bool:
    if not isinstance(clock, dict) or not {"days", "basis"} <= set(clock) <= {"days", "basis", "legal_days", "unit"}:
        return True
    whole = all(_is_whole(clock[key], 1, _LONGEST_TERM) for key in ("days", "legal_days") if key in clock)
    unit = clock.get("unit", Unit.WORKING.value) in [unit.value for unit in Unit]
    return not (whole and unit and _text(clock["basis"]) is None and clock.get("legal_days", _LONGEST_TERM) >= clock["days"])


def _licensing_terms(document: dict[str, Any], clocks: dict[str, Any]) -> dict[str, Text]:
    if document["item_type"] != ItemType.LICENCE or document["owner"] != Owner.INSIDE:
        return {}
    longest = {"accept": 5, "decide": 20, "deliver": 10}
    wrong = [name for name, days in longest.items() if not _keeps_licensing_law(clocks.get(name), days)]
    return {f"clocks.{name}": _LICENSING_TERMS for name in wrong}


def _keeps_licensing_law(clock: dict[str, Any] | None, longest: int) -> bool:
    if clock is None or clock.get("unit", Unit.WORKING.value) != Unit.WORKING.value:
        return False
    return bool(clock["days"] <= longest or _LICENSING_LAW not in clock["basis"])


def _papers(document: dict[str, Any]) -> dict[str, Text]:
    papers = document.get("papers", [])
    if not isinstance(papers, list):
        return {"papers": Text("Give papers as a list.")}
    errors = {}
    for position, paper in enumerate(papers, start=1):
        if key := _wrong_in_paper(paper):
            errors[f"papers.{position}.{key}"] = Text("Check this paper: name, name_en, form, copies, required, waived_because.")
    return errors


def _wrong_in_paper(paper: Any) -> str:
    known = {"name", "name_en", "form", "copies", "required", "waived_because", "waived_because_en"}
    if not isinstance(paper, dict) or not {"name", "name_en", "form"} <= set(paper) <= known:
        return "name"
    checks = {
        "name": _text(paper["name"]) is None,
        "name_en": _text(paper["name_en"]) is None,
        "form": paper["form"] in [form.value for form in PaperForm],
        "copies": _is_whole(paper.get("copies", 1), 1, 99),
        "required": isinstance(paper.get("required", True), bool),
        "waived_because": isinstance(paper.get("waived_because", ""), str),
    }
    return next((key for key, good in checks.items() if not good), "")


def _offers(document: dict[str, Any]) -> dict[str, Text]:
    """An offer may begin later and end earlier than the item: a department succeeds another."""
    offers = document["offers"]
    if not isinstance(offers, list) or not offers or not all(map(_is_offer, offers)):
        return {"offers": Text("Say who offers this where: a region and a department's code, and perhaps from which day to which.")}
    if any(_turned_round(document, offer) for offer in offers if {"valid_from", "valid_to"} & set(offer)):
        return {"offers": Text("An offer ends before it begins. Check its days and those of the item.")}
    if document["owner"] == Owner.INSIDE and any(offer["department"] is None for offer in offers):
        return {"offers": Text("An item decided inside needs a department.")}
    return {}


def _is_offer(offer: Any) -> bool:
    if not isinstance(offer, dict) or not {"region", "department"} <= set(offer) <= {"region", "department", "valid_from", "valid_to"}:
        return False
    named = isinstance(offer["region"], str) and (offer["department"] is None or _text(offer["department"]) is None)
    return named and all(_day(offer[key]) for key in ("valid_from", "valid_to") if key in offer)


def _turned_round(document: dict[str, Any], offer: dict[str, Any]) -> bool:
    first, last = (_day(offer.get(key) or document.get(key)) for key in ("valid_from", "valid_to"))
    return first is not None and last is not None and last < first


def _dates(document: dict[str, Any]) -> dict[str, Text]:
    first, last = _day(document["valid_from"]), _day(document.get("valid_to"))
    if first is None:
        return {"valid_from": Text("Write a day such as 2026-01-01.")}
    if document.get("valid_to") is not None and (last is None or last < first):
        return {"valid_to": Text("Write the last day, not before the first, or leave it open.")}
    return {}


def _licence(document: dict[str, Any]) -> dict[str, Text]:
    licence = document.get("licence", {})
    known = {"type_code", "name", "name_en", "years"}
    if not isinstance(licence, dict) or not set(licence) <= known:
        return {"licence": Text("A licence has: type_code, name, name_en, years.")}
    if document["owner"] == Owner.INSIDE and len(str(licence.get("type_code", ""))) != _TYPE_LENGTH:
        return {"licence.type_code": Text("A licence type has 21 characters: a credit code and three digits.")}
    years = licence.get("years")
    return {} if years is None or _is_whole(years, 1, 99) else {"licence.years": Text("Give one to 99 years, or leave it open.")}


def _fee(document: dict[str, Any]) -> dict[str, Text]:
    fee = document.get("fee", {"fen": 0, "basis": ""})
    good = isinstance(fee, dict) and {"fen", "basis"} <= set(fee) <= {"fen", "basis", "basis_en"}
    good = good and all(isinstance(fee[key], str) for key in fee if key != "fen")
    good = good and (fee["fen"] is None or _is_whole(fee["fen"], 0, 10_000_000))
    return {} if good else {"fee": Text("A fee has fen (empty where the department charges it itself) and its basis.")}


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
