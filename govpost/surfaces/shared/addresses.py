"""Addresses of our own pages as the outside knows them: on receipts, in codes to scan, at the province."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


def absolute(request: HttpRequest, name: str, *args: Any) -> str:
    """The configured address wins over what the request says of itself."""
    path = reverse(name, args=args)
    public = getattr(settings, "GOVPOST_PUBLIC_URL", "")
    return urljoin(public, path) if public else request.build_absolute_uri(path)
