"""The lists of cities and counties that follow the chosen province: a fragment for htmx."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from govpost.surfaces.shared.access import PUBLIC, audience
from govpost.surfaces.shared.address import AddressForm


@audience(PUBLIC)
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The three lists anew for `?province=…&city=…`; what does not fit the choice above it is emptied."""
    province, city, county = (request.GET.get(name, "") for name in ("province", "city", "county"))
    city = city if city.startswith(province) else ""
    initial = {"province": province, "city": city, "county": county if city and county.startswith(city) else ""}
    return render(request, "portal/_places.html", {"address": AddressForm(initial=initial)})
