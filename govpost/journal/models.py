"""The journal's tables: facts by month, one cursor per follower, and the facts a follower could not digest."""

from __future__ import annotations

from typing import Any

from django.db import models

from govpost.common.fields import LtreeField
from govpost.common.ids import uuid7


class Fact(models.Model):
    """One thing that became true. Append-only; partitioned by month of `recorded_at`; payloads carry no personal data.

    `occurred_at` is when it became true in the world, `known_at` when we learnt it (the action's `at`), `recorded_at` the
    database's own clock. `(xid, seq)` is the commit-safe reading order, `seq` alone the order within one subject.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    seq = models.BigIntegerField(editable=False)
    kind = models.TextField()
    subject = models.TextField()
    region = LtreeField()
    occurred_at = models.DateTimeField()
    known_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.TextField()
    actor_key = models.TextField()
    payload: models.JSONField[Any, Any] = models.JSONField()

    class Meta:
        # The table and its partitions are made by hand in the migration; Django only reads it.
        managed = False
        db_table = "journal_fact"


class Cursor(models.Model):
    """How far a follower has read: the last (xid, seq) whose effects are committed."""

    follower = models.TextField(primary_key=True)
    xid = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(auto_now=True)


class Stamp(models.Model):
    """The mark of a configuring room, renewed by triggers with every change of its tables (see `stamps`)."""

    room = models.TextField(primary_key=True)
    mark = models.UUIDField()


class SetAside(models.Model):
    """A fact that a follower failed on, or that waits behind such a fact of the same subject."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    follower = models.TextField()
    fact_id = models.UUIDField()
    seq = models.BigIntegerField()
    kind = models.TextField()
    subject = models.TextField()
    error = models.TextField(blank=True)
    tries = models.IntegerField(default=0)
    first_at = models.DateTimeField()
    next_try_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["follower", "fact_id"], name="setaside_once")]
        indexes = [models.Index(fields=["follower", "subject", "seq"], name="setaside_by_subject")]
