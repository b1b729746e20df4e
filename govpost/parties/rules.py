"""Who may change people and organisations, and which roles fit which organisation: pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from govpost.common.refusal import Decision, allow, deny
from govpost.common.text import Text
from govpost.parties.roles import Role

_ADMIN = frozenset({Role.ADMIN})
DESK = frozenset({Role.CLERK, Role.OFFICER, Role.STATION})

MAY: dict[str, frozenset[Role]] = {
    "sign_in": frozenset(),  # only the system, after the province's identity service has answered
    "add_organisation": _ADMIN,
    "add_staff": _ADMIN,
    "set_password": _ADMIN,
    "deactivate_staff": _ADMIN,
    "grant": _ADMIN,
    "end_grant": _ADMIN,
    "make_partner_key": _ADMIN,
    "end_partner_key": _ADMIN,
    "read_identity": DESK,
    "find_parties": DESK,
    "see_organisations": frozenset(Role),
    "see_staff": frozenset({Role.ADMIN, Role.DISPATCHER, Role.SUPERVISOR}),
    "see_partner_keys": _ADMIN,
}

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


def dates_fit(starts_on: date, ends_on: date | None) -> Decision:
    if ends_on is not None and ends_on < starts_on:
        return deny("dates_reversed", Text("The last day lies before the first. Check both dates."))
    return allow()


def cause_given(cause: str, case: str) -> Decision:
    """Full personal data is shown for a named cause in a named case only (PIPL 6, 28)."""
    if len(cause.strip()) < 2 or not case.strip():
        return deny("cause_missing", Text("Say for which case and why you need the full data; both are kept."), "PIPL 6, 28")
    return allow(basis="PIPL 6, 28")
