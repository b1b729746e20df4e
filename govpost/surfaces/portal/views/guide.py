"""The guide of an item: what you get, papers, fee, days with their law, how papers and result travel, who pays and why."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from govpost.catalogue import queries as catalogue
from govpost.catalogue.models import Service
from govpost.catalogue.rules import Owner
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import NotFound
from govpost.places import queries as places
from govpost.places.models import Hall
from govpost.profiles import queries as profiles
from govpost.settlement import queries as settlement
from govpost.surfaces.portal.postage import Postage, postage
from govpost.surfaces.portal.words import local, word_of
from govpost.surfaces.shared.access import PUBLIC, audience


@audience(PUBLIC)
@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """By implementing code, the version valid today; an id leads to that version while it is valid."""
    at = now()
    today = shanghai_day(at)
    service = catalogue.service(code, today)
    if service.department is None:
        raise NotFound("service")
    region = str(service.region or service.department.region)
    settings = profiles.settings_for(region, today)
    hall = service.department.hall
    context = {
        "service": service,
        "guide": catalogue.guide(service),
        "department": service.department,
        "hall": hall,
        "settings": settings,
        "ways": _ways(service, hall, region, at),
        "inside": service.owner == Owner.INSIDE,
        "city": _city(region),
        "signers": pgettext("between the members of a list", ", ").join(word_of(each, "signer") for each in service.signers),
    }
    return render(request, "portal/guide.html", context)


@audience(PUBLIC)
@require_safe
def tariffs(request: HttpRequest) -> HttpResponse:
    """The posted prices 资费公示, with the document that each rests on."""
    today = shanghai_day(now())
    return render(request, "portal/tariffs.html", {"tariffs": settlement.public_tariffs("", on=today)})


def _ways(service: Service, hall: Hall | None, region: str, at: datetime) -> list[Postage]:
    """The postage of every way in which this item's mail runs, for an address in the hall's city."""
    here = hall.division_id if hall else _a_county(region)
    return [postage(service, direction, region=region, origin=here, destination=here, at=at) for direction in service.directions]


def _a_county(region: str) -> str:
    found = places.counties(region)
    return found[0].code if found else ""


def _city(region: str) -> str:
    code = region.rsplit(".", 1)[-1][:4]
    named = places.divisions([code])
    return local(named[code], "name") if code in named else ""
