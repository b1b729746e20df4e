"""Asks the carrier whether it collects somewhere, outside any transaction, and remembers the answer for a while.

Before there is an order nobody has agreed that anything is told: what leaves is county, township and village, or a street without its
house number; no name, no telephone (PIPL 6: no more than is needed).
"""

from __future__ import annotations

from datetime import datetime

import structlog

from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day
from govpost.common.plugs import plug
from govpost.common.refusal import Rejected, Unavailable
from govpost.delivery.ports import RangePlace, Serves
from govpost.dispatch import actions
from govpost.dispatch.models import CollectionRange
from govpost.dispatch.reach import CARRIER, range_place
from govpost.places import queries as places
from govpost.profiles.rules import Settings

PRODUCT = "express"
ASKS = Actor.system("range check")
_log = structlog.get_logger(__name__)


def ask_range(*, division: str, street: str, settings: Settings, at: datetime) -> None:
    """Have an answer about this address remembered, where the profile asks for one and none is known. A silent carrier raises nothing."""
    if not settings.range_check:
        return
    found = places.find_area(division, street, shanghai_day(at))
    place = range_place(found.area, street)
    if CollectionRange.objects.filter(carrier=CARRIER, division=division, place=place, good_until__gte=at).exists():
        return
    serves, code = _asked(division, place)
    actions.remember_range(division=division, place=place, serves=serves, code=code, at=at, by=ASKS)


def _asked(division: str, place: str) -> tuple[Serves, str]:
    names = places.structured_address(division, place or "-")
    try:
        answer = plug("delivery.carrier").range_check(RangePlace(names.province, names.city, names.county, place), PRODUCT)
    except Unavailable:
        return Serves.SILENT, ""
    except Rejected as refused:
        _log.warning("range_check.rejected", code=refused.code)
        return Serves.UNCLEAR, refused.code
    return answer.serves, answer.code
