"""Tables of the mail room. Events are append-only and partitioned by month; the order row is their projection."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from govpost.common.fields import LtreeField
from govpost.common.ids import uuid7
from govpost.delivery.rules import Direction, Door
from govpost.delivery.states import BEFORE_COLLECTION, PROMISES_NOTHING, State


def _choices(values: type[Any]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


_OVER = Q(state__in=[state.value for state in PROMISES_NOTHING])
_COMING = Q(state__in=[state.value for state in BEFORE_COLLECTION], collected_at=None)
_DUE = Case(
    When(_OVER, then=None),
    When(_COMING, then=Coalesce("collect_moved_to", "collect_due_at", "promised_at")),
    default=F("promised_at"),
)
_OUTCOME = Case(When(_OVER, then=F("state")))


class Order(models.Model):
    """One mail order: the promise and policy copied at placing time, and the projection of its events.

    `number` is ours and public; `waybill_no` the carrier's. Personal data stands in two ciphertexts bound to this row.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.TextField(unique=True)
    ref = models.TextField()
    idempotency = models.TextField()
    direction = models.TextField(choices=_choices(Direction))
    item = models.TextField()
    rule: models.JSONField[Any, Any] = models.JSONField()
    region = LtreeField()
    organisation_id = models.UUIDField(null=True)
    batch = models.TextField(blank=True, default="")
    origin = models.TextField()
    origin_outlet = models.TextField()
    destination = models.TextField()
    destination_outlet = models.TextField()
    door = models.TextField(choices=_choices(Door))
    carrier = models.TextField()
    payer = models.TextField()
    payer_reason = models.TextField()
    account = models.TextField()
    tariff = models.TextField()
    price_fen = models.BigIntegerField()
    profile_pin = models.TextField()
    weight_g = models.IntegerField()
    contents: models.JSONField[Any, Any] = models.JSONField(default=list)
    sender_sealed = models.BinaryField()
    recipient_sealed = models.BinaryField()
    sender_phone_digest = models.BinaryField()
    recipient_phone_digest = models.BinaryField()
    window_from = models.DateTimeField(null=True)
    window_to = models.DateTimeField(null=True)
    collect_due_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    placed_at = models.DateTimeField()
    waybill_no = models.TextField(null=True)
    booking = models.TextField(default="")  # "" not needed · wanted · booked · failed
    booking_error = models.TextField(blank=True, default="")
    envelope_serial = models.TextField(null=True)
    # Which of the contents were scanned into that envelope; `matched_at` once all of them were.
    matched: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    matched_at = models.DateTimeField(null=True)
    labelled_at = models.DateTimeField(null=True)
    bag = models.ForeignKey("Bag", null=True, on_delete=models.PROTECT, related_name="orders", db_index=False)
    code_tries = models.IntegerField(default=0)
    # Projection of the valid events (see fold.sql); nothing else writes these.
    state = models.TextField(choices=_choices(State), default=State.ORDERED.value)
    state_at = models.DateTimeField()
    version = models.IntegerField(default=1)
    collected_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    delivered_ok = models.BooleanField(default=False)
    signer = models.TextField(blank=True, default="")
    attempts = models.IntegerField(default=0)
    misses = models.IntegerField(default=0)
    reason = models.TextField(blank=True, default="")
    cause = models.TextField(blank=True, default="")
    next_attempt_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    collect_moved_to = models.DateTimeField(null=True)  # end of the time that the applicant named instead (reasons 14, 18): the evidence
    due_at = models.GeneratedField(expression=_DUE, output_field=models.DateTimeField(null=True), db_persist=True)  # what runs now
    # The state of what runs no more. The lists' indexes go by these two columns: they change seldom, and the row moves on in its place.
    outcome = models.GeneratedField(expression=_OUTCOME, output_field=models.TextField(null=True), db_persist=True)
    # The personal part was erased after its period: what is sealed is masked, and the commitments prove copies held elsewhere.
    forgotten_at = models.DateTimeField(null=True)
    commitments: models.JSONField[Any, Any] = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))

    class Meta:
        constraints = [
            # A reference is its owner's: two departments may both number from 1.
            models.UniqueConstraint(fields=["ref", "direction", "idempotency", "organisation_id"], nulls_distinct=False, name="order_once"),
            models.UniqueConstraint(
                fields=["waybill_no", "carrier"], condition=models.Q(waybill_no__isnull=False), name="order_waybill_once"
            ),
            models.UniqueConstraint(fields=["envelope_serial"], condition=Q(envelope_serial__isnull=False), name="order_envelope_once"),
            models.CheckConstraint(condition=models.Q(price_fen__gte=0), name="order_price_not_negative"),
        ]
        indexes = [
            models.Index(fields=["origin_outlet", "placed_at"], name="order_by_station"),
            models.Index(fields=["organisation_id", "placed_at"], name="order_by_sender"),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(due_at__isnull=False),
                name="order_running",
                include=["placed_at", "region", "origin", "destination"],
            ),
            models.Index(fields=["placed_at", "id"], condition=Q(due_at=None), name="order_resting"),
            models.Index(fields=["outcome", "placed_at", "id"], condition=Q(due_at=None), name="order_by_outcome"),
            models.Index(fields=["region", "placed_at"], condition=Q(due_at=None), name="order_resting_region"),
            models.Index(
                fields=["origin", "placed_at"],
                condition=Q(due_at=None),
                name="order_resting_origin",
                opclasses=["text_pattern_ops", "timestamptz_ops"],
            ),
            models.Index(
                fields=["destination", "placed_at"],
                condition=Q(due_at=None),
                name="order_resting_destination",
                opclasses=["text_pattern_ops", "timestamptz_ops"],
            ),
            models.Index(fields=["origin_outlet", "placed_at", "id"], condition=Q(bag=None, collected_at=None), name="order_at_desk"),
            models.Index(fields=["bag"], condition=Q(bag__isnull=False), name="order_by_bag"),
            models.Index(fields=["recipient_phone_digest"], name="order_by_recipient"),
            models.Index(fields=["sender_phone_digest"], name="order_by_sender_phone"),
            models.Index(fields=["booking"], condition=models.Q(booking__in=["wanted", "failed"]), name="order_unbooked"),
        ]


