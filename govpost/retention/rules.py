"""How long each class of data is kept, what happens to it then, and on what that rests: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from govpost.common.refusal import Decision, allow, deny
from govpost.common.text import Text
from govpost.parties.roles import Role

MAY: dict[str, frozenset[Role]] = {
    "set_period": frozenset({Role.ADMIN}),  # of the whole country: one table for the installation
    "withdraw_period": frozenset({Role.ADMIN}),
    "release": frozenset({Role.ADMIN}),
    "certify": frozenset(),  # only the job that erased
    "see_holds": frozenset({Role.ADMIN, Role.SUPERVISOR}),
    "see_certificates": frozenset({Role.ADMIN, Role.SUPERVISOR}),
}
BACKUP_DAYS = 35  # how long a backup may live; only then is what was erased gone from there too
LONGEST = 36_500


class Kind(StrEnum):
    """A class of data with one period."""

    MAIL_ADDRESSES = "mail_addresses"
    MESSAGES = "messages"
    APPLICATIONS = "applications"
    DRAFTS = "drafts"
    SIGN_INS = "sign_ins"
    API_ANSWERS = "api_answers"
    KEPT_ROWS = "kept_rows"
    READINGS = "readings"
    EXCHANGES = "exchanges"
    LEDGER = "ledger"
    MAIL_EVENTS = "mail_events"


class Fate(StrEnum):
    """What happens when the period is over."""

    MASK = "mask"  # a masked rest and a commitment stay
    DELETE = "delete"
    KEEP = "keep"  # evidence without personal data: nothing erases it


class HoldOn(StrEnum):
    """What a legal hold 法律保留 covers."""

    ORDER = "order"
    CASE = "case"
    ORGANISATION = "organisation"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class Rule:
    """`days` counts from `since`; `least` is what law asks at least, below which no period can be set."""

    kind: Kind
    title: Text
    since: Text
    fate: Fate
    days: int
    least: int
    basis: str


_MAIL, _PEOPLE = "个人信息保护法 19, 47；快递暂行条例 34", "个人信息保护法 19, 47"
_R = Rule
_RULES = (
    _R(Kind.MAIL_ADDRESSES, Text("Names, telephones and addresses on mail"), Text("delivered, returned, cancelled or lost"), Fate.MASK,
       183, 30, _MAIL),
    _R(Kind.MESSAGES, Text("Telephone and text of short messages"), Text("sent or given up"), Fate.MASK, 183, 30, _PEOPLE),
    _R(Kind.APPLICATIONS, Text("Answers, address and officer's words of cases"), Text("closed or ended"), Fate.MASK, 1096, 183, _PEOPLE),
    _R(Kind.DRAFTS, Text("Drafts that were never submitted"), Text("begun"), Fate.DELETE, 90, 7, _PEOPLE),
    _R(Kind.SIGN_INS, Text("Records of signing in"), Text("the attempt"), Fate.DELETE, 366, 183, "网络安全法 21"),
    _R(Kind.API_ANSWERS, Text("Answers kept for repeated calls of partners"), Text("the call"), Fate.DELETE, 30, 30, "个人信息保护法 19"),
    _R(Kind.KEPT_ROWS, Text("Reports that could not be read, or were about others' mail"), Text("the report"), Fate.DELETE, 183, 30, _MAIL),
    _R(Kind.READINGS, Text("Who read full personal data, and why"), Text("the reading"), Fate.KEEP, 1096, 1096, "个人信息保护法 54, 56"),
    _R(Kind.EXCHANGES, Text("What partners sent and were told"), Text("the exchange"), Fate.KEEP, 1096, 1096, "网络数据安全管理条例 12"),
    _R(Kind.LEDGER, Text("Charges and the ledger"), Text("the posting"), Fate.KEEP, 3653, 3653, "会计档案管理办法 14"),
    _R(Kind.MAIL_EVENTS, Text("Events of mail and hand-overs, without personal data"), Text("the event"), Fate.KEEP, 1096, 1096,
       "邮政法 35"),
)  # fmt: skip
RULES: dict[Kind, Rule] = {rule.kind: rule for rule in _RULES}


def period_fits(kind: Kind, days: int, effective_on: date, today: date) -> Decision:
    """A period from today or later, never shorter than the law's; what is evidence is kept, not counted."""
    rule = RULES[kind]
    if not rule.least <= days <= LONGEST:
        params = {"least": rule.least, "most": LONGEST}
        return deny("period_too_short", Text("Keep this from %(least)s to %(most)s days.", params), rule.basis)
    if effective_on < today:
        return deny("period_in_past", Text("Choose today or a later day: what was erased stays erased."), rule.basis)
    return allow(basis=rule.basis)


def not_begun(effective_on: date, today: date) -> Decision:
    """Only a period of a day to come can be withdrawn: one that has begun may have erased already."""
    if effective_on <= today:
        return deny("period_began", Text("It has begun: set another period instead."))
    return allow()


def cut_on(kind: Kind, days: int, today: date) -> date:
    """What ended before this Shanghai day has lived its period out; evidence has no such day."""
    if RULES[kind].fate == Fate.KEEP:
        raise ValueError(f"{kind} is kept")
    return today - timedelta(days=days)
