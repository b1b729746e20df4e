"""The story of a thing that administrators keep: who did what, when, and what it said before and after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govpost.journal import queries as journal
from govpost.journal.models import Fact
from govpost.parties import queries as parties
from govpost.places import queries as places
from govpost.retention.rules import RULES, HoldOn
from govpost.surfaces.desk.configuration.service_words import STATES
from govpost.surfaces.desk.words import TARIFF_BASES
from govpost.surfaces.shared.formats import day
from govpost.surfaces.shared.roles import region_names, role_word
from govpost.surfaces.shared.words import enumerated, local, say, signed

MOST = 100
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
NOTES = ("item", "version", "year", "days", "valid_from", "reason", "basis", "note", "on", "starts_on", "valid_to", "effective_on",
         "last_day", "data", "value")  # fmt: skip
WHAT: dict[str, str | Promise] = {
    "places.outlet_opened": gettext_lazy("Outlet opened"),
    "places.hall_opened": gettext_lazy("Hall opened"),
    "places.outlet_changed": gettext_lazy("Outlet changed"),
    "places.hall_changed": gettext_lazy("Hall changed"),
    "places.outlet_closed": gettext_lazy("Outlet closed"),
    "places.outlet_succeeded": gettext_lazy("Successor named"),
    "places.hall_closed": gettext_lazy("Hall closed"),
    "places.day_set": gettext_lazy("Day set"),
    "places.day_unset": gettext_lazy("Exception taken back"),
    "places.notice_kept": gettext_lazy("Notice entered"),
    "catalogue.service_published": gettext_lazy("Version published"),
    "catalogue.service_ended": gettext_lazy("Item ended"),
    "catalogue.proposal_changed": gettext_lazy("Proposal"),
    "settlement.agreement_added": gettext_lazy("Agreement entered"),
    "settlement.agreement_ended": gettext_lazy("Agreement ended early"),
    "settlement.client_assigned": gettext_lazy("Client manager named"),
    "settlement.tariff_added": gettext_lazy("Tariff entered"),
    "settlement.tariff_ended": gettext_lazy("Tariff ended"),
    "settlement.carrier_declared": gettext_lazy("Carrier declared"),
    "places.areas_kept": gettext_lazy("Townships and villages changed"),
    "dispatch.plan_kept": gettext_lazy("Collection plan changed"),
    "settlement.carrier_ruled": gettext_lazy("Ruling entered"),
    "retention.period_set": gettext_lazy("Period set"),
    "retention.period_withdrawn": gettext_lazy("Period withdrawn"),
    "retention.held": gettext_lazy("Legal hold placed"),
    "retention.released": gettext_lazy("Legal hold released"),
    "parties.organisation_added": gettext_lazy("Organisation added"),
    "parties.organisation_changed": gettext_lazy("Organisation changed"),
    "parties.organisation_closed": gettext_lazy("Last day changed"),
    "parties.staff_added": gettext_lazy("Joined"),
    "parties.staff_renamed": gettext_lazy("Name corrected"),
    "parties.staff_move_planned": gettext_lazy("Move planned or cancelled"),
    "parties.staff_moved": gettext_lazy("Moved"),
    "parties.staff_deactivated": gettext_lazy("Leaves"),
    "parties.staff_returned": gettext_lazy("Works here again"),
    "parties.staff_unlocked": gettext_lazy("Login unlocked"),
    "parties.password_set": gettext_lazy("Password set"),
    "parties.sessions_ended": gettext_lazy("Sessions ended"),
    "parties.second_factor_set": gettext_lazy("Second factor switched on"),
    "parties.second_factor_dropped": gettext_lazy("Second factor removed"),
    "parties.second_factor_reset": gettext_lazy("Second factor reset"),
    "parties.recovery_codes_made": gettext_lazy("New recovery codes made"),
    "parties.recovery_code_used": gettext_lazy("Recovery code used"),
    "parties.role_granted": gettext_lazy("Role granted"),
    "parties.grant_extended": gettext_lazy("Role extended"),
    "parties.grant_ended": gettext_lazy("Role ended"),
    "parties.partner_key_made": gettext_lazy("Key made"),
    "parties.partner_key_ended": gettext_lazy("End of the key set"),
}
HELD_ON: dict[str, str | Promise] = {
    HoldOn.CASE.value: gettext_lazy("A case with its mail"),
    HoldOn.ORDER.value: gettext_lazy("A mail"),
    HoldOn.ORGANISATION.value: gettext_lazy("An organisation's mail"),
    HoldOn.REGION.value: gettext_lazy("Everything of a region"),
}
KEPT = {kind.value: rule.title for kind, rule in RULES.items()}
VALUES: dict[str, dict[str, str | Promise]] = {"state": STATES, "on": HELD_ON, "basis": TARIFF_BASES}
FIELDS: dict[str, str | Promise] = {
    "state": gettext_lazy("State"),
    "is_working": gettext_lazy("Works"),
    "successor": gettext_lazy("Goes on with it"),
    "closed_on": gettext_lazy("Closed on"),
    "address": gettext_lazy("Address"),
    "phone": gettext_lazy("Telephone"),
    "hours": gettext_lazy("Opening hours"),
    "station": gettext_lazy("Station desk"),
    "name_en": gettext_lazy("Name in English"),
    "days": gettext_lazy("Days"),
    "kept_days": gettext_lazy("Days kept"),
    "ends_on": gettext_lazy("Last day"),
    "staff": gettext_lazy("Client manager"),
    "allowed": gettext_lazy("May carry"),
    "courier_days": gettext_lazy("Days on which couriers collect"),
    "on_holidays": gettext_lazy("On public holidays"),
    "capacity": gettext_lazy("Collections in a window"),
    "uscc": gettext_lazy("Credit code"),
    "hall": gettext_lazy("Service hall"),
    "name": gettext_lazy("Full name"),
    "active_to": gettext_lazy("Last day"),
    "organisation": gettext_lazy("Organisation"),
    "outlet": gettext_lazy("Outlet"),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """One field before and after, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the story; `note` is the reason or basis that was given."""

    at: datetime
    who: str
    what: str
    note: str
    moved: tuple[Moved, ...]


def of(*subjects: str, without: Iterable[str] = ()) -> list[Change]:
    """What was done to these subjects, newest first; facts of the kinds `without` change nothing."""
    facts = list(journal.facts_of(subjects).exclude(kind__in=list(without)).order_by("-seq")[:MOST])
    names = _names(facts)
    return [_change(fact, names) for fact in facts]


def _change(fact: Fact, names: dict[str, Any]) -> Change:
    payload = fact.payload
    pairs = payload.get("changes") or {}
    words = {key: names | VALUES.get(key, {}) for key in pairs}
    moved = tuple(Moved(_field(key), _value(before, words[key]), _value(after, words[key])) for key, (before, after) in pairs.items())
    notes = [_note(key, payload) for key in NOTES if payload.get(key)]
    if "role" in payload:
        notes.insert(0, f"{role_word(payload['role'])} {region_names([fact.region])[str(fact.region)]}")
    return Change(fact.known_at, signed(fact.actor), str(WHAT.get(fact.kind, fact.kind)), " · ".join(notes), moved)


def _note(key: str, payload: Mapping[str, Any]) -> str:
    said = str(payload[key])
    if key == "version":
        return _("version %(n)s") % {"n": said}
    if key == "value" and payload.get("on") == HoldOn.REGION:
        return region_names([said])[said]
    if key == "data" and said in KEPT:
        return say(KEPT[said])
    return _day_or(str(VALUES.get(key, {}).get(said, said)))


def _field(key: str) -> str:
    return str(FIELDS.get(key, key))


def _value(value: Any, names: Mapping[str, Any]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return enumerated(value) or "–"
    return _day_or(str(names.get(str(value), "–" if value in (None, "") else str(value))))


def _day_or(said: str) -> str:
    """A day as people write it; anything else as it was said."""
    return day(date.fromisoformat(said)) if ISO_DAY.fullmatch(said) else said


def _names(facts: Sequence[Fact]) -> dict[str, str]:
    """What the journal keeps by id or code, by name: staff, organisations, outlets."""
    staff, offices, outlets = (_said(facts, *fields) for fields in (("staff",), ("organisation",), ("outlet", "station", "successor")))
    named = [
        *(parties.organisations_by_code(offices).items() if offices else ()), *(places.outlets_by_code(outlets).items() if outlets else ()),
    ]  # fmt: skip
    people = parties.staff_names(UUID(key) for key in staff) if staff else {}
    return {str(key): name for key, name in people.items()} | {code: local(each, "name") for code, each in named}


def _said(facts: Sequence[Fact], *fields: str) -> set[str]:
    """The values, before and after, of these fields."""
    moved = [fact.payload.get("changes") or {} for fact in facts]
    return {value for pairs in moved for field in fields for value in pairs.get(field, ()) if value}
