"""What an applicant can do to an own case: withdraw, cancel the collection, fetch at the window after all, correct.

Each is asked on a page of its own and done by a POST; a second press finds it done and says nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from govpost.cases import actions
from govpost.cases import queries as cases
from govpost.cases.models import Case
from govpost.cases.rules import Form, PaperWay, ResultWay
from govpost.cases.states import State, Verb
from govpost.common.clock import now
from govpost.common.refusal import Refusal
from govpost.surfaces.portal import choices
from govpost.surfaces.portal.draft import Draft, of_correction
from govpost.surfaces.portal.forms.application import AnswersForm, PapersForm, window_key
from govpost.surfaces.shared.access import CITIZEN, ActorRequest, audience
from govpost.surfaces.shared.forms import add_refusal
from govpost.surfaces.shared.words import say


@dataclass(frozen=True, slots=True)
class Question:
    """A deed that is asked once more before it is done. `done`: whether it has happened already; `said` is told afterwards."""

    name: str
    verb: Verb
    act: Callable[..., Case]
    done: Callable[[Case], bool]
    said: Promise | str


WITHDRAW = Question(
    "withdraw", Verb.WITHDRAW, actions.withdraw, lambda case: case.state == State.WITHDRAWN,
    gettext_lazy("Your application is withdrawn."),
)  # fmt: skip
CANCEL_COLLECTION = Question(
    "cancel_collection", Verb.CANCEL_COLLECTION, actions.cancel_collection, lambda case: case.paper_way == PaperWay.BRING,
    gettext_lazy("The collection is cancelled. Please bring your papers to the window."),
)  # fmt: skip
FETCH_RESULT = Question(
    "fetch_result", Verb.CHANGE_RESULT_WAY, actions.change_result_way, lambda case: case.result_way == ResultWay.WINDOW,
    gettext_lazy("Noted: you fetch the result yourself."),
)  # fmt: skip


@audience(CITIZEN)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ActorRequest, number: str) -> HttpResponse:
    return _ask(request, number, WITHDRAW)


@audience(CITIZEN)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_collection(request: ActorRequest, number: str) -> HttpResponse:
    return _ask(request, number, CANCEL_COLLECTION)


@audience(CITIZEN)
@require_http_methods(["GET", "HEAD", "POST"])
def fetch_result(request: ActorRequest, number: str) -> HttpResponse:
    return _ask(request, number, FETCH_RESULT)


@audience(CITIZEN)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: ActorRequest, number: str) -> HttpResponse:
    """The points that were asked for, the answers to mend, and how papers come again if some are wanted."""
    case = cases.case(request.actor, number)
    if case.state != State.CORRECTING:
        return _to_case(case)
    draft = of_correction(request.actor, case, now())
    if request.method == "POST":
        draft.ask_carrier()
    data = request.POST if request.method == "POST" else None
    answers = AnswersForm(data, initial={**draft.form.answers})
    papers = _papers_form(draft, data)
    good = [form.is_valid() for form in (answers, papers) if form is not None]
    if data is not None and all(good) and _resubmit(request, draft, answers, papers):
        messages.success(request, _("Your corrections are on their way to the department."))
        return _to_case(case)
    if papers:
        choices.explain(draft, papers, request.POST.get("window", ""))
    context = {
        "case": case, "service": case.service, "draft": draft, "answers": answers, "papers": papers, "points": draft.corrections,
        **(choices.time_table(draft, papers) if papers else {}),
    }  # fmt: skip
    return render(request, "portal/correct.html", context, status=200 if data is None else 422)


def _ask(request: ActorRequest, number: str, question: Question) -> HttpResponse:
    case = cases.case(request.actor, number)
    if question.done(case):
        return _to_case(case)
    if request.method == "POST":
        return _do(request, case, question)
    if question.verb not in cases.buttons(request.actor, case):
        messages.info(request, _("This is not possible any more: the case has moved on."))
        return _to_case(case)
    page = cases.page(request.actor, case, at=now())
    context = {"case": case, "service": case.service, "hall": case.hall, "page": page, "question": question.name}
    return render(request, "portal/question.html", context)


def _do(request: ActorRequest, case: Case, question: Question) -> HttpResponse:
    try:
        question.act(case_id=case.id, at=now(), by=request.actor)
    except Refusal as refusal:
        case.refresh_from_db()
        if not question.done(case):
            messages.warning(request, say(refusal.sentence))
    else:
        messages.success(request, str(question.said))
    return _to_case(case)


def _papers_form(draft: Draft, data: object) -> PapersForm | None:
    if not draft.papers_wanted:
        return None
    return PapersForm(data, cards=choices.paper_cards(draft), windows=draft.windows, prefix=None)  # type: ignore[arg-type]


def _resubmit(request: ActorRequest, draft: Draft, answers: AnswersForm, papers: PapersForm | None) -> bool:
    """Hand the corrections in; what the rules refuse is shown at its field."""
    form = Form(answers=answers.cleaned_data)
    if papers is not None:
        chosen = {window_key(each): each for each in draft.windows}.get(papers.cleaned_data["window"])
        form = replace(form, paper_way=papers.cleaned_data["paper_way"], window=chosen)
    try:
        actions.resubmit(case_id=draft.case.id, form=form, at=now(), by=request.actor)
    except Refusal as refusal:
        draft.case.refresh_from_db()
        if draft.case.state == State.SUBMITTED:
            return True
        add_refusal(papers or answers, refusal)
        return False
    return True


def _to_case(case: Case) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:case", args=[case.number]))
