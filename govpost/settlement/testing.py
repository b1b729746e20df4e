"""Builders of settlement: a changed order as the ledger hears it, a tariff, an agreement; every field overridable."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from govpost.common.clock import SHANGHAI
from govpost.common.ids import uuid7
from govpost.parties.models import Organisation
from govpost.settlement.models import Agreement, Tariff, TariffRow

AT = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)


def make_change(**over: Any) -> dict[str, Any]:
    """The payload of one `delivery.order_changed`: a result delivered to Lin, 15 yuan, the government pays."""
    values: dict[str, Any] = {
        "order": str(uuid7()), "number": "GP261123-TEST", "ref": "case:test", "direction": "result", "version": 5,
        "before": "out_for_delivery", "after": "delivered", "item": "000117000001", "region": "34.3416.341602",
        "occurred_at": AT.isoformat(), "known_at": AT.isoformat(), "collected_at": AT.isoformat(),
        "arrived_at": AT.isoformat(), "attempts": 0,
        "signer": "addressee", "source": "ems",
        "payer": "government", "account": f"government:{UUID(int=1)}", "tariff": "BZ-GOV-2026", "price_fen": 1500,
    }  # fmt: skip
    return values | over


def make_tariff(code: str = "BZ-GOV-2026", rows: tuple[dict[str, Any], ...] = (), **over: Any) -> Tariff:
    """An agreed tariff: the first 500 g for 12 yuan in the city, 15 in the province, 22 beyond; further 500 g for 4, 6, 10."""
    values: dict[str, Any] = {
        "name": "示例协议资费", "name_en": "Sample agreed tariff", "basis": "协议", "document": "示例〔2026〕1号",
        "public_notice": "", "region": "34.3416", "is_public": False, "starts_on": date(2026, 1, 1), "ends_on": None,
    }  # fmt: skip
    tariff = Tariff.objects.create(code=code, **(values | over))
    default = tuple(
        {"zone": zone, "first_g": 500, "first_fen": first, "step_g": 500, "step_fen": step}
        for zone, first, step in (("same_city", 1200, 400), ("same_province", 1500, 600), ("other", 2200, 1000))
    )
    TariffRow.objects.bulk_create(TariffRow(tariff=tariff, **row) for row in rows or default)
    return tariff


def make_agreement(organisation: Organisation, tariff: Tariff, **over: Any) -> Agreement:
    """The organisation pays for its region's mail through 2026."""
    values: dict[str, Any] = {
        "number": f"XY-{uuid7().hex[-8:]}", "payer": "government", "region": "34.3416", "carrier": "ems",
        "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31),
    }  # fmt: skip
    return Agreement.objects.create(organisation=organisation, tariff=tariff, **(values | over))
