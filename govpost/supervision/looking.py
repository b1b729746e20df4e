"""What waits too long now, one statement for each watch: (subject, number, region, organisation, since, over_at)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest

from govpost.cases.models import Case, CasePaper, HandoverList, ParcelCase
from govpost.cases.rules import PaperStatus, ResultWay
from govpost.cases.states import ENDED_EARLY
from govpost.cases.states import State as CaseState
from govpost.catalogue.models import Proposal
from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day, shanghai_midnight
from govpost.delivery import queries as delivery
from govpost.delivery.models import Order, Unclear
from govpost.delivery.rules import ItemRule
from govpost.delivery.states import PROMISES_NOTHING
from govpost.delivery.states import State as MailState
from govpost.dispatch.models import Task
from govpost.dispatch.states import State as TaskState
from govpost.journal import followers
from govpost.notices.models import Notice
from govpost.notices.rules import NoticeState
from govpost.places import queries as places
from govpost.settlement import statements
from govpost.settlement.rules import last_month, next_month
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
    if watch.of in _OTHERWISE:
        yield from _OTHERWISE[watch.of](watch, at)
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
_UNBOOKED = ("wanted", "failed")
_CASE, _ORDER = ("number", "department_id"), ("number", "organisation_id")


def _cases(*states: CaseState, **over: Any) -> QuerySet[Case]:
    return Case.objects.filter(state__in=[state.value for state in states], **over)


def _orders(watch: str) -> QuerySet[Order]:
    """Mail in the watch's states, by the indexes of what still has a term and of what has none any more."""
    states = set(BY_CODE[watch].states)
    if states <= set(PROMISES_NOTHING):
        return Order.objects.filter(due_at=None, outcome__in=states)
    return Order.objects.filter(Q(due_at__isnull=False) | Q(due_at=None, outcome=None), state__in=states)


def _proposals(watch: str) -> QuerySet[Proposal]:
    return Proposal.objects.filter(state__in=list(BY_CODE[watch].states))


def _posting() -> QuerySet[Case]:
    """Handed over, to be posted, and in no mail: not yet, or not any more."""
    posted = ParcelCase.objects.filter(left_at=None, parcel__closed_at__isnull=False).values("case_id")
    return _cases(CaseState.HANDED_OVER, result_way=ResultWay.DOOR.value).exclude(id__in=posted)


def _papers_back() -> QuerySet[Case]:
    here = CasePaper.objects.filter(case_id=OuterRef("id"), status__in=[PaperStatus.RECEIVED.value, PaperStatus.ON_THE_WAY.value])
    return _cases(*ENDED_EARLY).filter(Exists(here))


def _after(field: str, days: int) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(F(field) + Value(timedelta(days=days)), output_field=DateTimeField())


def _term(since: str) -> Coalesce:
    """The term's end; where none was counted, a month after it should have begun: nothing waits for ever."""
    return Coalesce("red_at", _after(since, 30))


