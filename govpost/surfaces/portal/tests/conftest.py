"""A sandbox province, and browsers (Django's test client) that are signed in as somebody of the cast."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from govpost.gateways.identity.testing import CLIENT_ID, CLIENT_SECRET, Province, province


@pytest.fixture(autouse=True)
def _no_old_counts() -> None:
    cache.clear()


@pytest.fixture
def anhui(tmp_path: Path, settings: Any) -> Iterator[Province]:
    """The province's identity service, and our settings pointing at it."""
    with province(tmp_path, returns=["http://testserver/"]) as running:
        settings.GOVPOST_PUBLIC_URL = ""
        settings.GOVPOST_OIDC_ISSUER = running.url
        settings.GOVPOST_OIDC_CLIENT_ID, settings.GOVPOST_OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
        yield running
