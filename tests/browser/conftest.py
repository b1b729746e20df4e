"""The worlds of the browser stories: the portal with the sandbox province, and a town in which everybody works."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from govpost.cases.testing import make_cast
from govpost.common.clock import now
from govpost.common.serving import serve
from govpost.gateways.ems.sandbox import make_app
from govpost.gateways.ems.testing import AUTHORIZATION, SENDER_NO, SIGN_KEY
from govpost.gateways.identity.testing import CLIENT_ID, CLIENT_SECRET, Province, province
from govpost.gateways.sms.testing import KEY, gateway
from govpost.surfaces.partner_api.carrier import push_token
from tests.browser.town import Clock, Town, people_of_bozhou


@pytest.fixture
def anhui(live_url: str, tmp_path: Path, settings: Any) -> Iterator[Province]:
    """The sandbox province, which knows our address and to which the pages' forms may lead."""
    with province(tmp_path, returns=[f"{live_url}/"]) as running:
        settings.GOVPOST_OIDC_ISSUER = running.url
        settings.GOVPOST_OIDC_CLIENT_ID, settings.GOVPOST_OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**policy, "form-action": [*policy["form-action"], running.url]}}
        yield running
    connections.close_all()


@pytest.fixture
def bozhou(anhui: Province) -> Province:
    """The city's catalogue in the journey's database, and the sandbox province."""
    make_cast()
    return anhui


@pytest.fixture
def town(anhui: Province, live_url: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Bozhou with all its people on a Monday morning; carrier and short messages are their sandboxes."""
    clock = Clock()
    monkeypatch.setattr("govpost.common.clock.datetime", clock.hands())
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a real digest is slow on purpose
    carrier = make_app(
        tmp_path / "ems.sqlite3", clock=now, speed=1.0, callback_url=f"{live_url}/api/v1/carriers/ems/push",
        older_callback_url=f"{live_url}/api/v1/carriers/ems/older-push/{push_token(SIGN_KEY)}",
        sender_no=SENDER_NO, authorization=AUTHORIZATION, sign_key=SIGN_KEY,
    )  # fmt: skip
    messages = tmp_path / "messages"
    messages.mkdir()
    with serve(carrier) as served, gateway(messages) as phone:
        settings.GOVPOST_EMS_URL, settings.GOVPOST_EMS_SENDER_NO = served.url, SENDER_NO
        settings.GOVPOST_EMS_AUTHORIZATION, settings.GOVPOST_EMS_SIGN_KEY = AUTHORIZATION, SIGN_KEY
        settings.GOVPOST_SMS_URL, settings.GOVPOST_SMS_KEY = phone.url, KEY
        yield Town(people_of_bozhou(), live_url, clock, carrier, served.url, phone)
        carrier.stop()
    carrier.close()
    connections.close_all()
    asyncio.run(sync_to_async(connections.close_all)())  # jobs run in a thread that keeps a connection of its own
