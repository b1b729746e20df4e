"""Reads the person out of the claims of /userinfo. A claim that is missing or cannot be right is refused, never guessed.

Names of claims: OpenID Connect Core §5.1 where it has one; `user_type`, `id_type`, `id_number`, `assurance_level`,
`legal_representative`, `acting_person` for the rest of GB/T 39046-2020 Table 12. A province with other names gets its own
reading here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from govpost.common.refusal import Rejected
from govpost.parties.ports import HolderKind, IdentityClaims, IdType

# Only the shape is judged: whether a check digit must hold is the parties' rule (old real codes fail it).
_SHAPES: Mapping[str, re.Pattern[str]] = {
    IdType.RESIDENT_ID_CARD: re.compile(r"[1-9]\d{16}[\dX]"),  # GB 11643
    IdType.USCC: re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}"),  # GB 32100
}


def read_claims(claims: Mapping[str, Any]) -> IdentityClaims:
    """The person of a userinfo answer. Raises `Rejected("claims_<name>", …)`."""
    kind = _kind(claims)
    id_type, id_number = _document(claims, kind)
    acting = claims.get("acting_person") if kind == "legal" else None
    agent: Mapping[str, Any] = acting if isinstance(acting, Mapping) else {}
    return IdentityClaims(
        subject=_required(claims, "sub"),
        kind=kind,
        name=_required(claims, "name"),
        id_type=id_type,
        id_number=id_number,
        phone=_phone(claims) if claims.get("phone_number_verified") is True else "",
        assurance=_assurance(claims.get("assurance_level")),
        legal_representative=_text(claims, "legal_representative") if kind == "legal" else "",
        acting_person_name=_required(agent, "name") if agent else "",
        acting_id_number=_document(agent, "natural")[1] if agent else "",
        acting_phone=_phone(agent),
    )


def _kind(claims: Mapping[str, Any]) -> HolderKind:
    kind = claims.get("user_type")
    if kind not in ("natural", "legal"):
        raise Rejected("claims_user_type", "The identity service does not say whether this is a person or an organisation.")
    return cast(HolderKind, kind)


def _document(claims: Mapping[str, Any], kind: HolderKind) -> tuple[str, str]:
    id_type, number = _required(claims, "id_type"), _required(claims, "id_number").upper()
    if kind == "natural" and id_type == IdType.USCC:
        raise Rejected("claims_id_type", "The identity service gives a person the code of an organisation.")
    shape = _SHAPES.get(id_type)
    if shape and not shape.fullmatch(number):
        raise Rejected("claims_id_number", "The identity service sends a document number that cannot be right.")
    return id_type, number


def _phone(claims: Mapping[str, Any]) -> str:
    """National form: +8613812341234 becomes 13812341234; numbers of other countries stay as they are."""
    return re.sub(r"[\s-]", "", _text(claims, "phone_number")).removeprefix("+86")


def _assurance(level: object) -> int:
    """1 to 4; what cannot be read counts as the lowest."""
    return level if isinstance(level, int) and not isinstance(level, bool) and 1 <= level <= 4 else 1


def _required(claims: Mapping[str, Any], name: str) -> str:
    value = _text(claims, name)
    if not value:
        raise Rejected(f"claims_{name}", f"The identity service does not send {name}.")
    return value


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) else ""
