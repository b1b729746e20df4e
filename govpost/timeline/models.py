"""The lines of the timeline: one per fact, in words as message id and parameters, translated only at the surface."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import models

from govpost.common.fields import LtreeField
from govpost.common.ids import uuid7


class Audience(StrEnum):
    """Who reads a line: everybody who may see the subject, or staff only."""

    ALL = "all"
    STAFF = "staff"


class Entry(models.Model):
    """What happened to a case or an order, in words.

    subject: "case:<uuid>" or "order:<uuid>". at: when it happened, known_at: when we learnt it. who: the role that did it, shown to
    everybody; actor: the office or masked person, shown to staff. state: the mail's state that the line stands for, "" otherwise.
    A later fact that withdraws the line sets `voided_at` and `void_why`; the line stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    fact_id = models.UUIDField()
    subject = models.TextField()
    number = models.TextField()
    region = LtreeField()
    kind = models.TextField()
    state = models.TextField(blank=True, default="")
    version = models.IntegerField(default=0)
    at = models.DateTimeField()
    known_at = models.DateTimeField()
    words: models.JSONField[Any, Any] = models.JSONField()
    remark: models.JSONField[Any, Any] = models.JSONField(null=True)
    who = models.TextField()
    actor = models.TextField()
    place = models.TextField(blank=True, default="")
    audience = models.TextField(choices=[(a.value, a.value) for a in Audience])
    voided_at = models.DateTimeField(null=True)
    void_why: models.JSONField[Any, Any] = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact_id", "kind"], name="entry_once")]
        indexes = [models.Index(fields=["subject", "at"], name="entry_by_subject")]
