"""The worker as a process of its own: jobs are done, chores are known, and it ends when asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from govpost.common.clock import now
from govpost.ops import worker
from govpost.ops.template import REPOSITORY
from govpost.surfaces.partner_api import idempotency
from govpost.surfaces.partner_api.models import IdempotentCall

SECONDS = 60


def _defer(name: str) -> None:
    from procrastinate.contrib.django import app

    app.configure_task(name, queueing_lock=None).defer(timestamp=0)


def _jobs(status: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status::text = %s", [status])
        return int(cursor.fetchone()[0])


def _keep_answer(key: str, at: datetime) -> None:
    IdempotentCall.objects.create(actor_key="partner", key=key, request_digest=b"", status=201, body=b"{}", at=at)


def _kept_answers() -> set[str]:
    return set(IdempotentCall.objects.values_list("key", flat=True))


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "govpost.ops.command", "worker"],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def _until_no_job_waits() -> bool:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if not _jobs("todo") and not _jobs("doing"):
            return True
        time.sleep(0.1)
    return False


def test_the_worker_does_what_was_deferred_and_ends_when_asked(journey: str) -> None:
    with transaction.atomic():
        for chore in ("ops.make_months", "ops.retry_stalled", "ops.clear_sessions", "ops.retention", "ops.watch"):
            _defer(chore)
    _keep_answer("old", now() - timedelta(days=31))
    _keep_answer("young", now() - timedelta(days=29))
    process = _start()
    try:
        assert _until_no_job_waits()
        assert _jobs("failed") == 0
        assert _kept_answers() == {"young"}
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, said.decode()


def test_what_is_deferred_in_a_transaction_that_fails_is_never_done(journey: str) -> None:
    class Undone(Exception):
        pass

    try:
        with transaction.atomic():
            _defer("ops.make_months")
            raise Undone
    except Undone:
        pass
    assert _jobs("todo") == 0


def test_months_are_there_before_their_first_row(journey: str) -> None:
    worker.make_months_ahead()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'delivery_scan'::regclass AND inhrelid::regclass::text ~ '[0-9]{6}$'"
        )
        row: Any = cursor.fetchone()
    assert row[0] >= 4


def test_old_answers_go_in_batches_and_young_ones_stay(journey: str) -> None:
    for number in range(5):
        _keep_answer(f"old {number}", now() - timedelta(days=40 + number))
    _keep_answer("young", now() - timedelta(days=1))
    before = now() - timedelta(days=30)
    assert [len(idempotency.forget_old(before=before, limit=2)) for _ in range(4)] == [2, 2, 1, 0]
    assert _kept_answers() == {"young"}
