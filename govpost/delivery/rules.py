"""Pure decisions of the mail room: who may sign, when to try again, what a scan means, whether a code is right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from govpost.common.clock import SHANGHAI
from govpost.common.refusal import Decision, allow, deny
from govpost.common.text import Text
from govpost.delivery.reasons import NO_MISS, Then, then
from govpost.delivery.states import RANK, RESULT, TABLE, State, Verb
from govpost.parties.roles import Role


class Direction(StrEnum):
    """Which way an order runs. For PAPERS, "delivered" means received by the window."""

    PAPERS = "papers"
    RESULT = "result"
    SINGLE = "single"
    RETURNED_PAPERS = "returned_papers"


class Door(StrEnum):
    """Whose door it is: our couriers with tasks and codes, or the carrier's own couriers, whose events we only see."""

    OURS = "ours"
    CARRIER = "carrier"


class Signer(StrEnum):
    """Who took the item. WINDOW is our own counter (papers received, result fetched)."""

    ADDRESSEE = "addressee"
    AGENT = "agent"
    FAMILY = "family"
    OFFICE = "office"
    OTHER = "other"
    LOCKER = "locker"
    WINDOW = "window"
    UNKNOWN = "unknown"


ANY_SIGNER = "any"
OURS = "ours"
FUTURE_TOLERANCE = timedelta(minutes=10)
# An event this long before its order was placed is another mail's (fold.sql reads no further back).
PAST_TOLERANCE = timedelta(days=2)
CODE_TRIES = 6
REFUSAL = "104"  # 拒收, in the carrier's table of reasons

MAY: dict[str, frozenset[Role]] = {
    "place_orders": frozenset({Role.CLERK, Role.OFFICER, Role.STATION, Role.SENDER, Role.INTEGRATOR}),
    "cancel_order": frozenset({Role.CLERK, Role.OFFICER, Role.STATION, Role.SENDER, Role.INTEGRATOR, Role.DISPATCHER}),
    "record_scans": frozenset({Role.INTEGRATOR, Role.STATION}),
    "void_scan": frozenset({Role.STATION, Role.DISPATCHER}),
    "record_handover": frozenset({Role.COURIER, Role.STATION, Role.CLERK}),
    "receive_papers": frozenset({Role.CLERK, Role.STATION}),
    "record_failed_attempt": frozenset({Role.COURIER, Role.DISPATCHER}),
    "assign": frozenset({Role.COURIER, Role.DISPATCHER}),
    "hold_for_pickup": frozenset({Role.COURIER, Role.STATION, Role.DISPATCHER}),
    "send_back": frozenset({Role.STATION, Role.DISPATCHER}),
    "take_back": frozenset({Role.CLERK, Role.STATION, Role.OFFICER}),
    "match_envelope": frozenset({Role.STATION}),
    "print_label": frozenset({Role.STATION}),
    "seal_bag": frozenset({Role.STATION}),
    "balance_day": frozenset({Role.STATION}),
    "retry_booking": frozenset({Role.STATION, Role.DISPATCHER}),
    "unlock_code": frozenset({Role.STATION, Role.DISPATCHER}),
    "read_kept": frozenset({Role.ADMIN}),
    "forget": frozenset(),  # by time
    "look": frozenset(
        {Role.CLERK, Role.OFFICER, Role.STATION, Role.SENDER, Role.INTEGRATOR, Role.DISPATCHER, Role.SUPERVISOR,
         Role.QUALITY, Role.FINANCE, Role.COURIER}
    ),
}  # fmt: skip

OWN_MAIL_ONLY = frozenset({Role.SENDER, Role.OFFICER, Role.INTEGRATOR})  # they see and touch one organisation's mail


