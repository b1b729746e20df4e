"""The second tab of the supervision window: mail, also that of departments whose items are decided elsewhere. Nothing can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from govpost.cases import queries as cases
from govpost.common.clock import now
from govpost.common.lights import Light, light
from govpost.common.text import Text
from govpost.delivery import overseeing
from govpost.delivery import queries as mail
from govpost.delivery.models import Order
from govpost.delivery.overseeing import MailCounts, MailFilter, MailLine
from govpost.delivery.rules import Direction
from govpost.delivery.states import State
from govpost.places import queries as divisions
from govpost.places.models import Division
from govpost.surfaces.desk import finding, telling
from govpost.surfaces.desk.supervision import files, places
from govpost.surfaces.desk.supervision.forms import MailForm, mail_find_form
from govpost.surfaces.desk.supervision.views import SUPERVISOR, place_address
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.charts import Bar
from govpost.surfaces.shared.words import say, state_word


@dataclass(frozen=True, slots=True)
class MailRow:
    """One order in the list. way: from which county to which; light: "" where no promise runs."""

    order: Order
    way: tuple[str, str]
    light: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place below what is looked at, with its lights."""

    name: str
    region: str
    running: int
    lights: dict[str, int]


@audience(SUPERVISOR)
@require_safe
def supervised_mail(request: ActorRequest) -> HttpResponseBase:
    """Figures by light and by state, the places below, and the mail, earliest due first; or the mail as CSV."""
    actor, at = request.actor, now()
    form = MailForm(places.choices(actor), request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    words, place = finding.words_of(actor, chosen.get("found", "")), chosen.get("place", "")
    wanted = MailFilter(state=chosen.get("state", ""), light=chosen.get("light", ""), place=place, search=words)
    if request.GET.get("format") == "csv":
        return files.mail_file(_rows(overseeing.oversee(actor, at=at, wanted=wanted, limit=files.MOST).lines, at))
    page = overseeing.oversee(actor, at=at, wanted=wanted, after=request.GET.get("after", ""))
    below = places.below(actor, place)
    whole, *parts = overseeing.mail_counts(actor, at=at, places=[place, *(str(division.region) for division in below)])
    context = {
        "rows": _rows(page.lines, at), "page": page, "form": form, "find": mail_find_form(actor, words), "lights": lights_of(whole),
        "running": whole.running, "below": _below(below, parts), "address": place_address(chosen), "narrowed": any(chosen.values()),
        "states": _states(whole, place_address(chosen)),
    }  # fmt: skip
    return render(request, "desk/supervision/mail.html", context)


@audience(SUPERVISOR)
@require_safe
def supervised_order(request: ActorRequest, number: str) -> HttpResponseBase:
    """One mail, read-only, with its story; people are masked."""
    at, line = now(), overseeing.overseen(request.actor, number)
    order = line.order
    sender, recipient = mail.addresses(order)
    [row] = _rows([line], at)
    context = {
        "order": order, "row": row, "sender": sender, "recipient": recipient, "lines": telling.mail_story(request.actor, order),
        "office": "recipient" if order.direction == Direction.PAPERS else "sender", "cases": cases.cases_of_order(order.id),
    }  # fmt: skip
    return render(request, "desk/supervision/mail_order.html", context)


def _rows(lines: Sequence[MailLine], at: datetime) -> list[MailRow]:
    named = divisions.divisions({code for line in lines for code in (line.order.origin, line.order.destination)})
    return [_row(line, named, at) for line in lines]


def _row(line: MailLine, named: dict[str, Division], at: datetime) -> MailRow:
    way = (_name(named, line.order.origin), _name(named, line.order.destination))
    return MailRow(line.order, way, light(line.amber_at, line.red_at, at) or "", line.due_at)


def _name(named: dict[str, Division], code: str) -> str:
    return local(named[code], "name") if code in named else code


def _below(below: list[Division], counted: list[MailCounts]) -> list[PlaceRow]:
    """Places where no promise runs are left out."""
    rows = zip(below, counted, strict=True)
    return [
        PlaceRow(local(place, "name"), str(place.region), counts.running, lights_of(counts)) for place, counts in rows if counts.running
    ]


def _states(counts: MailCounts, address: str) -> list[Bar]:
    """Where the mail that runs is on its way, in the order of that way; each opens its own list."""
    found = [(state.value, counts.states.get(state.value, 0)) for state in State]
    return [Bar(say(_word(code)), number, f"{number:,}", "", f"?{address}state={code}") for code, number in found if number]


def _word(state: str) -> Text:
    return Text(state_word("mail", state).msgid)


def lights_of(counts: MailCounts) -> dict[str, int]:
    return {colour.value: counts.lights.get(colour, 0) for colour in Light}
