"""How long things are kept, what must not be erased, and the certificates of what was."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from govpost.common.fields import LtreeField
from govpost.common.ids import uuid7
from govpost.retention.rules import HoldOn, Kind


class Period(models.Model):
    """How many days a class of data is kept from the Shanghai midnight of `effective_on` on; another row follows it.

    One that has not begun can be withdrawn; the row stays, and counts no more.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.TextField(choices=[(kind.value, kind.value) for kind in Kind])
    days = models.IntegerField()
    effective_on = models.DateField()
    why = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.TextField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.TextField(blank=True, default="")
    withdrawal_why = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "effective_on"], condition=Q(withdrawn_at__isnull=True), name="period_once"),
            models.CheckConstraint(condition=Q(days__gte=1), name="period_positive"),
        ]


class Hold(models.Model):
    """法律保留: what must not be erased while a dispute or an inquiry runs. `value` is a number, a code or a region path."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    on = models.TextField(choices=[(on.value, on.value) for on in HoldOn])
    value = models.TextField()
    organisation_id = models.UUIDField(null=True)
    region = LtreeField()
    why = models.TextField()
    placed_at = models.DateTimeField()
    placed_by = models.TextField()
    released_at = models.DateTimeField(null=True)
    released_by = models.TextField(blank=True, default="")
    release_why = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["on", "value"], condition=Q(released_at__isnull=True), name="hold_once"),
        ]


class Erasure(models.Model):
    """One batch that was erased, written in its transaction; append-only. `digest` is SM3 over the rows' ids in order."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run_id = models.UUIDField()
    kind = models.TextField(choices=[(kind.value, kind.value) for kind in Kind])
    table = models.TextField()
    rows = models.IntegerField()
    digest = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "id"], name="erasure_by_kind")]


class Certificate(models.Model):
    """销毁证明: what was erased of one class since the certificate before. Append-only.

    `counts`: rows by table. `digest`: SM3 over the digests of its batches (`first` to `last`). `spared`: due, but held or needed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.TextField(unique=True)
    run_id = models.UUIDField()
    kind = models.TextField(choices=[(kind.value, kind.value) for kind in Kind])
    fate = models.TextField()
    days = models.IntegerField()
    cut_on = models.DateField()
    basis = models.TextField()
    counts: models.JSONField[Any, Any] = models.JSONField()
    spared = models.IntegerField()
    digest = models.TextField()
    first = models.UUIDField()
    last = models.UUIDField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    actor = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "kind"], name="certificate_once")]
        indexes = [models.Index(fields=["-finished_at"], name="certificate_by_day")]
