"""The root of all addresses: one line per surface; what each offers stands in its own `urls.py`."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

_SURFACES = (
    ("", "shared"),
    ("", "portal"),
    ("desk/", "desk"),
    ("courier/", "courier"),
    ("api/v1/", "partner_api"),
)

urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(f"govpost.surfaces.{name}.urls"))
    for prefix, name in _SURFACES
    if find_spec("govpost.surfaces") and find_spec(f"govpost.surfaces.{name}") and find_spec(f"govpost.surfaces.{name}.urls")
]

handler400 = "govpost.surfaces.shared.errors.bad_request"
handler403 = "govpost.surfaces.shared.errors.permission_denied"
handler404 = "govpost.surfaces.shared.errors.page_not_found"
handler500 = "govpost.surfaces.shared.errors.server_error"
