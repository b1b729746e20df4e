"""What was said to whom and whether it left the house. Phone and text are sealed: a pick-up code is nobody's to read."""

from __future__ import annotations

from django.db import models

from govpost.common.fields import LtreeField
from govpost.common.ids import uuid7
from govpost.notices.rules import NoticeState


class Notice(models.Model):
    """One message to one phone. (template, subject, key) makes saying it twice harmless.

    `sealed` holds {phone, text, params}, bound to this row. `state` sent means that the provider took it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    template = models.TextField()
    subject = models.TextField()
    key = models.TextField(blank=True, default="")
    party_id = models.UUIDField(null=True)
    region = LtreeField()
    phone_masked = models.TextField()
    sealed = models.BinaryField()
    state = models.TextField(choices=[(state.value, state.value) for state in NoticeState])
    provider_id = models.TextField(blank=True, default="")
    tries = models.IntegerField(default=0)
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)  # telephone and text were erased after their period

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "subject", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["subject", "created_at"], name="notice_by_subject"),
            models.Index(fields=["state"], condition=~models.Q(state="sent"), name="notice_not_sent"),
        ]
