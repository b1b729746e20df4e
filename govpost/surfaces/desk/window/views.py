"""The counter's lists and the case: find by what people bring, count the papers, print the receipt, give papers back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from govpost.cases import actions
from govpost.cases import queries as cases
from govpost.cases.counter import told_at
from govpost.cases.models import Case, CasePaper
from govpost.cases.queries import CasePage, Filter
from govpost.cases.rules import Desk, PaperStatus
from govpost.cases.states import ENDED_EARLY, State, Verb
from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.delivery import queries as mail
from govpost.delivery.models import Order
from govpost.parties import queries as people
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.places.models import Hall
from govpost.surfaces.desk import counting, telling
from govpost.surfaces.desk.casefile import case_file
from govpost.surfaces.desk.finding import find_cases, find_form, words_of
from govpost.surfaces.desk.window.forms import PapersForm, ReturnForm
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience
from govpost.surfaces.shared.forms import add_refusal

CLERK = STAFF(Role.CLERK)
INCOMING = (State.SUBMITTED, State.CORRECTING, *ENDED_EARLY)
AWAITED = (PaperStatus.EXPECTED, PaperStatus.ON_THE_WAY, PaperStatus.MISSING)
# What a clerk does because the person at the counter wants it.
WISHES = (Verb.CANCEL_COLLECTION, Verb.CHANGE_RESULT_WAY, Verb.WITHDRAW)


@dataclass(frozen=True, slots=True)
class Collection:
    """The courier's order that brings papers, and what was counted at the door by paper id."""

    order: Order
    at_the_door: dict[str, bool | None]


@audience(CLERK)
@require_GET
def window(request: ActorRequest) -> HttpResponse:
    """What the window waits for, and a search; one case found opens at once."""
    return _list(request, INCOMING, "window")


@audience(CLERK)
@require_GET
def results(request: ActorRequest) -> HttpResponse:
    """Results that wait to be fetched, and the departments' lists that have to be counted."""
    lists = counting.open_lists(request.actor, Desk.WINDOW)
    return _list(request, (State.HANDED_OVER,), "window_results", lists=lists)


def _list(request: ActorRequest, states: Sequence[State], name: str, **more: Any) -> HttpResponse:
    words = words_of(request.actor, request.GET.get("found", ""))
    found = find_cases(request.actor, words)
    if len(found) == 1:
        return redirect("desk:window_case", number=found[0].number)
    here = _own_hall(request.actor)
    everywhere = here is None or request.GET.get("halls") == "all"
    wanted = Filter(states=tuple(state.value for state in states), region="" if here is None or everywhere else str(here.region))
    page = cases.window_queue(request.actor, at=now(), wanted=wanted, after=request.GET.get("after", "")) if not words else None
    lines = found if page is None else page.lines
    turns = telling.turns_of(request.actor, lines)
    rows = [(case, turns[case.id]) for case in lines]
    context = {"rows": rows, "page": page, "q": words, "find": find_form(request.actor, name, words), **more}
    return render(request, f"desk/window/{name}.html", context | {"own_hall": here, "everywhere": everywhere})


def _own_hall(actor: Actor) -> Hall | None:
    """The hall of a clerk who may work in others as well: the list begins with it. None for who works in one only."""
    regions = actor.regions([Role.CLERK])
    for organisation in actor.organisations([Role.CLERK]):
        hall = people.hall_of(organisation)
        if hall is not None and len({each.code for region in regions for each in places.open_halls(region)}) > 1:
            return hall
    return None


@audience(CLERK)
@require_GET
def case(request: ActorRequest, number: str) -> HttpResponse:
    """One case at the counter: what is awaited, what lies here, what may be done."""
    return _show(request, own_case(request, number))


