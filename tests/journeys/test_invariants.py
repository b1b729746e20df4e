"""The invariants hold after an ordinary day, and each sees what it is there to see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections

from govpost.cases import actions as cases
from govpost.cases.states import State as CaseState
from govpost.cases.testing import make_case, make_cast
from govpost.common.clock import now
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.delivery.rules import Place
from govpost.delivery.testing import SYSTEM, make_order, make_papers, seen
from govpost.journal.testing import drain
from govpost.ops.invariants import INVARIANTS, broken
from govpost.places.testing import AT

WAYBILL = "1110000000001"


@pytest.fixture
def day(journey: str) -> Order:
    """One mail delivered, one on its way, papers ordered; a licence in a parcel that waits at the station."""
    cast = make_cast()
    case = make_case(cast, CaseState.HANDED_OVER)
    cases.close_parcel(parcel_id=case.parcels.get().parcel_id, at=AT + timedelta(hours=6), by=cast.station)
    placed = now() - timedelta(days=3)
    order = make_order(at=placed, waybill_no=WAYBILL, destination=Place("341602", "SL341602D1"))
    make_order(at=placed, waybill_no="1110000000002", destination=Place("341602", "SL341602D1"))
    make_papers(at=placed, origin=Place("341602", "SL341602D1"))
    rows = [
        seen(WAYBILL, "collected", placed + timedelta(hours=1)),
        seen(WAYBILL, "delivered", placed + timedelta(hours=30), signer_class="addressee"),
        seen("1110000000002", "collected", placed + timedelta(hours=2)),
    ]
    mail.record_scans([*rows, *rows], at=placed + timedelta(hours=31), by=SYSTEM)
    drain()
    return order


def test_all_hold_after_an_ordinary_day(day: Order) -> None:
    assert broken() == {}
    assert {i.code for i in INVARIANTS if i.broken is None} == {"I6", "I9", "I10"}


CORRUPTIONS = {
    "I1": "INSERT INTO journal_fact (id, kind, subject, region, occurred_at, known_at, actor, actor_key, payload)"
    " VALUES (gen_random_uuid(), 'delivery.order_changed', 'order:none', '', now(), now(), 'x', 'x',"
    ' \'{"before": "ordered", "after": "collected"}\')',
    "I2": "UPDATE delivery_order SET version = version + 1 WHERE waybill_no = '1110000000001'",
    "I3": "UPDATE delivery_order SET price_fen = price_fen + 1 WHERE waybill_no = '1110000000001'",
    "I3 totals": "UPDATE settlement_monthtotal SET charges = charges + 1",
    "I4": "UPDATE quality_rollup SET on_time = on_time + 1, late = late - 1 WHERE late > 0 OR on_time > 0",
    "I7": "UPDATE delivery_order SET state = 'in_transit' WHERE waybill_no = '1110000000001'",
    "I8": "UPDATE delivery_order SET rule = '{\"signers\": [\"agent\"]}' WHERE waybill_no = '1110000000001'",
    "I15": "UPDATE cases_case SET mail_red_at = mail_red_at + interval '1 day' WHERE mail_red_at IS NOT NULL",
    "I12": "DROP INDEX order_waybill_once; UPDATE delivery_order SET waybill_no = '1110000000001' WHERE waybill_no = '1110000000002'",
    "I12 envelopes": "DROP INDEX order_envelope_once; UPDATE delivery_order SET envelope_serial = 'E1' WHERE waybill_no IS NOT NULL",
    "I13": "UPDATE cases_case SET state = 'closed', closed_at = now() WHERE state = 'handed_over'",
    "I14": "INSERT INTO settlement_statement (id, number, account, month, organisation_id, region, agreements, fen, charges, reversals,"
    " digest, made_at, made_by) SELECT gen_random_uuid(), 'X', 'x:x', '2026-01-01', id, region, '[]', 1, 0, 0, '', now(), 'x'"
    " FROM parties_organisation LIMIT 1",
    "I11": "INSERT INTO journal_fact (id, kind, subject, region, occurred_at, known_at, actor, actor_key, payload)"
    " VALUES (gen_random_uuid(), 'cases.submitted', 'case:x', '', now(), now(), 'x', 'x', '{\"phone\": \"13812345678\"}')",
}


def test_every_invariant_has_its_corruption() -> None:
    assert {code.partition(" ")[0] for code in CORRUPTIONS} | {"I5"} == {i.code for i in INVARIANTS if i.broken is not None}


@pytest.mark.parametrize("what", CORRUPTIONS)
def test_each_sees_what_it_is_there_to_see(day: Order, what: str) -> None:
    with connections["owner"].cursor() as cursor:  # the application itself could do none of this
        cursor.execute(CORRUPTIONS[what])
    assert what.partition(" ")[0] in broken()


def test_an_unread_fact_is_seen(day: Order) -> None:
    mail.record_scans([seen("1110000000002", "in_transit", now())], at=now(), by=SYSTEM)
    assert "I5" in broken()
    drain()
    assert broken() == {}
