"""The station desk: certificate and envelope matched by double scan, labels logged, bags sealed, the day balanced to the piece."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_midnight
from govpost.common.ids import public_number, uuid7
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.delivery.actions.handing import lock, may_do, own_scan
from govpost.delivery.actions.recording import apply
from govpost.delivery.events import BAG_SEALED, DAY_BALANCED, ENVELOPE_MATCHED, LABEL_PRINTED, MATCH_BEGUN_ANEW
from govpost.delivery.models import Bag, DayBalance, Handover, LabelPrint, Order
from govpost.delivery.rules import MAY, Direction, Door, region_path, unmatched
from govpost.delivery.states import BEFORE_COLLECTION, State, Verb
from govpost.journal import actions as journal
from govpost.places import queries as places


def match_envelope(*, order_id: UUID, contents_serial: str, envelope_serial: str, at: datetime, by: Actor) -> Order:
    """Double scan: the certificate's serial must be one of the order's contents, the envelope's must be unused.

    A certificate in a wrong envelope is refused here, before it leaves the desk. The piece is matched once every one of its contents
    was scanned into the same envelope; the same scan again changes nothing.
    """
    with transaction.atomic():
        order = lock(order_id)
        may_do(by, "match_envelope", order)
        contents, envelope = contents_serial.strip(), envelope_serial.strip()
        _refuse_mismatch(order, contents, envelope)
        if order.matched_at or contents in order.matched:
            return order
        order.envelope_serial, order.matched = envelope, [*order.matched, contents]
        order.matched_at = None if unmatched(order.contents, order.matched) else at
        order.save(update_fields=["envelope_serial", "matched", "matched_at"])
        _note_match(order, "match", {"contents": contents, "envelope": envelope}, ENVELOPE_MATCHED, at=at, by=by)
    return order


def match_anew(*, order_id: UUID, why: str, at: datetime, by: Actor) -> Order:
    """Take everything out of the envelope and begin again with another one; the label on the old envelope does not count any more."""
    with transaction.atomic():
        order = lock(order_id)
        may_do(by, "match_envelope", order)
        _refuse_gone(order)
        if not why.strip():
            raise InvalidInput({"why": Text("Say why certificate and envelope are scanned anew.")})
        proof = {"why": why.strip(), "envelope": order.envelope_serial or "", "contents": order.matched}
        order.envelope_serial, order.matched, order.matched_at, order.labelled_at = None, [], None, None
        order.save(update_fields=["envelope_serial", "matched", "matched_at", "labelled_at"])
        _note_match(order, "match_anew", proof, MATCH_BEGUN_ANEW, at=at, by=by)
    return order


def _note_match(order: Order, verb: str, proof: dict[str, Any], fact: str, *, at: datetime, by: Actor) -> None:
    Handover.objects.create(order=order, verb=verb, at=at, holder=by.label, actor=by.label, proof=proof)
    journal.record(
        fact, subject=f"order:{order.id}", region=str(order.region), at=at, by=by, order=order.id, ref=order.ref, number=order.number,
        matched=len(order.matched), contents=len(order.contents),
    )  # fmt: skip


def note_label_printed(*, order_id: UUID, template: str, why: str = "", at: datetime, by: Actor) -> LabelPrint:
    """Log a print; every reprint says why."""
    with transaction.atomic():
        order = lock(order_id)
        may_do(by, "print_label", order)
        if not order.waybill_no:
            raise Refusal("no_waybill", Text("The carrier has not given the waybill number yet. Try again in a moment."))
        if order.labelled_at and not why.strip():
            raise InvalidInput({"why": Text("This label was printed before. Say why it is printed again.")})
        order.labelled_at = order.labelled_at or at
        order.save(update_fields=["labelled_at"])
        journal.record(
            LABEL_PRINTED, subject=f"order:{order.id}", region=str(order.region), at=at, by=by,
            order=order.id, ref=order.ref, number=order.number, again=bool(why.strip()),
        )  # fmt: skip
        return LabelPrint.objects.create(order=order, at=at, actor=by.label, template=template, why=why.strip())


def seal_bag(*, outlet: str, seal_no: str, order_ids: Sequence[UUID], at: datetime, by: Actor) -> Bag:
    """Seal orders of one station into a bag. Where the door is ours this posts them; a carrier's own scan posts the others."""
    with transaction.atomic():
        orders = list(Order.objects.select_for_update(no_key=True).filter(id__in=order_ids).order_by("id"))
        if not orders:
            raise InvalidInput({"orders": Text("Choose at least one piece for the bag.")})
        for order in orders:
            may_do(by, "seal_bag", order)
        _refuse_unready(orders, outlet)
        if Bag.objects.filter(outlet=outlet, seal_no=seal_no).exists():
            raise InvalidInput({"seal_no": Text("This seal number was used before. Take a new seal.")})
        bag = Bag.objects.create(
            number=public_number("ZB", at), seal_no=seal_no, outlet=outlet, region=str(orders[0].region), sealed_at=at,
            actor=by.label, pieces=len(orders),
        )  # fmt: skip
        Order.objects.filter(id__in=[order.id for order in orders]).update(bag=bag)
        Handover.objects.bulk_create(
            Handover(order=order, verb="post", at=at, holder=f"bag {bag.number}", actor=by.label, request_id=uuid7()) for order in orders
        )
        apply([own_scan(order, Verb.POST, at) for order in orders if order.door == Door.OURS], at=at, by=by)
        journal.record(BAG_SEALED, subject=f"bag:{bag.id}", region=str(bag.region), at=at, by=by, number=bag.number, pieces=bag.pieces)
    return bag


