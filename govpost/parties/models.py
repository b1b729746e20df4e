"""People and organisations: parties (encrypted), organisations, staff with dated roles, and partners' keys."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from govpost.common.fields import LtreeField
from govpost.common.ids import uuid7
from govpost.parties.roles import Role
from govpost.places.models import Hall, Outlet


class PartyKind(StrEnum):
    """Natural person 自然人 or legal person 法人."""

    NATURAL = "natural"
    LEGAL = "legal"


class OrganisationKind(StrEnum):
    """What an organisation is to the mail: who decides, who makes certificates, who carries, who buys, who has much of it carried."""

    DEPARTMENT = "department"
    MAKING_CENTRE = "making_centre"
    POSTAL = "postal"
    GOVERNMENT = "government"
    COURT = "court"
    CLIENT = "client"  # 委办企业: an enterprise with a month account of its own


def _choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class Party(models.Model):
    """A citizen or enterprise. `sealed` is one encrypted JSON document of this row; found by exact number or phone only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.TextField(choices=_choices(PartyKind))
    masked_name = models.TextField()
    sealed = models.BinaryField()
    id_type = models.TextField()
    id_digest = models.BinaryField()
    phone_digest = models.BinaryField()
    assurance = models.IntegerField()
    region = LtreeField(default="")
    first_seen_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id_type", "id_digest"], name="party_one_number"),
            models.CheckConstraint(condition=Q(assurance__range=(1, 4)), name="party_assurance_levels"),
        ]
        indexes = [
            models.Index(fields=["id_digest"], name="party_by_number"),
            models.Index(fields=["phone_digest"], name="party_by_phone"),
        ]


class Organisation(models.Model):
    """A department, making centre, postal branch, government, court or client enterprise, from `active_from` to `active_to` (last day)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField()
    uscc = models.TextField()
    kind = models.TextField(choices=_choices(OrganisationKind))
    region = LtreeField()
    hall = models.ForeignKey(Hall, null=True, on_delete=models.PROTECT, related_name="organisations")
    active_from = models.DateField()
    active_to = models.DateField(null=True)


class StaffManager(BaseUserManager["Staff"]):
    """What Django's sign-in needs; people are added by `actions.add_staff` only."""

    def get_by_natural_key(self, username: str | None) -> Staff:
        return self.get(login=username)


class Staff(AbstractBaseUser):
    """Somebody who works with GovPost. Roles are grants, never flags; a person who left stays, inactive."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    login = models.TextField(unique=True)
    name = models.TextField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="staff")
    outlet = models.ForeignKey(Outlet, null=True, on_delete=models.PROTECT, related_name="staff")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[StaffManager] = StaffManager()

    organisation_id: UUID
    outlet_id: UUID | None


class RoleGrant(models.Model):
    """A role in a region ("" = the whole country), for one organisation or any, from `starts_on` to `ends_on` (last day)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="role_grants")
    role = models.TextField(choices=_choices(Role))
    region = LtreeField()
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="rolegrant_known_role"),
            models.UniqueConstraint(
                fields=["staff", "role", "region", "organisation", "starts_on"], name="rolegrant_once", nulls_distinct=False
            ),
        ]


class PartnerKey(models.Model):
    """A partner's API key: its digest and visible prefix; the key itself is shown once and kept nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.TextField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="partner_keys")
    region = LtreeField()
    prefix = models.TextField(unique=True)
    digest = models.BinaryField()
    active_from = models.DateTimeField()
    active_to = models.DateTimeField(null=True)
