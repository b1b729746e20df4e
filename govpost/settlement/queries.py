"""Questions to the ledger: month accounts with their lines, charges of an order, whether everything sums to zero.

Finance and supervision see their regions; a department sees its own month account only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from govpost.common.actor import Actor
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.delivery.rules import Address, Direction
from govpost.settlement.models import Agreement, LedgerEntry, LedgerTxn, MonthTotal, Tariff
from govpost.settlement.rules import BY_AGREEMENT, MAY, Commission, month_of, next_month, receivable
from govpost.settlement.terms import Desk

PAGE = 100
_PREFIX = "receivable:"


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One month account: who owes, how much in fen, for how many charges and reversals."""

    account: str
    payer: str
    fen: int
    charges: int
    reversals: int

    @property
    def organisation_id(self) -> UUID | None:
        return UUID(self.account.partition(":")[2]) if self.payer in BY_AGREEMENT else None


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One charge (positive) or reversal (negative) on a month account."""

    id: UUID
    kind: str
    posted_on: date
    occurred_at: datetime
    known_at: datetime
    order_number: str
    order_ref: str
    item: str
    tariff: str
    cause: str
    fen: int


@dataclass(frozen=True, slots=True)
class MonthAccount:
    """A month account with one page of its lines; `next` is the key of the following page, "" at the end."""

    account: str
    month: date
    fen: int
    charges: int
    reversals: int
    lines: tuple[LedgerLine, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Payer with reason and basis, price in fen for the item's usual weight, and the tariff with what it rests on."""

    payer: str
    payer_reason: Text
    payer_basis: str
    price_fen: int
    tariff: str
    tariff_name: str
    tariff_name_en: str
    tariff_basis: str
    document: str
    public_notice: str
    promised_at: datetime


_NOBODY = Address("", "", "", "", "", "")


def accounts(actor: Actor, month: date) -> list[AccountLine]:
    """The month accounts that the actor may see, those that owe most first."""
    found = _totals(actor).filter(account__startswith=_PREFIX, month=month_of(month))
    return [_account_line(row) for row in found.values("account").annotate(**_SUMS).order_by("-fen", "account")]


def month_account(actor: Actor, account: str, month: date, *, after: str = "", limit: int = PAGE) -> MonthAccount:
    """A month account with its lines by day, keyset-paged; NotFound for an account that is not the actor's to see.

    account: without its ledger prefix, for example "department:<organisation>". month: any day of it.
    """
    if not _may_see(actor, account):
        raise NotFound("account")
    found = _entries(actor).filter(account=receivable(account), **_in_month(month))
    totals = _totals(actor).filter(account=receivable(account), month=month_of(month)).aggregate(**_SUMS)
    rows = list(_from(found, after).select_related("txn").order_by("posted_on", "id")[: limit + 1])
    page, more = rows[:limit], len(rows) > limit
    return MonthAccount(
        account, month.replace(day=1), totals["fen"] or 0, totals["charges"] or 0, totals["reversals"] or 0,
        tuple(_ledger_line(row) for row in page), f"{page[-1].posted_on}/{page[-1].id}" if more else "",
    )  # fmt: skip


def balance(actor: Actor, account: str) -> int:
    """All that stands on a month account, in fen; NotFound for one that is not the actor's to see."""
    if not _may_see(actor, account):
        raise NotFound("account")
    total: int | None = _totals(actor).filter(account=receivable(account)).aggregate(**_SUMS)["fen"]
    return total or 0


def charges_of(actor: Actor, order_id: UUID) -> list[LedgerLine]:
    """What was charged and taken back for one order, in order of posting; empty when nothing, or nothing for the actor."""
    rows = _entries(actor).filter(txn__order_id=order_id, account__startswith=_PREFIX)
    return [_ledger_line(row) for row in rows.select_related("txn").order_by("txn__known_at", "id")]


def months(actor: Actor) -> list[date]:
    """The months in which the actor's accounts have lines, newest first."""
    found = _totals(actor).filter(account__startswith=_PREFIX)
    return list(found.order_by("-month").values_list("month", flat=True).distinct())


def sums_to_zero() -> bool:
    """Whether debits and credits of the whole ledger balance, by its months' totals (an invariant compares those with the entries)."""
    return not MonthTotal.objects.aggregate(**_SUMS)["fen"]


