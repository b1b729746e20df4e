"""Who may come in at which door: every view says its audience, and a view that says nothing is closed.

The middleware fills `request.actor`, sends strangers to the right sign-in, and keeps personal pages out of caches.
Jurisdiction is not decided here: queries and actions take the actor and decide it themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import NotFound, NotPermitted
from govpost.journal import stamps
from govpost.parties.rules import needs_second_factor
from govpost.surfaces.shared import errors

PARTY_KEY = "party_id"
"""Session key of the signed-in citizen or enterprise (the party's id as text)."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Audience:
    """`roles` matters for staff only; empty means any signed-in member of staff."""

    kind: Literal["public", "citizen", "staff", "partner", "internal"]
    roles: frozenset[str] = frozenset()


PUBLIC = Audience("public")
CITIZEN = Audience("citizen")
PARTNER = Audience("partner")
"""The view authenticates by itself: an API key, a signature."""
INTERNAL = Audience("internal")
"""Only from the addresses of `settings.INTERNAL_NETWORKS` (default: this machine), never through a proxy."""


def staff(*roles: str) -> Audience:
    """Staff who hold one of `roles` somewhere."""
    return Audience("staff", frozenset(str(role) for role in roles))


STAFF = staff


class ActorRequest(HttpRequest):
    """The request as a CITIZEN or STAFF view gets it."""

    actor: Actor


def audience(*audiences: Audience) -> Callable[[View], View]:
    """Mark a view with those who may come in; the first that fits the session decides who acts."""

    def marked(view: View) -> View:
        view.audiences = audiences  # type: ignore[attr-defined]
        return view

    return marked


def even_before_duties(view: View) -> View:
    """Mark a staff view that is open before a first password is changed and a second factor that is needed is set up."""
    view.even_before_duties = True  # type: ignore[attr-defined]
    return view


def mark(patterns: Iterable[URLPattern | URLResolver], *audiences: Audience) -> None:
    """Mark every view below `patterns`: for routes that a library makes (django-ninja)."""
    for pattern in walk(patterns):
        audience(*audiences)(pattern.callback)


def walk(patterns: Iterable[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns)
        else:
            yield pattern


def audiences_of(view: Callable[..., Any]) -> tuple[Audience, ...]:
    """The marks of a view; empty when it has none and is therefore closed."""
    return tuple(getattr(view, "audiences", ()))


def find_actor(request: HttpRequest) -> Actor | None:
    """Who is signed in, or None for a visitor of a PUBLIC page."""
    return getattr(request, "actor", None)


def actor(request: HttpRequest) -> Actor:
    """Who is signed in; raises `NotPermitted` for a visitor."""
    found = find_actor(request)
    if found is None:
        raise NotPermitted("sign_in")
    return found


def safe_next(request: HttpRequest, target: str | None, default: str) -> str:
    """`target` if it stays on this site, else `default`: sign-in must not become an open door to elsewhere."""
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return target
    return default


def recognised(request: HttpRequest) -> Actor | None:
    """Who is signed in where no view was reached, for the page around an unknown address."""
    return _recognise(request, (PUBLIC,))[0]


class AccessMiddleware:
    """Place it after authentication, messages and htmx; see README.md for the whole order."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = None  # type: ignore[attr-defined]
        with stamps.held():  # one request sees one configuration
            response = self.get_response(request)
        _guard(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponseBase | None:
        audiences = audiences_of(view)
        if not audiences:
            return errors.refused(request, NotPermitted("unmarked"))
        return _gate(request, audiences) or _duty(request, view, audiences)


def _gate(request: HttpRequest, audiences: tuple[Audience, ...]) -> HttpResponseBase | None:
    kinds = {each.kind for each in audiences}
    if "partner" in kinds:
        return None
    if "internal" in kinds:
        return None if _from_inside(request) else errors.refused(request, NotFound())
    who, fits = _recognise(request, audiences)
    request.actor = who  # type: ignore[attr-defined]
    if fits or "public" in kinds:
        return None
    if who is not None:
        return errors.refused(request, NotPermitted("enter"))
    return to_sign_in(request, audiences[0])


def _duty(request: HttpRequest, view: Callable[..., Any], audiences: tuple[Audience, ...]) -> HttpResponse | None:
    """Where a member of staff has to go before anything else: a first password is changed, a needed second factor set up."""
    who = find_actor(request)
    if who is None or who.kind != "staff" or getattr(view, "even_before_duties", False):
        return None
    if "public" in {each.kind for each in audiences}:
        return None
    if request.user.must_change_password:  # type: ignore[union-attr]
        return HttpResponseRedirect(reverse("shared:own_password"))
    needed = needs_second_factor((grant.role for grant in who.grants), settings.GOVPOST_SECOND_FACTOR)
    if needed and not request.user.has_second_factor:  # type: ignore[union-attr]
        return HttpResponseRedirect(reverse("shared:own_second_factor"))
    return None


def _recognise(request: HttpRequest, audiences: tuple[Audience, ...]) -> tuple[Actor | None, bool]:
    """The actor for the first audience that fits; else the actor who is signed in but lacks the role."""
    seen: Actor | None = None
    for each in audiences:
        if each.kind in ("citizen", "public"):
            who = _person(request)
            if who is not None:
                return who, True
        if each.kind in ("staff", "public"):
            who = _member_of_staff(request)
            if who is not None and (not each.roles or any(who.has(role) for role in each.roles)):
                return who, True
            seen = seen or who
    return seen, False


def _person(request: HttpRequest) -> Actor | None:
    from govpost.parties.queries import actor_for_party

    known = request.session.get(PARTY_KEY)
    if not known:
        return None
    try:
        return actor_for_party(UUID(known), now())
    except (NotFound, ValueError):
        # The party of an old session is gone (a rebuilt demo, a merged party): sign in again.
        del request.session[PARTY_KEY]
        return None


def _member_of_staff(request: HttpRequest) -> Actor | None:
    from govpost.parties.queries import actor_for_staff

    at = now()
    if not request.user.is_authenticated or not request.user.works_on(shanghai_day(at)):
        return None
    # Roles are read anew for each request, so that a right taken away ends at once.
    return actor_for_staff(request.user, at)


def _from_inside(request: HttpRequest) -> bool:
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    networks = getattr(settings, "INTERNAL_NETWORKS", ["127.0.0.0/8", "::1/128"])
    try:
        address = ip_address(request.META.get("REMOTE_ADDR") or "")
    except ValueError:
        return False
    return not forwarded and any(address in ip_network(network) for network in networks)


def to_sign_in(request: HttpRequest, wanted: Audience) -> HttpResponse:
    """Send a stranger to the sign-in of the surface, with the way back; HTMX is told by its own header."""
    url = f"{_sign_in_address(request, wanted)}?{urlencode({'next': _way_back(request)})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _sign_in_address(request: HttpRequest, wanted: Audience) -> str:
    if wanted.kind == "citizen":
        return reverse("portal:sign_in")
    return reverse("shared:courier_sign_in" if request.path.startswith("/courier/") else "shared:desk_sign_in")


def _way_back(request: HttpRequest) -> str:
    if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
        return request.get_full_path()
    referrer = request.headers.get("Referer", "")
    parts = urlsplit(safe_next(request, referrer, "/"))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _guard(request: HttpRequest, response: HttpResponseBase) -> None:
    """Headers of every answer; personal pages stay out of every cache, the back button's included."""
    if find_actor(request) is not None or response.status_code in (401, 403):
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store, private"
    response.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    response.setdefault("Referrer-Policy", "same-origin")
    response.setdefault("X-Frame-Options", "DENY")
    response.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()")
