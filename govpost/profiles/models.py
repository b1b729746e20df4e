"""Profiles and their dated versions. A version, once it may have been pinned, is never changed: another one follows it."""

from __future__ import annotations

from typing import Any

from django.db import models

from govpost.common.fields import LtreeField
from govpost.common.ids import uuid7
from govpost.profiles.rules import ProfileLevel


class Profile(models.Model):
    """Whose configuration: headquarters, a province, a city or a county; it inherits from `parent`."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    name_en = models.TextField()
    level = models.TextField(choices=[(level.value, level.value) for level in ProfileLevel])
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    region = LtreeField(unique=True)


class ProfileVersion(models.Model):
    """What a profile says from the Shanghai midnight of `effective_on` to its next version; `settings` holds what differs."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="versions")
    effective_on = models.DateField()
    settings: models.JSONField[Any, Any] = models.JSONField()
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "effective_on"], name="profileversion_once")]