@dataclass(frozen=True, slots=True)
class ItemRule:
    """What the item demands of its mail; copied onto the order so that a later change of the catalogue changes nothing.

    signers: allowed `Signer` values or "any". attempts_max: failed attempts before the item is kept ready to be fetched.
    hold_days: calendar days it is kept. basis: the clause or agreement the rule rests on.
    """

    signers: tuple[str, ...] = (ANY_SIGNER,)
    needs_code: bool = False
    attempts_max: int = 2
    hold_days: int = 7
    goods: bool = False
    post_only: bool = False
    basis: str = "快递服务 GB/T 27917.3: two free attempts, then kept to be fetched"

    def to_json(self) -> dict[str, Any]:
        return {
            "signers": list(self.signers), "needs_code": self.needs_code, "attempts_max": self.attempts_max,
            "hold_days": self.hold_days, "goods": self.goods, "post_only": self.post_only, "basis": self.basis,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ItemRule:
        return cls(**{**data, "signers": tuple(data["signers"])})


@dataclass(frozen=True, slots=True)
class Place:
    """One end of an order: county (GB/T 2260 code) and the outlet responsible there."""

    division: str
    outlet: str


@dataclass(frozen=True, slots=True)
class Check:
    """One paper to be counted at the door: an opaque id and its neutral door label (the courier never reads a letter)."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Address:
    """A person or office as the waybill needs it: name, phone, structured address. Nothing else leaves (快递暂行条例 22)."""

    name: str
    phone: str
    province: str
    city: str
    county: str
    street: str
    postcode: str = ""

    def to_json(self) -> dict[str, str]:
        return {
            "name": self.name, "phone": self.phone, "province": self.province, "city": self.city,
            "county": self.county, "street": self.street, "postcode": self.postcode,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: dict[str, str]) -> Address:
        return cls(**data)


@dataclass(frozen=True, slots=True)
class NewOrder:
    """Everything the mail room needs to know, in one call. Times are aware; money in fen; weight in grams.

    ref: the caller's opaque reference ("case:…", a department's own number). idempotency: unique with `ref` + direction, so
    that a repeated call changes nothing. window: the promised collection window. waybill_no: known only for pre-printed
    envelopes and imported history; otherwise the carrier is asked. placed_at: when imported history was ordered elsewhere.
    """

    ref: str
    direction: Direction
    item: str
    rule: ItemRule
    region: str
    origin: Place
    destination: Place
    door: Door
    payer: str
    payer_reason: str
    account: str
    price_fen: int
    sender: Address
    recipient: Address
    carrier: str = "ems"
    tariff: str = ""
    profile_pin: str = ""
    organisation_id: str | None = None
    weight_g: int = 50
    checks: tuple[Check, ...] = ()
    contents: tuple[str, ...] = ()
    window_from: datetime | None = None
    window_to: datetime | None = None
    collect_due_at: datetime | None = None
    promised_at: datetime | None = None
    waybill_no: str | None = None
    envelope_serial: str | None = None
    idempotency: str = ""
    batch: str = ""
    placed_at: datetime | None = None


def region_path(division: str) -> str:
    """341602 → 34.3416.341602: GB/T 2260 codes nest by two digits, so the path needs no look-up."""
    return ".".join(division[:n] for n in (2, 4, 6) if len(division) >= n)


def may_sign(rule: ItemRule, signer: str) -> Decision:
    """Whether the item may be handed to this kind of person; legal and identity items name who may sign."""
    if ANY_SIGNER in rule.signers or signer in rule.signers or signer == Signer.WINDOW:
        return allow("signer_allowed", Text("This person may take the item."), rule.basis)
    return deny("signer_not_allowed", Text("This item may not be handed to this person. Deliver again or keep it to be fetched."),
                rule.basis)  # fmt: skip


def may(state: State, verb: Verb) -> Decision:
    """Whether our people may do `verb` to an order in `state` (the table of `states.py`)."""
    if (state, verb) in TABLE:
        return allow()
    return deny(
        "wrong_state",
        Text("This cannot be done now: the mail is “%(state)s”. Reload the page to see where it stands.", {"state": state.value}),
    )


def may_ask(waybill_no: str | None) -> Decision:
    """The carrier can be asked only about what it has a number for."""
    if waybill_no:
        return allow()
    return deny("no_waybill", Text("The carrier has not given the waybill number yet. Try again in a moment."))


# What an order keeps as its error when nothing came back; everything else there is the carrier's own words.
CARRIER_SILENT = Text("The carrier did not answer for a day. Ask again once it can be reached.")


def may_book(booking: str, state: State) -> Decision:
    """A booking that failed or never came about may be asked for again: the order's number keeps it from becoming two."""
    if state is State.CANCELLED:
        return deny("order_cancelled", Text("This order is cancelled. Place a new one where something is still to be carried."))
    if booking in ("wanted", "failed"):
        return allow()
    return deny("not_failed", Text("The carrier has this order already, or need not have it."))


