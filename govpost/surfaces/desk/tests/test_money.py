"""The account pages: every account and tariff stands there by its name, never by its key."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from govpost.common.clock import now, shanghai_day
from govpost.delivery import actions as mail
from govpost.delivery.rules import Place
from govpost.delivery.testing import SYSTEM, make_order, seen
from govpost.journal.testing import drain
from govpost.parties.queries import organisation_by_code
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations
from govpost.profiles.testing import load_profiles
from govpost.settlement import actions as settlement
from govpost.settlement.models import Statement
from govpost.settlement.testing import make_agreement, make_change, make_tariff
from govpost.surfaces.desk.testing import as_new

DELIVERED = now() - timedelta(hours=1)
MONTH = f"{shanghai_day(DELIVERED):%Y-%m}"  # an hour ago may have been last month


_serial = count(1110000000001)


def charge(account: str) -> None:
    """One mail of this account, delivered an hour ago."""
    placed, waybill, place = DELIVERED - timedelta(hours=1), str(next(_serial)), Place("341602", "SL341602D1")
    make_order(
        at=placed, ref=waybill, waybill_no=waybill, payer=account.partition(":")[0], account=account, tariff="T-DOOR", destination=place
    )
    rows = [
        seen(waybill, "collected", placed + timedelta(minutes=5)),
        seen(waybill, "delivered", DELIVERED, signer_class="addressee"),
    ]
    mail.record_scans(rows, at=now(), by=SYSTEM)
    drain()


@pytest.fixture
def finance(journey: str) -> Client:
    """One mail that the recipient paid at the door, one that the government pays; both delivered an hour ago."""
    load_organisations()
    load_profiles()
    make_tariff("T-DOOR", name="到付示例资费", name_en="Sample freight collect")
    charge("recipient:SL341602D1")
    charge(f"government:{organisation_by_code('bozhou-government').id}")
    return as_new(Role.FINANCE, organisation="bozhou-post", region="34.3416")


def test_accounts_stand_by_name(finance: Client) -> None:
    text = finance.get(reverse("desk:accounts") + f"?month={MONTH}").content.decode()
    assert "亳州市政务服务管理局（示例）" in text
    assert "谯城区邮政揽投部（示例）" in text
    assert ">recipient:" not in text
    file = finance.get(reverse("desk:accounts") + f"?month={MONTH}&format=csv")
    assert '"谯城区邮政揽投部（示例）","邮资到付"' in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]


def test_accounts_are_found_by_name_and_payer_and_read_page_by_page(finance: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address = reverse("desk:accounts") + f"?month={MONTH}"

    def named(asked: str) -> list[str]:
        return [name for _line, name in finance.get(address + asked).context["rows"]]

    everything = named("")
    assert len(everything) == 2
    assert named("&q=谯城") == named("&payer=recipient") == ["谯城区邮政揽投部（示例）"]
    assert named("&q=济宁") == []
    assert len(b"".join(finance.get(address + "&q=谯城&format=csv")).splitlines()) == 2
    monkeypatch.setattr("govpost.surfaces.desk.money.views.SIZE", 1)
    following = finance.get(address).context["page"]["next"]
    assert [named(""), named(f"&after={following}"), named("&after=gone")] == [everything[:1], everything[1:], everything[:1]]


def test_an_account_names_its_outlet_and_tariff(finance: Client) -> None:
    text = finance.get(reverse("desk:account") + f"?account=recipient:SL341602D1&month={MONTH}").content.decode()
    assert "谯城区邮政揽投部（示例）" in text
    assert "到付示例资费" in text
    assert "T-DOOR" not in text


def test_more_accounts_cost_no_more_queries(finance: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert finance.get(reverse("desk:accounts") + f"?month={MONTH}").status_code == 200
        return len(queries)

    asked()  # what is remembered from here on
    before = asked()
    for code in ("bozhou-health", "bozhou-post"):
        charge(f"department:{organisation_by_code(code).id}")
    charge("recipient:SL341621D1")
    assert asked() == before


@pytest.fixture
def stated(finance: Client) -> Statement:
    """The government's statement of last month: one charge."""
    at = now() - timedelta(days=shanghai_day(now()).day + 2)
    payer = organisation_by_code("bozhou-government")
    account = f"government:{payer.id}"
    make_agreement(payer, make_tariff(), number="XY-7", starts_on=at.date() - timedelta(days=60), ends_on=at.date() + timedelta(days=60))
    change = make_change(
        order=str(make_order(at=at, account=account).id), account=account, occurred_at=at.isoformat(), known_at=at.isoformat(),
        item="000117000001", region="34.3416",
    )  # fmt: skip
    settlement.post_changes([change], by=SYSTEM)
    assert finance.post(reverse("desk:statements_make")).status_code == 302
    return Statement.objects.get(charges=1, fen=1500)


