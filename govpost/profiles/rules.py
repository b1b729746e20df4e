"""What a profile says once everything is inherited, and who pays postage and why: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from govpost.common.clock import shanghai_at, shanghai_day, shanghai_midnight
from govpost.common.text import Text
from govpost.parties.roles import Role

MAY: dict[str, frozenset[Role]] = {
    "load_profile": frozenset({Role.ADMIN}),
    "add_version": frozenset({Role.ADMIN}),
    "withdraw_version": frozenset({Role.ADMIN}),
}


class ProfileLevel(StrEnum):
    """Where configuration stands; each level overrides the one above it."""

    HEADQUARTERS = "headquarters"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class PayerKind(StrEnum):
    """Who pays postage. RECIPIENT is freight collect 邮资到付, never collect on delivery 代收货款."""

    GOVERNMENT = "government"
    DEPARTMENT = "department"
    RECIPIENT = "recipient"
    SENDER = "sender"


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays, the sentence that tells people why, and the paper or agreement it rests on (in English too where that was given)."""

    kind: PayerKind
    reason: Text
    basis: str
    basis_en: str = ""


# A profile names a reason by its code; the sentence has one home, here, so that it is translated and never improvised. Citizen,
# clerk and department read the same one: it names who pays, never "you".
REASONS: dict[str, Text] = {
    "government_buys": Text("The government buys this postal service. Applicants and recipients pay nothing."),
    "department_rounds": Text(
        "The department has this collected at fixed times and pays the postage. Applicants and recipients pay nothing."
    ),
    "department_monthly": Text(
        "The department that sends this mail pays the postage by monthly statement. Applicants and recipients pay nothing."
    ),
    "recipient_collect": Text(
        "Delivery by post is optional: the recipient pays the postage when the mail is handed over. Fetching it is free."
    ),
    "recipient_agreed": Text(
        "The sender agreed freight collect with the post: the recipient pays the postage at the door. "
        "Fetching it at the sender's office is free."
    ),
    "recipient_identity": Text(
        "Identity cards are delivered freight collect: the recipient pays the postage at the door. Fetching it is free."
    ),
    "recipient_plates": Text(
        "Number plates are delivered freight collect: the recipient pays the postage at the door. Fetching them is free."
    ),
    "sender_pays": Text(
        "Sending papers by post is optional: the sender pays the postage when the courier collects them. Bringing them is free."
    ),
    "unknown_agreement": Text("The sender's agreement with the post says who pays. Ask the sender."),
}
# What older cases and orders were told and still show.
TOLD_BEFORE = (
    Text("The government buys this postal service. You pay nothing."),
    Text("The department has this collected at fixed times and pays the postage. You pay nothing."),
    Text("The department that sends this mail pays the postage by monthly statement. You pay nothing."),
    Text("You chose delivery by post, so you pay the postage when the mail is handed to you. Fetching it is free."),
    Text("The sender agreed freight collect with the post: you pay the postage at the door. Fetching it at the sender's office is free."),
    Text("Identity cards are delivered freight collect: you pay the postage at the door. Fetching it is free."),
    Text("Number plates are delivered freight collect: you pay the postage at the door. Fetching them is free."),
    Text("You chose to send your papers by post, so you pay the postage when the courier collects them. Bringing them is free."),
)


@dataclass(frozen=True, slots=True)
class PayerRule:
    """The first rule that fits decides. `items`: codes, beginnings of codes with "*" at the end, or "*"; `directions` likewise."""

    items: tuple[str, ...]
    directions: tuple[str, ...]
    payer: PayerKind
    reason: str
    basis: str
    basis_en: str = ""

    def fits(self, service_code: str, direction: str) -> bool:
        return _any_fits(self.items, service_code) and _any_fits(self.directions, direction)


@dataclass(frozen=True, slots=True)
class Promise:
    """Hours from posting to delivery, by how far it goes."""

    same_city: int
    same_province: int
    other: int


@dataclass(frozen=True, slots=True)
class Risk:
    """The paper's 风险: an assessment that somebody signed on a day, never a computed value."""

    sentence: str
    assessed_on: date
    signed_by: str


@dataclass(frozen=True, slots=True)
class Window:
    """A promised collection window, both ends aware."""

    start: datetime
    end: datetime


def windows_of(day: date, hours: Iterable[tuple[int, int]]) -> list[Window]:
    """The collection windows of a Shanghai day. hours: the profile's windows, for example (9, 12) and (14, 17)."""
    return [Window(shanghai_at(day, first), shanghai_at(day, last)) for first, last in hours]


