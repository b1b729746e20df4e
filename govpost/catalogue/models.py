"""Service items in dated versions, and the papers each asks for."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import F, Q

from govpost.catalogue.rules import ItemType, Owner, PaperForm, Subject, Unit
from govpost.catalogue.states import OPEN, State
from govpost.common.fields import LtreeField
from govpost.common.ids import uuid7
from govpost.parties.models import Organisation


def _choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class Service(models.Model):
    """One version of a service item 事项 as one department offers it in one region.

    `code` is the 12-character base code (shared by every city that offers the item), `task_code` the 31-character
    implementing code of this department (GB/T 39554.1). Days count from the event that `clock_start` names.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.TextField()
    task_code = models.TextField()
    version = models.IntegerField()
    name = models.TextField()
    name_en = models.TextField()
    summary = models.TextField()
    summary_en = models.TextField()
    department = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="services")
    region = LtreeField()
    owner = models.TextField(choices=_choices(Owner))
    item_type = models.TextField(choices=_choices(ItemType))
    subject = models.TextField(choices=_choices(Subject))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    validity_basis = models.TextField(blank=True)  # what made the item begin or end, where that is known
    validity_basis_en = models.TextField(blank=True)
    keywords: models.JSONField[Any, Any] = models.JSONField(default=list)
    pinyin: models.JSONField[Any, Any] = models.JSONField(default=list)
    initials: models.JSONField[Any, Any] = models.JSONField(default=list)
    directions: models.JSONField[Any, Any] = models.JSONField(default=list)
    fee_fen = models.BigIntegerField(null=True)  # null: charged by the department itself, as `fee_basis` says
    fee_basis = models.TextField(blank=True)
    fee_basis_en = models.TextField(blank=True)
    accept_days = models.IntegerField(null=True)
    accept_basis = models.TextField(blank=True)
    decide_days = models.IntegerField(null=True)
    legal_days = models.IntegerField(null=True)
    decide_unit = models.TextField(choices=_choices(Unit), default=Unit.WORKING.value)
    decide_basis = models.TextField(blank=True)
    clock_start = models.TextField(blank=True)
    deliver_days = models.IntegerField(null=True)
    deliver_basis = models.TextField(blank=True)
    licence_type_code = models.TextField(blank=True)
    licence_years = models.IntegerField(null=True)
    result_name = models.TextField(blank=True)
    result_name_en = models.TextField(blank=True)
    goods = models.BooleanField(default=False)
    weight_g = models.IntegerField(default=50)
    signers: models.JSONField[Any, Any] = models.JSONField(default=list)
    needs_code = models.BooleanField(default=False)
    attempts_max = models.IntegerField(default=2)
    hold_days = models.IntegerField(default=7)
    post_only = models.BooleanField(default=False)
    mail_basis = models.TextField(blank=True)
    mail_basis_en = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task_code", "version"], name="service_version_once"),
            models.CheckConstraint(condition=Q(fee_fen__gte=0), name="service_fee_not_negative"),
            models.CheckConstraint(condition=Q(attempts_max__gte=1), name="service_at_least_one_attempt"),
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="service_dates"),
        ]
        indexes = [models.Index(fields=["code", "valid_from"], name="service_by_code")]


class Paper(models.Model):
    """A paper that the item asks for, or that is waived and why. The courier sees `name_on_door` only, never the name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="papers")
    position = models.IntegerField()
    name = models.TextField()
    name_en = models.TextField()
    name_on_door = models.TextField()
    form = models.TextField(choices=_choices(PaperForm))
    copies = models.IntegerField(default=1)
    required = models.BooleanField(default=True)
    waived = models.BooleanField(default=False)
    waived_because = models.TextField(blank=True)
    waived_because_en = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "position"], name="paper_position_once")]


class Proposal(models.Model):
    """A version that somebody proposes and a second person reviews, as the document of which it will be published.

    `region` is that of all who offer it (their common ancestor); `hands` are the keys of everybody who wrote it; `standing` keeps
    for each implementing code the last day that the version before had, so that a withdrawal gives it back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.TextField()
    version = models.IntegerField()
    name = models.TextField()
    region = LtreeField()
    document: models.JSONField[Any, Any] = models.JSONField()
    state = models.TextField(choices=_choices(State), default=State.DRAFT.value)
    valid_from = models.DateField()
    hands: models.JSONField[Any, Any] = models.JSONField(default=list)
    proposed_by = models.TextField()
    reviewed_by = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    standing: models.JSONField[Any, Any] = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    @property
    def name_en(self) -> str:
        """The name in English, which the document holds."""
        return str(self.document.get("name_en", ""))

    class Meta:
        constraints = [
            # Two proposals of the same next version could not both be published.
            models.UniqueConstraint(
                fields=["code", "region"], condition=Q(state__in=[state.value for state in OPEN]), name="proposal_one_open"
            ),
        ]
        indexes = [models.Index(fields=["code"], name="proposal_by_code")]
