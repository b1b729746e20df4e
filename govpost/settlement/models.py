"""Agreements, tariffs and the double-entry ledger. Its rows are only ever added; a deferred trigger holds each sum at zero."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from govpost.common.fields import LtreeField
from govpost.common.ids import uuid7
from govpost.parties.models import Organisation, Staff
from govpost.profiles.rules import PayerKind
from govpost.settlement.rules import BY_AGREEMENT, Basis, CarrierKind, PriceRow, Ruling


def _choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class Tariff(models.Model):
    """A price table with what it rests on; `is_public` ones hold for anyone who has no agreement, in their region."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField()
    basis = models.TextField(choices=_choices(Basis))
    document = models.TextField()
    public_notice = models.TextField(blank=True)
    region = LtreeField()
    is_public = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="tariff_dates"),
            # What everyone pays must be posted where everyone can read it (公示).
            models.CheckConstraint(condition=Q(is_public=False) | ~Q(public_notice=""), name="tariff_public_is_posted"),
        ]


class TariffRow(models.Model):
    """One price: first weight and step in grams and fen; empty item, direction or zone mean any."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, related_name="rows")
    item = models.TextField(blank=True, default="")
    direction = models.TextField(blank=True, default="")
    zone = models.TextField(blank=True, default="")
    first_g = models.IntegerField()
    first_fen = models.BigIntegerField()
    step_g = models.IntegerField()
    step_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tariff", "item", "direction", "zone"], name="tariffrow_once"),
            models.CheckConstraint(condition=Q(first_g__gte=0, first_fen__gte=0, step_g__gt=0, step_fen__gte=0), name="tariffrow_sane"),
        ]

    def to_price(self) -> PriceRow:
        return PriceRow(
            zone=self.zone, first_g=self.first_g, first_fen=self.first_fen, step_g=self.step_g, step_fen=self.step_fen,
            item=self.item, direction=self.direction,
        )  # fmt: skip


class Agreement(models.Model):
    """Who pays for whom: a government for a region's cases, or a department or client enterprise for its own mail (月结).

    In force from `starts_on` to `ends_on`, both included; ended early it says why. The migration adds that two agreements of
    the same payer, organisation, carrier and region never overlap in time. `follows` is the one that this one renews.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.TextField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements")
    payer = models.TextField(choices=_choices(PayerKind))
    region = LtreeField()
    carrier = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, related_name="agreements")
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="renewals")
    ended_because = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="agreement_dates"),
            models.CheckConstraint(condition=Q(payer__in=sorted(payer.value for payer in BY_AGREEMENT)), name="agreement_payer_kinds"),
        ]


class ClientManager(models.Model):
    """Who of the post looks after a client 客户经理, from day to day; one at a time (no 多头营销), held by the migration."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="client_managers")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="clients")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)


class Carrier(models.Model):
    """Who may be asked to carry: the post or an express firm. Orders reach it from `open_from` on; null: declared only."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    name_en = models.TextField()
    kind = models.TextField(choices=_choices(CarrierKind))
    basis = models.TextField()
    open_from = models.DateField(null=True)


class CarrierRuling(models.Model):
    """An award by tender, or an exclusion: whether a carrier may carry an item ("" every item) in a region, and on what basis.

    In force from `starts_on` to `ends_on` (last day, null: open); the migration keeps two for the same apart in time. The law
    stands above every ruling (`rules.may_carry`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="rulings")
    item = models.TextField(blank=True, default="")
    region = LtreeField()
    allowed = models.BooleanField()
    basis = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(basis=""), name="ruling_has_a_basis"),
            models.CheckConstraint(condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="ruling_dates"),
        ]

    def to_ruling(self) -> Ruling:
        return Ruling(self.allowed, self.basis, self.item, str(self.region))


class TxnKind(StrEnum):
    """What a transaction does: charge an order, or take a charge back."""

    CHARGE = "charge"
    REVERSAL = "reversal"


class LedgerTxn(models.Model):
    """One transaction; (kind, ref) is the business key, so that repeating it changes nothing. A reversal has its charge's ref.

    `occurred_at` is when it became due in the world, `known_at` when we learnt it, `posted_on` the Shanghai day under which
    month accounts show it (`rules.posting_day`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.TextField(choices=_choices(TxnKind))
    ref = models.TextField()
    order_id = models.UUIDField()
    order_number = models.TextField()
    order_ref = models.TextField()
    item = models.TextField()
    tariff = models.TextField()
    region = LtreeField()
    cause = models.TextField(blank=True, default="")
    occurred_at = models.DateTimeField()
    known_at = models.DateTimeField()
    posted_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "ref"], name="ledgertxn_once")]
        indexes = [models.Index(fields=["order_id"], name="ledgertxn_by_order")]


class LedgerEntry(models.Model):
    """One line of a transaction: a debit is positive, a credit negative. `posted_on` as on its transaction."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    txn = models.ForeignKey(LedgerTxn, on_delete=models.PROTECT, related_name="entries")
    account = models.TextField()
    fen = models.BigIntegerField()
    posted_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(fen=0), name="ledgerentry_not_zero")]
        indexes = [models.Index(fields=["account", "posted_on", "id"], name="ledgerentry_by_account")]


class MonthTotal(models.Model):
    """What the entries of an account in a region sum to in a month: kept with them, so that a page need not sum a year of mail."""

    account = models.TextField()
    region = LtreeField()
    month = models.DateField()
    fen = models.BigIntegerField()
    charges = models.IntegerField()
    reversals = models.IntegerField()
    pk = models.CompositePrimaryKey("month", "account", "region")


class ChargeState(models.Model):
    """What the ledger holds for an order: the newest version heard, and the charge that is open (None: nothing is charged)."""

    order_id = models.UUIDField(primary_key=True)
    version = models.IntegerField()
    charges = models.IntegerField(default=0)
    account = models.TextField(blank=True, default="")
    tariff = models.TextField(blank=True, default="")
    charged_fen = models.BigIntegerField(default=0)
    open_txn = models.ForeignKey(LedgerTxn, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(open_txn__isnull=True, charged_fen=0) | Q(open_txn__isnull=False, charged_fen__gt=0),
                name="chargestate_open_or_nothing",
            )
        ]


class Statement(models.Model):
    """What an account by agreement (月结) owes for a month, as it was sent out: never changed; what comes later stands on the next one.

    `month` is the month's first day, `digest` the SHA-256 of its lines (`actions.stating` says how), `agreements` the numbers in force.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.TextField(unique=True)
    account = models.TextField()
    month = models.DateField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="statements")
    region = LtreeField()
    agreements: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    fen = models.BigIntegerField()
    charges = models.IntegerField()
    reversals = models.IntegerField()
    digest = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "month"], name="statement_once"),
            models.CheckConstraint(condition=Q(charges__gte=0, reversals__gte=0), name="statement_counts"),
        ]
        indexes = [models.Index(fields=["-month", "-number"], name="statement_by_month")]

    @property
    def payer(self) -> str:
        return self.account.partition(":")[0]

    @property
    def lines_count(self) -> int:
        return self.charges + self.reversals


class StatementLine(models.Model):
    """A ledger entry's place on the one statement that it stands on."""

    entry = models.OneToOneField(LedgerEntry, primary_key=True, on_delete=models.PROTECT, related_name="stated")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["statement", "position"], name="statementline_place")]
