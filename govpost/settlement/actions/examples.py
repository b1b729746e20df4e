"""The example tariffs and agreements of the three cities (synthetic, marked 示例), loaded as often as you like."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, datetime
from importlib import resources

from django.db import transaction

from govpost.common.actor import Actor, permit
from govpost.parties import queries as parties
from govpost.settlement.actions.agreeing import add_agreement, add_tariff
from govpost.settlement.models import Agreement, Tariff
from govpost.settlement.rules import MAY, PriceRow


@transaction.atomic
def load_terms(*, at: datetime, by: Actor) -> int:
    """Posted and agreed tariffs with their prices, then the agreements; returns how many were new. Needs the organisations."""
    permit(by, "keep_agreements", MAY["keep_agreements"], region="")
    before = Tariff.objects.count() + Agreement.objects.count()
    prices = _prices()
    for row in _rows("documents.csv"):
        add_tariff(
            code=row["code"], name=row["name"], name_en=row["name_en"], basis=row["basis"], document=row["document"],
            public_notice=row["public_notice"], region=row["region"], is_public=row["is_public"] == "1",
            starts_on=date.fromisoformat(row["starts_on"]),
            ends_on=date.fromisoformat(row["ends_on"]) if row["ends_on"] else None, rows=prices[row["code"]], at=at, by=by,
        )  # fmt: skip
    for row in _rows("agreements.csv"):
        add_agreement(
            number=row["number"], organisation_id=parties.organisation_by_code(row["organisation"]).id, payer=row["payer"],
            region=row["region"], carrier=row["carrier"], starts_on=date.fromisoformat(row["starts_on"]),
            ends_on=date.fromisoformat(row["ends_on"]), tariff=row["tariff"], at=at, by=by,
        )  # fmt: skip
    return Tariff.objects.count() + Agreement.objects.count() - before


def _prices() -> dict[str, list[PriceRow]]:
    prices: dict[str, list[PriceRow]] = defaultdict(list)
    for row in _rows("tariffs.csv"):
        weights = {name: int(row[name]) for name in ("first_g", "first_fen", "step_g", "step_fen")}
        prices[row["tariff"]].append(PriceRow(zone=row["zone"], item=row["item"], direction=row["direction"], **weights))
    return prices


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("govpost.settlement").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
