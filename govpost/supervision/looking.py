"""What waits too long now, one statement for each watch: (subject, number, region, organisation, since, over_at)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest

from govpost.cases.models import Case, CaseOrder, HandoverList
from govpost.cases.rules import ResultWay
from govpost.cases.states import OPEN
from govpost.cases.states import State as CaseState
from govpost.delivery.models import Order, Unclear
from govpost.delivery.states import BEFORE_COLLECTION
from govpost.dispatch.models import Task
from govpost.dispatch.states import State as TaskState
from govpost.journal import followers
from govpost.notices.models import Notice
from govpost.notices.rules import NoticeState
from govpost.supervision.rules import BY_CODE, Of, Watch


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that waits too long."""

    subject: str
    number: str
    region: str
    organisation_id: UUID | None
    since: datetime
    over_at: datetime


def look(watch: Watch, at: datetime) -> Iterator[Seen]:
    """Everything that this watch finds at a moment."""
    if watch.of is Of.HOUSE:
        yield from _house(watch, at)
        return
    found, since, number, organisation = _LOOKS[watch.code]()
    began = F(since) if isinstance(since, str) else since
    waiting = found.annotate(
        began=ExpressionWrapper(began, output_field=DateTimeField()),
        over=ExpressionWrapper(began + Value(watch.patience), output_field=DateTimeField()),
    ).filter(over__lte=at)
    columns = ["id", number, "region", *([organisation] if organisation else []), "began", "over"]
    for row in waiting.values_list(*columns).iterator(chunk_size=2000):
        whose = row[3] if organisation else None
        yield Seen(f"{watch.of.value}:{row[0]}", str(row[1]), str(row[2]), whose, row[-2], row[-1])


Look = tuple[QuerySet[Any], Any, str, str]
_CASE, _ORDER = ("number", "department_id"), ("number", "organisation_id")


def _cases(*states: CaseState, **over: Any) -> QuerySet[Case]:
    return Case.objects.filter(state__in=[state.value for state in states], **over)


def _orders(watch: str) -> QuerySet[Order]:
    return Order.objects.filter(state__in=list(BY_CODE[watch].states))


def _posting() -> QuerySet[Case]:
    """Handed over, to be posted, and no mail of the result yet."""
    posted = CaseOrder.objects.filter(leg="result").values("case_id")
    return _cases(CaseState.HANDED_OVER, result_way=ResultWay.DOOR.value).exclude(id__in=posted)


