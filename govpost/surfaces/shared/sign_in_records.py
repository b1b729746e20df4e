"""Records of signing in: kept for as long as the law wants logs, then removed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db import transaction

from govpost.common.actor import Actor
from govpost.retention import actions as retention
from govpost.retention.rules import Kind

RECORDS = (AccessAttempt, AccessFailureLog, AccessLog)


def count(before: datetime) -> int:
    return sum(model.objects.filter(attempt_time__lt=before).count() for model in RECORDS)


def forget(*, before: datetime, limit: int, run_id: UUID, at: datetime, by: Actor) -> int:
    """Remove the next `limit` of each record; returns how many."""
    gone = 0
    for model in RECORDS:
        with transaction.atomic():
            ids = list(model.objects.filter(attempt_time__lt=before).order_by("id").values_list("id", flat=True)[:limit])
            model.objects.filter(id__in=ids).delete()
            retention.note_erased(run_id=run_id, kind=Kind.SIGN_INS, table=model._meta.db_table, ids=ids, at=at, by=by)
        gone += len(ids)
    return gone
