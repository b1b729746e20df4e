"""The worker process: followers digest facts in two threads, background jobs run in another; all end at SIGTERM.

Jobs that calls to the outside and timers need are the rooms' own `tasks.py`; here are only the worker's household chores.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from procrastinate import App, JobContext

STALLED_SECONDS = 120
GRACE_SECONDS = 5
CONCURRENCY = 4
LANES = 2  # while one follower waits for the database another thinks


def work(*, concurrency: int = CONCURRENCY) -> int:
    """Run until told to stop. Several workers may run; followers and jobs are taken by one at a time."""
    import django

    django.setup()
    from procrastinate.contrib.django import app

    from govpost.journal import followers
    from govpost.ops import van

    _add_chores(app)
    stop = threading.Event()
    followers.load()
    reading = [
        threading.Thread(target=followers.run_all, args=(stop,), kwargs={"lane": n, "lanes": LANES}, name=f"followers-{n}", daemon=True)
        for n in range(LANES)
    ]
    for lane in reading:
        lane.start()
    if van.drives():
        threading.Thread(target=van.drive, args=(stop,), name="van", daemon=True).start()
    try:
        asyncio.run(_run_jobs(app, stop, concurrency))
    finally:
        stop.set()
        for lane in reading:
            lane.join(GRACE_SECONDS)
    return 0


async def _run_jobs(app: App, stop: threading.Event, concurrency: int) -> None:
    """Jobs until a signal; a lost database is waited for."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, ended.set)
    while not ended.is_set():
        jobs = asyncio.create_task(_jobs(app, concurrency))
        waiting = asyncio.create_task(ended.wait())
        await asyncio.wait({jobs, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not ended.is_set():
            _explain(jobs)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(ended.wait(), 1)
        waiting.cancel()
        jobs.cancel()
        await asyncio.gather(jobs, waiting, return_exceptions=True)
    stop.set()


async def _jobs(app: App, concurrency: int) -> None:
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django.utils import connector_params

    # A second app with the same tasks, not `replace_connector`: what followers and tasks defer must go through Django's
    # connection, in the transaction that gives them cause; only taking and finishing jobs uses the worker's own, one at rest.
    worker = app.with_connector(PsycopgConnector(kwargs=connector_params("default"), min_size=1, max_size=concurrency))
    async with worker.open_async():
        await worker.run_worker_async(
            concurrency=concurrency,
            install_signal_handlers=False,
            fetch_job_polling_interval=1.0,  # through pgbouncer there is no notification
            shutdown_graceful_timeout=GRACE_SECONDS,
            delete_jobs="successful",
        )


def _explain(jobs: asyncio.Task[None]) -> None:
    import structlog

    if error := jobs.exception():
        structlog.get_logger(__name__).warning("jobs_interrupted", error=type(error).__name__)


def _add_chores(app: App) -> None:
    @app.periodic(cron="*/2 * * * *")
    @app.task(queueing_lock="chore:retry_stalled", name="ops.retry_stalled", pass_context=True)
    async def retry_stalled(context: JobContext, timestamp: int) -> None:
        """A job whose worker died is nobody's until somebody takes it up again; tasks are idempotent."""
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            await app.job_manager.retry_job(job)

    @app.periodic(cron="17 * * * *")
    @app.task(queueing_lock="chore:months", name="ops.make_months")
    def make_months(timestamp: int) -> None:
        make_months_ahead()

    @app.periodic(cron="41 3 * * *")
    @app.task(queueing_lock="chore:sessions", name="ops.clear_sessions")
    def clear_sessions(timestamp: int) -> None:
        from django.core.management import call_command

        call_command("clearsessions")

    @app.periodic(cron="*/10 * * * *")
    @app.task(queueing_lock="chore:watch", name="ops.watch")
    def watch(timestamp: int) -> None:
        from govpost.common.actor import Actor
        from govpost.common.clock import now
        from govpost.supervision.actions import watch

        watch(at=now(), by=Actor.system("watchdog"))

    @app.periodic(cron="23 4 * * *")
    @app.task(queueing_lock="chore:retention", name="ops.retention")
    def retention(timestamp: int) -> None:
        from govpost.common.clock import now
        from govpost.ops import erasing

        erasing.run(at=now())


def make_months_ahead() -> None:
    """This month and the next three exist before their first row; the function runs with the owner's rights."""
    from govpost.common.clock import now
    from govpost.journal.actions import make_months_ahead

    make_months_ahead(today=now().date())