def balance_day(*, outlet: str, on: date, counted: Sequence[str], at: datetime, by: Actor) -> DayBalance:
    """Balance a station's day: carried over + received − posted − cancelled = what lies there now, piece by piece.

    counted: the order numbers that were scanned as lying there. Each difference names who held the piece last. Counting again
    on the same day replaces the sheet; the journal keeps both.
    """
    start, end = shanghai_midnight(on), shanghai_midnight(on + timedelta(days=1))
    with transaction.atomic():
        mine = of_station(outlet).filter(placed_at__lt=end)
        region = _station_region(outlet, by)
        held = list(mine.filter(_lying(end)).order_by("number"))
        differences = _differences(held, set(counted))
        sheet = {
            "carried_over": mine.filter(_lying(start), placed_at__lt=start).count(),
            "received": mine.filter(placed_at__gte=start).count(),
            "posted": mine.filter(bag__sealed_at__gte=start, bag__sealed_at__lt=end).count(),
            "cancelled": mine.filter(state=State.CANCELLED, state_at__gte=start, state_at__lt=end).count(),
            "expected": len(held), "counted": len(set(counted)), "differences": differences, "balanced": not differences,
            "at": at, "actor": by.label, "region": region,
        }  # fmt: skip
        balance, _ = DayBalance.objects.update_or_create(outlet=outlet, on=on, defaults=sheet)
        journal.record(
            DAY_BALANCED, subject=f"outlet:{outlet}", region=region, at=at, by=by,
            on=on, expected=len(held), counted=len(set(counted)), differences=len(differences),
        )  # fmt: skip
    return balance


def of_station(outlet: str) -> QuerySet[Order]:
    """What passes over a station's desk: everything that starts there but the papers collected at doors."""
    return Order.objects.filter(origin_outlet__in=places.served_by(outlet)).exclude(direction=Direction.PAPERS)


def _lying(moment: datetime) -> Q:
    """Lay at the desk at `moment`: not yet bagged, not cancelled."""
    not_bagged = Q(bag__isnull=True) | Q(bag__sealed_at__gte=moment)
    gone_otherwise = Q(bag__isnull=True) & ~Q(state__in=[s.value for s in BEFORE_COLLECTION]) & Q(state_at__lt=moment)
    return not_bagged & ~gone_otherwise


def _station_region(outlet: str, by: Actor) -> str:
    """Where the station stands, on whatever day; only one that nobody knows yet is the caller's own."""
    first = Order.objects.filter(origin_outlet=outlet).exclude(direction=Direction.PAPERS).only("region", "origin").first()
    region = region_path(first.origin) if first else _find_place(outlet)
    if region is None:
        region = next(iter(by.regions(MAY["balance_day"])), "")
    permit(by, "balance_day", MAY["balance_day"], region=region)
    return region


def _find_place(outlet: str) -> str | None:
    try:
        return str(places.outlet(outlet).region)
    except NotFound:
        return None


def _differences(held: Sequence[Order], counted: set[str]) -> list[dict[str, Any]]:
    missing = [order for order in held if order.number not in counted]
    extra = sorted(counted - {order.number for order in held})
    found = {o.number: o for o in Order.objects.filter(number__in=extra)}
    return [
        *({"number": o.number, "what": "missing", "last_holder": _last_holder(o)} for o in missing),
        *({"number": n, "what": "extra" if n in found else "unknown",
           "last_holder": _last_holder(found[n]) if n in found else ""} for n in extra),
    ]  # fmt: skip


def _last_holder(order: Order) -> str:
    last = Handover.objects.filter(order=order).order_by("-at", "-id").first()
    return last.holder if last else ""


def _refuse_mismatch(order: Order, contents: str, envelope: str) -> None:
    _refuse_gone(order)
    if contents not in order.contents:
        raise Refusal(
            "wrong_envelope",
            Text("Stop: this certificate does not belong into this envelope. Put both aside and scan them again."),
        )
    if not envelope:
        raise InvalidInput({"envelope_serial": Text("Scan the serial number printed on the envelope.")})
    if order.envelope_serial not in (None, envelope):
        facts = {"envelope": order.envelope_serial}
        raise Refusal("other_envelope", Text("This piece goes into envelope %(envelope)s. Scan that one, or begin the match anew.", facts))
    used = Order.objects.filter(envelope_serial=envelope).exclude(id=order.id).first()
    if used:
        raise Refusal("envelope_used", Text("This envelope is already used for another piece. Take a new one."), number=used.number)


def _refuse_gone(order: Order) -> None:
    if order.bag_id or State(order.state) not in BEFORE_COLLECTION:
        raise Refusal("wrong_state", Text("This piece has left the desk already."))


def _refuse_unready(orders: Sequence[Order], outlet: str) -> None:
    for order in orders:
        facts = {"number": order.number}
        if order.origin_outlet not in places.served_by(outlet):
            raise Refusal("wrong_station", Text("%(number)s belongs to another station.", facts))
        if order.bag_id or State(order.state) not in BEFORE_COLLECTION:
            raise Refusal("already_posted", Text("%(number)s has left the desk already.", facts))
        if order.contents and not order.matched_at:
            raise Refusal("not_matched", Text("%(number)s: scan every certificate and its envelope before you bag it.", facts))
        if not order.labelled_at:
            raise Refusal("not_labelled", Text("%(number)s has no label yet. Print it before you bag it.", facts))
