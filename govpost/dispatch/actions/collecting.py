"""Places in collection windows are held and released; an outlet's plan is kept; what a carrier said is remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from govpost.common.actor import Actor, permit
from govpost.common.clock import SHANGHAI, shanghai_day
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.delivery.ports import Serves
from govpost.delivery.rules import Direction
from govpost.delivery.states import BEFORE_COLLECTION
from govpost.delivery.states import State as Mail
from govpost.dispatch import offering, reach, rules
from govpost.dispatch.events import PLACE_HELD, PLAN_KEPT
from govpost.dispatch.models import CollectionPlace, CollectionPlan, CollectionRange
from govpost.dispatch.offering import Plan
from govpost.dispatch.rules import MAY
from govpost.journal import actions as journal
from govpost.places import queries as places
from govpost.profiles import queries as profiles
from govpost.profiles.rules import Settings, Window

# How long an answer is good: a no may change any day, a silent carrier is not asked by every page that somebody opens.
GOOD_FOR = {
    Serves.YES: timedelta(days=7),
    Serves.NO: timedelta(days=1),
    Serves.UNCLEAR: timedelta(hours=6),
    Serves.SILENT: timedelta(minutes=3),
}


def hold_place(*, order_id: UUID, outlet: str, window: Window, settings: Settings, at: datetime, by: Actor) -> None:
    """Take a place of the window for an order, in the caller's transaction; the same order again changes nothing.

    Two people cannot take the last place: whoever comes second waits for the first to commit. Raises InvalidInput (window).
    """
    permit(by, "hold_place", ())
    with transaction.atomic():
        _one_after_another(outlet, window.start)
        if CollectionPlace.objects.filter(order_id=order_id, window_from=window.start, released_at=None).exists():
            return
        plan = reach.plan_of(outlet, shanghai_day(window.start))
        capacity = offering.places_in(plan, str(window.start.astimezone(SHANGHAI).hour), settings)
        taken = CollectionPlace.objects.filter(outlet=outlet, window_from=window.start, released_at=None).count()
        if taken >= capacity:
            raise InvalidInput({"window": Text("Somebody took the last place in this time just now. Choose another one.")})
        CollectionPlace.objects.update_or_create(
            order_id=order_id, window_from=window.start, defaults={"outlet": outlet, "held_at": at, "released_at": None}
        )
        region = str(places.outlet(outlet).region)
        journal.record(PLACE_HELD, subject=f"order:{order_id}", region=region, at=at, by=by, outlet=outlet, window_from=window.start)


def follow_places(changes: Iterable[Mapping[str, Any]], *, by: Actor) -> None:
    """Places follow the orders, as `delivery.order_changed` payloads imply: set-based, harmless when repeated.

    Whoever ordered another way than through a case takes a place too; a collection that is cancelled, missed or not needed gives its
    place back, and one that was moved takes another.
    """
    permit(by, "follow_places", ())
    newest = {UUID(str(c["order"])): c for c in sorted(changes, key=lambda c: c["version"]) if c["direction"] == Direction.PAPERS}
    wanted = {order_id: place for order_id, change in newest.items() if (place := _place_of(change))}
    ended = [order_id for order_id, change in newest.items() if rules.gives_place_back(change)]
    with transaction.atomic():
        freed = [
            place for place in CollectionPlace.objects.select_for_update().filter(order_id__in=ended, released_at=None).order_by("id")
            if place.order_id not in wanted or wanted[place.order_id].window_from != place.window_from
        ]  # fmt: skip
        for place in freed:
            place.released_at = rules.moment(newest[place.order_id]["known_at"])
        CollectionPlace.objects.bulk_update(freed, ["released_at"])
        CollectionPlace.objects.bulk_create(list(wanted.values()), ignore_conflicts=True)


@transaction.atomic
def keep_plan(*, outlet: str, plan: Plan, starts_on: date, at: datetime, by: Actor) -> None:
    """How an outlet collects from a day on. Today only what takes nothing away. Raises InvalidInput naming the field."""
    region, today = str(places.outlet(outlet).region), shanghai_day(at)
    permit(by, "keep_plan", MAY["keep_plan"], region=region)
    errors = offering.check_plan(plan)
    if starts_on < today:
        errors["starts_on"] = Text("Choose today or a day to come: the past may have been relied on.")
    elif starts_on == today and not errors and _takes_away(outlet, region, plan, today):
        errors["starts_on"] = Text("This takes something away that was offered for today. Let it begin tomorrow or later.")
    if errors:
        raise InvalidInput(errors)
    said: dict[str, Any] = {
        "courier_days": plan.courier_days, "on_holidays": plan.on_holidays, "capacity": plan.capacity, "capacities": dict(plan.capacities),
    }  # fmt: skip
    changed = _changed(reach.plan_of(outlet, starts_on), plan)
    CollectionPlan.objects.update_or_create(outlet=outlet, starts_on=starts_on, defaults={**said, "region": region})
    journal.record(PLAN_KEPT, subject=f"outlet:{outlet}", region=region, at=at, by=by, starts_on=starts_on.isoformat(), changes=changed)


def _changed(before: Plan, after: Plan) -> dict[str, list[Any]]:
    """What the journal says: each thing before and after, the windows by their beginning."""
    pairs: dict[str, list[Any]] = {
        name: [getattr(before, name), getattr(after, name)] for name in ("courier_days", "on_holidays", "capacity")
    }  # fmt: skip
    for hour in sorted({*before.capacities, *after.capacities}):
        pairs[f"{hour}:00"] = [before.capacities.get(hour), after.capacities.get(hour)]
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _takes_away(outlet: str, region: str, plan: Plan, today: date) -> bool:
    return offering.takes_away(reach.plan_of(outlet, today), plan, profiles.settings_for(region, today))


def remember_range(*, division: str, place: str, serves: Serves, code: str, at: datetime, by: Actor) -> None:
    """Keep what the carrier answered about a place for a while. It is no fact of ours: nothing is told."""
    permit(by, "remember_range", ())
    CollectionRange.objects.update_or_create(
        carrier=reach.CARRIER, division=division, place=place,
        defaults={"answer": serves.value, "code": code, "asked_at": at, "good_until": at + GOOD_FOR[serves]},
    )  # fmt: skip


def _one_after_another(outlet: str, window_from: datetime) -> None:
    """Holds of one window follow each other until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{outlet} {window_from.timestamp():.0f}"])


def _place_of(change: Mapping[str, Any]) -> CollectionPlace | None:
    """The place that an order needs as it stands: its window's, or that of the time to which a missed visit was moved."""
    missed, known_at = change["after"] == Mail.PICKUP_FAILED, rules.moment(change["known_at"])
    start = rules.moment(change["next_attempt_at"] if missed else change["window_from"])
    if start is None or known_at is None or start < known_at or change["after"] not in BEFORE_COLLECTION:
        return None
    return CollectionPlace(order_id=UUID(str(change["order"])), outlet=change["origin_outlet"], window_from=start, held_at=known_at)