_LOOKS: dict[str, Callable[[], Look]] = {
    "case_papers": lambda: (_cases(CaseState.SUBMITTED, clock_from_at=None), Coalesce("window_to", "submitted_at"), *_CASE),
    "case_acceptance": lambda: (_cases(CaseState.SUBMITTED).exclude(clock_from_at=None), _term("clock_from_at"), *_CASE),
    "case_correction": lambda: (_cases(CaseState.CORRECTING), _term("correction_requested_at"), *_CASE),
    "case_decision": lambda: (_cases(CaseState.ACCEPTED), _term("accepted_at"), *_CASE),
    "case_handing_over": lambda: (_cases(CaseState.APPROVED, CaseState.REFUSED), "decided_at", *_CASE),
    "case_posting": lambda: (_posting(), "handed_over_at", *_CASE),
    "case_fetching": lambda: (_cases(CaseState.HANDED_OVER, result_way=ResultWay.WINDOW.value), "handed_over_at", *_CASE),
    "case_flagged": lambda: (
        Case.objects.exclude(flag=""),
        Coalesce("closed_at", "ended_at", "handed_over_at", "decided_at", "accepted_at", "submitted_at"), *_CASE,
    ),
    "case_papers_back": lambda: (_papers_back(), Coalesce("ended_at", "submitted_at"), *_CASE),
    "mail_posting": lambda: (
        _orders("mail_posting").filter(collect_due_at=None).exclude(booking__in=_UNBOOKED, waybill_no=None), "placed_at", *_ORDER,
    ),
    "mail_booking": lambda: (_orders("mail_booking").filter(booking__in=_UNBOOKED, waybill_no=None), "placed_at", *_ORDER),
    "mail_collection": lambda: (
        _orders("mail_collection").exclude(state=MailState.ORDERED.value, collect_due_at=None),
        Coalesce("collect_moved_to", "collect_due_at", _after("state_at", 2)), *_ORDER,
    ),
    "mail_silent": lambda: (_orders("mail_silent"), "state_at", *_ORDER),
    "mail_at_office": lambda: (_orders("mail_at_office"), "state_at", *_ORDER),
    "mail_out": lambda: (_orders("mail_out"), "state_at", *_ORDER),
    "mail_attempt": lambda: (_orders("mail_attempt"), Greatest("state_at", Coalesce("next_attempt_at", "state_at")), *_ORDER),
    "mail_fetching": lambda: (_orders("mail_fetching"), Coalesce("held_until", _after("state_at", ItemRule().hold_days)), *_ORDER),
    "mail_refused": lambda: (_orders("mail_refused"), "state_at", *_ORDER),
    "mail_returning": lambda: (_orders("mail_returning"), "state_at", *_ORDER),
    "task_sent": lambda: (Task.objects.filter(state=TaskState.SENT.value), "late_at", "number", ""),
    "task_taken": lambda: (
        Task.objects.filter(state=TaskState.TAKEN.value), Coalesce("window_to", "due_at", Greatest("taken_at", "begins_at")), "number", "",
    ),
    "list_untaken": lambda: (HandoverList.objects.filter(taken_at=None), "given_at", "number", "department_id"),
    "unclear_event": lambda: (Unclear.objects.filter(settled_at=None), "first_at", "waybill_no", ""),
    "proposal_review": lambda: (_proposals("proposal_review"), "changed_at", "name", ""),
    "proposal_unfinished": lambda: (_proposals("proposal_unfinished"), "changed_at", "name", ""),
    "notice_failed": lambda: (Notice.objects.filter(state=NoticeState.FAILED.value, forgotten_at=None), "created_at", "phone_masked", ""),
}  # fmt: skip

# Of many that wait for one cause there is one line: (subject, number, since when the oldest waits).
_HOUSE = {
    "fact_set_aside": "SELECT 'setaside:' || follower, follower || ' × ' || count(*), min(first_at)"
    " FROM journal_setaside GROUP BY follower",
    "move_overdue": "SELECT 'moves:due', '× ' || count(*), min(effective_on::timestamp AT TIME ZONE 'Asia/Shanghai')"
    " FROM parties_staffmove WHERE done_at IS NULL HAVING count(*) > 0",
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
    for subject, number, since in _lagging() if watch.code == "follower_behind" else _rows(_HOUSE[watch.code]):
        if since + watch.patience <= at:
            yield Seen(subject, number, "", None, since, since + watch.patience)


def _accounts(watch: Watch, at: datetime) -> Iterator[Seen]:
    """A month is over and an account with lines has no statement of it."""
    for each in statements.waiting(Actor.system("watchdog"), last_month(shanghai_day(at))):
        since = shanghai_midnight(next_month(each.since))
        if since + watch.patience <= at:
            owner = each.organisation
            yield Seen(f"account:{each.key}", owner.name, str(owner.region), owner.id, since, since + watch.patience)


def _outlets(watch: Watch, at: datetime) -> Iterator[Seen]:
    """Closed, and what lies there is nobody's."""
    for each in places.left_alone():
        since = shanghai_midnight(each.closed_on) if each.closed_on else at
        if since + watch.patience <= at and delivery.lying_at(each.code).exists():
            yield Seen(f"place:{each.code}", each.code, str(each.region), None, since, since + watch.patience)


def _rows(sql: str) -> list[tuple[str, str, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _lagging() -> Iterator[tuple[str, str, datetime]]:
    for name in followers.load():
        if oldest := followers.oldest_unread(name):
            yield f"follower:{name}", name, oldest.recorded_at


_OTHERWISE: dict[Of, Callable[[Watch, datetime], Iterator[Seen]]] = {Of.HOUSE: _house, Of.ACCOUNT: _accounts, Of.OUTLET: _outlets}