def code_locked(tries: int) -> bool:
    """Whether too many wrong codes were tried at this item."""
    return tries >= CODE_TRIES


def may_unlock(tries: int) -> Decision:
    """Only a locked code is unlocked: the tries of one that is not locked go on counting."""
    if code_locked(tries):
        return allow()
    return deny("code_not_locked", Text("The code of this item is not locked. Ask for the six digits again."))


def meets_code(expected: bool | None) -> Decision:
    """`expected`: None = the item asks for no code, otherwise whether the entered code matched."""
    if expected is None or expected:
        return allow("code_ok")
    return deny("wrong_code", Text("The code is not right. Ask for the six digits again; do not hand the item over without them."))


def counted(seen: dict[str, bool], expected: Iterable[str]) -> Decision:
    """Whether every expected paper was counted as seen or missing, and nothing else was counted."""
    wanted = set(expected)
    if set(seen) != wanted:
        return deny("count_incomplete", Text("Mark every paper as seen or missing before you go on."), "邮政法 25")
    return allow("counted", missing=sum(1 for there in seen.values() if not there))


def unmatched(contents: Iterable[str], matched: Iterable[str]) -> list[str]:
    """What has not been scanned into the envelope yet."""
    known = set(matched)
    return [serial for serial in dict.fromkeys(contents) if serial not in known]


def next_attempt(*, at: datetime, attempts: int, rule: ItemRule) -> datetime | None:
    """When to try again after the failed attempt number `attempts`: nine o'clock the next day, or None when no attempt is left."""
    if attempts >= rule.attempts_max:
        return None
    local = at.astimezone(SHANGHAI)
    return datetime.combine(local.date() + timedelta(days=1), time(9), tzinfo=SHANGHAI)


def next_collection(*, at: datetime, misses: int, reason: str, rule: ItemRule) -> datetime | None:
    """When the courier comes again after a miss; one that was not the applicant's always gets another visit (`misses`: with this one)."""
    if then(reason) is Then.ENDS:
        return None
    return next_attempt(at=at, attempts=0 if reason in NO_MISS else misses, rule=rule)


# Codes of the events that our own people record; a carrier's codes are in its gateway.
OWN_CODES: dict[str, State] = {verb.value.upper(): state for verb, state in RESULT.items()}


@dataclass(frozen=True, slots=True)
class Seen:
    """One valid event as the fold sees it."""

    kind: State
    occurred_at: datetime
    source: str
    signer: str = ""


def fold(events: Iterable[Seen]) -> State:
    """The state that a set of valid events means; the order in which they arrived does not matter.

    The latest moment speaks, ties by rank, then our own word. After a delivery only a return, a loss, or another delivery speaks: a
    transit scan that claims a later moment does not undo it (it must be voided). A delivery after "returning" is a return to the
    sender. `fold.sql` says the same to the database; a test holds the two equal.
    """
    ordered = sorted(events, key=lambda e: (e.occurred_at, RANK[e.kind], e.source == OURS))
    final = [e for e in ordered if e.kind in (State.DELIVERED, State.RETURNING, State.RETURNED, State.LOST)]
    ended = any(e.kind in (State.DELIVERED, State.RETURNED) for e in ordered)
    if not ordered:
        return State.ORDERED
    if not ended:
        return ordered[-1].kind
    last = final[-1]
    if last.kind is State.DELIVERED and _after_return(final, last):
        return State.RETURNED
    return last.kind


def _after_return(final: list[Seen], last: Seen) -> bool:
    """A carrier's "delivered" that follows a "returning" is the delivery back to the sender; our own word is taken as it is."""
    return last.source != OURS and any(e.kind is State.RETURNING and e.occurred_at <= last.occurred_at for e in final)
