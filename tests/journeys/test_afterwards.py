"""Afterwards: a late or withdrawn event reaches everything that rested on it: case, charge, yesterday's rate, timeline, turn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from govpost.cases import actions as cases
from govpost.cases import queries as case_queries
from govpost.cases.models import Case, Parcel
from govpost.cases.states import State
from govpost.cases.testing import Cast, make_case, make_cast
from govpost.common.actor import Actor, Grant
from govpost.common.clock import shanghai_day
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.models import Order
from govpost.delivery.ports import ScanSeen
from govpost.delivery.rules import Door
from govpost.delivery.testing import make_order, seen
from govpost.dispatch import actions as dispatch
from govpost.dispatch.models import Task
from govpost.journal.models import SetAside
from govpost.journal.testing import drain
from govpost.places.testing import AT
from govpost.quality import queries as quality
from govpost.quality.kpis.definition import Outcome
from govpost.quality.queries import Cut
from govpost.quality.recomputing import differences
from govpost.settlement import queries as money
from govpost.timeline import queries as timeline
from govpost.timeline.turns import Who

SYSTEM = Actor.system("test")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUALITY = Actor("staff", uuid4(), "亳州质量监控", (Grant("quality", "34.3416"),))
QIAN = Actor("staff", uuid4(), "济宁质量监控", (Grant("quality", "37.3708"),))
WAYBILL = "1200000000001"


@pytest.fixture
def cast(journey: str) -> Iterator[Cast]:
    """Bozhou; in the end nothing was set aside, the ledger sums to zero and the rates equal a count from the facts."""
    yield make_cast()
    assert not SetAside.objects.exists()
    assert money.sums_to_zero()
    assert differences() == []


def deliver(cast: Cast, at: datetime) -> tuple[Case, Order]:
    """Lin's result, handed over at `at`, goes all the way to her door within the promise; the case closes by itself."""
    case = make_case(cast, State.HANDED_OVER, at=at - 4 * HOUR)
    parcel = Parcel.objects.get(contents__case=case)
    cases.close_parcel(parcel_id=parcel.id, at=at + HOUR, by=cast.station)
    (order,) = delivery.orders_of(f"parcel:{parcel.id}")
    post(cast, case, order, at + 2 * HOUR)
    push("in_transit", at + 3 * HOUR)
    push("at_delivery_office", at + 4 * HOUR)
    bring(cast, order, at + 5 * HOUR)
    return Case.objects.get(id=case.id), delivery.by_id(order.id)


def post(cast: Cast, case: Case, order: Order, at: datetime) -> None:
    mail.note_waybill(order_id=order.id, waybill_no=WAYBILL, at=at, by=SYSTEM)
    serial = case.document_serial or ""
    mail.match_envelope(order_id=order.id, contents_serial=serial, envelope_serial="E0001", at=at, by=cast.station)
    mail.note_label_printed(order_id=order.id, template="76x130", at=at, by=cast.station)
    mail.seal_bag(outlet=order.origin_outlet, seal_no="S1", order_ids=[order.id], at=at, by=cast.station)
    drain()


def push(kind: str, at: datetime, *, known: datetime | None = None, waybill: str = WAYBILL, void: bool = False) -> None:
    row: ScanSeen = seen(waybill, kind, at, signer_class="addressee" if kind == "delivered" else "", effect=not void)
    mail.record_scans([row], at=known or at, by=SYSTEM)
    drain()


def bring(cast: Cast, order: Order, at: datetime) -> None:
    task = Task.objects.get(order_id=order.id, ended_at=None)
    dispatch.take(task_id=task.id, at=at, by=cast.zhao)
    if delivery.by_id(order.id).state == "at_delivery_office":
        dispatch.go_out(task_id=task.id, at=at, by=cast.zhao, request_id=uuid4())
    code = delivery.pickup_code_of(order.id)
    dispatch.finish_deliver(task_id=task.id, signer="addressee", code=code, at=at + HOUR, by=cast.zhao, request_id=uuid4())
    drain()


def cut_of(order: Order) -> Cut:
    assert order.promised_at
    day = shanghai_day(order.promised_at)
    return Cut("delivery_on_time", day, day)


