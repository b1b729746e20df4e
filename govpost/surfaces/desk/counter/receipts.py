"""What the counter gives to take along, on A4 or on an 80 mm slip: the receipt, the one-time notice, the way to one's own phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from govpost.cases import actions, intake
from govpost.cases import counter as counters
from govpost.cases import queries as cases
from govpost.cases.actions.apply import papers_wanted
from govpost.common.clock import now
from govpost.common.refusal import NotFound, Refusal
from govpost.parties import queries as people
from govpost.surfaces.desk.casefile import payers_of, terms
from govpost.surfaces.desk.counter.finding import CLERK
from govpost.surfaces.desk.window.views import own_case
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.addresses import absolute
from govpost.surfaces.shared.words import say

SLIP = "slip"


@audience(CLERK)
@require_GET
def receipt(request: ActorRequest, number: str) -> HttpResponse:
    """The receipt 受理凭条: what was taken, what is still to come, the check code and where it opens the case."""
    found = own_case(request, number)
    page = cases.page(request.actor, found, at=now())
    code = counters.receipt_code(found)
    where, query = absolute(request, "portal:by_receipt"), urlencode({"number": found.number or "", "code": code})
    context = {
        "case": found, "page": page, "code": f"{code[:4]}-{code[4:]}", "follow": f"{where}?{query}", "where": where,
        "payers": payers_of(found), "terms": terms(found, page.light),
        "to_come": [paper for paper in page.papers if paper.status in ("expected", "missing", "on_the_way")],
    }  # fmt: skip
    return _paper(request, "receipt", context)


@audience(CLERK)
@require_http_methods(["GET", "POST"])
def notice(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """The one-time notice 一次性告知书 of missing papers: opened once the button is pressed, printed as often as needed."""
    found = counters.counter_draft(request.actor, case_id)
    trouble = ""
    if request.method == "POST":
        try:
            found = actions.tell_missing(case_id=found.id, at=now(), by=request.actor)
        except Refusal as refusal:
            trouble = say(refusal.sentence)
    said = counters.said(request.actor, found)
    wanted = papers_wanted(found.service)
    absent = set(said.told or intake.missing(said.checklist, (str(paper.id) for paper in wanted)))
    context = {
        "case": found, "card": people.card(request.actor, found.party_id),
        "missing": [paper for paper in wanted if str(paper.id) in absent],
        "here": [paper for paper in wanted if str(paper.id) not in absent], "trouble": trouble, **_phone(request, case_id),
    }  # fmt: skip
    return _paper(request, "notice", context, status=409 if trouble else 200)


@audience(CLERK)
@require_GET
def phone(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """The draft goes on on the applicant's own phone: whoever signs in with the same number finds it there."""
    found = counters.counter_draft(request.actor, case_id)
    context = {"case": found, "card": people.card(request.actor, found.party_id), **_phone(request, case_id)}
    return _paper(request, "phone", context)


def _phone(request: ActorRequest, case_id: UUID) -> dict[str, str]:
    return {
        "own": absolute(request, "portal:apply_resume", case_id),
        "home": absolute(request, "portal:home"),
    }


def _paper(request: ActorRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """On A4, or on the slip of a receipt printer."""
    wanted = request.GET.get("paper", "")
    if wanted not in ("", SLIP):
        raise NotFound("paper")
    return render(request, f"desk/counter/{name}.html", context | {"slip": wanted == SLIP}, status=status)
