"""What was taken in at the counter: today's, searched and narrowed, printed again, undone when it was a mistake."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from govpost.cases import actions
from govpost.cases import counter as counters
from govpost.cases.queries import Filter
from govpost.cases.rules import PaperStatus
from govpost.cases.states import State
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import InvalidInput, Refusal
from govpost.common.text import Text
from govpost.surfaces.desk import telling
from govpost.surfaces.desk.counter.finding import CLERK
from govpost.surfaces.desk.counter.forms import IntakesForm, UndoForm
from govpost.surfaces.desk.finding import find_form, words_of
from govpost.surfaces.desk.window.views import own_case
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.forms import add_refusal, posted
from govpost.surfaces.shared.offering import offer
from govpost.surfaces.shared.words import CASE

STATES = tuple(state.value for state in State if state is not State.DRAFT)


@audience(CLERK)
@require_GET
def intakes(request: ActorRequest) -> HttpResponse:
    """One day's intakes, today's unless another day is asked for; a search goes over all days."""
    words = words_of(request.actor, request.GET.get("found", ""))
    form = IntakesForm(request.GET if {"day", "state", "who"} & set(request.GET) else None, initial={"day": shanghai_day(now())})
    offer(form, "state", [("", _("All")), *((state, _(CASE[state].msgid)) for state in STATES)])
    if form.is_bound and not form.is_valid():
        raise InvalidInput({"day": Text("Choose a day, a state, and whose intakes.")})
    asked = form.cleaned_data if form.is_bound else {}
    on: date | None = None if words else (asked.get("day") or shanghai_day(now()))
    state = asked.get("state", "")
    page = counters.intakes(
        request.actor, at=now(), on=on, everybody=bool(words) or asked.get("who") == "all", after=request.GET.get("after", ""),
        wanted=Filter(states=(state,) if state else (), search=words),
    )  # fmt: skip
    turns = telling.turns_of(request.actor, page.lines)
    context = {
        "page": page, "form": form, "q": words, "on": on, "find": find_form(request.actor, "counter_intakes", words),
        "rows": [(case, turns[case.id], counters.may_be_undone(request.actor, case, at=now())) for case in page.lines],
        "today": shanghai_day(now()), "narrowed": bool(asked),
    }  # fmt: skip
    return render(request, "desk/counter/intakes.html", context)


@audience(CLERK)
@require_http_methods(["GET", "POST"])
def undo(request: ActorRequest, number: str) -> HttpResponse:
    """A mistake: the case ends as withdrawn with the reason; papers that are here are given back next."""
    found = own_case(request, number)
    form = UndoForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.undo_intake(case_id=found.id, why=form.cleaned_data["why"], at=now(), by=request.actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The intake is undone."))
            here = found.papers.filter(status=PaperStatus.RECEIVED.value).exists()
            return redirect(reverse("desk:give_back" if here else "desk:window_case", args=[found.number]))
    return render(request, "desk/counter/undo.html", {"case": found, "form": form}, status=422 if form.errors else 200)