def test_a_withdrawn_delivery_reopens_the_case_reverses_the_charge_and_corrects_yesterdays_rate(cast: Cast) -> None:
    case, order = deliver(cast, AT)
    number, cut = case.number or "", cut_of(order)
    handed, found_out = AT + 6 * HOUR, AT + 3 * DAY
    assert case.state == State.CLOSED
    assert timeline.whose_turn(cast.lin, number).who is Who.NOBODY
    assert quality.total(QUALITY, cut, at=found_out).rate == 1
    assert [line.fen > 0 for line in money.charges_of(SYSTEM, order.id)] == [True]

    mail.void_scan(order_id=order.id, code="DELIVER", occurred_at=handed, why="投错一户", at=found_out, by=cast.station)
    drain()

    case = case_queries.case(cast.lin, number)
    assert case.state == State.HANDED_OVER
    charged, reversed_ = (line.fen for line in money.charges_of(SYSTEM, order.id))
    assert charged == -reversed_
    assert quality.total(QUALITY, cut, at=found_out).rate == 0
    (corrected,) = quality.corrections(QUALITY, cut)
    assert (corrected.number, corrected.was_outcome, corrected.outcome) == (order.number, Outcome.ON_TIME, Outcome.LATE)
    assert (corrected.known_at, str(corrected.cause)) == (found_out, "A delivery was withdrawn")
    assert quality.corrections(QIAN, cut) == []
    assert quality.as_known_at(QUALITY, cut, moment=found_out - HOUR).rate == 1
    turn = timeline.whose_turn(cast.lin, number)
    assert (turn.who, str(turn.sentence)) == (Who.COURIER, "The courier is bringing the result today.")
    told = timeline.story(cast.lin, number)
    (struck,) = [line for line in told if line.voided]
    assert (str(struck.words), struck.voided_at) == ("The result was delivered.", found_out)
    assert "Withdrawn by the post" in str(struck.why)
    assert "The case is open again: the delivery was withdrawn." in [str(line.words) for line in told]


def test_delivered_again_closes_again_charges_again_and_stays_late(cast: Cast) -> None:
    case, order = deliver(cast, AT)
    cut = cut_of(order)
    mail.void_scan(order_id=order.id, code="DELIVER", occurred_at=AT + 6 * HOUR, why="投错一户", at=AT + 3 * DAY, by=cast.station)
    drain()
    bring(cast, order, AT + 3 * DAY + HOUR)
    case.refresh_from_db()
    assert case.state == State.CLOSED
    assert [line.fen > 0 for line in money.charges_of(SYSTEM, order.id)] == [True, False, True]
    counts = quality.total(QUALITY, cut, at=AT + 4 * DAY)
    assert (counts.on_time, counts.all_late) == (0, 1)
    assert len(quality.corrections(QUALITY, cut)) == 1  # it was late, it is late: nothing more to correct
    delivered = [line for line in timeline.story(cast.lin, case.number or "") if str(line.words) == "The result was delivered."]
    assert [line.voided for line in delivered] == [True, False]


def test_a_delivery_that_the_carrier_tells_days_later_corrects_the_day_it_was_due(cast: Cast) -> None:
    order = make_order(at=AT, door=Door.CARRIER, waybill_no=WAYBILL, promised_at=AT + DAY, collect_due_at=None)
    push("collected", AT + HOUR)
    cut, later = cut_of(order), AT + 3 * DAY
    assert quality.total(QUALITY, cut, at=later).rate == 0
    push("delivered", AT + DAY - HOUR, known=later)
    assert quality.total(QUALITY, cut, at=later).rate == 1
    (corrected,) = quality.corrections(QUALITY, cut)
    assert (corrected.was_outcome, corrected.outcome, corrected.known_at) == (Outcome.LATE, Outcome.ON_TIME, later)
    (line,) = [line for line in timeline.order_story(cast.station, order.number) if str(line.words).endswith("was delivered.")]
    assert line.learnt_late
    push("delivered", AT + DAY - HOUR, known=later + DAY, void=True)
    assert [c.outcome for c in quality.corrections(QUALITY, cut)] == [Outcome.LATE, Outcome.ON_TIME]
    opened = quality.items(QUALITY, cut, at=later + DAY, outcomes=[Outcome.LATE]).items
    assert [item.number for item in opened] == [order.number]
    assert delivery.order(cast.station, opened[0].number).id == order.id
