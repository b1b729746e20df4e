"""A sandbox province, the cast with its item, and browsers (Django's test client) that are signed in as somebody of the cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from govpost.cases.testing import Cast, make_cast
from govpost.common.actor import Actor
from govpost.gateways.identity.testing import CLIENT_ID, CLIENT_SECRET, Province, province
from govpost.surfaces.shared.access import PARTY_KEY


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


@pytest.fixture(scope="module")
def _cast_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast takes a second to load: once for a file, in a transaction around those of its tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_cast()
        transaction.set_rollback(True)


@pytest.fixture
def cast(_cast_once: Cast, db: None) -> Cast:
    """Bozhou: an item decided inside, Lin who applies, Qian who must see nothing."""
    return _cast_once


@pytest.fixture
def as_person() -> Callable[[Actor], Client]:
    """A browser signed in as a person."""

    def signed_in(who: Actor) -> Client:
        client = Client()
        session = client.session
        session[PARTY_KEY] = str(who.id)
        session.save()
        return client

    return signed_in


@pytest.fixture
def lin(cast: Cast, as_person: Callable[[Actor], Client]) -> Client:
    return as_person(cast.lin)


@pytest.fixture
def qian(cast: Cast, as_person: Callable[[Actor], Client]) -> Client:
    return as_person(cast.qian)
