"""Where a case stands, for whoever holds its receipt: number and check code together, nothing personal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from govpost.cases import counter, queries
from govpost.common.refusal import NotFound
from govpost.surfaces.portal.limits import WINDOW_SECONDS, too_often
from govpost.surfaces.portal.timeline import turn
from govpost.surfaces.shared.access import PUBLIC, audience
from govpost.surfaces.shared.errors import page
from govpost.timeline import queries as timeline

LONGEST = 40


@audience(PUBLIC)
@require_safe
def by_receipt(request: HttpRequest) -> HttpResponse:
    """The form, and below it the state; a wrong code and an unknown number look the same, and a robot is slowed down."""
    number, code = ("".join(request.GET.get(name, "").split()).upper()[:LONGEST] for name in ("number", "code"))
    asked = bool({"number", "code"} & set(request.GET))
    if not number or not code:
        return _answer(request, {"number": number, "code": code, "asked": asked, "mistake": asked}, 422 if asked else 200)
    if too_often(request):
        response = page(request, 429, _("You have looked up many receipts. Please wait ten minutes."))
        response["Retry-After"] = str(WINDOW_SECONDS)
        return response
    try:
        case = counter.by_receipt(number, code)
    except NotFound:
        return _answer(request, {"number": number, "code": code, "asked": True}, 404)
    context = {
        "number": number, "code": code, "asked": True, "case": case, "turn": turn(timeline.turn_of(case)), "due_on": queries.due_on(case),
        "papers": sorted(counter.provided(case).items()),
    }  # fmt: skip
    response = _answer(request, context, 200)
    response["Cache-Control"] = "no-store, private"
    return response


def _answer(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, "portal/by_receipt.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"  # the code stands in the address
    response["X-Robots-Tag"] = "noindex"
    return response
