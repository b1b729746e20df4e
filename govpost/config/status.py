"""What operators and a starting demo ask of the web process: is it ready, how much waits, how far is the history."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from psycopg_pool import PoolTimeout

from govpost.journal import followers
from govpost.journal.models import SetAside
from govpost.surfaces.shared.access import INTERNAL, PUBLIC, audience


@audience(PUBLIC)
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, 503 when it does not; says nothing else to a stranger."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, PoolTimeout):
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ok"})


@audience(INTERNAL)
@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text: what waits, and what was set aside for a person."""
    registry = CollectorRegistry()
    lag = Gauge("govpost_follower_lag_facts", "Committed facts a follower has still to read.", ["follower"], registry=registry)
    for name, behind in followers.lag().items():
        lag.labels(name).set(behind)
    aside = Gauge("govpost_facts_set_aside", "Facts that a follower could not digest, or that wait behind one.", registry=registry)
    aside.set(SetAside.objects.count())
    jobs = Gauge("govpost_jobs", "Background jobs by state.", ["status"], registry=registry)
    for status, number in _jobs():
        jobs.labels(status).set(number)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _jobs() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs WHERE status <> 'succeeded' GROUP BY 1")
        return [(str(status), int(number)) for status, number in cursor.fetchall()]


@audience(PUBLIC)
@never_cache
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """How far the demo's history is; the page renews itself until it is whole."""
    if not settings.DEMO:
        raise Http404
    found = read_progress() | {"sms_url": settings.GOVPOST_SMS_URL, "carrier_url": settings.GOVPOST_EMS_URL}
    found["mail_done"], found["mail_of"] = read_mail()
    response = render(request, "config/status.html", found)
    if not found["finished"]:
        response.headers["Refresh"] = "2"
    elif found["mail_done"] < found["mail_of"]:
        response.headers["Refresh"] = "10"
    return response


def read_progress() -> dict[str, Any]:
    """{"done": 120, "of": 300, "finished": False}; a demo whose history is whole has nothing left to say."""
    try:
        stored = json.loads((settings.DATA / "progress.json").read_text())
        done, of = int(stored["done"]), int(stored["of"])
    except (OSError, ValueError, KeyError, TypeError):
        return {"done": 0, "of": 0, "finished": True}
    return {"done": done, "of": of, "finished": bool(stored.get("finished"))}


def read_mail() -> tuple[int, int]:
    """Days done and days in all of the mail in bulk that a larger demo adds; (0, 0) where none is."""
    try:
        stored = json.loads((settings.DATA / "progress-bulk.json").read_text())
        return int(stored["done"]), int(stored["of"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
