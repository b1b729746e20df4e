"""Events of a month that nobody had made: they are kept, and move into their month with it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import connection

from govpost.common.clock import now
from govpost.delivery.actions import record_scans
from govpost.delivery.models import Scan
from govpost.delivery.testing import SYSTEM, seen
from govpost.journal import actions as journal

NUMBER = "1220000000101"
LAST = datetime(2020, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)  # of its month


def test_a_month_takes_the_events_that_came_before_it(journey: str) -> None:
    events = [seen(NUMBER, "collected", LAST), seen(NUMBER, "in_transit", LAST.replace(month=3, day=1))]
    record_scans(events, at=now(), by=SYSTEM)
    assert _where() == {"delivery_scan_default"}
    assert journal.make_months(first=date(2020, 2, 1), last=date(2020, 2, 29)) == 1
    assert _where() == {"delivery_scan_202002", "delivery_scan_default"}
    assert journal.make_months_ahead(today=now().date()) == 1  # the worker finds the other one
    assert _where() == {"delivery_scan_202002", "delivery_scan_202003"}
    assert [result.status for result in record_scans(events, at=now(), by=SYSTEM)] == ["duplicate", "duplicate"]
    assert Scan.objects.filter(waybill_no=NUMBER).count() == 2


def test_what_is_dated_beyond_ten_years_stays_where_it_is(journey: str) -> None:
    record_scans([seen(NUMBER, "collected", LAST.replace(year=1990, day=1))], at=now(), by=SYSTEM)
    assert journal.make_months_ahead(today=now().date()) == 0
    assert _where() == {"delivery_scan_default"}


def _where() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableoid::regclass::text FROM delivery_scan WHERE waybill_no = %s", [NUMBER])
        return {table for (table,) in cursor.fetchall()}
