"""The root of all addresses: one line per surface; what each offers stands in its own `urls.py`."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from govpost.config import status

_SURFACES = (  # what has a prefix is found by it, and does not wait for every page of the portal to be compared
    ("api/v1/", "partner_api"),
    ("courier/", "courier"),
    ("desk/", "desk"),
    ("", "shared"),
    ("", "portal"),
)


def _is_there(surface: str) -> bool:
    return bool(find_spec(f"govpost.surfaces.{surface}") and find_spec(f"govpost.surfaces.{surface}.urls"))


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", status.healthz, name="healthz"),
    path("metrics", status.metrics, name="metrics"),
    path("status", status.progress, name="status"),
    *(path(prefix, include(f"govpost.surfaces.{name}.urls")) for prefix, name in _SURFACES if _is_there(name)),
]
handler400 = "govpost.surfaces.shared.errors.bad_request"
handler403 = "govpost.surfaces.shared.errors.permission_denied"
handler404 = "govpost.surfaces.shared.errors.page_not_found"
handler500 = "govpost.surfaces.shared.errors.server_error"