def quote(
    *, item: str, direction: Direction, region: str, origin: str, destination: str, at: datetime,
    organisation_id: UUID | None = None, pin: str = "",
) -> Quote:  # fmt: skip
    """Who would pay for this mail, why and how much, before anybody chooses; public, like posted prices.

    Raises the same refusals as the commission itself (no_agreement, no_price, NotFound).
    """
    wanted = Commission(
        ref="", direction=direction, item=item, region=region, sender=_NOBODY, recipient=_NOBODY, origin=origin,
        destination=destination, organisation_id=organisation_id, pin=pin,
    )  # fmt: skip
    terms = Desk([wanted], at=at).terms(wanted)
    tariff = Tariff.objects.get(code=terms.tariff)
    return Quote(
        terms.payer, terms.payer_reason, terms.payer_basis, terms.price_fen, tariff.code, tariff.name, tariff.name_en,
        tariff.basis, tariff.document, tariff.public_notice, terms.promised_at,
    )  # fmt: skip


def agreements(actor: Actor, *, on: date) -> list[Agreement]:
    """The agreements in force on a day that the actor may see, those that end first first."""
    found = Agreement.objects.filter(starts_on__lte=on, ends_on__gte=on).select_related("organisation", "tariff")
    return list(_scoped(actor, found, "region", "organisation_id").order_by("ends_on", "number"))


def tariffs(codes: Iterable[str]) -> list[Tariff]:
    """Tariffs by code, for their names; what they are called is public."""
    return list(Tariff.objects.filter(code__in=set(codes)))


def public_tariffs(region: str, *, on: date) -> list[Tariff]:
    """The posted tariffs that hold in a region on a day, the nearest first; public, as the law of posted prices wants it."""
    above = [".".join(region.split(".")[:n]) for n in range(region.count(".") + 2)] if region else [""]
    found = Tariff.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), is_public=True, starts_on__lte=on)
    return sorted(found.filter(region__in=above).prefetch_related("rows"), key=lambda t: (-len(t.region), t.code))


def _in_month(month: date) -> dict[str, date]:
    first = month_of(month)
    return {"posted_on__gte": first, "posted_on__lt": next_month(first)}


_SUMS: Mapping[str, Sum] = {column: Sum(column) for column in ("fen", "charges", "reversals")}


def _own_accounts(actor: Actor) -> list[str]:
    return [receivable(f"{payer}:{own}") for own in actor.organisations(MAY["see_own_account"]) for payer in BY_AGREEMENT]


def _may_see(actor: Actor, account: str) -> bool:
    """Finance and supervision may ask for any account (and get their regions' lines); others for their own."""
    return actor.is_system or bool(actor.regions(MAY["see_ledger"])) or receivable(account) in _own_accounts(actor)


def _entries(actor: Actor) -> QuerySet[LedgerEntry]:
    if actor.is_system:
        return LedgerEntry.objects.all()
    mine = Q(txn__region__within_any=actor.regions(MAY["see_ledger"])) | Q(account__in=_own_accounts(actor))
    return LedgerEntry.objects.filter(mine)


def _totals(actor: Actor) -> QuerySet[MonthTotal]:
    if actor.is_system:
        return MonthTotal.objects.all()
    mine = Q(region__within_any=actor.regions(MAY["see_ledger"])) | Q(account__in=_own_accounts(actor))
    return MonthTotal.objects.filter(mine)


def _scoped(actor: Actor, found: QuerySet[Agreement], region: str, organisation: str) -> QuerySet[Agreement]:
    if actor.is_system:
        return found
    regions, own = actor.regions(MAY["see_ledger"]), actor.organisations(MAY["see_own_account"])
    return found.filter(Q(**{f"{region}__within_any": regions}) | Q(**{f"{organisation}__in": own}))


def _from(found: QuerySet[LedgerEntry], after: str) -> QuerySet[LedgerEntry]:
    if not after:
        return found
    day, _, last = after.partition("/")
    try:
        on, key = date.fromisoformat(day), UUID(last)
    except ValueError:
        raise InvalidInput({"after": Text("This page does not exist any more. Start again from the first page.")}) from None
    return found.filter(Q(posted_on__gt=on) | Q(posted_on=on, id__gt=key))


def _account_line(row: Mapping[str, Any]) -> AccountLine:
    account = row["account"].removeprefix(_PREFIX)
    return AccountLine(account, account.partition(":")[0], row["fen"], row["charges"], row["reversals"])


def _ledger_line(row: LedgerEntry) -> LedgerLine:
    txn: LedgerTxn = row.txn
    return LedgerLine(
        row.id, txn.kind, row.posted_on, txn.occurred_at, txn.known_at, txn.order_number, txn.order_ref, txn.item, txn.tariff,
        txn.cause, row.fen,
    )  # fmt: skip
