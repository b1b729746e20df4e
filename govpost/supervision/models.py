"""What waits too long, from when it was noticed until it went on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from govpost.common.fields import LtreeField
from govpost.common.ids import uuid7
from govpost.supervision.rules import BY_CODE


class Wait(models.Model):
    """One thing that waits longer than it may: `subject` as in the journal, `number` as people say it, `owner` the role it waits for."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    watch = models.TextField(choices=[(code, code) for code in BY_CODE])
    subject = models.TextField()
    number = models.TextField()
    owner = models.TextField()
    region = LtreeField()
    organisation_id = models.UUIDField(null=True)
    since = models.DateTimeField()
    over_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["watch", "subject"], condition=Q(ended_at__isnull=True), name="wait_once")]
        indexes = [models.Index(fields=["over_at", "id"], condition=Q(ended_at__isnull=True), name="wait_open")]
