"""What somebody in Fuyang 阜阳 writes into the template of Bozhou: their own places, numbers and agreements, and nothing else."""

from __future__ import annotations

from typing import Any

from govpost.places.identifiers import uscc_check

FUYANG, SEAT = "34.3412", "341202"
COUNTIES = ("341202", "341203", "341204", "341221", "341222", "341225", "341226", "341282")
HALLS = ("341221", "341282")  # counties with a hall of their own
STARTS_ON = "2026-03-01"


def filled_in(template: dict[str, Any]) -> dict[str, Any]:
    """The template with every "" filled; placeholders stay as they are."""
    template["fill_in"] = {
        "code": "fuyang", "division": "3412", "seat": SEAT, "effective_on": STARTS_ON,
        "name": "阜阳市（示例）", "name_en": "Fuyang (example)",
    }  # fmt: skip
    for row in (*template["outlets"], *template["halls"]):
        row |= {"address": "颍州区示例大道1号", "phone": "0558-0022001"}
    for pattern in template["county_outlets"]:
        pattern["at"] = {code: {"address": "邮政示例街1号", "phone": f"0558-0{code}"} for code in COUNTIES}
    for pattern in template["county_halls"]:
        pattern["at"] = {code: {"address": "示例路1号", "phone": f"0558-1{code}", "uscc": _uscc(f"11{code}", n)}
                         for n, code in enumerate(HALLS, start=990)}  # fmt: skip
    for n, row in enumerate(template["organisations"]):
        row["uscc"] = _uscc(f"{'91' if row['kind'] == 'postal' else '11'}341200", 900 + n)
    for row in template["tariffs"]:
        row["document"] = row["document"] or "示例阜邮协〔2026〕1号"
    for n, row in enumerate(template["agreements"]):
        row |= {"number": f"EX-AG-FY-{n:02d}", "ends_on": "2027-12-31"}
    return template


def _uscc(first8: str, number: int) -> str:
    first17 = f"{first8}XX{number:07d}"
    return first17 + uscc_check(first17)
