"""Readiness, metrics and the page that shows how far a starting demo is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from django.test import Client


@pytest.mark.django_db
def test_a_ready_process_says_ok_and_nothing_else(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_process_without_its_database_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise OperationalError("10.1.2.3: secret host is down")

    monkeypatch.setattr(connection, "cursor", lost)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert b"10.1.2.3" not in answer.content


@pytest.mark.django_db
def test_metrics_name_what_waits_and_are_for_the_inside_only(client: Client) -> None:
    assert b"govpost_facts_set_aside 0.0" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 404


@pytest.mark.django_db
def test_the_status_page_renews_itself_until_the_history_is_whole(client: Client, settings: Any) -> None:
    stored = django_settings.DATA / "progress.json"
    stored.write_text(json.dumps({"done": 120, "of": 300}))
    building = client.get("/status")
    stored.write_text(json.dumps({"done": 300, "of": 300, "finished": True}))
    finished = client.get("/status")
    stored.unlink()
    assert building.headers["Refresh"] == "2"
    assert "120" in building.content.decode()
    assert "Refresh" not in finished.headers


@pytest.mark.django_db
def test_outside_a_demo_there_is_no_status_page(client: Client, settings: Any) -> None:
    settings.DEMO = False
    assert client.get("/status").status_code == 404
