"""A draft as the pages of an application see it: what was said, what may be chosen, what the profile offers today."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from govpost.cases import queries as cases
from govpost.cases.halls import offered, posting_hall
from govpost.cases.models import Case, CasePaper
from govpost.cases.queries import CasePage
from govpost.cases.rules import NOTICE, Address, Form, PaperStatus
from govpost.catalogue import queries as catalogue
from govpost.catalogue.models import Paper
from govpost.catalogue.rules import PaperForm
from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day
from govpost.common.refusal import NotFound
from govpost.dispatch.asking import ask_range
from govpost.dispatch.reach import Reach
from govpost.parties import queries as parties
from govpost.parties.queries import PartyCard
from govpost.places import queries as places
from govpost.places.models import Hall
from govpost.profiles import queries as profiles
from govpost.profiles.rules import Settings, Window
from govpost.surfaces.shared.postage import Postage, postage

NOTICE_KEY = "portal_notices"
WAITING = (PaperStatus.EXPECTED.value, PaperStatus.ON_THE_WAY.value, PaperStatus.MISSING.value)


@dataclass
class Draft:
    """`at` is the moment of the request; everything offered is offered as of it. `asked` narrows the papers of a correction."""

    case: Case
    form: Form
    settings: Settings
    actor: Actor
    at: datetime
    corrections: tuple[str, ...] = ()
    asked: tuple[CasePaper, ...] | None = None

    @property
    def hall(self) -> Hall:
        return self.case.hall

    @cached_property
    def halls(self) -> list[Hall]:
        """Where the item can be brought and fetched: one to choose from."""
        return offered(self.case.service)

    @property
    def address(self) -> Address | None:
        return self.form.address

    @cached_property
    def known_address(self) -> Address | None:
        """What the draft holds, else what the person gave with the last application: nobody types an address twice."""
        if self.address is not None:
            return self.address
        mine = cases.visible(self.actor).exclude(id=self.case.id).filter(submitted_at__isnull=False)
        latest = mine.select_related("service", "party", "hall").order_by("-submitted_at").first()
        return cases.page(self.actor, latest, at=self.at).address if latest else None

    @cached_property
    def card(self) -> PartyCard:
        """Who applies, masked."""
        return parties.card(self.actor, self.case.party_id)

    @cached_property
    def address_line(self) -> str:
        """The address as mail is addressed; "" while there is none."""
        if self.address is None:
            return ""
        return places.structured_address(self.address.division, self.address.street).line()

    @property
    def contact_name(self) -> str:
        return self.known_address.name if self.known_address else parties.own_identity(self.actor).name

    @property
    def contact_phone(self) -> str:
        return self.known_address.phone if self.known_address else parties.own_identity(self.actor).phone

    @cached_property
    def papers(self) -> list[Paper]:
        return list(catalogue.papers(self.case.service))

    @property
    def papers_wanted(self) -> Sequence[Paper | CasePaper]:
        """The papers that must reach the window on paper: those of the item, or those that a correction asks for."""
        if self.asked is not None:
            return self.asked
        return [p for p in self.papers if p.required and not p.waived and p.form != PaperForm.ELECTRONIC]

    @cached_property
    def reach(self) -> Reach | None:
        """Whether and when a courier comes to the address; None while there is none."""
        return cases.reach_of(self.case, self.address, self.settings, at=self.at) if self.address else None

    @property
    def windows(self) -> list[Window]:
        """The collection windows offered now, each with a place left."""
        return self.reach.windows if self.reach else []

    def ask_carrier(self, address: Address | None = None) -> None:
        """Have the carrier's word about the address at hand, before a courier is offered there. It is remembered: never on a GET."""
        found = address or self.address
        if found and self.papers_wanted:
            ask_range(division=found.division, street=found.street, settings=self.settings, at=self.at)

    def postage(self, direction: str) -> Postage:
        """Who pays this way, for the address that was given: papers travel to the chosen hall, a result from the department's."""
        hall = (self.hall if direction == "papers" else posting_hall(self.case)).division_id
        home = self.address.division if self.address else self.hall.division_id
        origin, destination = (home, hall) if direction == "papers" else (hall, home)
        return postage(self.case.service, direction, region=str(self.case.region), origin=origin, destination=destination, at=self.at)

    def notice_read(self, session: MutableMapping[str, Any]) -> bool:
        """Whether the notice in force was confirmed for this draft in this session."""
        return bool(session.get(NOTICE_KEY, {}).get(str(self.case.id)) == NOTICE.version)

    def keep_notice(self, session: MutableMapping[str, Any], version: str) -> None:
        session[NOTICE_KEY] = {**session.get(NOTICE_KEY, {}), str(self.case.id): version}


def load(actor: Actor, case_id: UUID, at: datetime) -> Draft:
    """The actor's own application, submitted or not; raises `NotFound` for anybody else's."""
    found = cases.visible(actor).select_related("service__department", "department__hall", "hall__station", "party")
    case = found.filter(id=case_id).first()
    if case is None or actor.kind != "person":
        raise NotFound("case")
    return Draft(case, _form(cases.page(actor, case, at=at)), profiles.settings_for(str(case.region), shanghai_day(at)), actor, at)


def of_correction(actor: Actor, case: Case, at: datetime) -> Draft:
    """A case that waits for corrections: what was said, the points, the papers of the round, under the rules it was submitted by."""
    shown = cases.page(actor, case, at=at)
    latest = max((paper.round for paper in shown.papers), default=0)
    asked = tuple(paper for paper in shown.papers if paper.round == latest and paper.status in WAITING)
    points = tuple(shown.words.corrections) if shown.words else ()
    return Draft(case, _form(shown), profiles.settings_by_pin(case.profile_pin), actor, at, points, asked)


def _form(shown: CasePage) -> Form:
    """What the case holds, as the actions take it."""
    case = shown.case
    window = Window(case.window_from, case.window_to) if case.window_from and case.window_to else None
    return Form(shown.answers, shown.address, case.paper_way, case.result_way, window)
