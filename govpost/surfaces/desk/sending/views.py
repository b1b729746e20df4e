"""Send one, send a file, find what was sent. Everything goes through `settlement.actions.commission`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from govpost.catalogue import queries as catalogue
from govpost.catalogue.models import Service
from govpost.common.clock import now, shanghai_day
from govpost.common.ids import public_number
from govpost.common.refusal import InvalidInput, Refusal
from govpost.common.text import Text
from govpost.delivery import queries as mail
from govpost.delivery.rules import Address, Direction
from govpost.gateways.files.orders import Sender, read_orders
from govpost.gateways.files.refused import refused_rows
from govpost.gateways.files.tables import RowError
from govpost.parties import queries as parties
from govpost.parties.models import Organisation
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.settlement import actions as settlement
from govpost.settlement.senders import start_of
from govpost.surfaces.desk.sending.forms import FileForm, OrderForm, SentForm
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience
from govpost.surfaces.shared.csvout import csv_response
from govpost.surfaces.shared.forms import add_refusal
from govpost.surfaces.shared.listing import read
from govpost.surfaces.shared.paging import keyset
from govpost.surfaces.shared.words import state_word

_FIELDS = {"destination": "county"}  # what the commission calls a field, and the form
SENDERS = STAFF(Role.SENDER, Role.OFFICER)


@dataclass(slots=True)
class Outcome:
    """What became of a file: how many are new, how many stood already, and every error with its line."""

    accepted: int
    duplicates: int
    errors: list[RowError]
    unknown: list[str]
    batch: str

    @property
    def rejected(self) -> int:
        """How many rows have to be mended; one may have several errors."""
        return len({error.line for error in self.errors})


def organisation_of(request: ActorRequest) -> Organisation:
    if request.actor.id is None:
        raise Refusal("no_organisation", Text("You belong to no organisation. Ask your administrator."))
    return parties.staff_member(request.actor.id).organisation


def _services(organisation: Organisation) -> list[Service]:
    """The organisation's own items outside a case; who offers none (a client enterprise) sends those of its city."""
    offered = catalogue.offered(str(organisation.region), shanghai_day(now()), owner="outside")
    return [service for service in offered if service.department_id == organisation.id] or offered


@audience(SENDERS)
@require_http_methods(["GET", "POST"])
def send(request: ActorRequest) -> HttpResponse:
    """One mail: no applicant, no way back, charged to the department's month or to the recipient by rule."""
    organisation = organisation_of(request)
    form = OrderForm(_services(organisation), places.counties(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            [done] = settlement.commission([_single(form.cleaned_data, organisation)], at=now(), by=request.actor)
        except InvalidInput as refusal:
            add_refusal(form, InvalidInput({_FIELDS.get(name, name): sentence for name, sentence in refusal.errors.items()}))
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Ordered: %(number)s. Hand the document to the station desk.") % {"number": done.number})
            return redirect("desk:order", number=done.number)
    return render(request, "desk/sending/send.html", {"form": form, "organisation": organisation}, status=422 if form.errors else 200)


def _single(data: dict[str, Any], organisation: Organisation) -> settlement.Commission:
    start, place = start_of(organisation), places.structured_address(data["county"], data["street"])
    return settlement.Commission(
        ref=data["ref"], direction=Direction.SINGLE, item=data["item"], region=str(organisation.region),
        sender=start.address, origin=start.division, origin_outlet=start.outlet,
        recipient=Address(data["name"], data["phone"], place.province, place.city, place.county, place.street, place.postcode),
        destination=place.division, organisation_id=organisation.id,
        contents=(data["contents"],) if data["contents"] else (), payer="department" if data["pays"] else "",
        idempotency=str(data["key"]),
    )  # fmt: skip


@audience(SENDERS)
@require_http_methods(["GET", "POST"])
def send_file(request: ActorRequest) -> HttpResponse:
    """A batch file: good rows become orders, each bad row says line and field, the same file again changes nothing."""
    organisation = organisation_of(request)
    form = FileForm(_services(organisation), request.POST or None, request.FILES or None)
    outcome = None
    if request.method == "POST" and form.is_valid():
        try:
            outcome = _take(request, form, organisation)
        except InvalidInput as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "outcome": outcome, "organisation": organisation}
    return render(request, "desk/sending/file.html", context, status=422 if form.errors else 200)


def _take(request: ActorRequest, form: FileForm, organisation: Organisation) -> Outcome:
    start, batch = start_of(organisation), public_number("PL", now())
    sender = Sender(
        organisation_id=organisation.id, region=str(organisation.region), address=start.address, division=start.division,
        outlet=start.outlet, item=form.cleaned_data["item"], batch=batch,
    )  # fmt: skip
    read = read_orders(form.cleaned_data["file"].read(), sender=sender, counties=places.county_names())
    done = settlement.commission_rows([wanted for _line, wanted in read.requests], at=now(), by=request.actor)
    errors = [*read.errors, *refused_rows(read.requests, done)]
    placed = [result for result in done if not isinstance(result, Refusal)]
    new = sum(result.new for result in placed)
    return Outcome(new, len(placed) - new, sorted(errors, key=lambda error: error.line), read.unknown, batch if new else "")


@audience(SENDERS)
@require_GET
def sent(request: ActorRequest) -> HttpResponseBase:
    """What the organisation sent: by reference, number, waybill, batch or state; as a page or as CSV."""
    rows = mail.visible(request.actor).filter(organisation_id=organisation_of(request).id)
    listing = read(request, SentForm, {"-placed_at": ("-placed_at", "-id")}, "-placed_at")
    words, batch, state = (listing.filters.get(name, "") for name in ("q", "batch", "state"))
    if words:
        rows = rows.filter(ref=words) | rows.filter(number=words.upper()) | rows.filter(waybill_no=words)
    if batch:
        rows = rows.filter(batch=batch)
    if state:
        rows = rows.filter(state=state)
    if request.GET.get("format") == "csv":
        header = [_("Reference"), _("Number"), _("Waybill"), _("State"), _("Ordered at"), _("Delivered at")]
        lines = (
            (o.ref, o.number, o.waybill_no or "", _(state_word("mail", o.state).msgid), o.placed_at, o.delivered_at or "")
            for o in rows.order_by("placed_at")[:10_000]
        )
        return csv_response("sent.csv", header, lines)
    page = keyset(rows, listing.order, listing.cursor)
    return render(request, "desk/sending/sent.html", {"page": page, "form": listing.form, "q": words, "batch": batch, "state": state})
