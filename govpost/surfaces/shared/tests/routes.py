"""Addresses for the tests: one view per audience, and views that refuse."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal, Rejected, Unavailable
from govpost.common.text import Text
from govpost.parties.roles import Role
from govpost.surfaces.shared.access import CITIZEN, INTERNAL, PARTNER, PUBLIC, STAFF, Audience, audience, find_actor

REFUSALS: dict[str, Exception] = {
    "not-permitted": NotPermitted("approve"),
    "not-found": NotFound("case"),
    "missing": Http404("no such row"),
    "invalid": InvalidInput({"phone": Text("Enter a mobile phone number.")}),
    "state": Refusal("state", Text("This case is closed."), state="closed"),
    "unavailable": Unavailable("no answer from 10.0.0.7"),
    "rejected": Rejected("B00010", "收件地址超区"),
}


def _who(request: HttpRequest) -> HttpResponse:
    found = find_actor(request)
    return HttpResponse(found.label if found else "visitor")


def unmarked(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody should see this")


@audience(PUBLIC)
def refuse(request: HttpRequest, what: str) -> HttpResponse:
    raise REFUSALS[what]


@audience(PUBLIC)
def form_page(request: HttpRequest) -> HttpResponse:
    return render(request, "shared/sign_in.html", {"surface": "desk", "next": "/"})


def _marked(*audiences: Audience) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        return _who(request)

    return audience(*audiences)(view)


_PORTAL = ("sign_in", "sign_out", "services", "my_cases", "track", "tariffs", "notice")
portal = ([path(name.replace("_", "-"), _marked(PUBLIC), name=name) for name in _PORTAL], "portal")
urlpatterns = [
    path("", include("govpost.surfaces.shared.urls")),
    path("", include(portal)),
    path("unmarked", unmarked),
    path("public", _marked(PUBLIC)),
    path("citizen", _marked(CITIZEN)),
    path("either", _marked(CITIZEN, STAFF(Role.CLERK))),
    path("desk/any", _marked(STAFF())),
    path("desk/station", _marked(STAFF(Role.STATION))),
    path("courier/round", _marked(STAFF(Role.COURIER))),
    path("api/v1/orders", _marked(PARTNER)),
    path("api/v1/refuse/<slug:what>", refuse),
    path("inside", _marked(INTERNAL)),
    path("refuse/<slug:what>", refuse),
]
handler404 = "govpost.surfaces.shared.errors.page_not_found"
handler500 = "govpost.surfaces.shared.errors.server_error"
