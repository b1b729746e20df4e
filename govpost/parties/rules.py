"""Who may change people and organisations, and which roles fit which organisation: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from govpost.common.actor import within
from govpost.common.refusal import Decision, allow, deny
from govpost.common.text import Text
from govpost.parties.ports import IdType
from govpost.parties.roles import Role
from govpost.places import identifiers

_ADMIN = frozenset({Role.ADMIN})
DESK = frozenset({Role.CLERK, Role.OFFICER, Role.STATION})

MAY: dict[str, frozenset[Role]] = {
    "enter_party": frozenset({Role.CLERK}),  # after a look at the document
    "introduce_party": frozenset({Role.INTEGRATOR}),  # whom another platform has signed in
    "sign_in": frozenset(),  # only the system, after the province's identity service has answered
    "take_effect": frozenset(),  # the clock: what was planned for a day
    "add_organisation": _ADMIN,
    "add_staff": _ADMIN,
    "change_organisation": _ADMIN,
    "rename_organisation": _ADMIN,
    "close_organisation": _ADMIN,
    "set_password": _ADMIN,
    "rename_staff": _ADMIN,
    "move_staff": _ADMIN,
    "cancel_move": _ADMIN,
    "deactivate_staff": _ADMIN,
    "return_staff": _ADMIN,
    "unlock_staff": _ADMIN,
    "reset_second_factor": _ADMIN,
    "grant": _ADMIN,
    "extend_grant": _ADMIN,
    "end_grant": _ADMIN,
    "make_partner_key": _ADMIN,
    "rotate_partner_key": _ADMIN,
    "end_partner_key": _ADMIN,
    "read_identity": DESK,
    "find_parties": DESK,
    "see_organisations": frozenset(Role),
    "see_staff": frozenset({Role.ADMIN, Role.DISPATCHER, Role.SUPERVISOR}),
    "see_partner_keys": _ADMIN,
}

LEAST_REASON = 4
WRONG_CODES = 6  # then a pause, so that a million codes cannot be tried
RECOVERY_CODES = 10
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)
_POSTAL_ROLES = frozenset({Role.COURIER, Role.STATION})
_OFFICE_ROLES = frozenset({Role.OFFICER, Role.SENDER, Role.INTEGRATOR})


@dataclass(frozen=True, slots=True)
class Identity:
    """The full data of a person; kept out of `repr`, and so out of logs and traces."""

    name: str = field(repr=False)
    id_type: str
    id_number: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PartyContact:
    """Name and telephone, as a waybill needs them."""

    name: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The encrypted document of a party. The `acting_…` fields are the natural person who acts for a legal one."""

    name: str = field(repr=False)
    id_type: str
    id_number: str = field(repr=False)
    phone: str = field(repr=False)
    legal_representative: str = field(default="", repr=False)
    acting_name: str = field(default="", repr=False)
    acting_id_number: str = field(default="", repr=False)
    acting_phone: str = field(default="", repr=False)

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Sealed:
        return cls(**data)

    @property
    def reachable(self) -> str:
        """The telephone to call: an enterprise without one is reached through whoever acts for it."""
        return self.phone or self.acting_phone


# What a window accepts besides identity cards and credit codes (GB/T 39046 Table 12), and by which it enters somebody.
OTHER_DOCUMENTS = (
    IdType.PASSPORT, IdType.HONG_KONG_MACAO_RESIDENT, IdType.TAIWAN_TRAVEL_PERMIT, IdType.FOREIGN_PERMANENT_RESIDENCE,
    IdType.RESIDENCE_PERMIT,
)  # fmt: skip
ENTERED_AT_WINDOW = 3  # the original document was looked at by an officer
VOUCHED_BY_PLATFORM = 2  # another platform says who it is; nobody here looked
_OTHER_NUMBER = re.compile(r"[A-Z0-9]{5,20}")
_LONGEST_NAME = 100


