"""A city's mail in bulk: drawn alike by the same seed, made through the same actions, going on where it was interrupted."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest

from govpost.catalogue import actions as catalogue
from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_at
from govpost.delivery import actions as mail
from govpost.delivery.models import Order, Scan
from govpost.delivery.testing import SYSTEM, make_order, seen
from govpost.demo import bulk
from govpost.demo.bulk import Size
from govpost.demo.volume import LONGEST, Volume
from govpost.journal.models import SetAside
from govpost.journal.testing import drain
from govpost.notices.models import Notice
from govpost.ops import invariants, sizes
from govpost.parties import actions as parties
from govpost.places import actions as places
from govpost.places import queries as days
from govpost.profiles import actions as profiles
from govpost.settlement import actions as settlement
from govpost.settlement.models import Statement

SEED, TODAY, SIZE = 7, date(2026, 4, 14), Size(orders=240, days=24)


@pytest.fixture
def city(journey: str) -> None:
    at, by = shanghai_at(date(2026, 1, 5), 8), Actor.system("test")
    places.load_all(at=at, by=by)
    parties.load_organisations(at=at, by=by)
    profiles.load_seed(at=at, by=by)
    catalogue.load_seed(at=at, by=by)
    settlement.load_terms(at=at, by=by)


def volume() -> Volume:
    first = TODAY - timedelta(days=SIZE.days)
    return Volume(bulk.jining(), seed=SEED, first=first, last=TODAY - timedelta(days=1), orders=SIZE.orders, works=days.is_working_day)


def test_a_seed_draws_the_same_mail_with_the_shape_of_the_week(city: None) -> None:
    whole = list(volume().days())
    assert whole == list(volume().days())
    assert sum(len(day.orders) for day in whole) == SIZE.orders
    assert len({order.waybill_no for day in whole for order in day.orders}) == SIZE.orders
    weekdays = Counter[int]()
    for day in whole:
        weekdays[day.on.weekday()] += len(day.orders)
    assert weekdays[6] < weekdays[0] / 3
    ends = Counter(event.number for day in whole for event in day.events if event.kind in ("delivered", "returned") and event.effect)
    assert len(ends) == SIZE.orders


def test_from_a_later_day_on_it_is_the_rest_of_the_same(city: None) -> None:
    since = TODAY - timedelta(days=10)
    assert list(volume().days(since)) == [day for day in volume().days() if day.on >= since]
    assert [day.on for day in volume().days(since, since)] == [since]
    assert max(day.on for day in volume().days()) == TODAY + timedelta(days=LONGEST - 1)


def test_an_interrupted_history_goes_on_and_comes_to_the_same(city: None) -> None:
    calls = count()

    def interrupted(done: int, of: int, words: str) -> None:
        if next(calls) == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bulk.fill(interrupted, size=SIZE, seed=SEED, today=TODAY)
    half = Order.objects.count()
    assert 0 < half < SIZE.orders
    assert bulk.fill(lambda done, of, words: None, size=SIZE, seed=SEED, today=TODAY) == SIZE.days - 10
    wanted = list(volume().days(None, TODAY - timedelta(days=1)))
    assert Order.objects.count() == SIZE.orders
    told = {(e.number, e.code, e.at, e.outlet) for day in wanted for e in day.events if e.effect}
    assert Scan.objects.count() == len(told)
    assert bulk.fill(lambda done, of, words: None, size=SIZE, seed=SEED, today=TODAY) == 0
    assert not SetAside.objects.exists()
    assert not Notice.objects.exists()  # nobody gets a message about the past
    assert {each.month for each in Statement.objects.all()} == {date(2026, 3, 1)}
    assert invariants.broken() == {}


def test_a_size_is_remembered_and_not_mixed_with_another(tmp_path: Path) -> None:
    assert sizes.choose(tmp_path, None) == "small"
    assert sizes.choose(tmp_path, "county") == "county"
    assert sizes.choose(tmp_path, None) == "county"
    with pytest.raises(sizes.OtherSize):
        sizes.choose(tmp_path, "year")
    assert not sizes.is_whole(tmp_path, "county")
    sizes.note_whole(tmp_path)
    assert sizes.is_whole(tmp_path, "county")
    assert set(sizes.NAMES) == set(bulk.SIZES)


def test_what_is_told_more_than_a_week_late_is_no_news(city: None) -> None:
    for waybill, ago in (("1110000000001", timedelta(days=9)), ("1110000000002", timedelta(hours=2))):
        make_order(at=now() - ago - timedelta(hours=1), ref=waybill, waybill_no=waybill)
        mail.record_scans([seen(waybill, "collected", now() - ago)], at=now(), by=SYSTEM)
    drain()
    assert [notice.subject for notice in Notice.objects.all()] == [f"order:{Order.objects.get(waybill_no='1110000000002').id}"]
