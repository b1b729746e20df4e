"""After the history: what was said three weeks ago has been said, and no timer or booking of the past is left for the worker."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from govpost.demo.world import SYSTEM
from govpost.notices import actions
from govpost.notices.models import Notice
from govpost.notices.rules import NoticeState

FRESH = timedelta(minutes=45)
_SECONDS = timedelta(seconds=2)


def settle_notices(before: datetime) -> int:
    """Short messages of the past were taken by the provider two seconds later; those of the last minutes go out for real."""
    waiting = Notice.objects.filter(state=NoticeState.WANTED.value, created_at__lt=before).order_by("created_at", "id")
    said = list(waiting.values_list("id", "created_at"))
    for notice_id, at in said:
        actions.note_sent(notice_id=notice_id, provider_id=f"示例-{notice_id.hex[-12:]}", at=at + _SECONDS, by=SYSTEM)
    return len(said)


# Each would find nothing to do; a visitor's own message need not wait behind a thousand of them.
_DONE = """
DELETE FROM procrastinate_jobs j WHERE status = 'todo' AND (
    task_name = 'notices.send' AND EXISTS (SELECT 1 FROM notices_notice n WHERE n.id::text = j.args ->> 'notice_id' AND n.state = 'sent')
    OR task_name IN ('delivery.book', 'delivery.cancel')
       AND EXISTS (SELECT 1 FROM delivery_order o WHERE o.id::text = j.args ->> 'order_id'
                   AND (o.state = 'cancelled' OR task_name = 'delivery.book' AND o.waybill_no IS NOT NULL))
    OR queue_name = 'timers' AND scheduled_at < %s)
"""


def clear_jobs(before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [before])
        return int(cursor.rowcount)
