"""A certificate as a night's run leaves it, for tests that need one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day
from govpost.common.ids import uuid7
from govpost.retention import actions
from govpost.retention.models import Certificate
from govpost.retention.rules import Kind


@transaction.atomic
def make_certificate(kind: Kind = Kind.DRAFTS, *, rows: int = 3, at: datetime) -> Certificate:
    """`rows` drafts older than ninety days were deleted."""
    run_id, by = uuid7(), Actor.system("retention")
    actions.note_erased(run_id=run_id, kind=kind, table="cases_case", ids=[uuid7() for _ in range(rows)], at=at, by=by)
    made = actions.certify(run_id=run_id, kind=kind, days=90, cut_on=shanghai_day(at) - timedelta(days=90), spared=1, at=at, by=by)
    assert made is not None
    return made
