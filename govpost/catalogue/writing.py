"""A published version as the document it was published from: what `documents` checks and `actions.publish` takes. Pure of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from govpost.catalogue.models import Paper, Service

_MAIL = ("signers", "needs_code", "attempts_max", "hold_days", "goods", "post_only", "weight_g")
_PLAIN = (
    "code", "version", "name", "name_en", "summary", "summary_en", "owner", "item_type", "subject", "validity_basis", "validity_basis_en",
)  # fmt: skip


def document_of(services: Sequence[Service], papers: Iterable[Paper]) -> dict[str, Any]:
    """One document for all who offer the same version; `papers` are the first one's, in order. Departments must be loaded."""
    service = services[0]
    document: dict[str, Any] = {key: value for key in _PLAIN if (value := getattr(service, key)) != ""}
    document |= {
        "valid_from": service.valid_from.isoformat(), "valid_to": service.valid_to.isoformat() if service.valid_to else None,
        "keywords": list(service.keywords), "fee": {"fen": service.fee_fen, **_basis(service, "fee")},
        "clocks": _clocks(service), "licence": _licence(service), "papers": [_paper(paper) for paper in papers],
        "mail": {key: getattr(service, key) for key in _MAIL} | _basis(service, "mail"),
        "offers": [
            {"region": str(each.region), "department": each.department.code if each.department else None} for each in services
        ],
    }  # fmt: skip
    return document | ({"directions": list(service.directions)} if service.directions else {})


def _basis(service: Service, part: str) -> dict[str, str]:
    """What a part rests on; in English where that was given."""
    basis, english = getattr(service, f"{part}_basis"), getattr(service, f"{part}_basis_en")
    return {"basis": basis, "basis_en": english} if english else {"basis": basis}


def _clocks(service: Service) -> dict[str, Any]:
    clocks: dict[str, Any] = {"start": service.clock_start} if service.clock_start else {}
    if service.accept_days is not None:
        clocks["accept"] = {"days": service.accept_days, "basis": service.accept_basis}
    if service.decide_days is not None:
        decide = {"days": service.decide_days, "unit": service.decide_unit, "basis": service.decide_basis}
        clocks["decide"] = decide | ({"legal_days": service.legal_days} if service.legal_days is not None else {})
    if service.deliver_days is not None:
        clocks["deliver"] = {"days": service.deliver_days, "basis": service.deliver_basis}
    return clocks


def _licence(service: Service) -> dict[str, Any]:
    named = {"type_code": service.licence_type_code, "name": service.result_name, "name_en": service.result_name_en}
    licence: dict[str, Any] = {key: value for key, value in named.items() if value}
    return licence | ({"years": service.licence_years} if service.licence_years is not None else {})


def _paper(paper: Paper) -> dict[str, Any]:
    document: dict[str, Any] = {"name": paper.name, "name_en": paper.name_en, "form": paper.form, "copies": paper.copies}
    document |= {"required": paper.required}
    if paper.waived:
        document |= {"waived_because": paper.waived_because, "waived_because_en": paper.waived_because_en}
    return document


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Dotted key → (before, after) where two documents differ; papers by name, number and days left out."""
    old, new = flat(before), flat(after)
    keys = [key for key in (*old, *(key for key in new if key not in old)) if key not in ("version", "valid_from", "valid_to")]
    return {key: (old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key) and not key.startswith("offers")}


def flat(document: dict[str, Any]) -> dict[str, Any]:
    """A document as dotted keys and plain values, in its own order: "mail.hold_days"; papers go by their names."""
    found: dict[str, Any] = {}
    for key, value in document.items():
        if isinstance(value, dict):
            found |= {f"{key}.{inner}": each for inner, each in flat(value).items()}
        elif key == "papers":
            found |= {f"papers.{paper['name']}": paper for paper in value}
        else:
            found[key] = value
    return found
