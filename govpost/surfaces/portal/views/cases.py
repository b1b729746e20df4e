"""My cases and one of them: whose turn it is, the story, papers, mail, terms, the decision, and what may be done now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from govpost.cases import queries as cases
from govpost.cases.models import Case, CaseOrder
from govpost.cases.queries import CasePage
from govpost.cases.rules import PaperWay
from govpost.cases.states import FINAL, State, Verb
from govpost.common.clock import now
from govpost.common.refusal import NotFound
from govpost.common.text import Text
from govpost.delivery import queries as delivery
from govpost.delivery.models import Order
from govpost.journal import queries as journal
from govpost.places import queries as places
from govpost.surfaces.portal.terms import terms
from govpost.surfaces.portal.timeline import lines, turn
from govpost.surfaces.shared.access import CITIZEN, ActorRequest, audience
from govpost.surfaces.shared.addresses import absolute
from govpost.surfaces.shared.story import Turn
from govpost.timeline import queries as timeline

PAGE_SIZE = 20
READINGS_SHOWN = 5
BUTTONS = (Verb.RESUBMIT, Verb.CANCEL_COLLECTION, Verb.ORDER_COLLECTION_AGAIN, Verb.CHANGE_RESULT_WAY, Verb.WITHDRAW)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of the list."""

    case: Case
    turn: Turn
    open: bool


@dataclass(frozen=True, slots=True)
class Leg:
    """One mail of a case: which way, where it stands, who pays."""

    link: CaseOrder
    order: Order
    payer: str
    reason: Text
    basis: str


@audience(CITIZEN)
@require_safe
def my_cases(request: ActorRequest) -> HttpResponse:
    """Newest first, drafts among them; each says whose turn it is."""
    page = cases.my_cases(request.actor, after=request.GET.get("after", ""), limit=PAGE_SIZE)
    turns = timeline.turns_of(page.lines)
    rows = [CaseLine(case, turn(turns[case.id]), State(case.state) not in FINAL) for case in page.lines]
    return render(request, "portal/my_cases.html", {"lines": rows, "next": page.next, "first": not request.GET.get("after")})


@audience(CITIZEN)
@require_safe
def case(request: ActorRequest, number: str) -> HttpResponse:
    """Everything about one case; somebody else's is not found."""
    return render(request, "portal/case.html", _everything(request, _own(request, number)))


@audience(CITIZEN)
@require_safe
def receipt(request: ActorRequest, number: str) -> HttpResponse:
    """What was submitted and what happens next: on the screen after submitting, and on paper."""
    found = _own(request, number)
    context = _everything(request, found)
    return render(request, "portal/receipt.html", {**context, "address": absolute(request, "portal:case", found.number)})


@audience(CITIZEN)
@require_safe
def licence(request: ActorRequest, number: str) -> HttpResponse:
    """The licence that was issued, as a page to keep and print."""
    found = _own(request, number)
    if found.licence is None:
        raise NotFound("licence")
    return render(request, "portal/licence.html", {"case": found, "licence": found.licence, "service": found.service})


def _own(request: ActorRequest, number: str) -> Case:
    return cases.case(request.actor, number)


def _everything(request: ActorRequest, found: Case) -> dict[str, Any]:
    at = now()
    page = cases.page(request.actor, found, at=at)
    return {
        "case": found,
        "page": page,
        # The order's cancellation is heard a moment later than the case's own change.
        "check_code": page.check_code if found.paper_way == PaperWay.DOOR else "",
        "appointment_ahead": found.window_to is not None and found.window_to > at,
        "service": found.service,
        "hall": found.hall,
        "turn": turn(timeline.turns_of([found])[found.id]),
        "lines": lines(timeline.story_of(request.actor, found)),
        "terms": terms(found, page.light),
        "legs": _legs(page),
        "payers": payers_of(found),
        "buttons": [verb.value for verb in BUTTONS if verb in page.buttons],
        "address_line": _line_of(page),
        "readings": _readings(request, found),
        "closed": State(found.state) in FINAL,
    }


def payers_of(found: Case) -> list[dict[str, Any]]:
    """Who pays each way, as pinned at submission."""
    return [{"leg": leg, **kept, "reason": Text.from_json(kept["reason"])} for leg, kept in sorted(found.payers.items())]


def _legs(page: CasePage) -> list[Leg]:
    orders = delivery.by_ids([link.order_id for link in page.orders])
    return [_leg(link, orders[link.order_id]) for link in page.orders if link.order_id in orders]


def _leg(link: CaseOrder, order: Order) -> Leg:
    return Leg(link, order, order.payer, Text(order.payer_reason), "")


def _line_of(page: CasePage) -> str:
    if page.address is None:
        return ""
    return places.structured_address(page.address.division, page.address.street).line()


def _readings(request: ActorRequest, found: Case) -> list[Any]:
    """Who opened the person's full data for this case."""
    mine = journal.readings_of(f"party:{request.actor.id}").filter(payload__case=found.number)
    return list(mine[:READINGS_SHOWN])
