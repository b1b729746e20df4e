"""The van between desk and carrier, in a demonstration: what a station has sealed into a bag is brought to the carrier's sandbox.

In real life somebody carries the bag and the carrier scans it; the sandbox waits for mail that is brought to it until it is told.
What no desk posts (an order whose sender brings it to an office) is told at once.
"""

from __future__ import annotations

import threading
from urllib.parse import urlsplit

import httpx
import structlog
from django.conf import settings
from django.db import Error, connection

log = structlog.get_logger(__name__)

_PAUSE = 2.0
_READY = """
SELECT waybill_no FROM delivery_order o
WHERE waybill_no = ANY(%s)
  AND (bag_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM places_outlet p WHERE p.code = o.origin_outlet AND p.kind = 'station'))
"""


def drives() -> bool:
    """Only in a demonstration, and only to a carrier on this machine."""
    return bool(settings.DEMO and urlsplit(settings.GOVPOST_EMS_URL).hostname == "127.0.0.1")


def drive(stop: threading.Event) -> None:
    """Until `stop` is set."""
    with httpx.Client(base_url=settings.GOVPOST_EMS_URL, timeout=5, trust_env=False) as http:
        while not stop.wait(_PAUSE):
            try:
                bring(http)
            except (httpx.HTTPError, Error) as error:
                log.warning("van_stopped", error=type(error).__name__)
                connection.close()


def bring(http: httpx.Client) -> int:
    """Tell the sandbox what was posted; returns how many pieces that were."""
    held = [parcel["waybill"] for parcel in http.get("/control").raise_for_status().json()["parcels"] if parcel["held"]]
    ready = _posted(held) if held else []
    for waybill in ready:
        http.post("/control", json={"waybill": waybill, "post": True}).raise_for_status()
    return len(ready)


def _posted(waybills: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_READY, [waybills])
        return [waybill for (waybill,) in cursor.fetchall()]
