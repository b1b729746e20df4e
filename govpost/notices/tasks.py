"""Handing messages to the provider, with patience: about an hour of tries, then a person sees that it failed."""

from __future__ import annotations

from uuid import UUID

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.plugs import plug
from govpost.common.refusal import Rejected, Unavailable
from govpost.notices import actions, queries
from govpost.notices.rules import TRIES

_PATIENCE = RetryStrategy(max_attempts=TRIES - 1, exponential_wait=3, retry_exceptions=[Unavailable])
_BY = Actor.system("notices")


@app.task(name="notices.send", queue="notices", retry=_PATIENCE, pass_context=True)
def send(context: JobContext, notice_id: str) -> None:
    """Send one notice unless it has gone already; the notice's id is the provider's idempotency key."""
    last = context.job.attempts >= TRIES - 1
    deliver(UUID(notice_id), last=last)


def deliver(notice_id: UUID, *, last: bool) -> None:
    """Ask the provider outside any transaction, then note the outcome; raises `Unavailable` while there are tries left."""
    message = queries.find_unsent(notice_id)
    if message is None:
        return
    try:
        receipt = plug("notices.sms").send(
            phone=message.phone, template=message.template, params=message.params, text=message.text,
            idempotency_key=str(notice_id),
        )  # fmt: skip
    except Rejected as refused:
        actions.note_not_sent(notice_id=notice_id, error=refused.code, for_good=True, at=now(), by=_BY)
    except Unavailable:
        actions.note_not_sent(notice_id=notice_id, error="unavailable", for_good=last, at=now(), by=_BY)
        if not last:
            raise
    else:
        actions.note_sent(notice_id=notice_id, provider_id=receipt.provider_id, at=now(), by=_BY)
