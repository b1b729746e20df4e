"""What a licence's identifier is made of (GB/T 36904, GB/T 17710), how long it holds, and who may issue or void one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from govpost.common.refusal import Decision, allow, deny
from govpost.common.text import Text
from govpost.parties.roles import Role

MAY: dict[str, frozenset[Role]] = {
    "issue": frozenset({Role.OFFICER}),
    "void": frozenset({Role.OFFICER}),
    "look": frozenset({Role.OFFICER, Role.CLERK, Role.STATION, Role.SUPERVISOR}),
}

ROOT = "1.2.156.3005.2"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FIELDS = 5
_TYPE_LENGTH = 21
_VERSION_LENGTH = 3


class Status(StrEnum):
    """Status of a licence by the codes of the sector standard (domain facts §4.3)."""

    VALID = "01"
    SUSPENDED = "02"
    REVOKED = "03"  # 撤销: it should never have been given
    CANCELLED = "04"  # 注销: it ended
    EXPIRED = "05"
    MOVED = "06"
    WITHDRAWN = "07"  # 吊销: taken as a penalty
    OTHER = "99"


ENDED = frozenset({Status.REVOKED, Status.CANCELLED, Status.WITHDRAWN})


def check_character(body: str) -> str:
    """The check character of ISO/IEC 7064 MOD 37,36 over digits and capital letters; raises `ValueError`."""
    product = 36
    for symbol in body:
        product = (product + ALPHABET.index(symbol)) % 36 or 36
        product = product * 2 % 37
    return ALPHABET[(37 - product) % 36]


def identifier(*, type_code: str, issuer_code: str, serial: str, version: int) -> str:
    """`1.2.156.3005.2.<type>.<issuer>.<serial>.<version>.<check>`.

    type_code: credit code of the defining body and three digits. issuer_code: credit code of the issuing body (some cities use
    six digits of the division). serial: any text, of which the letters and digits count. version: 1 to 999. The check character
    covers the four fields without the root and without dots.
    """
    fields = (type_code.upper(), issuer_code.upper(), alphanumerics(serial), f"{version:03d}")
    return ".".join((ROOT, *fields, check_character("".join(fields))))


def alphanumerics(text: str) -> str:
    """The letters and digits of a licence number, in capitals: what the identifier's serial is made of."""
    return "".join(symbol for symbol in text.upper() if symbol in ALPHABET)


def read_identifier(text: str) -> Decision:
    """Whether `text` is a well-formed identifier; allowed carries its four fields as facts."""
    wanted = text.strip().upper()
    fields = wanted.removeprefix(ROOT + ".").split(".")
    malformed = Text("This is not a licence identifier. Check that no character is missing.")
    if not wanted.startswith(ROOT + ".") or len(fields) != _FIELDS or not all(set(f) <= set(ALPHABET) and f for f in fields):
        return deny("malformed_identifier", malformed, "GB/T 36904")
    type_code, issuer_code, serial, version, check = fields
    if len(type_code) != _TYPE_LENGTH or len(version) != _VERSION_LENGTH or not version.isdigit():
        return deny("malformed_identifier", malformed, "GB/T 36904")
    if check_character("".join(fields[:-1])) != check:
        wrong = Text("The check character of this licence identifier is wrong: a character was mistyped.")
        return deny("wrong_check_character", wrong, "GB/T 17710")
    return allow("identifier_ok", basis="GB/T 36904", type_code=type_code, issuer_code=issuer_code, serial=serial,
                 version=int(version))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Validity:
    """First and last day on which a licence holds; `last` None: without end."""

    first: date
    last: date | None


def validity(*, issued_on: date, years: int | None) -> Validity:
    """A licence of `years` holds from the day of issue to the day before its anniversary (29 February: to 28 February)."""
    if years is None:
        return Validity(issued_on, None)
    year = issued_on.year + years
    try:
        anniversary = issued_on.replace(year=year)
    except ValueError:
        return Validity(issued_on, date(year, 2, 28))
    return Validity(issued_on, anniversary - timedelta(days=1))


def holds(*, status: str, valid: Validity, on: date) -> Decision:
    """Whether a licence can be relied on at a day."""
    if status != Status.VALID:
        return deny("not_valid", Text("This licence is no longer valid."), status=status)
    if on < valid.first or (valid.last is not None and on > valid.last):
        return deny("out_of_term", Text("This licence is not valid on this day."))
    return allow("holds", Text("This licence is valid."))


def may_end(*, status: str, to: Status) -> Decision:
    """A licence that has ended stays ended; only an end can be written by `void`."""
    if to not in ENDED:
        return deny("not_an_end", Text("Choose why the licence ends: revoked, cancelled or withdrawn."))
    if status in ENDED:
        return deny("ended_before", Text("This licence has ended already."))
    return allow("may_end", basis="行政许可法 69, 70")
