"""The same event told from two sides at the same moment is stored once, and neither side is refused: the table's key decides."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

from django.db import connection, transaction

from govpost.common.clock import now
from govpost.delivery import actions
from govpost.delivery.models import Scan
from govpost.delivery.testing import SYSTEM, seen

NUMBER = "1110000000777"


def test_one_event_from_two_sides_at_once_is_stored_once(journey: str) -> None:
    # A number nobody knows yet: no order's lock makes the two wait for each other, only the event's own identity can.
    at = now()
    row = seen(NUMBER, "in_transit", at - timedelta(minutes=5))
    told, errors = threading.Event(), []

    def other_side() -> None:
        try:
            with transaction.atomic():
                actions.record_scans([row], at=at, by=SYSTEM)
                told.set()
                _wait_for_somebody_who_waits()
        except Exception as error:  # noqa: BLE001 handed to the test below
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=other_side)
    thread.start()
    assert told.wait(10)
    (result,) = actions.record_scans([row], at=at, by=SYSTEM)
    thread.join(20)
    assert errors == []
    assert result.status == "duplicate"
    assert Scan.objects.filter(waybill_no=NUMBER).count() == 1


def _wait_for_somebody_who_waits() -> None:
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
