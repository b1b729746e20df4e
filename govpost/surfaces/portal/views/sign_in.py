"""Signing in through the province's identity service (OpenID Connect): there, back, and every way in which nobody gets in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.plugs import plug
from govpost.common.refusal import Rejected, Unavailable
from govpost.parties import actions as parties
from govpost.parties.ports import Identity, IdentityClaims
from govpost.surfaces.shared.access import PARTY_KEY, PUBLIC, audience, find_actor, safe_next
from govpost.surfaces.shared.addresses import absolute
from govpost.surfaces.shared.errors import RETRY_AFTER_SECONDS

BEGUN_KEY = "portal_sign_ins"
KEPT_SIGN_INS = 5
DOOR = Actor.system("portal sign-in")


@audience(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Explain what will happen; the button leaves for the province."""
    way_on = safe_next(request, request.POST.get("next") or request.GET.get("next"), reverse("portal:home"))
    if _is_person(request):
        return HttpResponseRedirect(way_on)
    if request.method == "POST":
        return _leave(request, way_on)
    return _page(request, "", way_on)


@audience(PUBLIC)
@never_cache
@require_GET
def sign_in_callback(request: HttpRequest) -> HttpResponse:
    """The return from the province: `state` says which of this browser's sign-ins it answers (there may be several tabs)."""
    begun = _take_begun(request, request.GET.get("state", ""))
    if begun is None:
        # The back button after a sign-in, a bookmark of the return, or a session that ended meanwhile.
        return HttpResponseRedirect(reverse("portal:home")) if _is_person(request) else _page(request, "lost", status=400)
    way_on = safe_next(request, begun["next"], reverse("portal:home"))
    try:
        claims = _finish(request, begun)
        party = parties.sign_in(claims=claims, at=now(), by=DOOR)
    except Unavailable:
        return _page(request, "unavailable", way_on, status=503)
    except Rejected as refused:
        return _page(request, "declined" if refused.code == "access_denied" else "refused", way_on, status=403)
    _let_in(request, str(party.id))
    return HttpResponseRedirect(way_on)


@audience(PUBLIC)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this browser's session, then the province's, so that the next person at a shared computer starts as nobody."""
    request.session.flush()
    home = absolute(request, "portal:home")
    try:
        return HttpResponseRedirect(_identity().sign_out_url(home))
    except (Unavailable, Rejected):
        return HttpResponseRedirect(home)


def _leave(request: HttpRequest, way_on: str) -> HttpResponse:
    try:
        begun = _identity().begin(absolute(request, "portal:sign_in_callback"))
    except Unavailable:
        return _page(request, "unavailable", way_on, status=503)
    except Rejected:
        return _page(request, "refused", way_on, status=502)
    kept: dict[str, Any] = request.session.get(BEGUN_KEY, {})
    kept[begun.state] = {"nonce": begun.nonce, "code_verifier": begun.code_verifier, "next": way_on}
    # Several tabs may be on their way at once; more than a few are forgotten, the oldest first.
    request.session[BEGUN_KEY] = dict(list(kept.items())[-KEPT_SIGN_INS:])
    return HttpResponseRedirect(begun.authorize_url)


def _take_begun(request: HttpRequest, state: str) -> dict[str, str] | None:
    """Each sign-in can be finished once."""
    kept: dict[str, dict[str, str]] = request.session.get(BEGUN_KEY, {})
    begun = kept.pop(state, None)
    if begun is not None:
        request.session[BEGUN_KEY] = kept
    return begun


def _finish(request: HttpRequest, begun: dict[str, str]) -> IdentityClaims:
    return _identity().finish(
        {name: request.GET[name] for name in request.GET},
        redirect_uri=absolute(request, "portal:sign_in_callback"),
        state=request.GET.get("state", ""),
        nonce=begun["nonce"],
        code_verifier=begun["code_verifier"],
    )


def _let_in(request: HttpRequest, party_id: str) -> None:
    """A new session key against fixation; nothing of another person's session is carried over."""
    if request.session.get(PARTY_KEY) not in (None, party_id):
        request.session.flush()
    request.session.cycle_key()
    request.session[PARTY_KEY] = party_id


def _is_person(request: HttpRequest) -> bool:
    who = find_actor(request)
    return who is not None and who.kind == "person"


def _identity() -> Identity:
    found: Identity = plug("parties.identity")
    return found


def _page(request: HttpRequest, trouble: str, way_on: str = "/", status: int = 200) -> HttpResponse:
    """The sign-in page; `trouble` is "", declined, refused, unavailable or lost."""
    response = render(request, "portal/sign_in.html", {"trouble": trouble, "next": way_on, "at_sign_in": True}, status=status)
    if status == 503:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
