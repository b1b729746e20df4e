"""Check the answers and submit; the receipt with what happens next. A second press finds what the first one did."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from govpost.cases import actions as cases
from govpost.cases.rules import NOTICE
from govpost.cases.states import State
from govpost.common.clock import now
from govpost.common.refusal import InvalidInput, Refusal
from govpost.surfaces.portal import choices
from govpost.surfaces.portal.draft import Draft
from govpost.surfaces.portal.views.application.pages import page_of_draft
from govpost.surfaces.portal.views.application.steps import show, url_of
from govpost.surfaces.shared.access import ActorRequest
from govpost.surfaces.shared.words import say

# Which page asks for which field of the rules.
PAGE_OF = {
    "name": "about", "phone": "about", "county": "about", "street": "about",
    "subject": "answers", "premises": "answers", "details": "answers",
    "paper_way": "papers", "window": "papers", "hall": "papers",
    "result_way": "result",
}  # fmt: skip


@page_of_draft
def check(request: ActorRequest, draft: Draft) -> HttpResponse:
    """Everything that was said, with a way to change it; the button submits."""
    if request.method != "POST":
        return _show(request, draft)
    if not draft.notice_read(request.session):
        messages.warning(request, _("Please confirm the notice before you submit."))
        return HttpResponseRedirect(url_of("notice", draft.case.id) + "?then=check")
    try:
        case = cases.submit(case_id=draft.case.id, notice_version=NOTICE.version, at=now(), by=request.actor)
    except InvalidInput as refusal:
        return _show(request, draft, errors=[(_page(name, draft.case.id), say(text)) for name, text in refusal.errors.items()])
    except Refusal as refusal:
        if refusal.code == "wrong_state":  # the other press was faster
            draft.case.refresh_from_db()
            if draft.case.state != State.DRAFT:
                return _receipt(str(draft.case.number))
        return _show(request, draft, errors=[("", say(refusal.sentence))])
    return _receipt(str(case.number))


def _show(request: ActorRequest, draft: Draft, errors: Iterable[tuple[str, str]] = ()) -> HttpResponse:
    found = list(errors)
    ways = {
        "paper_card": dict(choices.paper_cards(draft)).get(draft.form.paper_way),
        "result_card": dict(choices.result_cards(draft)).get(draft.form.result_way),
        "notice_read": draft.notice_read(request.session),
    }
    return show(request, draft, "check", status=422 if found else 200, errors=found, **ways)


def _page(name: str, case_id: UUID) -> str:
    return url_of(PAGE_OF.get(name, "about"), case_id) + "?then=check"


def _receipt(number: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:receipt", args=[number]))
