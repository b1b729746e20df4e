"""Before an application: what you need, how long it takes, the draft that waits; then a draft is made."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from govpost.cases import actions as cases
from govpost.cases import queries
from govpost.cases.models import Case
from govpost.cases.rules import Form, applicant_fits
from govpost.cases.states import State
from govpost.catalogue import queries as catalogue
from govpost.catalogue.models import Service
from govpost.catalogue.rules import Owner
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import Decision
from govpost.parties import queries as parties
from govpost.parties.ports import IdType
from govpost.surfaces.portal.views.application.steps import url_of
from govpost.surfaces.shared.access import CITIZEN, ActorRequest, audience


@audience(CITIZEN)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: ActorRequest, code: str) -> HttpResponse:
    """The page before the first; the button makes the draft. A draft that waits is offered instead of a second one."""
    service = catalogue.service(code, shanghai_day(now()))
    if service.owner != Owner.INSIDE:
        return HttpResponseRedirect(reverse("portal:guide", args=[service.task_code]))
    fits = _fits(request, service)
    drafts = _drafts(request, service)
    if request.method == "POST" and fits.allowed:
        return HttpResponseRedirect(url_of("about", _draft(request, service, drafts).id))
    context = {
        "service": service,
        "guide": catalogue.guide(service),
        "fits": fits,
        "drafts": drafts,
    }
    return render(request, "portal/application/start.html", context, status=200 if fits.allowed else 409)


def _fits(request: ActorRequest, service: Service) -> Decision:
    """Whether the item is for this kind of applicant; asked before anything is typed."""
    kind = "legal" if parties.own_identity(request.actor).id_type == IdType.USCC else "natural"
    return applicant_fits(subject=service.subject, kind=kind)


def _drafts(request: ActorRequest, service: Service) -> list[Case]:
    found = queries.visible(request.actor).filter(service=service, state=State.DRAFT.value)
    return list(found.order_by("-created_at")[:3])


def _draft(request: ActorRequest, service: Service, drafts: list[Case]) -> Case:
    """A second press, or a draft in which nothing was said yet, is not made again."""
    untouched = [case for case in drafts if not case.paper_way and case.version <= 1]
    if untouched:
        return untouched[0]
    return cases.draft(service_id=service.id, form=Form(), at=now(), by=request.actor)
