"""The one page of an intake: its forms, what they hold of the draft, and what they give to the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from govpost.cases import counter as counters
from govpost.cases import intake
from govpost.cases.actions.apply import papers_wanted
from govpost.cases.halls import posting_hall
from govpost.cases.models import Case
from govpost.cases.rules import Address, Form, PaperWay, ResultWay
from govpost.cases.sealing import Said
from govpost.catalogue.models import Paper
from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.dispatch.reach import Reach
from govpost.licences.models import Licence
from govpost.parties import queries as people
from govpost.parties.queries import PartyCard
from govpost.places import identifiers
from govpost.places import queries as places
from govpost.profiles import queries as profiles
from govpost.profiles.rules import Settings
from govpost.surfaces.desk.counter.forms import (
    KNOWN,
    NEW,
    AnswersForm,
    ChecklistForm,
    ComerForm,
    ContactForm,
    WaysForm,
    WhichAddressForm,
)
from govpost.surfaces.shared.address import AddressForm, initial_of
from govpost.surfaces.shared.formats import opening_hours
from govpost.surfaces.shared.forms import Card
from govpost.surfaces.shared.postage import Postage, postage
from govpost.surfaces.shared.words import local, say


@dataclass(frozen=True)
class Intake:
    """What is known before anything is typed: the draft, the person, the papers, what stands for them, what is offered today."""

    actor: Actor
    case: Case
    said: Said
    card: PartyCard
    papers: list[Paper]
    licences: list[Licence]
    known: Address | None
    settings: Settings
    reach: Reach
    at: datetime

    @property
    def known_line(self) -> str:
        """The known address to be read out, its street masked."""
        if self.known is None:
            return ""
        place = places.structured_address(self.known.division, self.known.street)
        parts = (place.city, place.county, self.known.street, self.known.name, self.known.phone)
        return " ".join(dict.fromkeys(part for part in parts if part))

    def postage(self, direction: str) -> Postage:
        """Who pays this way and why, for the address that is known, else for one in the hall's county."""
        hall = (self.case.hall if direction == "papers" else posting_hall(self.case)).division_id
        home = self.known.division if self.known else self.case.hall.division_id
        origin, destination = (home, hall) if direction == "papers" else (hall, home)
        return postage(self.case.service, direction, region=str(self.case.region), origin=origin, destination=destination, at=self.at)


def intake_of(actor: Actor, case: Case, at: datetime) -> Intake:
    today = shanghai_day(at)
    settings = profiles.settings_for(str(case.region), today)
    return Intake(
        actor, case, counters.said(actor, case), people.card(actor, case.party_id), papers_wanted(case.service),
        counters.licences_of(actor, case.party_id, on=today), _usable(counters.shown_address(actor, case)),
        settings, counters.reach_here(actor, case, settings, at=at), at,
    )  # fmt: skip


def _usable(known: Address | None) -> Address | None:
    """An address that was typed by halves is no known one."""
    try:
        if known is not None:
            places.structured_address(known.division, known.street)
    except InvalidInput:
        return None
    return known


class Sheet:
    """The forms of the page; whatever was typed is kept, and the rules say what is still wrong with it."""

    def __init__(self, it: Intake, data: Any = None) -> None:
        case, said = it.case, it.said
        self.it = it
        self.answers = AnswersForm(data, initial=said.answers)
        self.comer = ComerForm(legal=it.card.kind == "legal", before=said.comer, data=data)
        self.papers = ChecklistForm(it.papers, it.licences, said.checklist, data)
        window = case.window_from.isoformat() if case.window_from else ""
        self.ways = WaysForm(
            papers=_paper_cards(it), results=_result_cards(it), windows=it.reach.windows, data=data,
            initial={"paper_way": case.paper_way, "result_way": case.result_way, "window": window},
        )  # fmt: skip
        self.which = WhichAddressForm(it.known_line, data, chosen=KNOWN if it.known else NEW)
        self.contact = ContactForm(data)
        self.place = AddressForm(data, initial=initial_of(None, case.hall.division_id))
        self.forms: list[forms.Form] = [self.answers, self.comer, self.papers, self.ways, self.which, self.contact, self.place]

    def read(self) -> Form:
        """What the page says, complete or not."""
        for form in self.forms:
            form.is_valid()
        checklist = self.papers.checklist()
        missing = intake.missing(checklist, (str(paper.id) for paper in self.it.papers))
        ways = self.ways.cleaned_data
        return Form(
            answers=self.answers.cleaned_data, address=self._address(),
            paper_way=ways.get("paper_way", "") if missing else PaperWay.NONE.value, result_way=ways.get("result_way", ""),
            window=self.ways.chosen_window(), checklist=checklist, comer=self.comer.comer(),
        )  # fmt: skip

    @property
    def uses_known(self) -> bool:
        return self.which.cleaned_data.get("which") == KNOWN and self.it.known is not None

    def _address(self) -> Address | None:
        typed = self.place.cleaned_data.get("street", "")
        if self.uses_known or not typed:
            return None
        contact = self.contact.cleaned_data
        return Address(
            contact.get("name", ""), identifiers.cleaned(contact.get("phone", "")), self.place.cleaned_data.get("county", ""), typed
        )

    def show(self, problems: dict[str, Text]) -> None:
        """Put each problem at its field; those of an address that nobody asked for are nobody's."""
        for form in self.forms:
            for name in list(form.errors):
                if form in (self.place, self.contact) or name not in problems:
                    del form.errors[name]
        of_address = {"name", "phone", "county", "street"}
        for name, sentence in problems.items():
            if self.uses_known and name in of_address:
                self.which.add_error("which", say(sentence))
                continue
            home = next((form for form in self.forms if name in form.fields), self.answers)
            home.add_error(name if name in home.fields else None, say(sentence))


def _paper_cards(it: Intake) -> list[tuple[str, Card]]:
    hall = it.case.hall
    brought = Card(
        _("The applicant brings them"),
        _("To this hall, open %(hours)s on working days.") % {"hours": opening_hours(hall.hours)}, _("No postage."),
    )  # fmt: skip
    text = _("At the door, in a time that the applicant chooses; each paper is counted and sealed, nothing is read.")
    fetched = Card(_("A courier fetches them"), text, it.postage("papers").note, because=_why_no_courier(it))
    cards = {PaperWay.BRING.value: brought, PaperWay.DOOR.value: fetched}
    return [(way, card) for way, card in cards.items() if way in it.settings.papers_ways]


def _why_no_courier(it: Intake) -> str:
    """Without a known address the rules decide when one is typed."""
    if it.reach.decision.allowed or (it.known is None and it.reach.field != "window"):
        return ""
    return say(it.reach.decision.sentence)


def _result_cards(it: Intake) -> list[tuple[str, Card]]:
    hall = it.case.hall
    fetched = Card(
        _("Fetched here at the window"),
        _("%(hall)s, open %(hours)s on working days, with the identity document.")
        % {"hall": local(hall, "name"), "hours": opening_hours(hall.hours)},
        _("No postage."),
    )
    brought = Card(
        _("By post to the door"), _("A short message with a code comes on the day; the code is for the courier at the door only."),
        it.postage("result").note,
    )  # fmt: skip
    cards = {ResultWay.WINDOW.value: fetched, ResultWay.DOOR.value: brought}
    return [(way, card) for way, card in cards.items() if way in it.settings.result_ways]
