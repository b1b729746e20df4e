"""In which hall a case is brought and fetched: the own county's by default, another at the applicant's wish, the counter's own when a
window takes it in. Results are posted where the department sits.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from govpost.cases.models import Case
from govpost.catalogue.models import Service
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.parties import queries as parties
from govpost.places import queries as places
from govpost.places.models import Hall


def offered(service: Service) -> list[Hall]:
    """The open halls whose window takes an item, by code: those of the region in which it is offered."""
    region = str(service.region or (service.department.region if service.department else ""))
    return places.open_halls(region) if region else []


def hall_for(service: Service, division: str = "") -> Hall | None:
    """The hall of a county, else the nearest in its city; for an address elsewhere, and for none, the department's own."""
    own = service.department.hall if service.department else None
    halls = offered(service)
    if own is not None and (division[:4] != own.division_id[:4] or not halls) and own.closed_on is None:
        return own
    return places.nearest_hall(halls, division or (own.division_id if own else "")) or own


def posting_hall(case: Case) -> Hall:
    """Where the department has its results posted: its own hall, whichever window the applicant chose."""
    return case.department.hall or case.hall


def choose(case: Case, code: str) -> None:
    """The applicant's wish. Raises InvalidInput (hall)."""
    found = next((hall for hall in offered(case.service) if hall.code == code), None)
    if found is None:
        raise InvalidInput({"hall": Text("Choose one of the halls whose window takes this item.")})
    move(case, found)


def follow(case: Case, division: str) -> None:
    """The address lies in another county than before: so does the window, until the applicant chooses."""
    found = hall_for(case.service, division)
    if found is not None:
        move(case, found)


def stand_at(case: Case, organisation_id: UUID | None) -> None:
    """The applicant stands at a counter: what is brought and fetched is brought and fetched there."""
    here = parties.hall_of(organisation_id) if organisation_id else None
    if here is not None and here in offered(case.service):
        move(case, here)


def move(case: Case, hall: Hall) -> None:
    case.hall, case.region = hall, str(hall.region)


def check_open(case: Case, on: date) -> dict[str, Text]:
    """A hall may close while a draft waits."""
    if case.hall.closed_on is None or case.hall.closed_on > on:
        return {}
    return {"hall": Text("This hall has closed. Choose another one.")}
