"""Mail as the supervision window sees it: the orders of a jurisdiction by the promise that runs now, with their lights and counts.

The promise of an order that waits to be collected is `collect_due_at`, or the end of the time that the applicant named instead;
afterwards it is `promised_at`. Each runs since the order was placed. What is delivered, cancelled, lost, refused or on its way back
runs against no promise any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Greatest

from govpost.common.actor import Actor, within
from govpost.common.crypto import blind_index
from govpost.common.lights import Light
from govpost.common.refusal import NotFound
from govpost.common.stretches import Stretch, paged
from govpost.delivery.models import Order
from govpost.delivery.queries import visible
from govpost.delivery.states import PROMISES_NOTHING
from govpost.parties.roles import Role

PAGE = 50
INSTANT = timedelta(microseconds=1)  # delivered at the promised moment itself is in time: overdue begins after it


@dataclass(frozen=True, slots=True)
class MailFilter:
    """What the list is narrowed to; an empty field narrows nothing. place: region path. search: exact number, waybill, ref or phone."""

    state: str = ""
    light: str = ""
    place: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class MailLine:
    """One order with its running promise; `amber_at` and `red_at` are None where none runs."""

    order: Order
    amber_at: datetime | None
    red_at: datetime | None

    @property
    def due_at(self) -> datetime | None:
        return self.red_at - INSTANT if self.red_at else None


@dataclass(frozen=True, slots=True)
class MailPage:
    """Some lines and the key of the next page, "" at the end."""

    lines: Sequence[MailLine]
    next: str


@dataclass(frozen=True, slots=True)
class MailCounts:
    """Those whose promise runs, by light and by state; what is done is not counted, for it grows with every year."""

    lights: dict[Light, int]
    states: dict[str, int]

    @property
    def running(self) -> int:
        return sum(self.lights.values())


def marked(found: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with the marks of the promise that runs now (`due_at`), as `amber_at` and `red_at`."""
    quarter = ExpressionWrapper(Greatest(F("due_at") - F("placed_at"), Value(timedelta(0))) / 4, output_field=DurationField())
    return found.annotate(
        amber_at=ExpressionWrapper(F("due_at") - quarter, output_field=DateTimeField()),
        red_at=ExpressionWrapper(F("due_at") + Value(INSTANT), output_field=DateTimeField()),
    )


_RUNNING, _RESTING = Stretch(Q(due_at__isnull=False), "due_at"), Stretch(Q(due_at=None), "placed_at", descending=True)


def oversee(actor: Actor, *, at: datetime, wanted: MailFilter = MailFilter(), after: str = "", limit: int = PAGE) -> MailPage:
    """The mail of the actor's jurisdiction: what runs first, due first; then what is done, newest first."""
    found = _narrowed(marked(_supervised(actor)), wanted, at)
    rows, following = paged(found, [_RUNNING] if wanted.light else [_RUNNING, _RESTING], after, limit)
    return MailPage([_line(row) for row in rows], following)


def overseen(actor: Actor, number: str) -> MailLine:
    """One mail of the jurisdiction by our number or the carrier's; a foreign one looks like a missing one (NotFound)."""
    wanted = number.strip().upper()
    row = marked(_supervised(actor)).filter(Q(number=wanted) | Q(waybill_no=wanted)).first()
    if row is None:
        raise NotFound("order")
    return _line(row)


def mail_counts(actor: Actor, *, at: datetime, places: Sequence[str]) -> list[MailCounts]:
    """Figures of each of the places (region paths; "" for the whole jurisdiction), in one statement over the mail that runs."""
    lights = {light.value: Count("region", filter=_lit(light, at)) for light in Light}
    running = marked(_supervised(actor)).filter(due_at__isnull=False)
    rows: list[dict[str, Any]] = [dict(row) for row in running.values("region", "origin", "destination", "state").annotate(**lights)]
    return [_counted([row for row in rows if _touches(row, place)]) for place in places]


def _counted(rows: Sequence[dict[str, Any]]) -> MailCounts:
    states: Counter[str] = Counter()
    for row in rows:
        states[row["state"]] += sum(row[light.value] for light in Light)
    return MailCounts({light: sum(row[light.value] for row in rows) for light in Light}, dict(states))


def marks_of(orders: Sequence[UUID]) -> dict[UUID, MailLine]:
    """The lines of orders that somebody holds already, those with a running promise only."""
    rows = marked(Order.objects.filter(id__in=list(orders), due_at__isnull=False))
    return {row.id: _line(row) for row in rows}


def _supervised(actor: Actor) -> QuerySet[Order]:
    """What the actor sees as a supervisor, whatever else they may be."""
    if actor.is_system:
        return Order.objects.all()
    grants = tuple(grant for grant in actor.grants if grant.role == Role.SUPERVISOR)
    return visible(Actor(actor.kind, actor.id, actor.label, grants))


def _touching(place: str) -> Q:
    """What belongs to a place, begins or ends there."""
    code = place.rpartition(".")[2]
    return Q(region__within=place) | Q(origin__startswith=code) | Q(destination__startswith=code)


def _touches(row: dict[str, Any], place: str) -> bool:
    code = place.rpartition(".")[2]
    return within(str(row["region"]), place) or row["origin"].startswith(code) or row["destination"].startswith(code)


def _narrowed(found: QuerySet[Order], wanted: MailFilter, at: datetime) -> QuerySet[Order]:
    if wanted.state:
        found = found.filter(state=wanted.state, outcome=wanted.state if wanted.state in PROMISES_NOTHING else None)
    if wanted.light:
        found = found.filter(_lit(Light(wanted.light), at))
    if wanted.place:
        found = found.filter(_touching(wanted.place))
    if exact := wanted.search.strip():
        phone = blind_index("phone", exact)
        numbers = Q(number=exact.upper()) | Q(waybill_no=exact.upper()) | Q(ref=exact)
        found = found.filter(numbers | Q(recipient_phone_digest=phone) | Q(sender_phone_digest=phone))
    return found


def _lit(light: Light, at: datetime) -> Q:
    return {
        Light.RED: Q(due_at__lt=at),
        Light.AMBER: Q(amber_at__lt=at, due_at__gte=at),
        Light.GREEN: Q(amber_at__gte=at, due_at__gte=at),
    }[light]


def _line(row: Order) -> MailLine:
    return MailLine(row, getattr(row, "amber_at", None), getattr(row, "red_at", None))
