"""The watchdogs' one verb: note what waits too long and let go of what went on."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from django.db import transaction

from govpost.common.actor import Actor, permit
from govpost.journal import actions as journal
from govpost.supervision import events
from govpost.supervision.looking import Seen, look
from govpost.supervision.models import Wait
from govpost.supervision.rules import MAY, WATCHES, Watch

BATCH = 1_000


def watch(*, at: datetime, by: Actor) -> int:
    """Look at everything; returns how much newly waits too long. Each is told once: one fact, one line on its owner's page."""
    permit(by, "watch", MAY["watch"])
    return sum(_watch(each, at, by) for each in WATCHES)


def _watch(watch: Watch, at: datetime, by: Actor) -> int:
    """A batch is a transaction; what no longer waits is ended last."""
    seen, known, noticed = look(watch, at), set[str](), 0
    while part := list(islice(seen, BATCH)):
        known |= {each.subject for each in part}
        noticed += _notice(watch, part, at, by)
    gone = [each.id for each in Wait.objects.filter(watch=watch.code, ended_at=None).only("id", "subject") if each.subject not in known]
    for start in range(0, len(gone), BATCH):
        Wait.objects.filter(id__in=gone[start : start + BATCH]).update(ended_at=at)
    return noticed


@transaction.atomic
def _notice(watch: Watch, seen: list[Seen], at: datetime, by: Actor) -> int:
    there = set(
        Wait.objects.filter(watch=watch.code, ended_at=None, subject__in=[each.subject for each in seen]).values_list("subject", flat=True)
    )
    waits = [
        Wait(
            watch=watch.code, subject=each.subject, number=each.number, owner=watch.owner.value, region=each.region,
            organisation_id=each.organisation_id, since=each.since, over_at=each.over_at, noticed_at=at,
        )
        for each in seen if each.subject not in there
    ]  # fmt: skip
    Wait.objects.bulk_create(waits, ignore_conflicts=True)
    journal.record_many(
        journal.NewFact(
            events.WAITS_TOO_LONG, wait.subject, wait.region, at, wait.over_at, by.label, by.key,
            {"watch": wait.watch, "owner": wait.owner, "over_at": wait.over_at.isoformat()},
        )
        for wait in waits
    )  # fmt: skip
    return len(waits)
