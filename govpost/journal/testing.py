"""`drain()`: the only helper a journey needs to let followers and jobs catch up."""

from __future__ import annotations

from django.apps import apps

from govpost.journal import followers


def drain(*, rounds: int = 50) -> None:
    """Run followers and deferred jobs until both are quiet; refuses to go on for ever."""
    for _ in range(rounds):
        read = sum(followers.run_once(name) for name in followers.load())
        if not read and not _run_jobs():
            return
    raise AssertionError("followers and jobs did not become quiet")


def _run_jobs() -> int:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    ready = ProcrastinateJob.objects.filter(status="todo", scheduled_at__isnull=True).count()
    if ready and apps.ready:
        app.run_worker(wait=False, concurrency=1, install_signal_handlers=False, listen_notify=False)
    return int(ready)