class PaperCheck(models.Model):
    """One paper counted at the door by its neutral label; `seen` is None until the courier counted it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="checks", db_index=False)  # `check_once` begins with it
    position = models.IntegerField()
    opaque_id = models.TextField()
    label = models.TextField()
    seen = models.BooleanField(null=True)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "opaque_id"], name="check_once")]


class Scan(models.Model):
    """One event that somebody reported. Identity: number, source, code, moment, place. `kind` is empty for an unknown code.

    `waybill_no` holds the carrier's number, or our own order number for our own events; the fold joins on both.
    """

    waybill_no = models.TextField(primary_key=True)  # part of the real key; Django only reads this table
    source = models.TextField()
    code = models.TextField()
    occurred_at = models.DateTimeField()
    place_code = models.TextField()
    kind = models.TextField()
    name = models.TextField()
    place_name = models.TextField()
    place_city = models.TextField()
    signer = models.TextField()
    reason = models.TextField()
    cause = models.TextField()
    note = models.TextField()
    actor = models.TextField()
    quarantined = models.BooleanField()
    known_at = models.DateTimeField()
    received_at = models.DateTimeField()
    raw: models.JSONField[Any, Any] = models.JSONField()

    class Meta:
        managed = False
        db_table = "delivery_scan"


class ScanVoid(models.Model):
    """A withdrawal of an event (the older push's effect = 0, or our own repair); may arrive before the event itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    waybill_no = models.TextField()
    source = models.TextField()
    code = models.TextField()
    occurred_at = models.DateTimeField()
    known_at = models.DateTimeField()
    actor = models.TextField()
    why = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["waybill_no", "source", "code", "occurred_at"], name="scanvoid_once"),
        ]


class Unclear(models.Model):
    """Something for a person: an unknown code, an unknown waybill, a moment in the future, an irregular delivery."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.TextField()  # unknown_code · unknown_waybill · foreign_waybill · future · before_order · signer_not_allowed · …
    waybill_no = models.TextField()
    code = models.TextField(blank=True)
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="unclear")
    region = LtreeField()
    first_at = models.DateTimeField()
    count = models.IntegerField(default=1)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "waybill_no", "code"], name="unclear_once")]


class KeptRow(models.Model):
    """What came and could not be counted, sealed as it came (`actions.keeping`). `digest` is equal for the same row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unclear = models.ForeignKey(Unclear, on_delete=models.PROTECT, related_name="rows")
    digest = models.BinaryField(unique=True)
    sealed = models.BinaryField()
    kept_at = models.DateTimeField(db_index=True)


class Handover(models.Model):
    """Who gave what to whom: the custody record of an order. `proof` holds counts and codes' results, no personal data."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="handovers", db_index=False)  # `handover_by_order`
    verb = models.TextField()
    at = models.DateTimeField()
    holder = models.TextField()  # who holds the item afterwards
    actor = models.TextField()
    signer = models.TextField(blank=True, default="")
    proof: models.JSONField[Any, Any] = models.JSONField(default=dict)
    request_id = models.UUIDField(unique=True, default=uuid7)

    class Meta:
        indexes = [models.Index(fields=["order", "at"], name="handover_by_order")]


class LabelPrint(models.Model):
    """The log of label printing: the first print and every reprint with its reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="prints")
    at = models.DateTimeField()
    actor = models.TextField()
    template = models.TextField()
    why = models.TextField(blank=True, default="")


class Bag(models.Model):
    """A sealed bag 总包 of one station and day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.TextField(unique=True)
    seal_no = models.TextField()
    outlet = models.TextField()
    region = LtreeField()
    sealed_at = models.DateTimeField()
    actor = models.TextField()
    pieces = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outlet", "seal_no"], name="bag_seal_once")]


class DayBalance(models.Model):
    """日终平衡合拢: what a station should hold at the end of a day against what was counted, each difference with its last holder."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    outlet = models.TextField()
    region = LtreeField()
    on = models.DateField()
    carried_over = models.IntegerField()
    received = models.IntegerField()
    posted = models.IntegerField()
    cancelled = models.IntegerField()
    expected = models.IntegerField()
    counted = models.IntegerField()
    differences: models.JSONField[Any, Any] = models.JSONField(default=list)
    balanced = models.BooleanField()
    at = models.DateTimeField()
    actor = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outlet", "on"], name="daybalance_once")]
