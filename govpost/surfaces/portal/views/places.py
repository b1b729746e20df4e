"""The lists of cities and counties that follow the chosen province: a fragment for htmx."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from govpost.surfaces.portal.forms.address import AddressForm, initial_of
from govpost.surfaces.shared.access import PUBLIC, audience


@audience(PUBLIC)
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The three lists anew for `?<prefix>-province=…&<prefix>-city=…`; what does not fit the choice above it is emptied."""
    prefix = request.GET.get("prefix", "")[:20]
    stem = f"{prefix}-" if prefix else ""
    province, city = request.GET.get(f"{stem}province", ""), request.GET.get(f"{stem}city", "")
    county = request.GET.get(f"{stem}county", "")
    city = city if city.startswith(province) else ""
    initial = {"province": province, "city": city, "county": county if city and county.startswith(city) else ""}
    form = AddressForm(prefix=prefix or None, initial={**initial_of(None), **initial})
    return render(request, "portal/_places.html", {"address": form})
