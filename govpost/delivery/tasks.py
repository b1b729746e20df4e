"""Slow work for the mail room: asking the carrier outside any transaction, and coming back with one action."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.plugs import plug
from govpost.common.refusal import Rejected, Unavailable
from govpost.delivery import actions, queries
from govpost.delivery.states import State

CARRIER = Actor.system("carrier gateway")
# 10 s, 40 s, 160 s, … about six hours in ten tries; then the job is dead and `govpost doctor` shows it.
PATIENT = RetryStrategy(max_attempts=10, exponential_wait=4, retry_exceptions={Unavailable})


@app.task(name="delivery.book", queue="outside", retry=PATIENT)
def book(order_id: str) -> None:
    """Ask the carrier for a waybill; the order number makes a repeated call harmless."""
    order = queries.by_id(UUID(order_id))
    if order.waybill_no or order.state == State.CANCELLED:
        return
    try:
        booked = plug("delivery.carrier").book(queries.booking_of(order))
    except Rejected as refused:
        actions.note_booking_failed(order_id=order.id, error=f"{refused.code} {refused.sentence}", at=now(), by=CARRIER)
        return
    actions.note_waybill(order_id=order.id, waybill_no=booked.waybill_no, at=now(), by=CARRIER)


@app.task(name="delivery.cancel", queue="outside", retry=PATIENT)
def cancel(order_id: str, reason: str) -> None:
    """Tell the carrier that an order is cancelled; that it does not know it any more is no failure."""
    order = queries.by_id(UUID(order_id))
    if not order.waybill_no:
        return
    try:
        plug("delivery.carrier").cancel(order.number, order.waybill_no, reason)
    except Rejected:
        return


@app.task(name="delivery.query", queue="outside", retry=PATIENT)
def query(order_id: str) -> None:
    """Ask the carrier for the whole track of an order (a person pressed "ask again", or pushes were missed)."""
    order = queries.by_id(UUID(order_id))
    if not order.waybill_no:
        return
    try:
        rows = plug("delivery.carrier").track(order.waybill_no)
    except Rejected:
        return
    actions.record_scans(rows, at=now(), by=CARRIER)
