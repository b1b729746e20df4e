"""Another courier for papers that none could collect, ordered at the counter as the applicant wishes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from govpost.cases import actions
from govpost.cases import queries as cases
from govpost.cases.states import Verb
from govpost.common.clock import now
from govpost.common.refusal import Refusal
from govpost.surfaces.desk.window.forms import WindowForm
from govpost.surfaces.desk.window.views import CLERK, own_case
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.forms import add_refusal


@audience(CLERK)
@require_http_methods(["GET", "POST"])
def collect_again(request: ActorRequest, number: str) -> HttpResponse:
    """Ask when the courier shall come; a second press finds a courier ordered."""
    found = own_case(request, number)
    if Verb.ORDER_COLLECTION_AGAIN not in cases.buttons(request.actor, found):
        messages.info(request, _("No other courier can be ordered for these papers now."))
        return redirect("desk:window_case", number=found.number)
    reach = cases.collection_reach(found, at=now())
    form = WindowForm(reach.windows if reach else [], request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.order_collection_again(case_id=found.id, window=form.cleaned_data["window"], at=now(), by=request.actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Another courier is ordered. The applicant gets a new check code by short message."))
            return redirect("desk:window_case", number=found.number)
    context = {"case": found, "form": form, "offered": bool(form.windows), "reach": reach}
    return render(request, "desk/window/collect_again.html", context, status=422 if form.errors else 200)