def check_number(id_type: str, id_number: str, *, on: date) -> Decision:
    """Whether a number can be one of its kind of document; a credit code that fails its check is let through."""
    if id_type == IdType.USCC and identifiers.resident_id(id_number, on=on).allowed:
        return deny("not_uscc", Text("This is an identity card number. Choose the kind of document that fits."))
    if id_type == IdType.USCC:
        return identifiers.uscc(id_number)
    if id_type == IdType.RESIDENT_ID_CARD:
        return identifiers.resident_id(id_number, on=on)
    if id_type not in set(OTHER_DOCUMENTS):
        return deny("id_type_unknown", Text("Choose the kind of document."))
    if not _OTHER_NUMBER.fullmatch(identifiers.cleaned(id_number)):
        return deny("id_form", Text("Enter the number as it stands on the document: 5 to 20 letters and digits."))
    return allow("id_ok")


def check_entry(*, name: str, id_type: str, id_number: str, phone: str, assurance: int, on: date) -> dict[str, Text]:
    """What is wrong with somebody who is entered, by field. At a window somebody may have no telephone."""
    errors: dict[str, Text] = {}
    if not 1 <= len(name.strip()) <= _LONGEST_NAME:
        errors["name"] = Text("Enter the name as it stands on the document.")
    if not (number := check_number(id_type, id_number, on=on)).allowed:
        errors["id_number"] = number.sentence
    may_lack = assurance == ENTERED_AT_WINDOW and not phone.strip()
    if not may_lack and not (reached := identifiers.phone(phone)).allowed:
        errors["phone"] = reached.sentence
    return errors


def plain_phone(phone: str) -> str:
    """+86 138 1234 1234 → 13812341234, so that one number has one blind index."""
    digits = "".join(phone.split()).replace("-", "")
    return digits.removeprefix("+86")


def role_fits(role: Role, organisation_kind: str | None) -> Decision:
    """Postal roles belong to a postal organisation; who decides or sends does it for one organisation."""
    if role in _POSTAL_ROLES and organisation_kind != "postal":
        return deny("needs_postal", Text("Couriers and stationed clerks belong to a postal organisation. Choose one."))
    if role in _OFFICE_ROLES and organisation_kind is None:
        return deny("needs_organisation", Text("This role is held for one organisation. Choose it."))
    return allow()


def roles_apart(role: Role, others: Iterable[str]) -> Decision:
    """Who gives rights does not use them (三员分立, GB/T 22239 8.1.4.2): an administrator holds no other role."""
    held = set(others) - {role.value}
    if held and (role is Role.ADMIN or Role.ADMIN.value in held):
        sentence = Text("An administrator holds no other role. End the other role first, or give this one to somebody else.")
        return deny("roles_apart", sentence, "GB/T 22239")
    return allow(basis="GB/T 22239")


def stands_above(regions: Iterable[str], region: str) -> bool:
    """Whether one of the regions lies above `region`; the headquarters, which nothing is above, stand above themselves."""
    return any(not own or (own != region and within(region, own)) for own in regions)


def needs_second_factor(roles: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether one of somebody's roles is among those that may not be used with a password alone."""
    return not set(wanted).isdisjoint(roles)


def login_form(login: str) -> Decision:
    if _LOGIN.fullmatch(login):
        return allow()
    return deny("login_form", Text("A login has 2 to 40 small letters, digits, dots or hyphens, and begins with a letter or digit."))


def reason_given(reason: str) -> Decision:
    if len(reason.strip()) < LEAST_REASON:
        return deny("reason_missing", Text("Say why in a few words; the reason is kept and the person reads it."))
    return allow()


def outlet_fits(outlet_region: str, organisation_kind: str, organisation_region: str) -> Decision:
    if organisation_kind != "postal":
        return deny("outlet_not_postal", Text("Only people of a postal organisation work at an outlet. Leave the outlet empty."))
    if not within(outlet_region, organisation_region):
        return deny("outlet_elsewhere", Text("This outlet lies outside the organisation's region. Choose another one."))
    return allow()


def dates_fit(starts_on: date, ends_on: date | None) -> Decision:
    if ends_on is not None and ends_on < starts_on:
        return deny("dates_reversed", Text("The last day lies before the first. Check both dates."))
    return allow()


def cause_given(cause: str, case: str) -> Decision:
    """Full personal data is shown for a named cause in a named case only (PIPL 6, 28)."""
    if len(cause.strip()) < 2 or not case.strip():
        return deny("cause_missing", Text("Say for which case and why you need the full data; both are kept."), "个人信息保护法 6, 28")
    return allow(basis="个人信息保护法 6, 28")