def test_finance_makes_the_missing_statements_and_finds_them(finance: Client, stated: Statement) -> None:
    text = finance.get(reverse("desk:statements")).content.decode()
    assert stated.number in text
    assert "亳州市政务服务管理局（示例）" in text
    assert stated.number not in finance.get(reverse("desk:statements") + "?q=济宁").content.decode()
    assert stated.number in finance.get(reverse("desk:statements") + f"?month={stated.month:%Y-%m}&q=政务服务").content.decode()


def test_the_list_of_statements_is_a_file_too(finance: Client, stated: Statement) -> None:
    lines = b"".join(finance.get(reverse("desk:statements") + "?format=csv")).decode().splitlines()
    assert any(stated.number in line and "15.00" in line for line in lines)


def test_a_statement_is_a_page_a_file_and_a_sheet(finance: Client, stated: Statement) -> None:
    address = reverse("desk:statement", args=[stated.number])
    assert "GP261123-TEST" in finance.get(address).content.decode()
    assert stated.digest in finance.get(reverse("desk:statement_print", args=[stated.number])).content.decode()
    lines = b"".join(finance.get(address + "?format=csv")).decode().splitlines()
    assert len(lines) == 2
    assert "15.00" in lines[1]
    book = load_workbook(BytesIO(finance.get(address + "?format=xlsx").content))
    assert book.active is not None
    assert [row[2] for row in book.active.iter_rows(values_only=True)] == ["寄递单号", "GP261123-TEST"]


def test_a_statement_is_read_by_agreement_on_screen_on_paper_and_in_the_file(finance: Client, stated: Statement) -> None:
    address = reverse("desk:statement", args=[stated.number])
    for page in (address, f"{address}?agreement=XY-7", reverse("desk:statement_print", args=[stated.number])):
        text = finance.get(page).content.decode()
        for words in ("按协议和事项", "XY-7", "GP261123-TEST"):
            assert words in text
    assert "GP261123-TEST" not in finance.get(f"{address}?agreement=XY-8").content.decode()
    assert stated.number in finance.get(reverse("desk:statements") + "?q=XY-7").content.decode()
    assert stated.number not in finance.get(reverse("desk:statements") + "?q=XY-8").content.decode()
    for agreement, length in (("XY-7", 2), ("XY-8", 1)):
        lines = b"".join(finance.get(f"{address}?format=csv&agreement={agreement}")).decode().splitlines()
        assert len(lines) == length
    assert "XY-7" in b"".join(finance.get(f"{address}?format=csv")).decode()


def test_chosen_statements_are_printed_together(finance: Client, stated: Statement) -> None:
    address = reverse("desk:statements_print")
    assert f'value="{stated.number}"' in finance.get(reverse("desk:statements")).content.decode()
    printed = finance.get(address, {"number": [stated.number, stated.number]}).content.decode()
    assert printed.count("one-sheet") == 1
    assert stated.digest in printed
    assert finance.get(address).status_code == 422
    stranger = as_new(Role.FINANCE, organisation="jining-post", region="37.3708")
    assert stranger.get(address, {"number": stated.number}).status_code == 404


def test_a_page_behind_the_last_or_damaged_is_no_error(finance: Client, stated: Statement) -> None:
    address = reverse("desk:statement", args=[stated.number])
    assert finance.get(address + "?after=99").status_code == 200
    assert finance.get(address + "?after=x").status_code == 422


def test_whoever_is_of_another_city_finds_no_statement(stated: Statement) -> None:
    stranger = as_new(Role.FINANCE, organisation="jining-post", region="37.3708")
    assert stranger.get(reverse("desk:statement", args=[stated.number])).status_code == 404
    assert stated.number not in stranger.get(reverse("desk:statements")).content.decode()
