"""How often somebody may ask for numbers without signing in: enough for a worried sender, too little for a robot."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

LOOKUPS = 20
WINDOW_SECONDS = 600


def too_often(request: HttpRequest) -> bool:
    """Count one look-up of this visitor; True once there were more than `LOOKUPS` within `WINDOW_SECONDS`."""
    key = f"portal.track:{_visitor(request)}"
    if cache.add(key, 1, WINDOW_SECONDS):
        return False
    try:
        return bool(cache.incr(key) > LOOKUPS)
    except ValueError:  # the window ended between the two calls
        cache.add(key, 1, WINDOW_SECONDS)
        return False


def _visitor(request: HttpRequest) -> str:
    """A digest of the address, so that the cache holds none. Sessions are no measure: a robot drops its cookie."""
    return hashlib.sha256(_address(request).encode()).hexdigest()[:32]


def _address(request: HttpRequest) -> str:
    """Behind our own proxy the last forwarded address is the one that the proxy saw; what stands before it anyone can write."""
    forwarded = str(request.headers.get("X-Forwarded-For", ""))
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None) and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR") or "")
