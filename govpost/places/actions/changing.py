"""Outlets and halls are changed and closed, exceptions taken back, the State Council's notice of a year entered; each is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction

from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.places import events, queries, rules
from govpost.places.actions.placing import region_of_calendar
from govpost.places.models import CalendarDay, Hall, Outlet, OutletKind
from govpost.places.rules import MAY, NATIONAL

Place = TypeVar("Place", Outlet, Hall)
OUTLET_FIELDS = ("name", "name_en", "address", "phone")
HALL_FIELDS = (*OUTLET_FIELDS, "hours", "station")


@transaction.atomic
def change_outlet(*, code: str, values: Mapping[str, str], at: datetime, by: Actor) -> Outlet:
    """Another name, address or telephone; what is the same is not told. Code, kind and county stay: open another outlet."""
    outlet = _locked(Outlet, code, "change_outlet", by)
    return _change(outlet, OUTLET_FIELDS, values, events.OUTLET_CHANGED, at, by)


@transaction.atomic
def change_hall(*, code: str, values: Mapping[str, str], at: datetime, by: Actor) -> Hall:
    """Another name, address, telephone, opening hours, or station desk (by code) of the same county."""
    hall = _locked(Hall, code, "change_hall", by)
    return _change(hall, HALL_FIELDS, values, events.HALL_CHANGED, at, by)


@transaction.atomic
def close_outlet(*, code: str, reason: str, at: datetime, by: Actor) -> Outlet:
    """From today on nothing new goes there; what lies there is handed on. Refused while a hall or a township relies on it."""
    outlet = _locked(Outlet, code, "close_outlet", by)
    halls = [hall.name for hall in Hall.objects.filter(station=outlet, closed_on__isnull=True)]
    areas = [area.name for area in queries.areas_of_outlet(outlet, shanghai_day(at))]
    rules.may_close(is_closed=outlet.closed_on is not None, halls=halls, areas=areas).require()
    return _close(outlet, reason, events.OUTLET_CLOSED, at, by)


@transaction.atomic
def name_successor(*, code: str, successor: str, at: datetime, by: Actor) -> Outlet:
    """Who goes on with what lay at a closed outlet: mail and instructions are found there, under their old place."""
    outlet = _locked(Outlet, code, "name_successor", by)
    other = Outlet.objects.filter(code=successor).exclude(code=code).first()
    decision = rules.may_succeed(
        is_closed=outlet.closed_on is not None, same_kind=other is not None and other.kind == outlet.kind,
        successor_open=other is not None and other.closed_on is None,
    )  # fmt: skip
    if decision.code == "no_successor":
        raise InvalidInput({"successor": decision.sentence})
    decision.require()
    before, outlet.successor = outlet.successor, successor
    if before != successor:
        outlet.save(update_fields=["successor"])
        journal.record(
            events.OUTLET_SUCCEEDED, subject=f"place:{code}", region=str(outlet.region), at=at, by=by, code=code,
            changes={"successor": [before, successor]},
        )  # fmt: skip
    return outlet


@transaction.atomic
def close_hall(*, code: str, reason: str, at: datetime, by: Actor) -> Hall:
    """From today on nobody is sent there any more."""
    hall = _locked(Hall, code, "close_hall", by)
    rules.may_close(is_closed=hall.closed_on is not None, halls=(), areas=()).require()
    return _close(hall, reason, events.HALL_CLOSED, at, by)


@transaction.atomic
def unset_day(*, calendar: str, on: date, at: datetime, by: Actor) -> None:
    """Take an exception of a hall's or outlet's own calendar back; the country's day holds again."""
    permit(by, "set_day", MAY["set_day"], region=region_of_calendar(calendar, ""))
    rules.may_move_day(on=on, today=shanghai_day(at)).require()
    day = CalendarDay.objects.select_for_update().filter(calendar=calendar, on=on).exclude(calendar=NATIONAL).first()
    if day is None:
        raise NotFound("day")
    day.delete()
    journal.record(
        events.DAY_UNSET, subject=f"calendar:{calendar}", region=region_of_calendar(calendar, ""), at=at, by=by, on=on.isoformat(),
        note=day.note, changes={"is_working": [day.is_working, None]},
    )  # fmt: skip


