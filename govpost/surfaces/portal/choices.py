"""The equal choices of an application as cards: what happens, who pays and why, and why a way cannot be had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govpost.cases.rules import PaperWay, ResultWay
from govpost.common.clock import shanghai_day
from govpost.dispatch.offering import Closed
from govpost.surfaces.portal.draft import Draft
from govpost.surfaces.portal.forms.application import window_key
from govpost.surfaces.portal.words import local
from govpost.surfaces.shared.formats import clock_time, opening_hours
from govpost.surfaces.shared.forms import Card
from govpost.surfaces.shared.words import say

NO_PAPERS = PaperWay.NONE.value
SHOWN_DAYS = 3


@dataclass(frozen=True, slots=True)
class Slot:
    """One collection window as a radio button; `because` says why it cannot be chosen."""

    value: str
    id: str
    hours: str
    checked: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    slots: list[Slot]

    @property
    def chosen(self) -> bool:
        return any(slot.checked for slot in self.slots)


CLOSED = {Closed.FULL.value: gettext_lazy("full"), Closed.CUT_OFF.value: gettext_lazy("too late to order")}


def paper_cards(draft: Draft) -> list[tuple[str, Card]]:
    """How papers can travel under this profile; a door outside the area says so instead of disappearing."""
    cards = {PaperWay.DOOR.value: _collected(draft), PaperWay.BRING.value: _brought(draft)}
    return [(way, cards[way]) for way in draft.settings.papers_ways if way in cards]


def result_cards(draft: Draft) -> list[tuple[str, Card]]:
    cards = {ResultWay.DOOR.value: _delivered(draft), ResultWay.WINDOW.value: _fetched(draft)}
    return [(way, cards[way]) for way in draft.settings.result_ways if way in cards]


def halls(draft: Draft) -> list[tuple[str, str]]:
    """Every hall whose window takes the item, as a line with address and hours."""
    text = "{} · {} · {}"
    return [(hall.code, text.format(local(hall, "name"), hall.address, opening_hours(hall.hours))) for hall in draft.halls]


def days(draft: Draft, chosen: str) -> list[Day]:
    """The windows of the days that come into question, for the time table below the cards; those that have begun are left out."""
    found: dict[date, list[Slot]] = {}
    for place, slot in enumerate(draft.reach.slots if draft.windows and draft.reach else ()):
        if slot.closed == Closed.PAST:
            continue
        value = window_key(slot.window)
        shown = Slot(
            value, f"id_window_{place}", hours(slot.window.start, slot.window.end), slot.open and value == chosen,
            str(CLOSED[slot.closed]) if slot.closed else "",
        )  # fmt: skip
        found.setdefault(shanghai_day(slot.window.start), []).append(shown)
    return [Day(on, slots) for on, slots in found.items()]


def time_table(draft: Draft, form: forms.Form) -> dict[str, Any]:
    """What the time table below the cards shows: the days, whether the chosen one is folded away, and what to know before choosing."""
    offered = days(draft, str(form["window"].value() or ""))
    return {"days": offered, "later": later(offered), "notes": collection_notes(draft)}


def explain(draft: Draft, form: forms.Form, sent: str) -> None:
    """Say why the window that was sent is not offered, with the next that is."""
    if not form.has_error("window", "invalid_choice") or draft.reach is None:
        return
    slot = next((slot for slot in draft.reach.slots if window_key(slot.window) == sent), None)
    why = draft.reach.why_not(slot.window) if slot else None
    if why:
        del form.errors["window"]
        form.add_error("window", say(why))


def later(offered: list[Day]) -> bool:
    """Whether the chosen window stands among the days that are folded away at first."""
    return any(day.chosen for day in offered[SHOWN_DAYS:])


def hours(start: datetime, end: datetime) -> str:
    return f"{clock_time(start)}–{clock_time(end)}"


def _collected(draft: Draft) -> Card:
    text = _("To %(address)s, in a time window of your choice. Each paper is counted with you and sealed; nothing is read.")
    served = _served(draft)
    return Card(
        _("A courier collects them at my door"),
        text % {"address": draft.address_line or _("your address")},
        draft.postage("papers").note,
        because="" if served is None else served,
    )


def _served(draft: Draft) -> str | None:
    """Why no courier comes there; None when one does."""
    if draft.reach is None:
        return _("Enter your address first: go back to the first page.")
    return None if draft.reach.decision.allowed else say(draft.reach.decision.sentence)


def collection_notes(draft: Draft) -> list[str]:
    """What to know before choosing a time: the honest days of a village, and that the carrier could not be asked."""
    reach = draft.reach
    return [say(text) for text in (reach.note, reach.caution) if text] if reach and reach.decision.allowed else []


def _brought(draft: Draft) -> Card:
    text = _("To %(hall)s, %(address)s. Open %(hours)s on working days, telephone %(phone)s.")
    hall = draft.hall
    return Card(
        _("I bring them to the window"),
        text % {"hall": local(hall, "name"), "address": hall.address, "hours": opening_hours(hall.hours), "phone": hall.phone},
        _("No postage."),
    )


def _delivered(draft: Draft) -> Card:
    text = _("To %(address)s. You get a short message with a code on the day; give it to the courier at the door only.")
    days = say(draft.reach.note) if draft.reach else ""
    return Card(
        _("Bring it to my door"),
        f"{text % {'address': draft.address_line or _('your address')}} {days}".strip(),
        draft.postage("result").note,
        because="" if draft.address else _("Enter your address first: go back to the first page."),
    )


def _fetched(draft: Draft) -> Card:
    text = _("At %(hall)s, %(address)s. Open %(hours)s on working days. Bring your identity document.")
    hall = draft.hall
    return Card(
        _("I fetch it at the window"),
        text % {"hall": local(hall, "name"), "address": hall.address, "hours": opening_hours(hall.hours)},
        _("No postage."),
    )
