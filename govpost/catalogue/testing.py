"""Builders for tests: the seeded items, and a document of a new one."""

from __future__ import annotations

from typing import Any

from govpost.catalogue import actions, queries
from govpost.catalogue.models import Service
from govpost.journal.testing import once
from govpost.parties.testing import load_organisations
from govpost.places.identifiers import uscc_check
from govpost.places.testing import AT, LOADER

HYGIENE, FOOD, FREIGHT = "000190001000", "000191001000", "000192001000"
IDENTITY, PLATES, NOTICE = "000793001000", "000794001000", "000295001000"


@once
def load_catalogue() -> None:
    """Places, organisations and the items of the three cities."""
    load_organisations()
    actions.load_seed(at=AT, by=LOADER)


def hygiene() -> Service:
    """公共场所卫生许可, as Bozhou's health commission offers it."""
    return queries.service(HYGIENE, AT.date(), "34.3416")


def make_document(**over: Any) -> dict[str, Any]:
    """A valid document of an item of item type 20, decided outside, offered by Bozhou's enforcement bureau."""
    document: dict[str, Any] = {
        "code": "002099001000", "version": 1, "name": "示例服务", "name_en": "Example service", "summary": "示例",
        "owner": "outside", "item_type": "20", "subject": "both", "valid_from": "2026-01-01", "keywords": ["样例"],
        "directions": ["single"], "papers": [],
        "mail": {"signers": ["addressee"], "needs_code": False, "attempts_max": 2, "hold_days": 7, "goods": False,
                 "post_only": False, "basis": "示例协议", "weight_g": 50},
        "offers": [{"region": "34.3416", "department": "bozhou-enforcement"}],
    }  # fmt: skip
    return {**document, **over}


def make_licence_document(**over: Any) -> dict[str, Any]:
    """A valid document of a licence decided inside."""
    first17 = "11110000XX0000999"
    document = make_document(
        code="000199001000", owner="inside", item_type="01",
        clocks={"accept": {"days": 5, "basis": "行政许可法 32"}, "decide": {"days": 20, "basis": "行政许可法 42"},
                "deliver": {"days": 10, "basis": "行政许可法 44"}},
        licence={"type_code": f"{first17}{uscc_check(first17)}001", "name": "示例证", "name_en": "Example licence"},
        papers=[{"name": "申请表", "name_en": "Form", "form": "original"}],
    )  # fmt: skip
    return {**document, **over}
