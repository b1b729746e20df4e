"""What every template of every surface may count on, without asking the database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from govpost.surfaces.shared.access import find_actor
from govpost.surfaces.shared.language import CARE_COOKIE


def house(request: HttpRequest) -> dict[str, Any]:
    """`actor`, `care` (larger text), `here` (this page's address), `demo`, and the nonce under htmx's name."""
    return {
        "actor": find_actor(request),
        "care": request.COOKIES.get(CARE_COOKIE) == "on",
        "here": request.get_full_path(),
        "demo": bool(getattr(settings, "DEMO", False)),
        "csp_nonce": getattr(request, "csp_nonce", None),
    }
