"""Builds the demonstration: three weeks of the three cities before now, through the actions that people use, in the order of time.

A fact in the journal says that it is done; a second call changes nothing. `govpost.demo.process` runs it.
"""

from __future__ import annotations

import sys
from datetime import date, datetime
from random import Random

from django.db import connection, transaction

from govpost.catalogue import actions as catalogue
from govpost.common.clock import now, shanghai_at, shanghai_midnight
from govpost.demo import hiring, moving, plots, sendings, settling, station, today
from govpost.demo.carrier import Carrier
from govpost.demo.clockwork import AT_ONCE, HOUR, Clockwork, Progress, digest, digest_all
from govpost.demo.days import DAY, Days
from govpost.demo.hiring import BUILDER
from govpost.demo.world import BOZHOU, JINING, ZHAOQING, World
from govpost.journal import actions as journal
from govpost.journal.models import Fact
from govpost.parties import actions as parties
from govpost.places import actions as places
from govpost.profiles import actions as profiles
from govpost.settlement import actions as settlement

SEED, ORDERS = 20170328, 300
BEGUN, BUILT = "demo.begun", "demo.built"
# Cases bring about a third of the mail; so many stories make their full number.
_FULL = 300


class BrokenOff(Exception):
    """What is there is half a history; the message says what to do."""


def build(progress: Progress, *, seed: int = SEED, orders: int = ORDERS, at: datetime | None = None) -> World | None:
    """Build once, up to `at`; None when it stands already. Raises `BrokenOff` on what an interrupted build left behind."""
    if _told(BUILT):
        return None
    if _told(BEGUN):
        raise BrokenOff("An earlier build of the history was interrupted. Start again with `python3 run.py demo --fresh`.")
    _hurry()
    world = _begin(seed, at or now())
    progress(0, _steps(world), "人员和机构")
    _plan(world, orders)
    _live(world, progress)
    _end(world)
    progress(_steps(world), _steps(world), "完成")
    return world


def _told(kind: str) -> bool:
    return Fact.objects.filter(kind=kind).exists()


def _hurry() -> None:
    """A demonstration that a power cut interrupts is built anew: its commits need not wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


def _begin(seed: int, at: datetime) -> World:
    """What is there before anything happens: places, organisations, profiles, items, terms, people."""
    days = Days(at)
    with transaction.atomic():
        places.load_all(at=at, by=BUILDER)
        first = min(days.first, days.back(15)) - 4 * DAY
        start = shanghai_at(first, 8)
        journal.make_months(first=first, last=days.today)
        journal.record(BEGUN, subject="demo:build", region="", at=at, by=BUILDER, seed=seed)
        parties.load_organisations(at=start, by=BUILDER)
        profiles.load_seed(at=start, by=BUILDER)
        catalogue.load_seed(at=start, by=BUILDER)
        settlement.load_terms(at=start, by=BUILDER)
        staff = hiring.hire(at=start)
        keys = hiring.give_partner_keys(at=start)
        portals = {city: hiring.portal_of(key, at=start) for city, key in keys.items()}
        world = World(seed, days, Clockwork(), Carrier(_chance(seed)), staff, {}, _bad_days(days), portals)
        world.citizens = hiring.settle(world.rng("citizens"), at=start)
    for city, key in keys.items():
        sys.stdout.write(f"Key of the partner {hiring.PLATFORMS[city]}, shown this once: {key}\n")
    return world


def _bad_days(days: Days) -> dict[str, frozenset[date]]:
    """A storm in Bozhou, a sorting machine that stood still in Jining and Zhaoqing."""
    history = days.history()
    pick = [history[len(history) * part // 8] for part in (2, 4, 6)] if history else []
    return {BOZHOU.code: frozenset(pick[1:2] + pick[2:3]), JINING.code: frozenset(pick[:1]), ZHAOQING.code: frozenset(pick[2:3])}


def _plan(world: World, orders: int) -> None:
    plots.cast(world, orders / _FULL)
    sendings.plan_all(world, orders)
    station.evenings(world)
    today.plan_all(world)
    moving.plan_all(world)


def _steps(world: World) -> int:
    return (world.days.today - world.days.first).days + 2


def _live(world: World, progress: Progress) -> None:
    """Day by day, hour by hour: what people do, what the carrier tells, what the rooms hear of each other."""
    on = world.days.first
    _hour(world, shanghai_midnight(on))  # what began before the three weeks
    while on <= world.days.today:
        midnight = shanghai_midnight(on)
        for hour in range(1, 25):
            _hour(world, min(midnight + hour * HOUR, world.now))
        digest()
        progress((on - world.days.first).days + 1, _steps(world), f"{on:%m-%d}")
        on += DAY


def _hour(world: World, until: datetime) -> None:
    if world.clockwork.run(until) + world.carrier.report(until):
        digest(AT_ONCE)


def _end(world: World) -> None:
    moving.post_now(world)
    digest_all()
    settling.settle_notices(world.now - settling.FRESH)
    with transaction.atomic():
        settling.clear_jobs(world.now)
        journal.record(BUILT, subject="demo:build", region="", at=now(), by=BUILDER, seed=world.seed)
    digest_all()


def _chance(seed: int) -> Random:
    return Random(f"{seed}:carrier")
