"""The two ciphertexts of a case: what the applicant said, and the officer's sentences. Bound to the row, opened only here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from govpost.cases.intake import Comer, Given
from govpost.cases.models import Case
from govpost.cases.rules import Address
from govpost.common.crypto import blind_index, seal, unseal
from govpost.common.refusal import Refusal
from govpost.common.text import Text


@dataclass(slots=True)
class Said:
    """The applicant's words: answers by key, and the address for papers and result (None: not given yet).

    At a window besides: the checklist of papers, who came, and the papers (ids) that were told to be missing. phone: where this
    case is told of instead of the account's telephone ("": there).
    """

    answers: dict[str, str] = field(default_factory=dict, repr=False)
    address: Address | None = field(default=None, repr=False)
    checklist: dict[str, Given] = field(default_factory=dict)
    comer: Comer | None = field(default=None, repr=False)
    told: list[str] = field(default_factory=list)
    phone: str = field(default="", repr=False)


@dataclass(slots=True)
class Words:
    """The officer's words: points of the correction, reason and remedy of a decision."""

    corrections: list[str] = field(default_factory=list, repr=False)
    reason: str = field(default="", repr=False)
    remedy: str = field(default="", repr=False)


def said(case: Case) -> Said:
    document = unseal(case.sealed, bound_to=f"case:{case.id}:said")
    address = document["address"]
    comer = document.get("comer")
    return Said(
        dict(document["answers"]), Address.from_json(address) if address else None,
        {paper: Given.from_json(given) for paper, given in document.get("checklist", {}).items()},
        Comer(**comer) if comer else None, document.get("told", []), document.get("phone", ""),
    )  # fmt: skip


def address_of(case: Case) -> Address:
    """The applicant's address; raises Refusal where none was given (papers brought, result fetched)."""
    address = said(case).address
    if address is None:
        raise Refusal("no_address", Text("The applicant gave no address. Hand things over at the window."))
    return address


def put_said(case: Case, said: Said) -> None:
    document: dict[str, Any] = {
        "answers": said.answers, "address": said.address.to_json() if said.address else None,
        "checklist": {paper: given.to_json() for paper, given in said.checklist.items()},
        "comer": said.comer.to_json() if said.comer else None, "told": said.told, "phone": said.phone,
    }  # fmt: skip
    case.sealed = seal(document, bound_to=f"case:{case.id}:said")


def words(case: Case) -> Words:
    return Words(**unseal(case.words, bound_to=f"case:{case.id}:words"))


def put_words(case: Case, words: Words) -> None:
    document = {"corrections": words.corrections, "reason": words.reason, "remedy": words.remedy}
    case.words = seal(document, bound_to=f"case:{case.id}:words")


def parcel_digest(case: Case) -> bytes:
    """Equal for the same name, telephone, address and payer, readable by nobody: which results may share a parcel."""
    address = address_of(case)
    parts = (address.name, address.phone, address.division, address.street, case.payers["result"]["payer"])
    return blind_index("parcel", "\x00".join(parts))
