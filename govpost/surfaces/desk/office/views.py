"""The department's queue with its terms, a case, and the decisions: buttons come from the table of states, the rules answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from govpost.cases import actions, clocks, rules
from govpost.cases import queries as cases
from govpost.cases.clocks import Light
from govpost.cases.models import Case
from govpost.cases.queries import Filter
from govpost.cases.states import State, Verb
from govpost.catalogue import queries as catalogue
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import NotFound, Refusal
from govpost.parties.roles import Role
from govpost.surfaces.desk import finding, telling
from govpost.surfaces.desk.casefile import case_file
from govpost.surfaces.desk.office.forms import ALL, ApproveForm, CorrectionForm, QueueForm, ReasonForm
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience
from govpost.surfaces.shared.forms import add_refusal

OFFICER = STAFF(Role.OFFICER)


@audience(OFFICER)
@require_GET
def queue(request: ActorRequest) -> HttpResponse:
    """What the department has in hand, earliest due first, with filters; a search looks at every state."""
    form = QueueForm(_items(request), request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    at, words = now(), finding.words_of(request.actor, chosen.get("found", ""))
    wanted = _wanted(chosen, words)
    page = finding.narrowed(cases.department_queue, request.actor, at=at, wanted=wanted, after=request.GET.get("after", ""))
    turns = telling.turns_of(request.actor, page.lines)
    rows = [(case, turns[case.id], clocks.light(case.amber_at, case.red_at, at), cases.due_on(case)) for case in page.lines]
    counts = cases.counts(request.actor, at=at, wanted=Filter(department_id=_department(request)), right="see_department")
    lights = {light.value: counts.lights.get(light, 0) for light in Light}
    context = {
        "rows": rows, "page": page, "form": form, "find": finding.find_form(request.actor, "cases", words), "chosen": any(chosen.values()),
        "lights": lights, "flagged": counts.flagged,
    }  # fmt: skip
    return render(request, "desk/office/queue.html", context)


def _wanted(chosen: dict[str, Any], words: str) -> Filter:
    state = chosen.get("state", "")
    every = tuple(s.value for s in State if s is not State.DRAFT)
    states = every if state == ALL or (words and not state) else (state,) if state else ()
    return Filter(states=states, light=chosen.get("light", ""), service_code=chosen.get("item", ""), search=words)


def _department(request: ActorRequest) -> Any:
    mine = request.actor.organisations([Role.OFFICER])
    return mine[0] if len(mine) == 1 else None


def _items(request: ActorRequest) -> list[tuple[str, str]]:
    """The items that the actor's departments decide, by name."""
    mine = set(request.actor.organisations([Role.OFFICER]))
    found = {
        service.code: local(service, "name")
        for region in request.actor.regions([Role.OFFICER])
        for service in catalogue.offered(region, shanghai_day(now()), owner="inside")
        if not mine or service.department_id in mine
    }
    return sorted(found.items(), key=lambda pair: pair[1])


@audience(OFFICER)
@require_GET
def case(request: ActorRequest, number: str) -> HttpResponse:
    """One case with everything the department needs to decide it, and the buttons that the table allows now."""
    found = own_case(request, number)
    context = case_file(request.actor, found)
    context["buttons"] = [verb.value for verb in context["page"].buttons]
    context["once"] = _asked_before(found)
    return render(request, "desk/office/case.html", context)


def own_case(request: ActorRequest, number: str) -> Case:
    """A case of the actor's own department; another role's wider sight does not make it theirs."""
    found = cases.case(request.actor, number)
    if not request.actor.has(Role.OFFICER, str(found.region), found.department_id):
        raise NotFound("case")
    return found


def _asked_before(case: Case) -> Any:
    """The rule's own sentence when corrections were asked for before and might be wanted again."""
    if case.state != State.SUBMITTED or case.correction_requested_at is None:
        return None
    return rules.may_request_correction(requested_before=True, clock_started=case.clock_from_at is not None, items=["-"]).sentence


@audience(OFFICER)
@require_POST
def accept(request: ActorRequest, number: str) -> HttpResponse:
    found = own_case(request, number)
    actions.accept(case_id=found.id, at=now(), by=request.actor)
    messages.success(request, _("Accepted. The time to decide runs from now."))
    return redirect("desk:case", number=found.number)


@audience(OFFICER)
@require_http_methods(["GET", "POST"])
def correct(request: ActorRequest, number: str) -> HttpResponse:
    """Ask for corrections, once; whoever comes a second time reads the refusal."""
    found = own_case(request, number)
    form = CorrectionForm(request.POST or None)

    def act() -> None:
        actions.request_correction(
            case_id=found.id, items=form.lines("items"), papers=form.lines("papers"), days=form.cleaned_data["days"],
            at=now(), by=request.actor,
        )  # fmt: skip

    extra = {"once": _asked_before(found), "missing": found.papers.filter(status=rules.PaperStatus.MISSING.value)}
    return _decide(request, found, form, act, Verb.REQUEST_CORRECTION, _("The applicant has been asked for corrections."), extra)


@audience(OFFICER)
@require_http_methods(["GET", "POST"])
def not_accept(request: ActorRequest, number: str) -> HttpResponse:
    return _against(request, number, actions.not_accept, Verb.NOT_ACCEPT, _("Not accepted. The applicant has been told why."))


@audience(OFFICER)
@require_http_methods(["GET", "POST"])
def refuse(request: ActorRequest, number: str) -> HttpResponse:
    return _against(request, number, actions.refuse, Verb.REFUSE, _("Not granted. The decision letter goes the way the applicant chose."))


@audience(OFFICER)
@require_http_methods(["GET", "POST"])
def approve(request: ActorRequest, number: str) -> HttpResponse:
    """Approve: the licence is issued with its number; what comes next is the list for the desk."""
    found = own_case(request, number)
    form = ApproveForm(request.POST or None, initial={"years": found.service.licence_years})

    def act() -> None:
        actions.approve(case_id=found.id, years=form.cleaned_data["years"], at=now(), by=request.actor)

    return _decide(request, found, form, act, Verb.APPROVE, _("Approved. Put the result on a list for the desk next."), {})


def _against(request: ActorRequest, number: str, action: Callable[..., Case], verb: Verb, done: str) -> HttpResponse:
    found = own_case(request, number)
    form = ReasonForm(request.POST or None, initial={"remedy": rules.remedy(department=found.department.name)})

    def act() -> None:
        action(case_id=found.id, at=now(), by=request.actor, **form.cleaned_data)

    return _decide(request, found, form, act, verb, done, {})


def _decide(
    request: ActorRequest, found: Case, form: forms.Form, act: Callable[[], None], verb: Verb, done: str, extra: dict[str, Any]
) -> HttpResponse:
    """Show the form of a decision or carry it out; a refusal of the rules stands above the form."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect("desk:case", number=found.number)
    context = {"case": found, "service": found.service, "form": form, "verb": verb.value, **extra}
    return render(request, "desk/office/decide.html", context, status=422 if form.errors else 200)
