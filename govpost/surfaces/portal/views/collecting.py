"""Another courier for papers that none could collect: the applicant chooses a time anew."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from govpost.cases import actions
from govpost.cases import queries as cases
from govpost.cases.models import Case
from govpost.cases.states import Verb
from govpost.common.clock import now
from govpost.common.refusal import Refusal
from govpost.surfaces.portal import choices
from govpost.surfaces.portal.draft import Draft, of_correction
from govpost.surfaces.portal.forms.application import WindowForm, window_key
from govpost.surfaces.shared.access import CITIZEN, ActorRequest, audience
from govpost.surfaces.shared.forms import add_refusal


@audience(CITIZEN)
@require_http_methods(["GET", "HEAD", "POST"])
def collect_again(request: ActorRequest, number: str) -> HttpResponse:
    """Ask when the courier shall come; a second press finds a courier ordered."""
    case = cases.case(request.actor, number)
    if Verb.ORDER_COLLECTION_AGAIN not in cases.buttons(request.actor, case):
        messages.info(request, _("No other courier can be ordered for these papers now."))
        return _to_case(case)
    draft = of_correction(request.actor, case, now())
    if request.method == "POST":
        draft.ask_carrier()
    form = WindowForm(request.POST if request.method == "POST" else None, windows=draft.windows)
    if request.method == "POST" and form.is_valid() and _ordered(request, draft, form):
        messages.success(request, _("Another courier is ordered. You get a new check code by short message."))
        return _to_case(case)
    choices.explain(draft, form, request.POST.get("window", ""))
    context = {
        "case": case,
        "service": case.service,
        "hall": case.hall,
        "draft": draft,
        "form": form,
        **choices.time_table(draft, form),
    }
    return render(request, "portal/collect_again.html", context, status=422 if form.errors else 200)


def _ordered(request: ActorRequest, draft: Draft, form: WindowForm) -> bool:
    window = {window_key(each): each for each in draft.windows}[form.cleaned_data["window"]]
    try:
        actions.order_collection_again(case_id=draft.case.id, window=window, at=now(), by=request.actor)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _to_case(case: Case) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:case", args=[case.number]))
