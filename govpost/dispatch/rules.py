"""Pure decisions of dispatch: which visit an order needs, when an instruction is late, what a courier may report and must do.

Dispatch knows no maximum of attempts: the mail room decides whether and when to try again, here only a new task follows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from govpost.common.refusal import Decision, InvalidInput, Refusal, allow, deny
from govpost.common.text import Text
from govpost.delivery import reasons
from govpost.delivery.reasons import Then
from govpost.delivery.rules import Direction, Door
from govpost.delivery.states import BEFORE_COLLECTION
from govpost.delivery.states import State as Mail
from govpost.delivery.states import Verb as MailVerb
from govpost.dispatch.states import TABLE, State, Verb
from govpost.parties.roles import Role
from govpost.profiles.rules import Window

MAY: dict[str, frozenset[Role]] = {
    "see": frozenset({Role.COURIER, Role.DISPATCHER, Role.SUPERVISOR}),
    "take": frozenset({Role.COURIER}),
    "give_back": frozenset({Role.COURIER, Role.DISPATCHER}),
    "reassign": frozenset({Role.DISPATCHER}),
    "finish_collect": frozenset({Role.COURIER}),
    "go_out": frozenset({Role.COURIER}),
    "finish_deliver": frozenset({Role.COURIER}),
    "fail": frozenset({Role.COURIER}),
    "keep_plan": frozenset({Role.ADMIN}),
}


class Kind(StrEnum):
    """What the courier is to do at the door."""

    COLLECT = "collect"
    DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that an order needs now; `not_before` None: at once."""

    kind: Kind
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason that a courier may report: its code in the carrier's tables, its class, and what it does to the mail."""

    code: str
    group: str
    words: Text
    verb: MailVerb

    @property
    def moves(self) -> bool:
        """Whether the person names another time for the visit."""
        return reasons.then(self.code) is Then.MOVED

    @property
    def ends(self) -> bool:
        """Whether no courier comes any more."""
        return reasons.then(self.code) is Then.ENDS


def _reasons(verb: MailVerb, *rows: tuple[str, str, Text, MailVerb | None]) -> dict[str, Reason]:
    return {code: Reason(code, group, words, own or verb) for code, group, words, own in rows}


# domain §1.5: the codes that a courier can know at the door, without those that only the carrier's system gives. What each does to
# the collection stands in `delivery.reasons`.
COLLECT_REASONS = _reasons(
    MailVerb.MISS,
    ("4", "customer", Text("Nobody was there"), None),
    ("14", "moved", Text("The person asked for another time"), None),
    ("18", "moved", Text("The person wants an appointment"), None),
    ("11", "customer", Text("The papers were not ready"), None),
    ("1", "customer", Text("The address is unclear and nobody can be reached"), None),
    ("2", "customer", Text("Wrong phone, and nobody of this name lives here"), None),
    ("5", "sender", Text("The person withdrew the order"), None),
    ("6", "customer", Text("The person ordered nothing"), None),
    ("7", "range", Text("Out of the service area"), None),
    ("8", "restricted", Text("It may not be mailed"), None),
    ("9", "restricted", Text("Too large or too heavy"), None),
    ("12", "customer", Text("The person does not want to pay the postage"), None),
    ("16", "customer", Text("It had been ordered twice"), None),
    ("19", "customer", Text("The person brings it to the window"), None),
    ("17", "postal", Text("The round had ended, or the post could not come"), None),
    ("21", "other", Text("Another reason"), None),
)
DELIVER_REASONS = _reasons(
    MailVerb.FAIL,
    ("103", "address", Text("The recipient was not at the address"), None),
    ("105", "recipient", Text("The recipient asked for a later day"), None),
    ("115", "recipient", Text("The recipient wants to fetch it"), MailVerb.HOLD),
    ("104", "refusal", Text("The recipient refused it"), MailVerb.REFUSE),
    ("101", "address", Text("Name or address is wrong"), None),
    ("102", "address", Text("Nobody of this name is known here"), None),
    ("118", "address", Text("The recipient has moved away"), None),
    ("122", "address", Text("No such office here"), None),
    ("123", "address", Text("The address is incomplete and the phone is wrong"), None),
    ("108", "postal", Text("It arrived damaged and cannot be delivered"), None),
    ("111", "fee", Text("The postage was not paid"), None),
    ("114", "external", Text("Weather or another event beyond our control"), None),
    ("130", "other", Text("Another reason"), None),
)
REASONS = {Kind.COLLECT: COLLECT_REASONS, Kind.DELIVER: DELIVER_REASONS}


