"""What a told history must keep: windows, causes before effects, offices' hours, nothing of tomorrow. Each check names what breaks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from itertools import pairwise
from uuid import UUID

from django.db.models import F, Q

from govpost.cases import events
from govpost.cases.counter import papers_here
from govpost.cases.models import Case
from govpost.common.clock import SHANGHAI, shanghai_day
from govpost.delivery.models import Order, Scan
from govpost.dispatch.models import Task
from govpost.journal.models import Fact
from govpost.places import queries as places

OPENS, SHUTS = time(8, 30), time(18, 0)
DAWN, DUSK = time(7, 30), time(21, 0)
# What people of departments and halls do at their desks; the clock alone acts at midnight.
AT_A_DESK = (
    events.PAPERS_RECEIVED, events.CORRECTION_REQUESTED, events.ACCEPTED, events.NOT_ACCEPTED, events.APPROVED, events.REFUSED,
    events.LIST_GIVEN, events.PAPERS_GIVEN, events.PAPERS_TAKEN, events.HANDED_OVER, events.PARCEL_CLOSED, events.PAPERS_RETURNED,
)  # fmt: skip
_CASE = ("created_at", "submitted_at", "papers_received_at", "accepted_at", "decided_at", "handed_over_at", "closed_at")
_MAIL = ("placed_at", "collected_at", "arrived_at", "delivered_at")


def untruths(now: datetime, *, watched: Iterable[UUID] = ()) -> list[str]:
    """`watched`: mail that was posted after the history, as one watches, at whatever hour that was."""
    return [*_windows(), *_orders(), *_scans(now), *_cases(), *_papers(), *_facts(now), *_offices(), *_tasks(watched)]


def _windows() -> Iterator[str]:
    """A courier comes in the window that was booked; later only when late or called again, and never before."""
    for order in Order.objects.exclude(window_from=None).exclude(collected_at=None):
        collected, since, until, due = order.collected_at, order.window_from, order.window_to, order.collect_due_at
        if collected is None or since is None or until is None or due is None:
            yield f"{order.number}: a booked collection without its whole window or promise"
        elif collected < since:
            yield f"{order.number}: collected {_say(collected)}, before its window {_say(since)}"
        elif until < collected <= due and not order.misses:
            yield f"{order.number}: collected {_say(collected)}, after its window {_say(until)}, and not late"


def _orders() -> Iterator[str]:
    for order in Order.objects.all():
        yield from _in_order(order.number, order, _MAIL)


def _cases() -> Iterator[str]:
    for case in Case.objects.all():
        yield from _in_order(case.number or "draft", case, _CASE)


def _papers() -> Iterator[str]:
    """A department accepts what lies before it; silence alone accepts what it never took."""
    accepted = Case.objects.exclude(accepted_at=None).filter(accepted_by_silence=False, papers_to_return=False)
    here = papers_here(accepted.values_list("id", flat=True))
    yield from (f"{case.number}: accepted, and its papers lie at the window" for case in accepted.filter(id__in=here))


def _in_order(name: str, row: object, fields: tuple[str, ...]) -> Iterator[str]:
    told = [(field, moment) for field in fields if (moment := getattr(row, field)) is not None]
    for (before, first), (after, second) in pairwise(told):
        if second < first:
            yield f"{name}: {after} {_say(second)} is before {before} {_say(first)}"


def _scans(now: datetime) -> Iterator[str]:
    """No event before its mail was ordered, none of tomorrow, none known before it happened."""
    placed = {key: order.placed_at for order in Order.objects.all() for key in (order.waybill_no, order.number) if key}
    for scan in Scan.objects.filter(Q(occurred_at__gt=now) | Q(known_at__gt=now) | Q(occurred_at__gt=F("known_at"))):
        yield f"{scan.waybill_no}: {scan.code} {_say(scan.occurred_at)}, known {_say(scan.known_at)}, now {_say(now)}"
    for scan in Scan.objects.all():
        if scan.waybill_no in placed and scan.occurred_at < placed[scan.waybill_no]:
            yield f"{scan.waybill_no}: {scan.code} {_say(scan.occurred_at)} is before it was ordered {_say(placed[scan.waybill_no])}"


def _facts(now: datetime) -> Iterator[str]:
    """What is told of one case is told in the order in which it happened."""
    last: dict[str, Fact] = {}
    for fact in Fact.objects.filter(subject__startswith="case:", kind__startswith="cases.").order_by("seq"):
        before = last.get(fact.subject)
        if fact.occurred_at > now or (before and fact.known_at < before.known_at):
            yield f"{fact.subject}: {fact.kind} {_say(fact.known_at)} after {before and before.kind}"
        last[fact.subject] = fact


def _offices() -> Iterator[str]:
    for fact in Fact.objects.filter(kind__in=AT_A_DESK).exclude(actor_key__startswith="system"):
        moment = fact.occurred_at.astimezone(SHANGHAI)
        if not places.is_working_day(shanghai_day(moment)) or not OPENS <= moment.time() <= SHUTS:
            yield f"{fact.subject}: {fact.kind} by {fact.actor} on {_say(moment)}"


def _tasks(watched: Iterable[UUID]) -> Iterator[str]:
    """Couriers are out and desks post by day; a courier takes an instruction after it was sent."""
    numbers = Order.objects.filter(id__in=watched).values("number")
    for scan in Scan.objects.filter(source="ours").exclude(code="CANCEL").exclude(waybill_no__in=numbers):
        if not DAWN <= scan.occurred_at.astimezone(SHANGHAI).time() <= DUSK:
            yield f"{scan.waybill_no}: {scan.code} by {scan.actor} on {_say(scan.occurred_at)}"
    for task in Task.objects.all():
        yield from _in_order(f"instruction {task.number}", task, ("sent_at", "taken_at", "ended_at"))


def _say(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%a %m-%d %H:%M}"