@transaction.atomic
def keep_notice(*, year: int, resting: Mapping[date, str], working: Mapping[date, str], note: str, at: datetime, by: Actor) -> int:
    """The notice of holidays and make-up days of a year: every coming day of it is confirmed. Returns how many days it says.

    resting, working: the days named in the notice with their words; all others work Monday to Friday.
    Raises InvalidInput naming "days", "note".
    """
    permit(by, "keep_notice", MAY["keep_notice"], region="")
    named = {**resting, **working}
    if not named or any(on.year != year for on in named) or set(resting) & set(working):
        raise InvalidInput({"days": Text("Name days of this year, each once: at rest or at work.")})
    if not note.strip():
        raise InvalidInput({"note": Text("Give the number of the notice.")})
    first = max(date(year, 1, 1), shanghai_day(at) + timedelta(days=1))
    coming = [first + timedelta(days=ahead) for ahead in range((date(year, 12, 31) - first).days + 1)]
    if not coming:
        raise InvalidInput({"days": Text("This year is over: terms were counted by its days.")})
    rows = [_noticed(on, resting, working) for on in coming]
    CalendarDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["calendar", "on"], update_fields=["is_working", "confirmed", "note"]
    )
    journal.record(
        events.NOTICE_KEPT, subject=f"calendar:{NATIONAL}", region="", at=at, by=by, year=year, note=note, days=len(named),
    )  # fmt: skip
    return len(named)


def _noticed(on: date, resting: Mapping[date, str], working: Mapping[date, str]) -> CalendarDay:
    usual = rules.provisional(on).is_working
    works = (usual and on not in resting) or on in working
    return CalendarDay(calendar=NATIONAL, on=on, is_working=works, confirmed=True, note=resting.get(on, working.get(on, "")))


def _locked(model: type[Place], code: str, verb: str, by: Actor) -> Place:
    found = model._default_manager.select_for_update(of=("self",)).filter(code=code).first()
    if found is None:
        raise NotFound("place")
    permit(by, verb, MAY[verb], region=str(found.region))
    return found


def _change(place: Place, fields: tuple[str, ...], values: Mapping[str, str], fact: str, at: datetime, by: Actor) -> Place:
    errors = {key: Text("Fill this in.") for key in fields if not values.get(key, "").strip()}
    if errors:
        raise InvalidInput(errors)
    before = {key: _said(place, key) for key in fields}
    changes = {key: [before[key], values[key].strip()] for key in fields if before[key] != values[key].strip()}
    for key, (_old, new) in changes.items():
        setattr(place, key, _station(place, new) if key == "station" else new)
    if changes:
        place.save(update_fields=list(changes))
        journal.record(fact, subject=f"place:{place.code}", region=str(place.region), at=at, by=by, code=place.code, changes=changes)
    return place


def _said(place: Any, key: str) -> str:
    value = getattr(place, key)
    return value.code if isinstance(value, Outlet) else str(value)


def _station(hall: Any, code: str) -> Outlet:
    desk = Outlet.objects.filter(code=code, kind=OutletKind.STATION.value, division_id=hall.division_id, closed_on__isnull=True).first()
    if desk is None:
        raise InvalidInput(
            {"station": Text("Name the station desk of this hall, in the same county. If there is none, open it as an outlet first.")}
        )
    return desk


def _close(place: Place, reason: str, fact: str, at: datetime, by: Actor) -> Place:
    if not reason.strip():
        raise InvalidInput({"reason": Text("Say why it closes.")})
    today = place.closed_on = shanghai_day(at)
    place.save(update_fields=["closed_on"])
    journal.record(
        fact, subject=f"place:{place.code}", region=str(place.region), at=at, by=by, code=place.code, reason=reason.strip(),
        changes={"closed_on": [None, today.isoformat()]},
    )  # fmt: skip
    return place
