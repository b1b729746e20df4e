"""At the desk: what lies there, the double scan, labels, bags, the day's balance."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from govpost.cases import queries as cases
from govpost.catalogue import queries as catalogue
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.delivery import actions, queries
from govpost.delivery.label import TEMPLATE, label_pdf
from govpost.delivery.models import Order
from govpost.delivery.rules import MAY, Direction, code_locked, may_book, unmatched
from govpost.delivery.states import State
from govpost.parties import queries as parties
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.surfaces.desk.finding import order_of
from govpost.surfaces.desk.station import kept
from govpost.surfaces.desk.station.counter import steps_of
from govpost.surfaces.desk.station.forms import AnewForm, BalanceForm, MatchForm, ReprintForm, SealForm
from govpost.surfaces.desk.station.mending import may_unlock, messages_of, withdraw_form
from govpost.surfaces.desk.station.story import lines_of
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience
from govpost.surfaces.shared.forms import add_refusal
from govpost.surfaces.shared.paging import keyset

DESK = STAFF(Role.STATION)
TRACKING = "/track?number="


def outlet_code(request: ActorRequest) -> str:
    """The station at which the actor works; somebody without one cannot work here."""
    staff = parties.staff_member(request.actor.id) if request.actor.id else None
    if staff is None or staff.outlet is None:
        raise Refusal("no_outlet", Text("You are not assigned to a station. Ask your administrator."))
    return str(staff.outlet.code)


@audience(DESK)
@require_GET
def station(request: ActorRequest) -> HttpResponse:
    """Everything that lies at the desk, with its next step."""
    outlet = outlet_code(request)
    wanted = request.GET.get("q", "").strip().upper()
    rows = queries.waiting_at(request.actor, outlet)
    if wanted:
        rows = rows.filter(number=wanted) | rows.filter(waybill_no=wanted) | rows.filter(contents__contains=[wanted])
    page = keyset(rows, ("placed_at", "id"), request.GET.get("cursor", ""))
    pieces = [(order, next_step(order)) for order in page.items]
    context = {"page": page, "rows": pieces, "q": wanted, "seal": SealForm(), "outlet": places.outlet(outlet)}
    return render(request, "desk/station/station.html", context)


def next_step(order: Order) -> str:
    """match → waybill → label → bag."""
    if order.booking == "failed":
        return "mend"
    if order.contents and not order.matched_at:
        return "match"
    if not order.waybill_no:
        return "waybill"
    return "bag" if order.labelled_at else "label"


@audience(DESK)
@require_http_methods(["GET", "POST"])
def match(request: ActorRequest, number: str) -> HttpResponse:
    """Certificate and envelope, scanned one after the other; a mismatch stops here."""
    order = queries.order(request.actor, number)
    form = MatchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            order = actions.match_envelope(order_id=order.id, at=now(), by=request.actor, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _matched(request, order)
    context = {"order": order, "form": form, "anew": AnewForm(), "missing": missing_of(order)}
    return render(request, "desk/station/match.html", context, status=422 if form.errors else 200)


def _matched(request: ActorRequest, order: Order) -> HttpResponse:
    """On to the label once everything lies in the envelope, otherwise to the next certificate."""
    if order.matched_at:
        messages.success(request, _("They belong together. Print the label next."))
        return redirect("desk:order", number=order.number)
    messages.success(request, _("They belong together. Scan the next certificate into the same envelope."))
    return redirect("desk:match", number=order.number)


def missing_of(order: Order) -> list[str]:
    """The certificates that are still to be scanned into the envelope."""
    return [] if order.matched_at else unmatched(order.contents, order.matched)


@audience(DESK)
@require_POST
def match_anew(request: ActorRequest, number: str) -> HttpResponse:
    """Another envelope: everything is scanned again, and the log keeps why."""
    order = queries.order(request.actor, number)
    form = AnewForm(request.POST)
    if form.is_valid():
        actions.match_anew(order_id=order.id, why=form.cleaned_data["why"], at=now(), by=request.actor)
        messages.success(request, _("The match begins anew. Scan every certificate with the new envelope."))
        return redirect("desk:match", number=order.number)
    context = {"order": order, "form": MatchForm(), "anew": form, "missing": missing_of(order)}
    return render(request, "desk/station/match.html", context, status=422)


@audience(DESK)
@require_POST
def labels(request: ActorRequest) -> HttpResponse:
    """One PDF with the labels of the chosen pieces; each print is logged."""
    return _printed(request, _chosen(request))


@audience(DESK)
@require_http_methods(["GET", "POST"])
def reprint(request: ActorRequest, number: str) -> HttpResponse:
    """The same label once more, with a reason."""
    order = queries.order(request.actor, number)
    form = ReprintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _printed(request, [order], why=form.cleaned_data["why"])
    return render(request, "desk/station/reprint.html", {"order": order, "form": form}, status=422 if form.errors else 200)


@audience(DESK)
@require_POST
def seal(request: ActorRequest) -> HttpResponse:
    """Seal the chosen pieces into a bag."""
    form = SealForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({"seal_no": Text("Scan or type the number of the seal.")})
    bag = actions.seal_bag(
        outlet=outlet_code(request), seal_no=form.cleaned_data["seal_no"], order_ids=[order.id for order in _chosen(request)],
        at=now(), by=request.actor,
    )  # fmt: skip
    messages.success(request, ngettext("Bag sealed with %(n)s piece.", "Bag sealed with %(n)s pieces.", bag.pieces) % {"n": bag.pieces})
    return redirect("desk:bag", number=bag.number)


@audience(DESK)
@require_GET
def bags(request: ActorRequest) -> HttpResponse:
    page = keyset(queries.bags_of(request.actor, outlet_code(request)), ("-sealed_at", "-id"), request.GET.get("cursor", ""))
    return render(request, "desk/station/bags.html", {"page": page})


@audience(DESK)
@require_GET
def bag(request: ActorRequest, number: str) -> HttpResponse:
    """The bag's list, made to be printed and signed."""
    found = queries.bags_of(request.actor, outlet_code(request)).filter(number=number).first()
    if found is None:
        raise NotFound("bag")
    return render(request, "desk/station/bag.html", {"bag": found, "orders": found.orders.order_by("number")})


