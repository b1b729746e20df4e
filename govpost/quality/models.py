"""The tables of quality: every version of what was known, the current one, how it came in, and the sums that pages read."""

from __future__ import annotations

from enum import IntEnum

from django.db import models
from django.db.models import F, Q

from govpost.common.fields import LtreeField
from govpost.quality.kpis.definition import Outcome

OUTCOMES = [(outcome.value, outcome.value) for outcome in Outcome]


class Grain(IntEnum):
    """What a rollup row sums over. A page reads the coarsest grain that answers: its cost does not grow with history."""

    COUNTY = 0
    OUTLET = 1
    ITEM = 2  # outlet × item
    REASON = 3  # outlet × reason, only where there is one


class FactVersion(models.Model):
    """What became known of one order under one KPI; append-only. Only versions that changed the verdict are kept.

    `day` is the Shanghai day of the due moment, `division` and `outlet` answer for it. `change` is not empty where the version
    rewrote a day that was over at `known_at`; `was_…` is the verdict before.
    """

    pk = models.CompositePrimaryKey("order_id", "kpi", "version")
    order_id = models.UUIDField()
    kpi = models.TextField()
    version = models.IntegerField()
    number = models.TextField()
    day = models.DateField()
    due_at = models.DateTimeField()
    region = LtreeField()
    division = models.TextField()
    outlet = models.TextField()
    item = models.TextField()
    outcome = models.TextField(choices=OUTCOMES)
    reason = models.TextField()
    known_at = models.DateTimeField()
    cause = models.TextField()
    change = models.TextField()
    was_day = models.DateField(null=True)
    was_division = models.TextField()
    was_outlet = models.TextField()
    was_outcome = models.TextField()
    was_reason = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["kpi", "division", "day"], name="factversion_by_cell"),
            models.Index(fields=["kpi", "day"], condition=~Q(change=""), name="factversion_changed"),
            models.Index(fields=["kpi", "was_day"], condition=~Q(change=""), name="factversion_changed_was"),
        ]


class FactNow(models.Model):
    """The newest version of each order under each KPI: what the rollup stands on, and the items behind a figure."""

    pk = models.CompositePrimaryKey("order_id", "kpi")
    order_id = models.UUIDField()
    kpi = models.TextField()
    version = models.IntegerField()
    number = models.TextField()
    day = models.DateField()
    due_at = models.DateTimeField()
    region = LtreeField()
    division = models.TextField()
    outlet = models.TextField()
    item = models.TextField()
    outcome = models.TextField(choices=OUTCOMES)
    reason = models.TextField()
    known_at = models.DateTimeField()

    class Meta:
        # No index names the outcome: when it changes, PostgreSQL changes the row in place.
        indexes = [
            models.Index(fields=["kpi", "division", "due_at", "order_id"], name="factnow_items"),
            models.Index(fields=["kpi", "due_at", "order_id"], name="factnow_by_due"),
        ]


class Rollup(models.Model):
    """One cell: how many orders were due there that day and what became of them. Moved by new − old, never recounted.

    Columns that the row's `grain` sums over are empty.
    """

    pk = models.CompositePrimaryKey("kpi", "grain", "day", "division", "outlet", "item", "reason")
    kpi = models.TextField()
    grain = models.SmallIntegerField(choices=[(grain.value, grain.name) for grain in Grain])
    day = models.DateField()
    division = models.TextField()
    outlet = models.TextField()
    item = models.TextField()
    reason = models.TextField()
    region = LtreeField()
    due = models.BigIntegerField()
    on_time = models.BigIntegerField()
    late = models.BigIntegerField()
    open = models.BigIntegerField()
    excluded = models.BigIntegerField()

    class Meta:
        constraints = [
            # Linear, so that it holds for the moved difference as well as for the sum.
            models.CheckConstraint(condition=Q(due=F("on_time") + F("late") + F("open") + F("excluded")), name="rollup_adds_up")
        ]
        indexes = [models.Index(fields=["kpi", "grain", "division", "day"], name="rollup_by_place")]


class Intake(models.Model):
    """One application or order as it came in, kept once: what stands behind a count of Table 1 (`coming_in`).

    direction and payer are an order's, screen (computer, mobile) a case's that another platform handed in.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    number = models.TextField()
    at = models.DateTimeField()
    region = LtreeField()
    division = models.TextField()
    direction = models.TextField()
    channel = models.TextField()
    screen = models.TextField()
    payer = models.TextField()
    item = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["division", "-at", "-id"], name="intake_by_place")]


class IntakeDay(models.Model):
    """How many came in somewhere on a Shanghai day in one manner; moved in the statement that keeps them."""

    pk = models.CompositePrimaryKey("division", "day", "kind", "direction", "channel", "screen", "payer")
    division = models.TextField()
    day = models.DateField()
    kind = models.TextField()
    direction = models.TextField()
    channel = models.TextField()
    screen = models.TextField()
    payer = models.TextField()
    n = models.BigIntegerField()
