"""The equal choices of an application as cards: what happens, who pays and why, and why a way cannot be had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.forms import BoundField
from django.utils.translation import gettext as _

from govpost.cases.rules import PaperWay, ResultWay, may_collect_at
from govpost.common.clock import shanghai_day
from govpost.surfaces.portal.draft import Draft
from govpost.surfaces.portal.words import local
from govpost.surfaces.shared.formats import clock_time
from govpost.surfaces.shared.forms import Card
from govpost.surfaces.shared.words import say

NO_PAPERS = PaperWay.NONE.value
SHOWN_DAYS = 3


@dataclass(frozen=True, slots=True)
class Slot:
    """One collection window as a radio button."""

    value: str
    id: str
    hours: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    slots: list[Slot]

    @property
    def chosen(self) -> bool:
        return any(slot.checked for slot in self.slots)


def paper_cards(draft: Draft) -> list[tuple[str, Card]]:
    """How papers can travel under this profile; a door outside the area says so instead of disappearing."""
    cards = {PaperWay.DOOR.value: _collected(draft), PaperWay.BRING.value: _brought(draft)}
    return [(way, cards[way]) for way in draft.settings.papers_ways if way in cards]


def result_cards(draft: Draft) -> list[tuple[str, Card]]:
    cards = {ResultWay.DOOR.value: _delivered(draft), ResultWay.WINDOW.value: _fetched(draft)}
    return [(way, cards[way]) for way in draft.settings.result_ways if way in cards]


def days(bound: BoundField) -> list[Day]:
    """The offered windows by day, for the time table below the cards."""
    found: dict[date, list[Slot]] = {}
    for option in bound:
        window = option.data["label"]
        slot = Slot(option.data["value"], option.data["attrs"]["id"], hours(window.start, window.end), option.data["selected"])
        found.setdefault(shanghai_day(window.start), []).append(slot)
    return [Day(on, slots) for on, slots in found.items()]


def later(offered: list[Day]) -> bool:
    """Whether the chosen window stands among the days that are folded away at first."""
    return any(day.chosen for day in offered[SHOWN_DAYS:])


def hours(start: datetime, end: datetime) -> str:
    return f"{clock_time(start)}–{clock_time(end)}"


def _collected(draft: Draft) -> Card:
    text = _("To %(address)s, in a time window that you choose. Each paper is counted with you and sealed; nothing is read.")
    served = _served(draft)
    return Card(
        _("A courier collects them at my door"),
        text % {"address": draft.address_line or _("your address")},
        draft.postage("papers").note,
        because="" if served is None else served,
    )


def _served(draft: Draft) -> str | None:
    """Why no courier comes there; None when one does."""
    if draft.address is None:
        return _("Enter your address first: go back to the first page.")
    decision = may_collect_at(door=draft.settings.door, origin=draft.address.division, hall=draft.hall.division_id)
    if not decision.allowed:
        return say(decision.sentence)
    return None if draft.windows else _("No courier can come within the next days. Bring the papers, or come back tomorrow.")


def _brought(draft: Draft) -> Card:
    text = _("To %(hall)s, %(address)s. Open %(hours)s on working days, telephone %(phone)s.")
    hall = draft.hall
    return Card(
        _("I bring them to the window"),
        text % {"hall": local(hall, "name"), "address": hall.address, "hours": hall.hours, "phone": hall.phone},
        _("No postage."),
    )


def _delivered(draft: Draft) -> Card:
    text = _("To %(address)s. You get a short message with a code on the day; give it to the courier at the door only.")
    return Card(
        _("Bring it to my door"),
        text % {"address": draft.address_line or _("your address")},
        draft.postage("result").note,
        because="" if draft.address else _("Enter your address first: go back to the first page."),
    )


def _fetched(draft: Draft) -> Card:
    text = _("At %(hall)s, %(address)s. Open %(hours)s on working days. Bring your identity document.")
    hall = draft.hall
    return Card(
        _("I fetch it at the window"),
        text % {"hall": local(hall, "name"), "address": hall.address, "hours": hall.hours},
        _("No postage."),
    )
