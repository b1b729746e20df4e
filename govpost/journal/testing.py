"""`drain()`: the only helper a journey needs to let followers and jobs catch up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from procrastinate import JobContext
from procrastinate.jobs import Job

from govpost.common.clock import now
from govpost.common.refusal import Unavailable
from govpost.journal import followers


def drain(*, rounds: int = 50) -> None:
    """Run followers and deferred jobs until both are quiet; refuses to go on for ever.

    Jobs run one by one in this thread and on this connection. One that meets a silent outside waits for its next try, as in
    production; any other error is the test's to see.
    """
    for _ in range(rounds):
        read = sum(followers.run_once(name) for name in followers.load())
        if not read and not _run_jobs():
            return
    raise AssertionError("followers and jobs did not become quiet")


def _run_jobs() -> int:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    app.perform_import_paths()  # type: ignore[no-untyped-call]
    ready = list(ProcrastinateJob.objects.filter(status="todo", scheduled_at__isnull=True).order_by("id"))
    for job in ready:
        try:
            _run(app, job)
        except Unavailable:
            _set("scheduled_at = %s, attempts = attempts + 1", now() + timedelta(minutes=1), job.id)
        else:
            _set("status = %s::procrastinate_job_status", "succeeded", job.id)
    return len(ready)


def _run(app: Any, job: Any) -> None:
    task = app.tasks[job.task_name]
    known = Job(
        id=job.id, queue=job.queue_name, lock=job.lock, queueing_lock=job.queueing_lock, task_name=job.task_name,
        task_kwargs=job.args, attempts=job.attempts,
    )  # fmt: skip
    context = [JobContext(app=app, job=known, start_timestamp=0.0, abort_reason=lambda: None)] if task.pass_context else []
    task.func(*context, **job.args)


def _set(assignment: str, value: Any, job_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE procrastinate_jobs SET {assignment} WHERE id = %s", [value, job_id])  # noqa: S608 constants
