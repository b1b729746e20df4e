"""What makes a repeated POST harmless: the first answer of each (partner, key), kept with the request's digest."""

from __future__ import annotations

from django.db import models

from govpost.common.ids import uuid7


class IdempotentCall(models.Model):
    """Written in the transaction of the work itself; the same key with another body is refused. Kept 30 days, then
    removed after their period (`idempotency.forget_old`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor_key = models.TextField()
    key = models.TextField()
    request_digest = models.BinaryField()
    status = models.IntegerField()
    body = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_key", "key"], name="idempotent_once")]
        indexes = [models.Index(fields=["at"], name="idempotent_by_age")]
