"""Slow work for the mail room: asking the carrier outside any transaction, and coming back with one action."""

from __future__ import annotations

from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app

from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.patience import Patience
from govpost.common.plugs import plug
from govpost.common.refusal import Rejected, Unavailable
from govpost.delivery import actions, queries
from govpost.delivery.rules import CARRIER_SILENT
from govpost.delivery.states import State

CARRIER = Actor.system("carrier gateway")
# 10 s, 40 s, 2 min, then every quarter of an hour: a day in all; then a person is told.
PATIENT = Patience(10, 40, 120, *[900] * 95)
# A question whose answer somebody waits for is given up after an hour; then the job is dead and `govpost doctor` shows it.
CURIOUS = Patience(10, 40, 120, *[600] * 6)


@app.task(name="delivery.book", queue="outside", retry=PATIENT, pass_context=True)
def book(context: JobContext, order_id: str) -> None:
    """Ask the carrier for a waybill; the order number makes a repeated call harmless."""
    attempts = context.job.attempts
    ask_for_waybill(UUID(order_id), first=attempts == 0, last=PATIENT.is_last(attempts))


@app.task(name="delivery.cancel", queue="outside", retry=PATIENT, pass_context=True)
def cancel(context: JobContext, order_id: str, reason: str) -> None:
    """Tell the carrier that an order is cancelled."""
    withdraw(UUID(order_id), reason, last=PATIENT.is_last(context.job.attempts))


@app.task(name="delivery.query", queue="outside", retry=CURIOUS)
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


def ask_for_waybill(order_id: UUID, *, first: bool, last: bool) -> None:
    """One try. Raises `Unavailable` while there are tries left; after the last one a person is told.

    A cancelled order is asked for all the same once an earlier answer was lost: the carrier may have it, and without its number it
    cannot be withdrawn there.
    """
    order = queries.by_id(order_id)
    if order.waybill_no or (first and order.state == State.CANCELLED):
        return
    try:
        booked = plug("delivery.carrier").book(queries.booking_of(order))
    except Rejected as refused:
        actions.note_booking_failed(order_id=order_id, error=f"{refused.code} {refused.sentence}", at=now(), by=CARRIER)
    except Unavailable:
        if not last:
            raise
        _give_up(order_id)
    else:
        actions.note_waybill(order_id=order_id, waybill_no=booked.waybill_no, at=now(), by=CARRIER)


def withdraw(order_id: UUID, reason: str, *, last: bool) -> None:
    """One try. Whether the carrier refuses (已收寄，不能撤销) or stays silent, in the end a person is told: it may still come."""
    order = queries.by_id(order_id)
    if not order.waybill_no:
        return
    try:
        plug("delivery.carrier").cancel(order.number, order.waybill_no, reason)
    except Rejected as refused:
        error = f"{refused.code} {refused.sentence}"
        actions.note_cancel_refused(order_id=order_id, code=refused.code, error=error, at=now(), by=CARRIER)
    except Unavailable:
        if not last:
            raise
        actions.note_cancel_refused(order_id=order_id, code="", error=str(CARRIER_SILENT), at=now(), by=CARRIER)


def _give_up(order_id: UUID) -> None:
    """Nobody knows whether the carrier has it: a cancelled order must not be fetched, any other must be booked."""
    error = str(CARRIER_SILENT)
    if queries.by_id(order_id).state == State.CANCELLED:
        actions.note_cancel_refused(order_id=order_id, code="", error=error, at=now(), by=CARRIER)
    else:
        actions.note_booking_failed(order_id=order_id, error=error, at=now(), by=CARRIER)
