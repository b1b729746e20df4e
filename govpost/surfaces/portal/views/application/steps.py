"""What every page of an application shares: whose draft, which page comes next, what is saved."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from govpost.cases import actions as cases
from govpost.cases.models import Case
from govpost.cases.rules import Form, check_answers
from govpost.cases.states import State
from govpost.common.clock import now
from govpost.surfaces.portal.draft import Draft, load
from govpost.surfaces.shared.access import ActorRequest

STEPS = {
    "about": _("About you"),
    "answers": _("Your request"),
    "papers": _("Papers"),
    "result": _("Result"),
    "notice": _("Notice"),
    "check": _("Submit"),
}
_ORDER = list(STEPS)
BACK_TO_CHECK = "check"


class MovedOn(Exception):
    """The draft was submitted meanwhile (in another tab, by a second press): its own page knows what to show."""

    def __init__(self, case: Case) -> None:
        self.case = case


def open_draft(request: ActorRequest, case_id: UUID) -> Draft:
    """The actor's own draft; raises `NotFound` for a stranger's and `MovedOn` for one that was submitted."""
    draft = load(request.actor, case_id, now())
    if draft.case.state != State.DRAFT:
        raise MovedOn(draft.case)
    return draft


def save(request: ActorRequest, draft: Draft, **changed: Any) -> None:
    """Keep what this page asked for; everything else of the draft stays."""
    form: Form = replace(draft.form, **changed)
    cases.amend(case_id=draft.case.id, form=form, at=now(), by=request.actor)


def show(request: HttpRequest, draft: Draft, step: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a step; `forms` among `more` feed the summary of errors."""
    place = _ORDER.index(step)
    context = {
        "draft": draft,
        "status": status,
        "case": draft.case,
        "service": draft.case.service,
        "step": step,
        "steps": [str(label) for label in STEPS.values()],
        "place": place + 1,
        "title": STEPS[step],
        "back": _back(request, draft, place),
        "then": _then(request),
        **more,
    }
    return render(request, f"portal/application/{step}.html", context, status=status)


def go_on(request: HttpRequest, draft: Draft, step: str) -> HttpResponse:
    """To the page after `step`, or back to the answers when the person came from there."""
    following = BACK_TO_CHECK if _then(request) else _ORDER[_ORDER.index(step) + 1]
    return HttpResponseRedirect(url_of(following, draft.case.id))


def first_open(draft: Draft, session: MutableMapping[str, Any]) -> str:
    """The first page that has no answer yet; the check page when all have one."""
    answered = {
        "about": draft.address is not None,
        "answers": not check_answers(draft.form.answers),
        "papers": bool(draft.form.paper_way),
        "result": bool(draft.form.result_way),
        "notice": draft.notice_read(session),
    }
    return next((step for step, done in answered.items() if not done), "check")


def url_of(step: str, case_id: UUID) -> str:
    return reverse(f"portal:apply_{step}", args=[case_id])


def _back(request: HttpRequest, draft: Draft, place: int) -> str:
    if _then(request):
        return url_of(BACK_TO_CHECK, draft.case.id)
    return url_of(_ORDER[place - 1], draft.case.id) if place else reverse("portal:my_cases")


def _then(request: HttpRequest) -> str:
    """ "check" when the page was opened to change one answer."""
    asked = request.POST.get("then") or request.GET.get("then")
    return BACK_TO_CHECK if asked == BACK_TO_CHECK else ""
