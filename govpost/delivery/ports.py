"""What the mail room needs from a carrier, in plain values: book, cancel, where it is, what it cost, whether a door is served.

A carrier's adapter (gateways/<carrier>) turns its own wire into these and back. Nothing here knows a wire format or Django.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from govpost.common.refusal import Problem, Rejected
from govpost.common.text import Text


@dataclass(frozen=True, slots=True)
class Contact:
    """One end of a mail as the waybill needs it: names of province, city and county as in GB/T 2260, the rest as one line."""

    name: str
    phone: str
    province: str
    city: str
    county: str
    address: str
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Booking:
    """One mail to be booked; everything in it may leave the house, so the caller applies the disclosure table first.

    order_number: our opaque public number and the carrier's idempotency key. product: "express", "standard", "same_day" or
    "parcel". contents: what is written on the slip, normally 文件. door: "ours" (the carrier stops at the delivery office) or
    "carrier". payer: "sender", "monthly", "government", "department" (all billed to our agreement), "recipient" (freight
    collect 到付), "recipient_monthly" or "free". recipient_code: the pick-up code, where the carrier's courier must ask for
    it. Windows are aware times, both ends or neither.
    """

    order_number: str
    product: str
    sender: Contact
    recipient: Contact
    weight_g: int
    contents: str
    door: str
    payer: str
    pickup_from: datetime | None = None
    pickup_to: datetime | None = None
    deliver_from: datetime | None = None
    deliver_to: datetime | None = None
    recipient_code: str = ""
    note: str = ""
    goods: bool = False


@dataclass(frozen=True, slots=True)
class Booked:
    """The carrier took the order. routing: its sorting code for the label, "" where it gave none."""

    waybill_no: str
    routing: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """The carrier's own label: either its bytes or the address where it lies (not fetched)."""

    waybill_no: str
    pdf: bytes = b""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Postage:
    """What the carrier charged after weighing: fen and grams."""

    fen: int
    weight_g: int


class Serves(StrEnum):
    """Whether a carrier collects at an address. UNCLEAR: it answered and could not tell. SILENT: it did not answer."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class RangePlace:
    """An address as far as a range check needs it: nobody's name or telephone, and no house number."""

    province: str
    city: str
    county: str
    place: str


@dataclass(frozen=True, slots=True)
class RangeAnswer:
    """Whether the carrier collects at this address; `code` is its own, `sentence` says it in words."""

    serves: Serves
    code: str
    sentence: Text


@dataclass(frozen=True, slots=True)
class ScanSeen:
    """One event as a carrier or a file reports it.

    kind: a mail state of `delivery.states` in lower case, None for a code nobody here knows (kept and shown, never guessed).
    signer_class: "" (no hand-over), addressee, other, office, locker or unknown. reason: the failure code ("103") or "".
    cause: "", address, refusal, recipient, postal, fee, unclaimed, external or sender. note: the description with the
    courier's name, phones, hotlines and the signer's name masked. effect: False withdraws the event of the same mail, code
    and moment. raw: the message as it came, masked in the same way, fit for a JSON column.
    """

    source: str
    waybill_no: str
    code: str
    name: str
    occurred_at: datetime
    kind: str | None
    place_code: str = ""
    place_name: str = ""
    place_city: str = ""
    place_province: str = ""
    signer_class: str = ""
    reason: str = ""
    cause: str = ""
    note: str = ""
    effect: bool = True
    raw: dict[str, Any] = field(default_factory=dict, hash=False)


class NoTrack(Rejected):
    """The carrier answered that it knows no event of this mail: not booked there, or not yet scanned."""


class Carrier(Protocol):
    """A carrier. Each call may raise `Unavailable` (ask again later) or `Rejected` (it will never take this)."""

    def book(self, order: Booking) -> Booked:
        """Place the order. The same `order_number` again gives the same waybill, so a lost answer may be asked again."""

    def cancel(self, order_number: str, waybill_no: str, reason: str) -> None:
        """Withdraw an order that is not yet collected; one that the carrier does not know is withdrawn already."""

    def track(self, waybill_no: str) -> list[ScanSeen]:
        """Every event the carrier knows, never empty: raises `NoTrack` where it knows none."""

    def postage(self, order_number: str, waybill_no: str) -> Postage:
        """Real weight and postage; `Unavailable` until the item is weighed."""

    def range_check(self, place: RangePlace, product: str) -> RangeAnswer:
        """Whether the carrier collects there. Somebody waits for the answer: it comes within a few seconds, or `Unavailable` is raised."""

    def check(self) -> list[Problem]:
        """Whether configuration and carrier are fit for use: empty means yes. Books nothing."""
