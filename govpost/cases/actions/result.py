"""The way of a result: into the applicant's parcel, from the department to the desk on a list both sign, and into the mail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from govpost.cases import events, mailing, rules, sealing
from govpost.cases.halls import posting_hall
from govpost.cases.models import Case, HandoverItem, HandoverList, Parcel, ParcelCase
from govpost.cases.moving import lock, permit_at, require_move, say, step, tell
from govpost.cases.rules import MAY, Desk, ResultWay
from govpost.cases.states import State, Verb
from govpost.common.actor import Actor, permit
from govpost.common.ids import public_number, uuid7
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.places.models import Hall


def give_list(*, case_ids: Sequence[UUID], desk: Desk, at: datetime, by: Actor) -> HandoverList:
    """The department gives decided results to the station desk or the window, on one list. The desk signs with `hand_over`.

    Raises Refusal: wrong_state, wrong_desk, different_places, listed_before; InvalidInput (cases).
    """
    with transaction.atomic():
        cases = lock_all(case_ids)
        for case in cases:
            permit_at(by, "give_list", case)
            require_move(case, Verb.HAND_OVER)
            rules.may_give(result_way=case.result_way, desk=desk).require()
        _refuse_list(cases, desk)
        first = cases[0]
        hall = _desk_hall(first, desk)
        made = HandoverList.objects.create(
            id=uuid7(), number=public_number("JJ", at), department=first.department, hall=hall,
            region=str(hall.region), desk=desk.value, given_at=at, given_by=by.label,
        )  # fmt: skip
        HandoverItem.objects.bulk_create(HandoverItem(handover_list=made, case=case, serial=case.document_serial or "") for case in cases)
        for case in cases:
            tell(case, events.LIST_GIVEN, at=at, by=by, list=made.number, desk=desk.value)
    return made


def hand_over(*, list_id: UUID, found: Collection[str], at: datetime, by: Actor) -> HandoverList:
    """The desk takes a list over after counting: `found` are the serials that are really there.

    What is there is handed over; what is not stays with the department and can be listed again. Raises Refusal: list_taken.
    """
    with transaction.atomic():
        taken = lock_list(list_id)
        if taken.desk == Desk.DEPARTMENT:
            raise NotFound("list")
        verb = f"hand_over_{taken.desk}"
        permit(by, verb, MAY[verb], region=str(taken.region))
        if taken.taken_at is not None:
            raise Refusal("list_taken", Text("This list was taken over before."))
        items = list(taken.items.order_by("case_id"))
        unknown = set(found) - {item.serial for item in items}
        if unknown:
            raise InvalidInput({"found": Text("These are not on the list: %(serials)s.", {"serials": ", ".join(sorted(unknown))})})
        taken.taken_at, taken.taken_by = at, by.label
        taken.save(update_fields=["taken_at", "taken_by"])
        for item in items:
            item.found = item.serial in found
        HandoverItem.objects.bulk_update(items, ["found"])
        for item in items:
            if item.found:
                _take(lock(item.case_id), taken, at, by)
    return taken


def close_parcel(*, parcel_id: UUID, at: datetime, by: Actor) -> Parcel:
    """Close the draft parcel of one applicant and address, and commission its mail; the strictest item's rule wins.

    Results that have not reached the desk yet go into a new draft. The same call again gives the parcel as it stands.
    Raises Refusal: nothing_in_parcel.
    """
    with transaction.atomic():
        parcel = _lock_parcel(parcel_id)
        permit(by, "close_parcel", MAY["close_parcel"], region=str(parcel.region))
        if parcel.closed_at is not None:
            return parcel
        cases = _lock_contents(parcel)
        ready = [case for case in cases if case.state == State.HANDED_OVER]
        if not ready:
            raise Refusal("nothing_in_parcel", Text("No result of this parcel has reached the desk yet."))
        parcel.closed_at, parcel.closed_by = at, by.label
        parcel.save(update_fields=["closed_at", "closed_by"])
        for case in cases:
            if case not in ready:
                leave_parcel(case, at=at)
                join_parcel(case, at=at)
        order = mailing.send_result(parcel, ready, at=at, by=by)
        parcel.order_id, parcel.order_number = order.order_id, order.number
        parcel.save(update_fields=["order_id", "order_number"])
        for case in ready:
            step(case, Verb.CLOSE_PARCEL, events.PARCEL_CLOSED, at=at, by=by, parcel=parcel.number, order=order.order_id,
                 order_number=order.number)  # fmt: skip
    return parcel


def join_parcel(case: Case, *, at: datetime) -> Parcel:
    """Put the result into the draft parcel of this applicant, hall and address, or begin one. Called inside a verb.

    Two approvals at once find one draft; a draft that the desk closes at this very moment is followed by another.
    """
    parcel = None
    while parcel is None:
        parcel = _draft_for(case, at)
    ParcelCase.objects.create(parcel=parcel, case=case, serial=case.document_serial or "", joined_at=at)
    return parcel


def _draft_for(case: Case, at: datetime) -> Parcel | None:
    """The locked draft; None when it was closed while we waited for its lock."""
    hall = posting_hall(case)
    wanted = {"party": case.party, "hall": hall, "digest": sealing.parcel_digest(case)}
    fresh = Parcel(id=uuid7(), number=public_number("BG", at), region=str(hall.region), created_at=at, **wanted)
    Parcel.objects.bulk_create([fresh], ignore_conflicts=True)
    return Parcel.objects.select_for_update().filter(closed_at=None, **wanted).first()


def leave_parcel(case: Case, *, at: datetime) -> None:
    """Take the result out of the parcel it is in, if any. Called inside a verb."""
    ParcelCase.objects.filter(case=case, left_at=None).update(left_at=at)


def lock_all(case_ids: Sequence[UUID]) -> list[Case]:
    """In the order of ids, so that two lists cannot wait for each other."""
    if not case_ids:
        raise InvalidInput({"cases": Text("Choose at least one case.")})
    return [lock(case_id) for case_id in sorted(set(case_ids))]


def _lock_contents(parcel: Parcel) -> list[Case]:
    """The parcel's cases, looked at again once they are locked: one may have been fetched at the window meanwhile."""
    inside = parcel.contents.filter(left_at=None)
    cases = [lock(case_id) for case_id in sorted(inside.values_list("case_id", flat=True))]
    still = set(inside.values_list("case_id", flat=True))
    return [case for case in cases if case.id in still]


