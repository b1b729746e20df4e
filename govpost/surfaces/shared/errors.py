"""One mapping from what was refused or did not answer to what is shown: a page for people, problem+json for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template import loader
from django.urls import Resolver404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from govpost.common.actor import Actor
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal, Rejected, Unavailable
from govpost.parties.roles import Role
from govpost.surfaces.shared.words import say

API_PREFIX = "/api/"
Anticipated = Refusal | Unavailable | Rejected
RETRY_AFTER_SECONDS = 60
_OF_STAFF = ("/desk/", "/courier/", "/account")
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
# In both languages, as the page of a bug: the translation may be what failed.
_BUG = "系统出错 · Something went wrong on our side"
_BUG_REMEDY = (
    "请用相同的 Idempotency-Key 稍后重试；若仍出错，请将时间和请求地址告知我们。 "
    "Try again later with the same Idempotency-Key; if it fails again, tell us the time and the address you called."
)


def status_of(error: Anticipated) -> int:
    """403 not permitted, 404 missing or not yours, 422 bad input, 409 any other refusal, 503 and 502 from outside."""
    if isinstance(error, Unavailable):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(error, Rejected):
        return HTTPStatus.BAD_GATEWAY
    if isinstance(error, NotPermitted) or error.code.startswith("not_permitted"):
        return HTTPStatus.FORBIDDEN
    if isinstance(error, NotFound) or error.code.startswith("not_found"):
        return HTTPStatus.NOT_FOUND
    if isinstance(error, InvalidInput) or error.code.startswith("invalid"):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.CONFLICT


def code_of(error: Anticipated) -> str:
    return "unavailable" if isinstance(error, Unavailable) else error.code


def sentence_of(error: Anticipated) -> str:
    """What happened and what to do, in the reader's language; the outside's own words stay as they came."""
    if isinstance(error, Unavailable):
        return _("A system we depend on does not answer at the moment. Nothing was lost. Please try again in a minute.")
    return say(error.sentence)


def title_of(status: int) -> str:
    titles = {
        400: _("This request could not be read"),
        401: _("No valid key"),
        403: _("You cannot open this page"),
        404: _("We found nothing here"),
        405: _("This page is not opened like that"),
        409: _("This is not possible now"),
        413: _("This is too large"),
        422: _("Some entries need another look"),
        429: _("Too many tries"),
        502: _("The other side refused"),
        503: _("Please try again in a minute"),
    }
    return titles.get(status, _("Something went wrong on our side"))


def refused(request: HttpRequest, error: Anticipated) -> HttpResponse:
    """The answer to an anticipated error, as the caller reads answers."""
    if wants_json(request):
        return problem(error)
    status = status_of(error)
    field_errors = {name: say(text) for name, text in error.errors.items()} if isinstance(error, InvalidInput) else {}
    return page(request, status, sentence_of(error), fields=field_errors)


def page(request: HttpRequest, status: int, sentence: str, **more: Any) -> HttpResponse:
    """A whole page, or for HTMX a notice that lands in the page's flash area."""
    context = {
        "status": status,
        "heading": title_of(status),
        "sentence": sentence,
        "frame": _frame(request),
        "came_from": _came_from(request),
        **more,
    }
    if request.headers.get("HX-Request"):
        response = render(request, "shared/_refusal.html", context, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#flash", "innerHTML show:top"
    else:
        response = render(request, "shared/error.html", context, status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _came_from(request: HttpRequest) -> str:
    """The page of ours on which a refused form stands: the way back to it."""
    referrer = request.headers.get("Referer", "") if request.method == "POST" else ""
    if not referrer or not url_has_allowed_host_and_scheme(referrer, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(referrer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _frame(request: HttpRequest) -> str:
    """The page around an error is that of where they work, or the citizen's, so that its navigation leads on."""
    actor = _recognised(request)
    if actor is None or actor.kind != "staff" or not request.path_info.startswith(_OF_STAFF):
        return "portal/base.html"
    return f"{work_of(actor)}/frame.html"


def work_of(actor: Actor) -> str:
    """Which surface somebody works on: "courier" for who has no other role, else "desk"."""
    return "courier" if {grant.role for grant in actor.grants} == {Role.COURIER.value} else "desk"


def _recognised(request: HttpRequest) -> Actor | None:
    """Who is signed in, also where no view was reached: an unknown address, a form without its token, too large an upload."""
    found: Actor | None = getattr(request, "actor", None)
    if found is None and hasattr(request, "session"):
        from govpost.surfaces.shared.access import recognised  # it answers through this module

        found = request.actor = recognised(request)  # type: ignore[attr-defined]
    return found


def problem(error: Anticipated) -> HttpResponse:
    """RFC 9457 problem+json: type, title, status, detail, code, and `errors` by field or the refusal's facts."""
    body: dict[str, Any] = {"code": code_of(error)}
    if isinstance(error, InvalidInput):
        body["errors"] = [{"field": name, "detail": say(text)} for name, text in error.errors.items()]
    elif isinstance(error, Refusal) and error.facts and not isinstance(error, NotFound | NotPermitted):
        body["facts"] = error.facts
    return problem_answer(status_of(error), sentence_of(error), **body)


def problem_answer(status: int, detail: str, *, code: str, **more: Any) -> HttpResponse:
    """A problem that no exception stands for, such as an unknown key (401) or a schema error (422)."""
    body = {
        "type": f"urn:govpost:problem:{code}",
        "title": title_of(status),
        "status": int(status),
        "detail": detail,
        "code": code,
        **more,
    }
    text = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False, default=str)
    response = HttpResponse(text, status=status, content_type="application/problem+json")
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def wants_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return request.path.startswith(API_PREFIX) or ("json" in accepted and "text/html" not in accepted)


def _holds_nul(request: HttpRequest) -> bool:
    """Whether address or form hold the character NUL: nobody types it, and no text of the database can hold it."""
    if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        return True
    return request.content_type in FORM_TYPES and any("\0" in value for _, values in request.POST.lists() for value in values)


def _not_so(request: HttpRequest, empty: HttpResponseBase) -> HttpResponse:
    """A form's address typed or opened again: Django's answer is an empty page, ours says how to go on."""
    if wants_json(request):
        takes = _("This address takes %(methods)s.") % {"methods": empty["Allow"]}
        answer = problem_answer(405, takes, code="method_not_allowed", title=_("Not with this method"))
    else:
        sentence = _("This address only takes a form that was sent. Go back to the page with the form and send it from there.")
        answer = page(request, 405, sentence)
    answer["Allow"] = empty["Allow"]
    return answer


class RefusalMiddleware:
    """Turns anticipated errors that leave a view into answers; everything else is a bug and stays one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _holds_nul(request):
            return bad_request(request)
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return _not_so(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refused(request, error) if isinstance(error, Refusal | Unavailable | Rejected) else None


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler404`: no such address; for something that exists and is not yours the answer is the one for a wrong number."""
    if isinstance(exception, Resolver404) and wants_json(request):
        return problem_answer(404, _("There is no such address. The API's own description lists them all."), code="not_found")
    if isinstance(exception, Resolver404):
        return page(request, 404, _("There is no page at this address. Check it, or go on from the start page."), address=True)
    return refused(request, NotFound())


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler403`."""
    return refused(request, NotPermitted("enter"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler400`."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent | TooManyFieldsSent):
        return _too_large(request)
    sentence = _("The request was incomplete or damaged. Go back and try again.")
    if wants_json(request):
        return problem_answer(400, sentence, code="bad_request")
    return page(request, 400, sentence)


def _too_large(request: HttpRequest) -> HttpResponse:
    sentence = _("What was sent is larger than we take at once. Send a smaller file, or in several parts.")
    if wants_json(request):
        return problem_answer(413, sentence, code="too_large")
    return page(request, 413, sentence)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: nearly always a page left open over a sign-out, so say how to go on."""
    sentence = _("This page was open for too long or cookies are switched off. Reload the page and send the form again.")
    if wants_json(request):
        return problem_answer(403, sentence, code="csrf")
    return page(request, 403, sentence, heading=_("Please send the form again"))


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: rendered without request context, database or translation, for those may be what failed."""
    if wants_json(request):
        body = {"type": "urn:govpost:problem:internal", "title": _BUG, "status": 500, "detail": _BUG_REMEDY, "code": "internal"}
        return HttpResponse(json.dumps(body, ensure_ascii=False), status=500, content_type="application/problem+json")
    return HttpResponse(loader.render_to_string("shared/500.html"), status=500)
