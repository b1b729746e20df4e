"""What somebody in Fuyang 阜阳 writes into the template of Bozhou: their own places, numbers and agreements, and nothing else."""

from __future__ import annotations

from typing import Any

from govpost.places.identifiers import uscc_check

FUYANG, SEAT = "34.3412", "341202"
COUNTIES = ("341202", "341203", "341204", "341221", "341222", "341225", "341226", "341282")
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
    for n, row in enumerate(template["organisations"]):
        first17 = f"{'91' if row['kind'] == 'postal' else '11'}341200XX{900 + n:07d}"
        row["uscc"] = first17 + uscc_check(first17)
    for row in template["tariffs"]:
        row["document"] = row["document"] or "示例阜邮协〔2026〕1号"
    for n, row in enumerate(template["agreements"]):
        row |= {"number": f"EX-AG-FY-{n:02d}", "ends_on": "2027-12-31"}
    return template
