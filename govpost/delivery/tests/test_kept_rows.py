"""What came and could not be counted: answered as if the number were unknown, kept sealed, read for a cause, deleted after its time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from govpost.common.actor import Actor, Grant
from govpost.common.clock import now
from govpost.common.refusal import NotFound, NotPermitted, Refusal
from govpost.delivery import actions
from govpost.delivery.actions.keeping import due, free
from govpost.delivery.models import KeptRow, Scan, ScanVoid, Unclear
from govpost.delivery.ports import ScanSeen
from govpost.delivery.testing import SYSTEM, make_order, seen
from govpost.journal.models import Fact
from govpost.parties.roles import Role
from govpost.retention.queries import Held

pytestmark = pytest.mark.django_db
THEIRS, NOBODYS = "1110000000001", "1119999999999"
STRANGER = Actor("partner", uuid4(), "stranger", (Grant(Role.INTEGRATOR, "34", uuid4()),))


def send(rows: list[ScanSeen]) -> list[tuple[str, str]]:
    return [(result.status, result.reason) for result in actions.record_scans(rows, at=now(), by=STRANGER)]


@pytest.mark.parametrize("many", [1, 12])
def test_no_answer_tells_a_stranger_whose_mail_a_number_is(many: int) -> None:
    order = make_order(waybill_no=THEIRS)
    at = now() - timedelta(hours=20)

    def answers(number: str) -> list[list[tuple[str, str]]]:
        events = [
            seen(number, "collected", at + timedelta(minutes=n), source="partner:stranger", note="王示例 13800000001") for n in range(many)
        ]
        voids = [replace(event, effect=False, note="误报") for event in events]
        return [send([*events, *events]), send(events), send(voids), send(voids), send([*events, *voids])]

    assert answers(THEIRS) == answers(NOBODYS)
    assert not Scan.objects.filter(waybill_no=THEIRS).exists()
    assert not ScanVoid.objects.filter(waybill_no=THEIRS).exists()
    assert (KeptRow.objects.count(), Scan.objects.filter(waybill_no=NOBODYS).count()) == (2 * many, many)
    told = Unclear.objects.get(waybill_no=THEIRS)
    assert (told.kind, told.order_id, str(told.region)) == ("foreign_waybill", order.id, str(order.region))
    order.refresh_from_db()
    assert order.version == 1


def test_what_came_is_sealed_and_an_administrator_there_reads_it_for_a_cause() -> None:
    make_order(waybill_no=THEIRS)
    send([seen(THEIRS, "collected", now(), note="王示例 13800000001")])
    unclear = Unclear.objects.get()
    assert b"13800000001" not in bytes(KeptRow.objects.get().sealed)
    assert "13800000001" not in str(list(Fact.objects.values_list("payload", flat=True)))
    here, away = (Actor("staff", uuid4(), "示例", (Grant(Role.ADMIN, region),)) for region in ("34", "37"))
    clerk = Actor("staff", uuid4(), "示例", (Grant(Role.STATION, "34"),))
    for by, refused in ((away, NotFound), (clerk, NotPermitted), (STRANGER, NotPermitted)):
        with pytest.raises(refused):
            actions.read_kept(unclear_id=unclear.id, cause="核对来源", at=now(), by=by)
    with pytest.raises(Refusal):
        actions.read_kept(unclear_id=unclear.id, cause=" ", at=now(), by=here)
    assert not Fact.objects.filter(kind="journal.read").exists()
    (content,) = actions.read_kept(unclear_id=unclear.id, cause="核对来源", at=now(), by=here)
    assert (content.said["number"], content.said["note"]) == (THEIRS, "王示例 13800000001")
    assert Fact.objects.get(kind="journal.read").payload["cause"] == "核对来源"


def test_a_row_nobody_can_read_is_kept_once_as_it_came() -> None:
    row = (THEIRS, "opTime", '{"opTime":"soon","operatorName":"王示例"}')
    for _ in range(2):
        actions.keep_unreadable([row, row], at=now(), by=SYSTEM)
    (content,) = actions.read_kept(unclear_id=Unclear.objects.get().id, cause="核对来源", at=now(), by=SYSTEM)
    assert (content.said, Unclear.objects.get().count) == ({"row": row[2]}, 4)


def test_after_its_time_it_goes_once_somebody_has_settled_it() -> None:
    actions.keep_unreadable([(THEIRS, "opTime", "{}")], at=now(), by=SYSTEM)
    later = now() + timedelta(days=200)
    words: dict[str, Any] = {"before": later, "held": Held(), "limit": 10, "run_id": uuid4(), "at": later, "by": SYSTEM}
    assert actions.forget_kept(**words) == 0
    actions.settle_unclear(unclear_id=Unclear.objects.get().id, at=now(), by=SYSTEM)
    assert not free(due(later), Held(orders=frozenset({THEIRS}))).exists()
    assert actions.forget_kept(**words) == 1
    assert not KeptRow.objects.exists()
