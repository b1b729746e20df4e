"""Mail as the supervision window sees it: the orders of a jurisdiction by the promise that runs now, with their lights and counts.

The promise of an order that waits to be collected is `collect_due_at`, or the end of the time that the applicant named instead;
afterwards it is `promised_at`. Each runs since the order was placed. What is delivered, cancelled, lost, refused or on its way back
runs against no promise any more.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Case, Count, DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest

from govpost.common.actor import Actor
from govpost.common.crypto import blind_index
from govpost.common.lights import Light
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.delivery.models import Order
from govpost.delivery.queries import visible
from govpost.delivery.states import BEFORE_COLLECTION, FINAL, State
from govpost.parties.roles import Role

PAGE = 50
INSTANT = timedelta(microseconds=1)  # delivered at the promised moment itself is in time: overdue begins after it
_DONE = (*FINAL, State.REFUSED, State.RETURNING)
_EPOCH, _NEVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


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
    """How many orders there are; lights: of those whose promise runs."""

    total: int
    lights: dict[Light, int]


def marked(found: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with the marks of the promise that runs now, as `amber_at` and `red_at`."""
    coming = Q(state__in=[state.value for state in BEFORE_COLLECTION], collected_at=None)
    due = Case(
        When(state__in=[state.value for state in _DONE], then=None),
        When(coming, then=Coalesce("collect_moved_to", "collect_due_at", "promised_at")),
        default=F("promised_at"),
        output_field=DateTimeField(),
    )
    quarter = ExpressionWrapper(Greatest(F("due_at") - F("placed_at"), Value(timedelta(0))) / 4, output_field=DurationField())
    return found.annotate(
        due_at=due,
        amber_at=ExpressionWrapper(F("due_at") - quarter, output_field=DateTimeField()),
        red_at=ExpressionWrapper(F("due_at") + Value(INSTANT), output_field=DateTimeField()),
    )


def oversee(actor: Actor, *, at: datetime, wanted: MailFilter = MailFilter(), after: str = "", limit: int = PAGE) -> MailPage:
    """The mail of the actor's jurisdiction: what runs first, due first; then what is done, newest first."""
    found = _narrowed(marked(_supervised(actor)), wanted, at)
    age = ExpressionWrapper(F("placed_at") - Value(_EPOCH), output_field=DurationField())
    done = ExpressionWrapper(Value(_NEVER) - age, output_field=DateTimeField())
    found = found.annotate(sort_at=Coalesce(F("due_at"), done, output_field=DateTimeField()))
    if after:
        moment, last = _read(after)
        found = found.filter(Q(sort_at__gt=moment) | Q(sort_at=moment, id__gt=last))
    rows = list(found.order_by("sort_at", "id")[: limit + 1])
    return MailPage([_line(row) for row in rows[:limit]], _key(rows[limit - 1]) if len(rows) > limit else "")


def overseen(actor: Actor, number: str) -> MailLine:
    """One mail of the jurisdiction by our number or the carrier's; a foreign one looks like a missing one (NotFound)."""
    wanted = number.strip().upper()
    row = marked(_supervised(actor)).filter(Q(number=wanted) | Q(waybill_no=wanted)).first()
    if row is None:
        raise NotFound("order")
    return _line(row)


def mail_counts(actor: Actor, *, at: datetime, places: Sequence[str]) -> list[MailCounts]:
    """Figures of each of the places (region paths; "" for the whole jurisdiction), in one statement."""
    wanted = {f"{name}_{n}": Count("id", filter=q) for n, place in enumerate(places) for name, q in _figures(place, at).items()}
    row = marked(_supervised(actor)).aggregate(**wanted) if wanted else {}
    return [MailCounts(row[f"total_{n}"], {light: row[f"{light.value}_{n}"] for light in Light}) for n in range(len(places))]


def marks_of(orders: Sequence[UUID]) -> dict[UUID, MailLine]:
    """The lines of orders that somebody holds already, those with a running promise only."""
    rows = marked(Order.objects.filter(id__in=list(orders))).filter(Q(red_at__isnull=False))
    return {row.id: _line(row) for row in rows}


def _supervised(actor: Actor) -> QuerySet[Order]:
    """What the actor sees as a supervisor, whatever else they may be."""
    if actor.is_system:
        return Order.objects.all()
    grants = tuple(grant for grant in actor.grants if grant.role == Role.SUPERVISOR)
    return visible(Actor(actor.kind, actor.id, actor.label, grants))


def _figures(place: str, at: datetime) -> dict[str, Q]:
    here = _touching(place)
    return {"total": here, **{light.value: here & _lit(light, at) for light in Light}}


def _touching(place: str) -> Q:
    """What belongs to a place, begins or ends there."""
    code = place.rpartition(".")[2]
    return Q(region__within=place) | Q(origin__startswith=code) | Q(destination__startswith=code) if place else Q(id__isnull=False)


def _narrowed(found: QuerySet[Order], wanted: MailFilter, at: datetime) -> QuerySet[Order]:
    if wanted.state:
        found = found.filter(state=wanted.state)
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
        Light.RED: Q(red_at__lte=at),
        Light.AMBER: Q(amber_at__lt=at, red_at__gt=at),
        Light.GREEN: Q(amber_at__gte=at, red_at__gt=at),
    }[light]


def _line(row: Order) -> MailLine:
    return MailLine(row, getattr(row, "amber_at", None), getattr(row, "red_at", None))


def _key(row: Order) -> str:
    sort_at: datetime = getattr(row, "sort_at", _NEVER)
    return base64.urlsafe_b64encode(f"{sort_at.isoformat()}/{row.id}".encode()).decode()


def _read(after: str) -> tuple[datetime, UUID]:
    try:
        moment, _, last = base64.urlsafe_b64decode(after.encode()).decode().partition("/")
        read = datetime.fromisoformat(moment)
        if read.tzinfo is None:
            raise ValueError("no zone")
        return read, UUID(last)
    except (ValueError, binascii.Error, UnicodeError):
        raise InvalidInput({"after": Text("This page does not exist any more. Start again from the first page.")}) from None
