"""The account pages: every account and tariff stands there by its name, never by its key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from govpost.common.clock import now, shanghai_day
from govpost.delivery import actions as mail
from govpost.delivery.rules import Place
from govpost.delivery.testing import SYSTEM, make_order, seen
from govpost.journal.testing import drain
from govpost.parties.queries import organisation_by_code
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations
from govpost.profiles.testing import load_profiles
from govpost.settlement.testing import make_tariff
from govpost.surfaces.desk.testing import as_new

DELIVERED = now() - timedelta(hours=1)
MONTH = f"{shanghai_day(DELIVERED):%Y-%m}"  # an hour ago may have been last month


@pytest.fixture
def finance(journey: str) -> Client:
    """One mail that the recipient paid at the door, one that the government pays; both delivered an hour ago."""
    load_organisations()
    load_profiles()
    make_tariff("T-DOOR", name="到付示例资费", name_en="Sample freight collect")
    payers = {"recipient": "SL341602D1", "government": str(organisation_by_code("bozhou-government").id)}
    placed = DELIVERED - timedelta(hours=1)
    for n, (payer, key) in enumerate(payers.items(), start=1):
        waybill = f"111000000000{n}"
        place = Place("341602", "SL341602D1")
        make_order(at=placed, ref=waybill, waybill_no=waybill, payer=payer, account=f"{payer}:{key}", tariff="T-DOOR", destination=place)
        rows = [
            seen(waybill, "collected", placed + timedelta(minutes=5)),
            seen(waybill, "delivered", DELIVERED, signer_class="addressee"),
        ]
        mail.record_scans(rows, at=now(), by=SYSTEM)
    drain()
    return as_new(Role.FINANCE, organisation="bozhou-post", region="34.3416")


def test_accounts_stand_by_name(finance: Client) -> None:
    text = finance.get(reverse("desk:accounts") + f"?month={MONTH}").content.decode()
    assert "亳州市政务服务管理局（示例）" in text
    assert "谯城区邮政揽投部（示例）" in text
    assert ">recipient:" not in text


def test_an_account_names_its_outlet_and_tariff(finance: Client) -> None:
    text = finance.get(reverse("desk:account") + f"?account=recipient:SL341602D1&month={MONTH}").content.decode()
    assert "谯城区邮政揽投部（示例）" in text
    assert "到付示例资费" in text
    assert "T-DOOR" not in text
