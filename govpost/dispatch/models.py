"""Tasks, one door visit each; and how many collections an outlet makes in a window, with the places that are held."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q

from govpost.common.fields import LtreeField
from govpost.common.ids import uuid7
from govpost.delivery.ports import Serves
from govpost.dispatch.rules import Kind
from govpost.dispatch.states import OPEN, State


def _choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class Task(models.Model):
    """An instruction to visit one door. `region` is the county of the door, `outlet` the one whose couriers go there.

    waiting_since: since when nobody has it (sent, or given back). late_at: from then on it is late while nobody took it.
    begins_at: the earliest sensible moment of the visit; lists are in this order. attempt: 1 for the first visit.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order_id = models.UUIDField()
    order_version = models.IntegerField()
    number = models.TextField()
    kind = models.TextField(choices=_choices(Kind))
    state = models.TextField(choices=_choices(State), default=State.SENT.value)
    region = LtreeField()
    outlet = models.TextField()
    item = models.TextField()
    attempt = models.IntegerField(default=1)
    sent_at = models.DateTimeField()
    waiting_since = models.DateTimeField()
    late_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    window_from = models.DateTimeField(null=True)
    window_to = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    begins_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)
    taken_by_label = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    request_id = models.UUIDField(null=True)  # of the act that ended it, so that a repeated tap changes nothing
    late_minutes = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_id", "kind", "order_version"], name="task_once"),
            models.UniqueConstraint(fields=["order_id"], condition=Q(state__in=[state.value for state in OPEN]), name="task_one_open"),
            models.CheckConstraint(
                condition=~Q(state=State.TAKEN.value) | Q(taken_by__isnull=False, taken_at__isnull=False), name="task_taken_by"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in OPEN], ended_at__isnull=True)
                | (~Q(state__in=[state.value for state in OPEN]) & Q(ended_at__isnull=False)),
                name="task_ended_or_open",
            ),
        ]
        indexes = [
            models.Index(fields=["outlet", "begins_at", "id"], condition=Q(state__in=[state.value for state in OPEN]), name="task_open"),
            models.Index(fields=["outlet", "ended_at"], name="task_ended"),
            models.Index(fields=["begins_at", "id"], name="task_board"),
        ]


class HeardOrder(models.Model):
    """The newest version of an order that dispatch has heard; older facts that come late change nothing."""

    order_id = models.UUIDField(primary_key=True)
    version = models.IntegerField()


class CollectionPlan(models.Model):
    """How an outlet collects from a day on, where it differs from the profile: working days, and collections per window.

    capacities: the window's first hour → collections, for example {"9": 12}; `capacity` for the other windows. Null, or "" for the
    days: as the profile says.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    outlet = models.TextField()
    region = LtreeField()
    starts_on = models.DateField()
    courier_days = models.TextField(blank=True, default="")
    on_holidays = models.BooleanField(null=True)
    capacity = models.IntegerField(null=True)
    capacities: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outlet", "starts_on"], name="collectionplan_once"),
            models.CheckConstraint(condition=Q(capacity__isnull=True) | Q(capacity__gte=0), name="collectionplan_capacity"),
        ]


class CollectionPlace(models.Model):
    """A place that one order holds in a collection window of an outlet, until it is released."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order_id = models.UUIDField()
    outlet = models.TextField()
    window_from = models.DateTimeField()
    held_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order_id", "window_from"], name="collectionplace_once")]
        indexes = [models.Index(fields=["outlet", "window_from"], condition=Q(released_at=None), name="collectionplace_held")]


class CollectionRange(models.Model):
    """What a carrier answered about a place (its range check): kept for a while, and without anything personal."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    carrier = models.TextField()
    division = models.TextField()
    place = models.TextField()  # township and village, or the street without its number
    answer = models.TextField(choices=_choices(Serves))
    code = models.TextField(blank=True, default="")
    asked_at = models.DateTimeField()
    good_until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "division", "place"], name="collectionrange_once")]
