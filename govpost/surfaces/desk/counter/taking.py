"""Taking an application in: one page for everything, a last look with the notice read aloud, and the number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from govpost.cases import actions, intake
from govpost.cases import counter as counters
from govpost.cases.actions.counter import problems
from govpost.cases.models import Case
from govpost.cases.rules import NOTICE, PaperWay
from govpost.cases.states import State
from govpost.catalogue import queries as catalogue
from govpost.common.clock import now
from govpost.common.refusal import Refusal
from govpost.dispatch.asking import ask_range
from govpost.surfaces.desk.casefile import payers_of
from govpost.surfaces.desk.configuration.pages import act
from govpost.surfaces.desk.counter.finding import CLERK
from govpost.surfaces.desk.counter.forms import ConsentForm
from govpost.surfaces.desk.counter.sheet import Intake, Sheet, intake_of
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.address import RELOAD
from govpost.surfaces.shared.forms import add_refusal, posted
from govpost.surfaces.shared.words import say

# Where the buttons of the page lead once everything typed is kept.
LEADS = {"phone": "desk:counter_phone", "leave": "desk:counter"}


@audience(CLERK)
@require_http_methods(["GET", "POST"])
def draft(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """Everything on one page. Whatever was typed is kept at every button; "check" and "notice" go on only when nothing is wrong."""
    found = _draft(request, case_id)
    if isinstance(found, HttpResponse):
        return found
    sheet = Sheet(intake_of(request.actor, found, now()), request.POST if request.method == "POST" else None)
    if request.method != "POST" or RELOAD in request.POST:
        return _page(request, sheet)
    kept = actions.fill_in(case_id=found.id, form=sheet.read(), known_address=sheet.uses_known, at=now(), by=request.actor)
    _ask_carrier(request, kept, sheet.it)
    wish = request.POST.get("go", "save")
    if wish in LEADS:
        return redirect(LEADS[wish]) if wish == "leave" else redirect(LEADS[wish], case_id=found.id)
    if wish == "save":
        return HttpResponse(status=204) if request.POST.get("quiet") else redirect("desk:counter_draft", case_id=found.id)
    wrong = problems(request.actor, kept, at=now())
    wrong = {name: text for name, text in wrong.items() if name.startswith("paper-")} if wish == "notice" else wrong
    sheet.show(wrong)
    if wrong:
        return _page(request, sheet, status=422)
    return redirect("desk:counter_notice" if wish == "notice" else "desk:counter_check", case_id=found.id)


@audience(CLERK)
@require_http_methods(["GET", "POST"])
def check(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """The last look: what was said, who pays, the notice; the button takes the application in, and the receipt follows."""
    found = _draft(request, case_id)
    if isinstance(found, HttpResponse):
        return found
    form = ConsentForm(posted(request), initial={"version": NOTICE.version})
    if request.method == "POST" and form.is_valid():
        try:
            case = actions.take_in(case_id=found.id, notice_version=form.cleaned_data["version"], at=now(), by=request.actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Taken in. Print the receipt and give it to the applicant."))
            return redirect("desk:counter_receipt", number=case.number)
    it = intake_of(request.actor, found, now())
    context = {
        "form": form, "case": found, "it": it, "notice": NOTICE, "marks": _marks(it), "wrong": problems(request.actor, found, at=now()),
        "missing": len(_missing(it)), "postage": {way: it.postage(way) for way in ("papers", "result")},
    }  # fmt: skip
    return render(request, "desk/counter/check.html", context, status=422 if form.errors else 200)


@audience(CLERK)
@require_http_methods(["GET", "POST"])
def discard(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """Throw a draft of the counter away, once the clerk has said so."""
    found = _draft(request, case_id)
    if isinstance(found, HttpResponse):
        return found
    person = reverse("desk:counter_person", args=[found.party_id])

    def throw_away(_data: dict[str, Any]) -> str:
        actions.discard_draft(case_id=found.id, at=now(), by=request.actor)
        return person

    return act(
        request, forms.Form(posted(request)), throw_away, done=_("The draft is thrown away."), heading=_("Throw the draft away"),
        eyebrow=f"{found.party.masked_name} · {local(found.service, 'name')}", danger=True,
        intro=_("What was typed is deleted for good. No application is made, and nobody is told."),
        back=(reverse("desk:counter_draft", args=[found.id]), _("Back to the draft")),
    )  # fmt: skip


def _ask_carrier(request: ActorRequest, kept: Case, it: Intake) -> None:
    """Before a courier is promised the carrier is asked about the place; what it said is remembered."""
    address = counters.known_address(request.actor, kept) if kept.paper_way == PaperWay.DOOR else None
    if address is not None and address.division:
        ask_range(division=address.division, street=address.street, settings=it.settings, at=now())


def _draft(request: ActorRequest, case_id: UUID) -> Case | HttpResponse:
    """The draft that the counter has in hand, or the way to the case that was made of it meanwhile."""
    found = counters.counter_draft(request.actor, case_id)
    if found.state != State.DRAFT:
        return redirect("desk:window_case", number=found.number)
    return found


def _page(request: ActorRequest, sheet: Sheet, *, status: int = 200) -> HttpResponse:
    it = sheet.it
    context = {
        "sheet": sheet, "it": it, "case": it.case, "service": it.case.service, "card": it.card, "notice": NOTICE,
        "guide": catalogue.guide(it.case.service), "forms": sheet.forms, "payers": payers_of(it.case),
        "running": counters.running(request.actor, it.case.party_id, it.case.service.code),
        "licences": it.licences, "result_post": it.postage("result"),
    }  # fmt: skip
    return render(request, "desk/counter/draft.html", context, status=status)


def _missing(it: Intake) -> list[str]:
    return intake.missing(it.said.checklist, (str(paper.id) for paper in it.papers))


def _marks(it: Intake) -> list[tuple[object, str, str]]:
    """Every paper with how it is provided and what stands for it, in words."""
    rows: list[tuple[object, str, str]] = []
    names = {licence.identifier: f"{licence.name} {licence.number}" for licence in it.licences}
    for paper in it.papers:
        given = it.said.checklist.get(str(paper.id), intake.Given(intake.Provided.LATER.value))
        waiver = intake.WAIVERS[intake.Waiver(given.why)] if given.why in set(intake.Waiver) else None
        why = say(waiver.sentence) if waiver else names.get(given.licence, "")
        rows.append((paper, given.how, why))
    return rows
