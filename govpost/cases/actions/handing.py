"""Papers go from the window to the department on a list that both sign: `give_papers` by the window, `take_papers` by the officer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from govpost.cases import counter, events
from govpost.cases.actions.result import lock_all, lock_list
from govpost.cases.models import HandoverItem, HandoverList
from govpost.cases.moving import lock, permit_at, tell
from govpost.cases.rules import MAY, Desk
from govpost.cases.states import OPEN, State
from govpost.common.actor import Actor, permit
from govpost.common.ids import public_number, uuid7
from govpost.common.refusal import InvalidInput, Refusal
from govpost.common.text import Text


def give_papers(*, case_ids: Sequence[UUID], at: datetime, by: Actor) -> HandoverList:
    """The window gives the papers of cases of one department to it, on one list, each case with its count of papers.

    Raises Refusal: different_places, no_papers_to_give (given before, or none here); InvalidInput (cases).
    """
    with transaction.atomic():
        cases = lock_all(case_ids)
        for case in cases:
            permit_at(by, "give_papers", case)
        if len({(case.department_id, case.hall_id) for case in cases}) > 1:
            raise Refusal("different_places", Text("One list holds papers for one department and one hall."))
        here = counter.papers_here([case.id for case in cases])
        for case in cases:
            if State(case.state) not in OPEN or not here.get(case.id):
                facts = {"number": case.number}
                raise Refusal("no_papers_to_give", Text("%(number)s has no papers here that the department still needs.", facts))
        first = cases[0]
        made = HandoverList.objects.create(
            id=uuid7(), number=public_number("JJ", at), department=first.department, hall=first.hall,
            region=str(first.region), desk=Desk.DEPARTMENT.value, given_at=at, given_by=by.label,
        )  # fmt: skip
        HandoverItem.objects.bulk_create(
            HandoverItem(handover_list=made, case=case, serial=case.number or "", papers=here[case.id]) for case in cases
        )
        for case in cases:
            tell(case, events.PAPERS_GIVEN, at=at, by=by, list=made.number, papers=here[case.id])
    return made


def take_papers(*, list_id: UUID, counted: Mapping[str, int], at: datetime, by: Actor) -> HandoverList:
    """The department has counted the papers of each case on the list (by case number): what is there is taken.

    Fewer than were given is a difference: the window sees it, looks for them, and gives the rest on another list.
    Raises Refusal: list_taken; InvalidInput (counted).
    """
    with transaction.atomic():
        taken = lock_list(list_id)
        permit(by, "take_papers", MAY["take_papers"], region=str(taken.region), organisation=taken.department_id)
        if taken.taken_at is not None:
            raise Refusal("list_taken", Text("This list was taken over before."))
        items = list(taken.items.order_by("case_id"))
        if not items or any(item.papers is None for item in items):
            raise Refusal("not_papers", Text("This is a list of results. The desk counts it."))
        _refuse_counts(items, counted)
        taken.taken_at, taken.taken_by = at, by.label
        taken.save(update_fields=["taken_at", "taken_by"])
        for item in items:
            item.counted = counted[item.serial]
            item.found = item.counted == item.papers
        HandoverItem.objects.bulk_update(items, ["found", "counted"])
        for item in items:
            tell(lock(item.case_id), events.PAPERS_TAKEN, at=at, by=by, list=taken.number, papers=item.papers, counted=item.counted)
    return taken


def _refuse_counts(items: Sequence[HandoverItem], counted: Mapping[str, int]) -> None:
    errors = {
        f"count-{item.serial}": Text("Count the papers of this case: from 0 to %(papers)s.", {"papers": item.papers})
        for item in items
        if not 0 <= counted.get(item.serial, -1) <= (item.papers or 0)
    }
    if errors:
        raise InvalidInput(errors)
