"""What parties needs from a province's unified identity service 统一身份认证: a person sent there, and who came back.

The field set follows GB/T 39046-2020 Table 12 (user code, name, kind and number of the document, real-name level; for a legal
person its name, USCC and legal representative). Document kinds are the holder types of the e-licence directory (`IdType`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

from govpost.common.refusal import Problem

HolderKind = Literal["natural", "legal"]


class IdType(StrEnum):
    """Kinds of identity document by their official codes; an unknown code is kept as it came, never guessed."""

    USCC = "001"
    RESIDENT_ID_CARD = "111"
    TEMPORARY_ID_CARD = "112"
    HOUSEHOLD_REGISTER = "113"
    RESIDENCE_PERMIT = "154"
    DRIVING_LICENCE = "335"
    PASSPORT = "414"
    TAIWAN_TRAVEL_PERMIT = "511"
    MAINLANDER_TO_HONG_KONG_MACAO = "513"
    HONG_KONG_MACAO_RESIDENT = "516"
    FOREIGN_PERMANENT_RESIDENCE = "553"
    OTHER = "999"


@dataclass(frozen=True, slots=True)
class IdentityClaims:
    """Who signed in, as the province says.

    `subject` is the province's stable user code. `assurance` runs from 1 (self-declared) to 4 (face checked against the
    police's record). For a legal person `name` and `id_number` are the organisation's, and the `acting_…` fields name the
    natural person at the keyboard. `phone` is "" unless the province has verified it. Personal fields stay out of `repr`.
    """

    subject: str
    kind: HolderKind
    name: str = field(repr=False)
    id_type: str
    id_number: str = field(repr=False)
    phone: str = field(repr=False)
    assurance: int
    legal_representative: str = field(default="", repr=False)
    acting_person_name: str = field(default="", repr=False)
    acting_id_number: str = field(default="", repr=False)
    acting_phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that was begun: send the browser to `authorize_url`, keep the rest in its session until it returns."""

    authorize_url: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    code_verifier: str = field(repr=False)


class Identity(Protocol):
    """A province's identity service. Every method may raise `Unavailable` or `Rejected`; `check` raises neither."""

    def begin(self, redirect_uri: str) -> SignIn:
        """Start a sign-in that comes back to `redirect_uri`."""

    def finish(
        self,
        callback_params: Mapping[str, str],
        *,
        redirect_uri: str,
        state: str,
        nonce: str,
        code_verifier: str,
    ) -> IdentityClaims:
        """Turn the query of the return into the person; the other values are those that `begin` gave."""

    def sign_out_url(self, return_to: str) -> str:
        """Where to send the browser to end the province's session; `return_to` itself where there is no such place."""

    def check(self) -> list[Problem]:
        """Whether configuration and service are fit for use: empty means yes."""
