"""From the department's list to the mail: count what was brought, close the applicant's parcel, go on to the double scan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from govpost.cases import actions
from govpost.cases import queries as cases
from govpost.cases.models import HandoverList, Parcel, ParcelCase
from govpost.cases.rules import Desk
from govpost.cases.states import State
from govpost.common.clock import now, shanghai_day, shanghai_midnight
from govpost.common.refusal import NotFound, Refusal
from govpost.common.text import Text
from govpost.delivery import queries as mail
from govpost.parties import queries as parties
from govpost.parties.roles import Role
from govpost.surfaces.desk import counting
from govpost.surfaces.desk.bulk import do_each, ticked
from govpost.surfaces.desk.station.views import next_step
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience

DESK = STAFF(Role.STATION)


@dataclass(frozen=True, slots=True)
class Draft:
    """A parcel that may be closed: what is at the desk goes, what is still with a department waits for the next."""

    parcel: Parcel
    here: list[ParcelCase]
    elsewhere: list[ParcelCase]


@audience(DESK)
@require_GET
def lists(request: ActorRequest) -> HttpResponse:
    """Lists that departments have given and this station has not counted yet."""
    return render(request, "desk/parcels/lists.html", {"lists": counting.open_lists(request.actor, Desk.STATION, _station(request))})


@audience(DESK)
@require_http_methods(["GET", "POST"])
def count(request: ActorRequest, list_id: UUID) -> HttpResponse:
    """Count one list; a list that was counted is shown as it was signed."""
    found = counting.handover_list(request.actor, list_id)
    _in_my_hall(request, found)
    address = reverse("desk:handover_list", args=[found.id])
    return redirect(address) if found.taken_at else counting.count(request, found, back="desk:station_lists", address=address)


@audience(DESK)
@require_GET
def parcels(request: ActorRequest) -> HttpResponse:
    """Drafts by applicant and address, and what was closed today with its next step."""
    station = _station(request)
    drafts = [_draft(parcel) for parcel in cases.draft_parcels(request.actor) if parcel.hall.station_id == station]
    today = cases.closed_parcels(request.actor, since=shanghai_midnight(shanghai_day(now())))
    mine = [parcel for parcel in today if parcel.hall.station_id == station]
    orders = mail.by_ids([parcel.order_id for parcel in mine if parcel.order_id])
    closed = [(parcel, order, next_step(order)) for parcel in mine if parcel.order_id and (order := orders.get(parcel.order_id))]
    return render(request, "desk/parcels/parcels.html", {"drafts": drafts, "closed": closed})


@audience(DESK)
@require_POST
def close(request: ActorRequest, parcel_id: UUID) -> HttpResponse:
    """Close the parcel: its mail is ordered, and the double scan comes next."""
    station = _station(request)
    known = [*cases.draft_parcels(request.actor), *cases.closed_parcels(request.actor, since=shanghai_midnight(shanghai_day(now())))]
    if not any(parcel.id == parcel_id and parcel.hall.station_id == station for parcel in known):
        raise NotFound("parcel")
    closed = actions.close_parcel(parcel_id=parcel_id, at=now(), by=request.actor)
    pieces = closed.contents.filter(left_at=None).count()
    words = ngettext("Parcel %(number)s is closed with %(n)s result.", "Parcel %(number)s is closed with %(n)s results.", pieces)
    messages.success(
        request, words % {"number": closed.number, "n": pieces} + " " + _("Next: scan certificate and envelope as soon as you pack it.")
    )  # fmt: skip
    return redirect("desk:order", number=closed.order_number)


@audience(DESK)
@require_POST
def close_many(request: ActorRequest) -> HttpResponse:
    """Close all ticked parcels; each is told apart. The double scan follows one by one, as they are packed."""
    station, wanted = _station(request), set(ticked(request, "parcel"))
    mine = [each for each in cases.draft_parcels(request.actor) if each.hall.station_id == station and each.id in wanted]
    do_each(
        request, ((each.number, partial(actions.close_parcel, parcel_id=each.id, at=now(), by=request.actor)) for each in mine),
        done=lambda n: ngettext("%(n)s parcel is closed.", "%(n)s parcels are closed.", n) % {"n": n}
        + " " + _("Next: scan certificate and envelope as soon as you pack it."),
    )  # fmt: skip
    return redirect("desk:parcels")


def _draft(parcel: Parcel) -> Draft:
    inside = [each for each in parcel.contents.all() if each.left_at is None]
    here = [each for each in inside if each.case.state == State.HANDED_OVER]
    return Draft(parcel, here, [each for each in inside if each not in here])


def _station(request: ActorRequest) -> UUID:
    staff = parties.staff_member(request.actor.id) if request.actor.id else None
    if staff is None or staff.outlet is None:
        raise Refusal("no_outlet", Text("You are not assigned to a station. Ask your administrator."))
    outlet: UUID = staff.outlet.id
    return outlet


def _in_my_hall(request: ActorRequest, found: HandoverList) -> None:
    if found.desk != Desk.STATION or found.hall.station_id != _station(request):
        raise NotFound("list")