@audience(DESK)
@require_http_methods(["GET", "POST"])
def balance(request: ActorRequest) -> HttpResponse:
    """日终平衡合拢: count what lies there; each difference names the last holder."""
    outlet = outlet_code(request)
    form = BalanceForm(request.POST or None, initial={"on": shanghai_day(now())})
    if request.method == "POST" and form.is_valid():
        by_waybill = {o.waybill_no: o.number for o in queries.waiting_at(request.actor, outlet) if o.waybill_no}
        counted = [by_waybill.get(number, number) for number in form.numbers()]
        actions.balance_day(outlet=outlet, on=form.cleaned_data["on"], counted=counted, at=now(), by=request.actor)
        return redirect(f"{reverse('desk:balance')}?on={form.cleaned_data['on']:%Y-%m-%d}")
    sheets = list(queries.balances_of(request.actor, outlet)[:31])
    chosen = [sheet for sheet in sheets if sheet.on.isoformat() == request.GET.get("on")] or sheets
    context = {"form": form, "sheets": sheets, "latest": chosen[0] if chosen else None}
    return render(request, "desk/station/balance.html", context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest) -> list[Order]:
    """The pieces that were ticked, as far as the actor may see them."""
    wanted = request.POST.getlist("order")
    found = [queries.order(request.actor, number) for number in dict.fromkeys(wanted)]  # type: ignore[attr-defined]
    if not found:
        raise InvalidInput({"order": Text("Choose at least one piece first.")})
    return found


def _printed(request: ActorRequest, orders: list[Order], *, why: str = "") -> HttpResponse:
    """All labels or none: what is logged as printed has been drawn."""
    with transaction.atomic():
        for order in sorted(orders, key=lambda order: order.id):  # two desks cannot wait for each other
            actions.note_label_printed(order_id=order.id, template=TEMPLATE, why=why, at=now(), by=request.actor)
        return _pdf(request, orders)


def _pdf(request: HttpRequest, orders: list[Order]) -> HttpResponse:
    pdf = label_pdf(orders, tracking_url=request.build_absolute_uri(TRACKING), at=now())
    name = f"labels-{orders[0].number}.pdf" if len(orders) > 1 else f"label-{orders[0].number}.pdf"
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


@audience(STAFF(Role.STATION, Role.DISPATCHER, Role.SENDER, Role.OFFICER, Role.CLERK, Role.SUPERVISOR, Role.QUALITY, Role.FINANCE))
@require_GET
def order(request: ActorRequest, number: str) -> HttpResponse:
    """One mail: where it is, every event (voided ones struck through), hand-overs, prints. People are masked."""
    found = order_of(request.actor, number)
    sender, recipient = queries.addresses(found)
    carried = cases.cases_of_order(found.id)
    context = {
        "order": found, "item": catalogue.names(frozenset({found.item})).get(found.item), "sender": sender, "recipient": recipient,
        "lines": lines_of(found, queries.story(found), withdraw_form(request, found)),
        "checks": queries.checks_of([found.id]).get(found.id, []), "handovers": found.handovers.order_by("at"),
        "prints": found.prints.order_by("at"), "step": next_step(found), "counter": steps_of(found),
        "office": "recipient" if found.direction == Direction.PAPERS else "sender",
        "cases": carried, "said": messages_of(request.actor, found, carried), "can_book": _can_book(found),
        "locked": code_locked(found.code_tries) and may_unlock(request.actor),
    }  # fmt: skip
    return render(request, "desk/station/order.html", context)


def _can_book(found: Order) -> bool:
    return not found.waybill_no and may_book(found.booking, State(found.state)).allowed


@audience(STAFF(Role.STATION, Role.DISPATCHER))
@require_POST
def ask_again(request: ActorRequest, number: str) -> HttpResponse:
    """Ask the carrier for the waybill once more, or for the whole track."""
    found = queries.order(request.actor, number)
    if _can_book(found):
        actions.retry_booking(order_id=found.id, at=now(), by=request.actor)
        messages.success(request, _("The carrier is asked for a waybill again."))
    else:
        actions.query_carrier(order_id=found.id, at=now(), by=request.actor)
        messages.success(request, _("The carrier is asked where the mail is. Reload in a moment."))
    return redirect("desk:order", number=found.number)


@audience(STAFF(Role.STATION, Role.DISPATCHER, Role.ADMIN))
@require_GET
def unclear(request: ActorRequest) -> HttpResponse:
    """Events that the rules do not decide: a person looks and says it is settled; an administrator reads what came with them."""
    page = keyset(queries.unclear(request.actor), ("first_at", "id"), request.GET.get("cursor", ""))
    rights = {"may_settle": any(request.actor.has(role) for role in MAY["void_scan"]), "may_read": request.actor.has(Role.ADMIN)}
    return render(request, "desk/station/unclear.html", {"page": page, "kept_kinds": kept.KINDS, **rights})


@audience(STAFF(Role.STATION, Role.DISPATCHER))
@require_POST
def settle(request: ActorRequest, unclear_id: UUID) -> HttpResponse:
    actions.settle_unclear(unclear_id=unclear_id, at=now(), by=request.actor)
    messages.success(request, _("Noted as settled."))
    return redirect("desk:unclear")