def lock_list(list_id: UUID) -> HandoverList:
    found = HandoverList.objects.select_for_update(of=("self",)).select_related("hall").filter(id=list_id).first()
    if found is None:
        raise NotFound("list")
    return found


def _lock_parcel(parcel_id: UUID) -> Parcel:
    found = Parcel.objects.select_for_update(of=("self",)).select_related("hall__station").filter(id=parcel_id).first()
    if found is None:
        raise NotFound("parcel")
    return found


def _desk_hall(case: Case, desk: Desk) -> Hall:
    """The station desk stands where the department sits, the window where the applicant comes."""
    return posting_hall(case) if desk is Desk.STATION else case.hall


def _refuse_list(cases: Sequence[Case], desk: Desk) -> None:
    if len({(case.department_id, _desk_hall(case, desk).id) for case in cases}) > 1:
        raise Refusal("different_places", Text("One list holds results of one department and one hall."))
    listed = HandoverItem.objects.filter(case__in=cases, found=None, papers=None).select_related("case").first()
    if listed is not None:
        facts = {"number": listed.case.number}
        raise Refusal("listed_before", Text("%(number)s is on a list that the desk has not taken over yet.", facts))


def _take(case: Case, taken: HandoverList, at: datetime, by: Actor) -> None:
    case.handed_over_at = at
    step(case, Verb.HAND_OVER, events.HANDED_OVER, at=at, by=by, list=taken.number, desk=taken.desk)
    if case.result_way == ResultWay.WINDOW:
        say(case, "result_at_window", at=at, by=by, key=str(case.version), place=taken.hall.name)
