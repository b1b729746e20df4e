"""A batch is stored by COPY and says of each row what became of it, exactly as single pushes would."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from govpost.common.actor import Actor, Grant
from govpost.common.clock import now
from govpost.delivery import actions
from govpost.delivery.actions import storing
from govpost.delivery.actions.facts import payload_of
from govpost.delivery.models import Order, Scan, ScanVoid, Unclear
from govpost.delivery.ports import ScanSeen
from govpost.delivery.states import RANK
from govpost.delivery.testing import SYSTEM, make_order, seen
from govpost.journal.models import Fact
from govpost.parties.roles import Role

pytestmark = pytest.mark.django_db
KINDS = ("collected", "in_transit", "at_delivery_office", "out_for_delivery")


def send(rows: list[ScanSeen], by: Actor = SYSTEM) -> list[str]:
    return [result.reason or result.status for result in actions.record_scans(rows, at=now(), by=by)]


def steps(number: str, **over: Any) -> list[ScanSeen]:
    start = now() - timedelta(hours=20)
    return [seen(number, kind, start + timedelta(hours=hour), **over) for hour, kind in enumerate(KINDS)]


def test_each_row_of_a_batch_gets_its_own_answer_in_order() -> None:
    at = now()
    first, second = make_order(waybill_no="1110000000001"), make_order(waybill_no="1110000000002")
    mine, others = steps("1110000000001"), steps("1110000000002")
    rows = [
        *mine,
        *others,
        others[0],  # a second copy in the same batch
        seen("1119999999999", "collected", at),
        seen("1110000000001", None, at, code="777Z"),
        seen("1110000000001", "delivered", at + timedelta(hours=3)),
        seen("1110000000001", "delivered", at - timedelta(days=9)),
        seen("1110000000002", None, others[3].occurred_at, code="out_for_delivery", effect=False),
    ]
    answers = ["accepted"] * 8 + ["duplicate", "unknown_waybill", "unknown_code", "future", "before_order", "voided"]
    assert send(rows) == answers
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.version) == ("out_for_delivery", 2)
    assert (second.state, second.version) == ("at_delivery_office", 2)
    assert Fact.objects.filter(subject=f"order:{first.id}").count() == 2
    assert set(Unclear.objects.values_list("kind", flat=True)) == {"unknown_waybill", "unknown_code", "future", "before_order"}
    assert Scan.objects.count() == 12
    assert ScanVoid.objects.count() == 1


def test_a_batch_that_was_sent_again_changes_nothing() -> None:
    order = make_order(waybill_no="1110000000001")
    rows = [*steps("1110000000001"), *steps("1110000000001", source="other"), *steps("1119999999999")]
    send(rows)
    before = (Fact.objects.count(), Scan.objects.count(), list(Unclear.objects.values_list("code", "count")))
    assert send(rows) == ["duplicate"] * 12
    assert (Fact.objects.count(), Scan.objects.count(), list(Unclear.objects.values_list("code", "count"))) == before
    order.refresh_from_db()
    assert order.version == 2


def test_a_batch_of_old_and_new_rows_tells_them_apart() -> None:
    make_order(waybill_no="1110000000001")
    rows = [*steps("1110000000001"), *steps("1110000000001", source="other"), *steps("1119999999999")]
    send(rows[1::2])
    assert send([*rows, *rows]) == [
        *("accepted" if n % 2 == 0 else "duplicate" for n in range(8)),
        *("unknown_waybill" if n % 2 == 0 else "duplicate" for n in range(4)),
        *["duplicate"] * 12,
    ]


def test_a_batch_and_single_pushes_end_in_the_same_rows() -> None:
    one, many = make_order(waybill_no="1110000000001"), make_order(waybill_no="1110000000002")
    odd = {"note": 'tab\there, line\nthere, \\ back\r and "quotes" 中文 \\N', "reason": "", "raw": {"a": "\\", "b": [1, "\n"]}}
    for row in [each for source in "abc" for each in steps("1110000000001", source=source, **odd)]:
        send([row])
    send([each for source in "abc" for each in steps("1110000000002", source=source, **odd)])
    columns = ("source", "code", "kind", "name", "place_code", "note", "raw", "actor", "quarantined")
    stored = [list(Scan.objects.filter(waybill_no=f"111000000000{n}").order_by("source", "occurred_at").values(*columns)) for n in (1, 2)]
    assert stored[0] == stored[1]
    assert len(stored[0]) == 12
    assert stored[0][0]["note"] == odd["note"]
    one.refresh_from_db()
    many.refresh_from_db()
    assert (one.state, one.state_at - many.state_at < timedelta(seconds=9)) == (many.state, True)


def test_what_a_partner_says_of_another_organisations_mail_is_not_stored() -> None:
    mine, theirs = uuid4(), uuid4()
    make_order(waybill_no="1110000000001", organisation_id=str(mine))
    other = make_order(waybill_no="1110000000002", organisation_id=str(theirs))
    partner = Actor("partner", uuid4(), "partner", (Grant(Role.INTEGRATOR, "34.3416", mine),))
    rows = [each for source in "abc" for number in ("1110000000001", "1110000000002") for each in steps(number, source=source)]
    assert send(rows, by=partner) == (["accepted"] * 4 + ["unknown_waybill"] * 4) * 3
    assert not Scan.objects.filter(waybill_no="1110000000002").exists()
    other.refresh_from_db()
    assert other.version == 1


def test_the_fold_tells_the_payload_that_placing_tells() -> None:
    order = make_order(waybill_no="1110000000001", organisation_id=str(uuid4()))
    send(steps("1110000000001"))
    placed, moved = Fact.objects.filter(subject=f"order:{order.id}").order_by("seq")
    order = Order.objects.get(id=order.id)
    wanted = payload_of(order, before="ordered", known_at=moved.known_at, source="ems")
    assert moved.payload.keys() == placed.payload.keys() == wanted.keys()
    assert {k: v for k, v in moved.payload.items() if not k.endswith(("_at", "_from", "_to"))} == {
        k: v if isinstance(v, (int, bool)) or v is None else str(v) for k, v in wanted.items() if not k.endswith(("_at", "_from", "_to"))
    }
    assert (moved.kind, moved.region, moved.occurred_at, moved.actor, moved.actor_key) == (
        "delivery.order_changed", str(order.region), order.state_at, SYSTEM.label, SYSTEM.key
    )  # fmt: skip


def test_the_databases_ranks_are_the_rules() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'delivery_fold'")
        source = cursor.fetchone()[0]
    assert [state.value for state in RANK] == "".join(source.partition("'{")[2].partition("}'")[0].split("'")).replace("\n", "").replace(
        " ", ""
    ).split(",")
    assert all(f"WHEN '{state.value}' THEN {rank}" in source for state, rank in RANK.items() if rank)


def test_a_text_array_keeps_every_character() -> None:
    values = ["plain", 'quo"te', "back\\slash", "com,ma", "{brace}", "中文", " ", "NULL"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [storing.text_array(values)])
        assert cursor.fetchone()[0] == values
        cursor.execute("SELECT %s::text[]", [storing.text_array([])])
        assert cursor.fetchone()[0] == []


def test_a_withdrawal_of_unknown_mail_is_kept_and_put_before_a_person() -> None:
    assert send([seen("1199999999999", "delivered", now(), effect=False)]) == ["unknown_waybill"]
    assert ScanVoid.objects.count() == 1
    assert Unclear.objects.get().kind == "unknown_waybill"


def test_what_was_settled_comes_up_again_when_it_happens_again() -> None:
    start = now() - timedelta(hours=3)
    send([seen("1199999999999", "collected", start)])
    actions.settle_unclear(unclear_id=Unclear.objects.get().id, at=now(), by=SYSTEM)
    send([seen("1199999999999", "collected", start + timedelta(hours=1))])
    found = Unclear.objects.get()
    assert (found.count, found.settled_at, found.settled_by) == (2, None, "")
