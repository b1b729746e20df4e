"""The guide of an item: what you get, papers, fee, days with their law, how papers and result travel, who pays and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from govpost.cases.halls import offered
from govpost.catalogue import queries as catalogue
from govpost.catalogue.models import Service
from govpost.catalogue.rules import Owner
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import NotFound
from govpost.places import queries as places
from govpost.places.models import Hall
from govpost.profiles import queries as profiles
from govpost.profiles.rules import Settings
from govpost.settlement import queries as settlement
from govpost.surfaces.portal.words import local, word_of
from govpost.surfaces.shared.access import PUBLIC, audience
from govpost.surfaces.shared.postage import Postage, postage


@dataclass(frozen=True, slots=True)
class Way:
    """One way of an item's mail: the postage, and how it may travel."""

    postage: Postage
    how: str


@audience(PUBLIC)
@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """By implementing code, the version valid today; an id leads to that version while it is valid. What has ended says so."""
    at = now()
    today = shanghai_day(at)
    try:
        service = catalogue.service(code, today)
    except NotFound:
        return render(request, "portal/ended.html", {"service": catalogue.ended(code, today)}, status=410)
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
        "halls": offered(service) if service.owner == Owner.INSIDE else [],
        "settings": settings,
        "ways": _ways(service, settings, hall, region, at),
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


def _ways(service: Service, settings: Settings, hall: Hall | None, region: str, at: datetime) -> list[Way]:
    """Every way in which this item's mail runs, priced for an address in the hall's city."""
    here = hall.division_id if hall else _a_county(region)
    return [
        Way(postage(service, direction, region=region, origin=here, destination=here, at=at), _how(direction, settings, service))
        for direction in service.directions
    ]


def _how(direction: str, settings: Settings, service: Service) -> str:
    """How it may travel: by the post within what the profile promises, or by the person."""
    if direction == "papers":
        hours = pgettext("between the members of a list", ", ").join(
            f"{first:02d}:00–{last:02d}:00" for first, last in settings.collection_windows
        )
        return _("A courier collects at your door (%(hours)s, up to %(days)s days ahead), or you bring them to the window.") % {
            "hours": hours, "days": settings.days_ahead,
        }  # fmt: skip
    if direction != "result":
        return ""
    promise = settings.result_hours
    sentence = _("Delivered after posting within %(city)s hours in the city, %(province)s in the province, %(other)s elsewhere.") % {
        "city": promise.same_city, "province": promise.same_province, "other": promise.other,
    }  # fmt: skip
    return _("%(sentence)s Or you fetch it at the window.") % {"sentence": sentence} if service.owner == Owner.INSIDE else sentence


def _a_county(region: str) -> str:
    found = places.counties(region)
    return found[0].code if found else ""


def _city(region: str) -> str:
    code = region.rsplit(".", 1)[-1][:4]
    named = places.divisions([code])
    return local(named[code], "name") if code in named else ""
