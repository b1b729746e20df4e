"""Licences and the counters from which their numbers come."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import F, Q

from govpost.common.fields import LtreeField
from govpost.common.ids import uuid7
from govpost.licences.rules import Status, Validity
from govpost.parties.models import Organisation, Party


class Licence(models.Model):
    """One version of one licence. `serial` stands on the printed certificate, for the double scan at the desk.

    Only the masked name is kept here: the holder's own data stay with the party.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    identifier = models.TextField(unique=True)
    number = models.TextField()
    serial = models.TextField(unique=True)
    type_code = models.TextField()
    name = models.TextField()
    version = models.IntegerField()
    issuer = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_index=False, related_name="licences")
    region = LtreeField()
    holder = models.ForeignKey(Party, on_delete=models.PROTECT, db_index=False, related_name="licences")
    holder_masked = models.TextField()
    case_number = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    status = models.TextField(choices=[(status.value, status.name) for status in Status])
    issued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why_ended = models.TextField(blank=True, default="")

    issuer_id: UUID
    holder_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "type_code", "number", "version"], name="licence_version_once"),
            # A case decides once: approving twice must never make two certificates.
            models.UniqueConstraint(fields=["case_number"], name="licence_one_per_case"),
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="licence_dates"),
        ]
        indexes = [models.Index(fields=["holder", "-issued_at"], name="licence_by_holder")]

    @property
    def validity(self) -> Validity:
        return Validity(self.valid_from, self.valid_to)


class NumberRow(models.Model):
    """The last number that an issuer gave for a type of licence in a year."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    issuer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    type_code = models.TextField()
    year = models.IntegerField()
    last = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "type_code", "year"], name="numberrow_once")]