@audience(CLERK)
@require_POST
def receive(request: ActorRequest, number: str) -> HttpResponse:
    """Papers are on the counter: every one is marked, then the receipt is printed."""
    found = own_case(request, number)
    form = PapersForm(_awaited(found), request.POST)
    if form.is_valid():
        try:
            actions.receive_papers(
                case_id=found.id, seen=form.seen(), at=now(), by=request.actor, request_id=form.cleaned_data["request_id"]
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Received. Print the receipt and give it to the applicant or the courier."))
            return redirect("desk:papers_receipt", number=found.number)
    return _show(request, found, form)


def _show(request: ActorRequest, found: Case, form: PapersForm | None = None) -> HttpResponse:
    context = case_file(request.actor, found)
    page: CasePage = context["page"]
    form = form or PapersForm(_awaited(found))
    context |= {
        "form": form, "buttons": [verb.value for verb in page.buttons], "wishes": [v.value for v in WISHES if v in page.buttons],
        "contact": Verb.RECORD_CONTACT in page.buttons, "told_at": told_at(found),
        "again": Verb.ORDER_COLLECTION_AGAIN in page.buttons, "collection": _collection(page), "kept": kept_mail(context["legs"]),
        "receive": Verb.RECEIVE_PAPERS in page.buttons and bool(form.papers),
        "give_back": Verb.RETURN_PAPERS in page.buttons and any(p.status == PaperStatus.RECEIVED for p in page.papers),
    }  # fmt: skip
    return render(request, "desk/window/case.html", context, status=422 if form.errors else 200)


def own_case(request: ActorRequest, number: str) -> Case:
    """A case of the clerk's own region; another role's wider sight gives no counter."""
    found = cases.case(request.actor, number)
    if not request.actor.has(Role.CLERK, str(found.region)):
        raise NotFound("case")
    return found


def kept_mail(legs: Sequence[Any]) -> Order | None:
    """The mail with the result, where it lies ready to be fetched."""
    orders: list[Order] = [leg.order for leg in legs if leg.link.leg == "result" and leg.order is not None]
    return orders[-1] if orders and orders[-1].state == "at_pickup_point" else None


def _awaited(found: Case) -> list[CasePaper]:
    """Papers of the latest round that the window does not have yet."""
    latest = max((paper.round for paper in found.papers.all()), default=0)
    return list(found.papers.filter(round=latest, status__in=[s.value for s in AWAITED]).order_by("position"))


def _collection(page: CasePage) -> Collection | None:
    """The collection that is under way or has just come in; none when the papers are brought."""
    links = [link for link in page.orders if link.leg == "papers" and link.heard not in ("delivered", "cancelled", "returned")]
    if not links:
        return None
    order = mail.by_id(links[-1].order_id)
    checks = mail.checks_of([order.id]).get(order.id, [])
    return Collection(order, {check.opaque_id: check.seen for check in checks})


@audience(CLERK)
@require_GET
def papers_receipt(request: ActorRequest, number: str) -> HttpResponse:
    """The receipt for papers, on paper: what the window has, what was missing."""
    found = own_case(request, number)
    if found.papers_received_at is None:
        raise NotFound("receipt")
    page = cases.page(request.actor, found, at=now())
    follow = request.build_absolute_uri(reverse("portal:case", args=[found.number]))
    return render(request, "desk/window/papers_receipt.html", {"case": found, "page": page, "follow": follow})


@audience(CLERK)
@require_http_methods(["GET", "POST"])
def give_back(request: ActorRequest, number: str) -> HttpResponse:
    """The papers of a case that ended early go back, over the counter or by post."""
    found = own_case(request, number)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.return_papers(
                case_id=found.id, by_mail=form.cleaned_data["way"] == "mail", identity_checked=form.cleaned_data["checked"],
                at=now(), by=request.actor,
            )  # fmt: skip
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The papers are given back."))
            return redirect("desk:window_case", number=found.number)
    papers = found.papers.filter(status=PaperStatus.RECEIVED.value).order_by("round", "position")
    context = {"case": found, "form": form, "papers": papers}
    return render(request, "desk/window/give_back.html", context, status=422 if form.errors else 200)


@audience(CLERK)
@require_http_methods(["GET", "POST"])
def wish(request: ActorRequest, number: str, verb: str) -> HttpResponse:
    """What the person at the counter wants: no courier, fetch the result, or take the application back. Asked once more first."""
    found = own_case(request, number)
    if verb not in WISHES:
        raise NotFound("wish")
    if request.method == "POST":
        if not request.POST.get("sure"):
            raise InvalidInput({"sure": Text("Confirm that the applicant wants it.")})
        getattr(actions, verb)(case_id=found.id, at=now(), by=request.actor)
        messages.success(request, _("Done as the applicant wished."))
        return redirect("desk:window_case", number=found.number)
    return render(request, "desk/window/wish.html", {"case": found, "verb": verb})


@audience(CLERK)
@require_http_methods(["GET", "POST"])
def count(request: ActorRequest, list_id: UUID) -> HttpResponse:
    """Count a department's list of results that are fetched here."""
    found = counting.handover_list(request.actor, list_id)
    if found.desk != Desk.WINDOW or not request.actor.has(Role.CLERK, str(found.region)):
        raise NotFound("list")
    address = reverse("desk:handover_list", args=[found.id])
    return redirect(address) if found.taken_at else counting.count(request, found, back="desk:window_results", address=address)
