"""The cast at the desk, and a moment near to now."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache

from govpost.cases.testing import Cast, make_cast
from govpost.common.clock import now


@pytest.fixture(autouse=True)
def _no_old_counts() -> None:
    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    """Bozhou: an item decided inside, Lin who applies, Wang at the window, an officer, the station's desk, a supervisor."""
    return make_cast()


@pytest.fixture
def began() -> datetime:
    """Two days ago: pages read the clock, so a case's story lies just behind it."""
    return now() - timedelta(days=2)
