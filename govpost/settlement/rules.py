"""Pure decisions about money and commissions: zone, price, payer, promise, carrier by law, and when a charge is due.

Names of ledger accounts (plain text, all money in fen, a debit is positive):
  receivable:government:<organisation>   what a government owes under its agreement (政府购买服务)
  receivable:department:<organisation>   a department's or client enterprise's month account (月结)
  receivable:recipient:<outlet>          freight collect 邮资到付, in the hands of the delivering outlet
  receivable:sender:<outlet>             postage that the posting outlet takes from the sender
  revenue:<tariff>                       income by tariff
A charge is Dr receivable / Cr revenue; a reversal is the same lines with their signs turned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from govpost.common.clock import shanghai_day
from govpost.common.refusal import Decision, allow, deny
from govpost.common.text import Text
from govpost.delivery.rules import ANY_SIGNER, Address, Check, Direction, ItemRule
from govpost.parties.roles import Role
from govpost.profiles.rules import PayerKind

# Whose hands an organisation's mail may pass: the desk serves every department of its region, others speak for their own only.
DESK = frozenset({Role.CLERK, Role.STATION})
MAY: dict[str, frozenset[Role]] = {
    "commission": frozenset({Role.CLERK, Role.OFFICER, Role.STATION, Role.SENDER, Role.INTEGRATOR}),
    "keep_agreements": frozenset({Role.FINANCE, Role.ADMIN}),
    "keep_tariffs": frozenset({Role.FINANCE, Role.ADMIN}),
    "keep_carriers": frozenset({Role.ADMIN}),
    "make_statements": frozenset({Role.FINANCE}),
    "see_ledger": frozenset({Role.FINANCE, Role.SUPERVISOR}),
    "see_own_account": frozenset({Role.OFFICER, Role.SENDER}),
}


class Zone(StrEnum):
    """How far an order travels, as tariffs and promises see it."""

    SAME_CITY = "same_city"
    SAME_PROVINCE = "same_province"
    OTHER = "other"


class Basis(StrEnum):
    """What a tariff rests on: approved by the price authority, agreed in a contract, or set by the market (domain §13.8)."""

    APPROVED = "批准"
    AGREED = "协议"
    MARKET = "市场"


@dataclass(frozen=True, slots=True)
class Commission:
    """One wish to have something carried, from a case, the desk, the API, a file or the ferry alike.

    ref, idempotency: the caller's opaque reference; unique together with the direction, a repeated call changes nothing.
    item: catalogue code; with_items: codes of further items in the same parcel, the strictest rule of all holds.
    region: of the sender's organisation or the case. organisation_id: whose mail it is (a department), where there is one.
    origin, destination: counties (GB/T 2260); their delivery offices are found, unless an outlet (a hall's station) is named.
    pin: a profile version that the case pinned; otherwise the profile of the day is pinned now.
    payer: only where it differs from the profile's rule, see `may_choose_payer`.
    placed_at, collect_due_at, promised_at: imported history carries its own. waybill_no, envelope_serial: pre-printed ones.
    """

    ref: str
    direction: Direction
    item: str
    region: str
    sender: Address = field(repr=False)
    recipient: Address = field(repr=False)
    origin: str
    destination: str
    origin_outlet: str = ""
    destination_outlet: str = ""
    organisation_id: UUID | None = None
    with_items: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    contents: tuple[str, ...] = ()
    window_from: datetime | None = None
    window_to: datetime | None = None
    idempotency: str = ""
    batch: str = ""
    pin: str = ""
    payer: str = ""
    carrier: str = "ems"
    weight_g: int | None = None
    collect_due_at: datetime | None = None
    promised_at: datetime | None = None
    placed_at: datetime | None = None
    waybill_no: str | None = None
    envelope_serial: str | None = None


@dataclass(frozen=True, slots=True)
class Commissioned:
    """What was placed, and on what terms. `new` is False when the same call was made before: then the order stands as it was."""

    order_id: UUID
    number: str
    new: bool
    check_code: str
    payer: str
    payer_reason: Text
    price_fen: int
    collect_due_at: datetime | None
    promised_at: datetime | None


BY_AGREEMENT = frozenset({PayerKind.GOVERNMENT, PayerKind.DEPARTMENT})
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})


def zone(origin: str, destination: str) -> Zone:
    """The zone between two counties (GB/T 2260, six digits).

    Municipalities are one city. Counties of code nn90xx are run by their province, so each of them is a city of its own.
    """
    if origin[:2] != destination[:2]:
        return Zone.OTHER
    if origin == destination or origin[:2] in _MUNICIPALITIES:
        return Zone.SAME_CITY
    if origin[:4] == destination[:4] and origin[2:4] != "90":
        return Zone.SAME_CITY
    return Zone.SAME_PROVINCE


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One line of a tariff; `item`, `direction` and `zone` empty mean any. Weights in grams, money in fen."""

    zone: str
    first_g: int
    first_fen: int
    step_g: int
    step_fen: int
    item: str = ""
    direction: str = ""


def pick(rows: Iterable[PriceRow], *, item: str, direction: str, zone: str) -> PriceRow | None:
    """The most specific row that fits: an item's own price before a direction's, a direction's before a zone's."""
    fitting = [
        row for row in rows
        if row.item in ("", item) and row.direction in ("", direction) and row.zone in ("", zone)
    ]  # fmt: skip
    return max(fitting, key=lambda row: (bool(row.item), bool(row.direction), bool(row.zone)), default=None)


def price(row: PriceRow, weight_g: int) -> int:
    """First weight and every begun step above it (续重按起计单位进位)."""
    above = max(0, weight_g - row.first_g)
    return row.first_fen + -(-above // row.step_g) * row.step_fen


def account_for(payer: str, *, organisation: UUID | str | None, outlet: str) -> str:
    """The month account of a payer: an organisation's own, or that of the outlet in whose hands a person's postage is."""
    if payer in BY_AGREEMENT:
        return f"{payer}:{organisation}"
    return f"{payer}:{outlet}"


def receivable(account: str) -> str:
    return f"receivable:{account}"


def revenue(tariff: str) -> str:
    return f"revenue:{tariff}"


def may_choose_payer(*, asked: str, by_rule: str, has_agreement: bool) -> Decision:
    """Whether a sender may take the postage upon itself against the profile's rule: only a department with a month account."""
    if asked == by_rule:
        return allow("payer_by_rule")
    if asked == PayerKind.DEPARTMENT and has_agreement:
        return allow("payer_by_agreement", Text("The sender has a month account with the post and pays the postage."), "寄递服务协议")
    return deny("payer_not_open", Text("Only a department with a monthly agreement in force may take the postage upon itself."))


class CarrierKind(StrEnum):
    """Who carries, as the law tells them apart: the post (中国邮政 with its express arm EMS) or an express firm 快递企业."""

    POST = "post"
    EXPRESS = "express"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an administrator has entered of one carrier and item: an award by tender or an exclusion, with what it rests on."""

    allowed: bool
    basis: str
    item: str = ""
    region: str = ""


def strongest(rulings: Iterable[Ruling]) -> Ruling | None:
    """Of the rulings that fit: the nearest region's, there the item's own before the one for every item."""
    return max(rulings, key=lambda ruling: (len(ruling.region), bool(ruling.item)), default=None)


def may_carry(*, post_only: bool, kind: str, is_open: bool, ruling: Ruling | None) -> Decision:
    """Whether a carrier may carry an item. The law comes first and no ruling changes it; other items may be tendered."""
    if post_only and kind != CarrierKind.POST:
        sentence = Text("By law only the post may carry this item. Choose the post as carrier.")
        return deny("carrier_not_the_post", sentence, "邮政法 55")
    if ruling is not None and not ruling.allowed:
        sentence = Text("This carrier may not carry this item here. Choose another; the page of carriers says why.")
        return deny("carrier_ruled_out", sentence, ruling.basis)
    if ruling is None and kind != CarrierKind.POST:
        sentence = Text("An express firm carries an item only under an award by tender. Choose the post, or enter the award.")
        return deny("carrier_not_tendered", sentence, "寄递服务协议")
    if not is_open:
        return deny("carrier_not_open", Text("This carrier is declared, but no orders can reach it yet. Choose the post."))
    if post_only:
        return allow("carrier_by_law", Text("Reserved to the post by law."), "邮政法 55")
    if ruling is not None:
        return allow("carrier_by_award", Text("Allowed by an award."), ruling.basis)
    return allow("carrier_allowed", Text("The post may carry every item."), "邮政法 14")


def may_rule(*, post_only: bool, kind: str, allowed: bool) -> Decision:
    """Whether such a ruling can stand beside the law: what is reserved to the post is neither given away nor taken from it."""
    if post_only and (kind == CarrierKind.POST) is not allowed:
        sentence = Text("This item is reserved to the post by law; no ruling changes that. A new version of the item would have to.")
        return deny("reserved_by_law", sentence, "邮政法 55")
    return allow()


def charge_due(after: str, payer: str, *, carried: bool = True) -> Decision:
    """Whether an order in state `after` is to be paid for.

    carried: the post had it in hands; papers brought to the window or a result fetched before posting cost nothing.
    Returned mail is paid by whoever has an agreement or paid at posting; with freight collect nobody took it and nobody pays.
    """
    if not carried:
        return deny("not_carried", Text("Nothing was carried, so nothing is charged."))
    if after == "delivered":
        return allow("delivered", Text("Delivered: the postage is due."), "寄递服务协议")
    if after != "returned":
        return deny("not_ended", Text("The postage is due when the mail is delivered."))
    if payer == PayerKind.RECIPIENT:
        return deny("returned_unpaid", Text("Returned mail that the recipient was to pay for is not charged."), "邮资到付")
    return allow("returned", Text("Returned to the sender: the post did its work, the postage is due."), "寄递服务协议")


def strictest(rules: Sequence[ItemRule]) -> ItemRule:
    """The rule of a parcel with several items: only who may sign for all, a code if any asks, the post if any must."""
    first = rules[0]
    signers = [set(rule.signers) for rule in rules if ANY_SIGNER not in rule.signers]
    common = set.intersection(*signers) if signers else {ANY_SIGNER}
    return replace(
        first,
        # Where no signer suits all items, the addressee in person does: each item's owner is the addressee.
        signers=tuple(sorted(common)) or ("addressee",),
        needs_code=any(rule.needs_code for rule in rules),
        attempts_max=max(rule.attempts_max for rule in rules),
        hold_days=max(rule.hold_days for rule in rules),
        goods=any(rule.goods for rule in rules),
        post_only=any(rule.post_only for rule in rules),
        basis="; ".join(dict.fromkeys(rule.basis for rule in rules)),
    )


def collect_due(*, at: datetime, by_door: bool, hours: float, window_from: datetime | None, window_to: datetime | None) -> datetime | None:
    """Until when a door collection is on time; None when nothing is collected at a door.

    A window that opens later is the promise itself. Inside an open window the promised hours count from the instruction, and
    the earlier of both ends holds (domain §9.1).
    """
    if window_from and window_to:
        return window_to if window_from > at else min(window_to, at + timedelta(hours=hours))
    return at + timedelta(hours=hours) if by_door else None


def posting_day(*, kind: str, occurred_at: datetime, known_at: datetime) -> date:
    """The Shanghai day under which a transaction stands in the month account.

    A charge belongs to the day of the delivery. A reversal belongs to the day on which the mistake became known: it never
    reaches back into a month that was already shown.
    """
    return shanghai_day(known_at if kind == "reversal" else occurred_at)


def month_of(on: date) -> date:
    """The first day of its month."""
    return on.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def last_month(today: date) -> date:
    """The first day of the month before."""
    return month_of(month_of(today) - timedelta(days=1))


def may_state(month: date, today: date) -> Decision:
    """Whether a month's statements can be made: only when it is over, for a statement is never changed."""
    if next_month(month_of(month)) <= today:
        return allow("month_over")
    return deny("month_not_over", Text("This month is not over. Its statements are made on the first working day of the next one."))


@dataclass(frozen=True, slots=True)
class Charge:
    """What is to be paid for an order as it stands; `account` and `tariff` without their ledger prefixes."""

    account: str
    tariff: str
    fen: int


MONEY_STATES = frozenset({"delivered", "returned"})


def concerns_money(payload: dict[str, Any]) -> bool:
    """Whether a change of an order can move the ledger: it entered or left a state in which postage may be due."""
    return payload["after"] in MONEY_STATES or payload["before"] in MONEY_STATES


def reversal_cause(after: str) -> str:
    """Why a charge is taken back, as a code that screens put into words."""
    return "returned" if after == "returned" else "delivery_withdrawn"


def was_carried(payload: dict[str, Any]) -> bool:
    """Whether the post had it in hands: an event says so, or a carrier whose earlier events were lost handed it to somebody.

    What the applicant brought to the window, or fetched there before it was posted, was not carried by anybody.
    """
    if payload["collected_at"] or payload["arrived_at"] or payload["attempts"]:
        return True
    return payload["source"] != "ours" and payload["signer"] not in ("", "window")


def charge_of(payload: dict[str, Any]) -> Charge | None:
    """What an order's state (a `delivery.order_changed` payload) implies for the ledger; None: nothing is due."""
    due = charge_due(payload["after"], payload["payer"], carried=was_carried(payload))
    if not due.allowed or payload["price_fen"] == 0:
        return None
    return Charge(payload["account"], payload["tariff"], payload["price_fen"])
