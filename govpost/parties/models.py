"""People and organisations: parties (encrypted), organisations, staff with dated roles and second factors, partners' keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

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


class OrganisationName(models.Model):
    """What an organisation is called from `starts_on` on; the newest that has begun stands in `Organisation.name` too."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="names")
    name = models.TextField()
    name_en = models.TextField()
    starts_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "starts_on"], name="organisationname_once")]


class StaffManager(BaseUserManager["Staff"]):
    """What Django's sign-in needs; people are added by `actions.add_staff` only."""

    def get_by_natural_key(self, username: str | None) -> Staff:
        return self.get(login=username)


class Staff(AbstractBaseUser):
    """Somebody who works with GovPost. Roles are grants, never flags; a person who left stays, inactive.

    `leaves_on` is the last day of somebody who is about to leave; `session_mark` is renewed to end every session at once;
    `has_second_factor` says that a confirmed `SecondFactor` stands, so that no request has to ask for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    login = models.TextField(unique=True)
    name = models.TextField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="staff")
    outlet = models.ForeignKey(Outlet, null=True, on_delete=models.PROTECT, related_name="staff")
    is_active = models.BooleanField(default=True)
    leaves_on = models.DateField(null=True)
    must_change_password = models.BooleanField(default=False)
    has_second_factor = models.BooleanField(default=False)
    session_mark = models.TextField(blank=True, default="")

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[StaffManager] = StaffManager()

    organisation_id: UUID
    outlet_id: UUID | None

    def works_on(self, day: date) -> bool:
        """Whether they are here on a day: not gone, and not past the last day that was set."""
        return self.is_active and (self.leaves_on is None or day <= self.leaves_on)

    def get_session_auth_hash(self) -> str:
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        yield from (self._session_hash(secret) for secret in settings.SECRET_KEY_FALLBACKS)

    def _session_hash(self, secret: str | bytes) -> str:
        """A session ends with the password or the mark under which it began."""
        value = f"{self.password}\0{self.session_mark}"
        return salted_hmac("parties.Staff.session", value, secret=secret, algorithm="sha256").hexdigest()


class StaffMove(models.Model):
    """Somebody goes to another organisation or outlet on a day; `done_at` is when it took effect."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="moves")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    outlet = models.ForeignKey(Outlet, null=True, on_delete=models.PROTECT, related_name="+")
    effective_on = models.DateField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # One plan at a time: a second one would leave open from where it starts.
            models.UniqueConstraint(fields=["staff"], condition=Q(done_at__isnull=True), name="staffmove_one_planned"),
        ]


class SignIn(models.Model):
    """One sign-in of staff, and the session it began; `second_factor` is "", "totp" or "recovery"."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, db_index=False, related_name="sign_ins")
    at = models.DateTimeField()
    session_key = models.TextField()
    address = models.TextField()
    browser = models.TextField()
    second_factor = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["staff", "-at"], name="signin_newest")]


class SecondFactor(models.Model):
    """The secret that somebody's phone holds too (RFC 6238), encrypted; in force from `confirmed_at` on.

    `last_step` is the newest time step that was used, so that none is used twice; wrong codes count up to a pause.
    """

    staff = models.OneToOneField(Staff, primary_key=True, on_delete=models.PROTECT, related_name="second_factor")
    sealed = models.BinaryField()
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    wrong = models.IntegerField(default=0)
    paused_until = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """One of ten codes for a lost phone: its keyed digest, and when it was used."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="recovery_codes")
    digest = models.BinaryField()
    used_at = models.DateTimeField(null=True)


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


class PartnerKeyUse(models.Model):
    """When a key was last used, to the minute or so; beside the key, so that its use does not look like a change of it."""

    key = models.OneToOneField(PartnerKey, primary_key=True, on_delete=models.PROTECT, related_name="use")
    used_at = models.DateTimeField()