def order_until(window: Window, *, before_minutes: int, same_day_until: int) -> datetime:
    """Until when a window can be chosen: so many minutes before it begins, and for one of the same day until an hour of that day."""
    until, day = window.start - timedelta(minutes=before_minutes), shanghai_day(window.start)
    latest = shanghai_midnight(day) + timedelta(hours=same_day_until)
    return min(until, latest) if shanghai_day(until) == day else until


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a profile says on its day, inherited and complete. Times in minutes and hours, windows in Shanghai hours.

    order_before_minutes, same_day_until: see `order_until`. window_capacity: collections per outlet and window. courier_days: days of
    the week on which couriers collect (Monday 1), couriers_on_holidays: whether on public holidays too. range_check: whether the carrier
    is asked if it collects at an address. What versions of before these keys were known mean stands in their defaults.
    """

    pin: str
    code: str
    name: str
    late_minutes: int
    collect_hours: int
    collection_windows: tuple[tuple[int, int], ...]
    days_ahead: int
    result_hours: Promise
    door: str
    papers_ways: tuple[str, ...]
    result_ways: tuple[str, ...]
    intake: tuple[str, ...]
    lead_channel: str
    lead_payer: str
    sharing: str
    embedding: tuple[str, ...]
    interconnection: str
    platform: str
    platform_name: str
    payer_rules: tuple[PayerRule, ...] = field(repr=False)
    risk: Risk | None = None
    order_before_minutes: int = 0
    same_day_until: int = 24
    window_capacity: int = 1000
    courier_days: str = "1234567"
    couriers_on_holidays: bool = True
    range_check: bool = False

    def payer_for(self, service_code: str, direction: str) -> Payer:
        """Who pays for this item this way, and why. Headquarters' last rule fits everything, so there is always an answer."""
        rule = next(rule for rule in self.payer_rules if rule.fits(service_code, direction))
        return Payer(rule.payer, REASONS[rule.reason], rule.basis, rule.basis_en)

    def promised_hours(self, origin: str, destination: str) -> int:
        """Hours from posting to delivery between two division codes."""
        if origin[:4] == destination[:4]:
            return self.result_hours.same_city
        return self.result_hours.same_province if origin[:2] == destination[:2] else self.result_hours.other


def pin_of(code: str, on: date) -> str:
    """For example "bozhou@2026-01-01": the profile, and the day on which the last version that counts took effect."""
    return f"{code}@{on.isoformat()}"


def unpinned(pin: str) -> tuple[str, date]:
    """Raises `ValueError` for anything that `pin_of` did not make."""
    code, at, day = pin.rpartition("@")
    if not at:
        raise ValueError(f"not a pin: {pin}")
    return code, date.fromisoformat(day)


def inherited(documents: list[dict[str, Any]]) -> dict[str, Any]:
    """One document out of several, from headquarters down: what stands lower wins, tables are merged key by key.

    Payer rules are put in front of those above, so that a city's exception is asked before the country's rule.
    """
    merged: dict[str, Any] = {}
    for document in documents:
        for key, value in document.items():
            if key == "payer_rules":
                merged[key] = [*value, *merged.get(key, [])]
            elif isinstance(value, dict) and isinstance(merged.get(key), dict):
                merged[key] = {**merged[key], **value}
            else:
                merged[key] = value
    return merged


def settings_of(code: str, name: str, on: date, document: dict[str, Any]) -> Settings:
    """A complete, valid document (see `documents.problems`) as settings."""
    values = dict(document)
    for key in ("papers_ways", "result_ways", "intake", "embedding"):
        values[key] = tuple(values[key])
    values["collection_windows"] = tuple((first, last) for first, last in values["collection_windows"])
    values["result_hours"] = Promise(**values["result_hours"])
    values["payer_rules"] = tuple(_rule(rule) for rule in values["payer_rules"])
    if risk := values.get("risk"):
        values["risk"] = Risk(risk["sentence"], date.fromisoformat(risk["assessed_on"]), risk["signed_by"])
    return Settings(pin=pin_of(code, on), code=code, name=name, **values)


def _rule(rule: dict[str, Any]) -> PayerRule:
    return PayerRule(
        tuple(rule["items"]), tuple(rule["directions"]), PayerKind(rule["payer"]), rule["reason"], rule["basis"], rule.get("basis_en", "")
    )


def _any_fits(patterns: tuple[str, ...], value: str) -> bool:
    return any(value.startswith(p[:-1]) if p.endswith("*") else value == p for p in patterns)
