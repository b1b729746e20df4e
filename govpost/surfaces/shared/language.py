"""Language and larger text are the reader's own choice, kept in cookies; Chinese until somebody chooses."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from govpost.surfaces.shared.access import PUBLIC, audience, safe_next

CARE_COOKIE = "govpost_care"
A_YEAR = 365 * 24 * 3600


class LanguageMiddleware:
    """Activates the chosen language. The browser's own preference is not asked: the service is Chinese first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = chosen_language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        if response.streaming:
            # A streamed export is written after this middleware has returned.
            translation.activate(language)
        response.headers.setdefault("Content-Language", "zh-Hans" if language == "zh-hans" else language)
        patch_vary_headers(response, ["Cookie"])
        return response


def chosen_language(request: HttpRequest) -> str:
    wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


# Exempt from CSRF: the two views change nothing but how this browser shows pages, and public pages
# can be served without a token (and so without a cookie) because of it.
@audience(PUBLIC)
@csrf_exempt
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    response = _back(request)
    wanted = request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES):
        _remember(request, response, settings.LANGUAGE_COOKIE_NAME, wanted)
    return response


@audience(PUBLIC)
@csrf_exempt
@require_POST
def set_care(request: HttpRequest) -> HttpResponse:
    response = _back(request)
    if request.POST.get("care") == "on":
        _remember(request, response, CARE_COOKIE, "on")
    else:
        response.delete_cookie(CARE_COOKIE)
    return response


def _back(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(safe_next(request, request.POST.get("next"), "/"))


def _remember(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