_LOOKS: dict[str, Callable[[], Look]] = {
    "case_papers": lambda: (_cases(CaseState.SUBMITTED, clock_from_at=None), Coalesce("window_to", "submitted_at"), *_CASE),
    "case_acceptance": lambda: (_cases(CaseState.SUBMITTED).exclude(red_at=None), "red_at", *_CASE),
    "case_correction": lambda: (_cases(CaseState.CORRECTING).exclude(red_at=None), "red_at", *_CASE),
    "case_decision": lambda: (_cases(CaseState.ACCEPTED).exclude(red_at=None), "red_at", *_CASE),
    "case_handing_over": lambda: (_cases(CaseState.APPROVED, CaseState.REFUSED), "decided_at", *_CASE),
    "case_posting": lambda: (_posting(), "handed_over_at", *_CASE),
    "case_fetching": lambda: (_cases(CaseState.HANDED_OVER, result_way=ResultWay.WINDOW.value), "handed_over_at", *_CASE),
    "case_flagged": lambda: (
        _cases(*OPEN, CaseState.APPROVED, CaseState.REFUSED, CaseState.HANDED_OVER).exclude(flag=""),
        Coalesce("handed_over_at", "decided_at", "accepted_at", "submitted_at"), *_CASE,
    ),
    "mail_booking": lambda: (_orders("mail_booking").filter(booking__in=["wanted", "failed"], waybill_no=None), "placed_at", *_ORDER),
    "mail_collection": lambda: (
        Order.objects.filter(state__in=[state.value for state in BEFORE_COLLECTION], collect_due_at__isnull=False),
        Coalesce("collect_moved_to", "collect_due_at"), *_ORDER,
    ),
    "mail_silent": lambda: (_orders("mail_silent"), "state_at", *_ORDER),
    "mail_at_office": lambda: (_orders("mail_at_office"), "state_at", *_ORDER),
    "mail_out": lambda: (_orders("mail_out"), "state_at", *_ORDER),
    "mail_attempt": lambda: (_orders("mail_attempt"), Greatest("state_at", Coalesce("next_attempt_at", "state_at")), *_ORDER),
    "mail_fetching": lambda: (_orders("mail_fetching").exclude(held_until=None), "held_until", *_ORDER),
    "mail_refused": lambda: (_orders("mail_refused"), "state_at", *_ORDER),
    "mail_returning": lambda: (_orders("mail_returning"), "state_at", *_ORDER),
    "task_sent": lambda: (Task.objects.filter(state=TaskState.SENT.value), "late_at", "number", ""),
    "task_taken": lambda: (
        Task.objects.filter(state=TaskState.TAKEN.value), Coalesce("window_to", "due_at", Greatest("taken_at", "begins_at")), "number", "",
    ),
    "list_untaken": lambda: (HandoverList.objects.filter(taken_at=None), "given_at", "number", "department_id"),
    "unclear_event": lambda: (Unclear.objects.filter(settled_at=None), "first_at", "waybill_no", ""),
    "notice_failed": lambda: (Notice.objects.filter(state=NoticeState.FAILED.value, forgotten_at=None), "created_at", "phone_masked", ""),
}  # fmt: skip

# Of many that wait for one cause there is one line: (subject, number, since when the oldest waits).
_HOUSE = {
    "fact_set_aside": "SELECT 'setaside:' || follower, follower || ' × ' || count(*), min(first_at)"
    " FROM journal_setaside GROUP BY follower",
    "notice_unsent": "SELECT 'notices:wanted', '× ' || count(*), min(created_at)"
    " FROM notices_notice WHERE state = 'wanted' HAVING count(*) > 0",
    "job_failed": "SELECT 'jobs:failed:' || j.task_name, j.task_name || ' × ' || count(DISTINCT j.id), coalesce(min(e.at), now())"
    " FROM procrastinate_jobs j LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'failed'"
    " WHERE j.status = 'failed' GROUP BY j.task_name",
    "job_waiting": "SELECT 'jobs:todo:' || j.task_name, j.task_name || ' × ' || count(DISTINCT j.id), min(coalesce(j.scheduled_at, e.at))"
    " FROM procrastinate_jobs j LEFT JOIN procrastinate_events e ON e.job_id = j.id"
    " WHERE j.status = 'todo' AND coalesce(j.scheduled_at, e.at) IS NOT NULL GROUP BY j.task_name",
}


def _house(watch: Watch, at: datetime) -> Iterator[Seen]:
    """Of nobody's county: for the administrator of the whole country."""
    for subject, number, since in _lagging(at) if watch.code == "follower_behind" else _rows(_HOUSE[watch.code]):
        if since + watch.patience <= at:
            yield Seen(subject, number, "", None, since, since + watch.patience)


def _rows(sql: str) -> list[tuple[str, str, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


_OLDEST_UNREAD = """
SELECT min(f.recorded_at) FROM journal_fact f, journal_cursor c
WHERE c.follower = %s AND (f.xid, f.seq) > (c.xid::text::xid8, c.seq) AND f.kind = ANY(%s)
"""


def _lagging(at: datetime) -> Iterator[tuple[str, str, datetime]]:
    for name, follower in followers.load().items():
        with connection.cursor() as cursor:
            cursor.execute(_OLDEST_UNREAD, [name, list(follower.kinds)])
            (oldest,) = cursor.fetchone()
        if oldest is not None:
            yield f"follower:{name}", name, oldest