def needed(change: Mapping[str, Any]) -> Visit | None:
    """The visit that an order needs as it stands (a `delivery.order_changed` payload with our own door), or None.

    Papers need one until they are collected, after a missed collection only when the mail room named the next one. Everything
    else needs one from its arrival at the delivery office, or from the desk where station and delivery office are one. After a
    failed attempt it is due when the mail room says, and at once where a withdrawn delivery left no moment: after the last
    attempt the mail is not "failed" but kept to be fetched.
    """
    after, again = Mail(change["after"]), moment(change["next_attempt_at"])
    if change["door"] != Door.OURS:
        return None
    if change["direction"] == Direction.PAPERS:
        if after is Mail.PICKUP_FAILED:
            return Visit(Kind.COLLECT, again) if again else None
        return Visit(Kind.COLLECT) if after in BEFORE_COLLECTION else None
    if after is Mail.ATTEMPT_FAILED:
        return Visit(Kind.DELIVER, again)
    at_hand = after is Mail.COLLECTED and change["origin_outlet"] == change["destination_outlet"]
    return Visit(Kind.DELIVER) if at_hand or after in (Mail.AT_DELIVERY_OFFICE, Mail.OUT_FOR_DELIVERY) else None


def visits_made(kind: Kind, change: Mapping[str, Any]) -> int:
    """How many visits of this kind have failed so far, as the mail room counts them."""
    made: int = change["misses"] if kind is Kind.COLLECT else change["attempts"]
    return made


def ending(kind: Kind, change: Mapping[str, Any]) -> Verb:
    """How an open task ends when its order needs it no more: settled, missed or dropped.

    Papers that the applicant brought to the window after all were collected by nobody: that visit is dropped.
    """
    after = Mail(change["after"])
    if after in (Mail.PICKUP_FAILED, Mail.ATTEMPT_FAILED, Mail.REFUSED):
        return Verb.MISS
    if kind is Kind.COLLECT:
        return Verb.SETTLE if change["collected_at"] else Verb.DROP
    return Verb.SETTLE if after is Mail.DELIVERED else Verb.DROP


def late_at(*, waiting_since: datetime, not_before: datetime | None, minutes: int) -> datetime:
    """When an instruction that nobody took becomes late: the profile's minutes after it could be taken."""
    return max(waiting_since, not_before or waiting_since) + timedelta(minutes=minutes)


def is_late(*, state: str, late_at: datetime, at: datetime) -> bool:
    return state == State.SENT and at > late_at


def may(state: str, verb: Verb) -> Decision:
    """Whether `verb` is possible in `state` (the table of `states.py`)."""
    if (State(state), verb) in TABLE:
        return allow()
    return deny("wrong_state", Text("This task is not open for that any more. Reload the page to see where it stands."), state=state)


def formalities(*, real_name_checked: bool, inspected: bool) -> Decision:
    """The posting formalities at the door: the sender's identity was checked and the item looked at (never read)."""
    if not real_name_checked:
        return deny("real_name", Text("Check the sender's identity document first."), "反恐怖主义法 20; 邮件快件实名收寄管理办法")
    if not inspected:
        return deny("not_inspected", Text("Look at what is mailed before you seal it. Do not read it."), "邮政法 25")
    return allow("formalities", basis="邮政法 25")


def reason_of(kind: str, code: str) -> Reason:
    """The reason of the table; a code that is not offered is refused."""
    found = REASONS[Kind(kind)].get(code)
    if found is None:
        raise Refusal("unknown_reason", Text("Choose a reason from the list."), reason=code)
    return found


def check_appointment(reason: Reason, chosen: Window | None, offered: Sequence[Window]) -> None:
    """Who asks for another time names one of those that are offered; where none is offered the next visit is as after any miss."""
    if reason.moves and offered and chosen not in offered:
        raise InvalidInput({"appointment": Text("Choose the day and time at which the person wants you to come.")})


def window_of(visit: Visit, change: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """The appointment for a collection; one that is over before the visit can begin says nothing any more."""
    opens, closes = moment(change["window_from"]), moment(change["window_to"])
    over = closes is not None and visit.not_before is not None and closes <= visit.not_before
    return (None, None) if visit.kind is not Kind.COLLECT or over else (opens, closes)


def due_of(visit: Visit, change: Mapping[str, Any]) -> datetime | None:
    """What was promised: the collection (as the applicant moved it), or the delivery."""
    if visit.kind is Kind.COLLECT:
        return moment(change.get("collect_moved_to")) or moment(change["collect_due_at"])
    return moment(change["promised_at"])


def gives_place_back(change: Mapping[str, Any]) -> bool:
    """Whether an order needs its place in a collection window no more: missed, or ended without a collection."""
    after = Mail(change["after"])
    return after is Mail.PICKUP_FAILED or (after not in BEFORE_COLLECTION and not change["collected_at"])


def moment(value: str | datetime | None) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
