"""The administrators' pages of agreements, tariffs and carriers: entered by form, dated, told with before and after."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from govpost.cases.testing import SYSTEM
from govpost.catalogue.testing import FOOD, NOTICE, load_catalogue
from govpost.common.clock import now, shanghai_day
from govpost.parties.roles import Role
from govpost.parties.testing import make_staff
from govpost.settlement import actions
from govpost.settlement.models import Agreement, CarrierRuling, Tariff
from govpost.surfaces.desk.testing import as_new
from govpost.surfaces.shared.formats import day

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Client:
    """An administrator of Bozhou, with the example terms."""
    load_catalogue()
    actions.load_terms(at=now(), by=SYSTEM)
    return as_new(Role.ADMIN)


def agreement() -> Agreement:
    return Agreement.objects.get(number="EX-AG-BZ-01")


def at(name: str, agreement: Agreement) -> str:
    return reverse(f"desk:{name}", args=[agreement.id])


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def test_an_agreement_is_renewed_and_the_page_says_what_pays_then(admin: Client) -> None:
    assert "之后下单的邮件将被拒绝" in page(admin, at("agreement", agreement()))
    form = {"number": "XY-2028", "tariff": "EX-BOZHOU-GOV", "ends_on": "2028-12-31"}
    answer = admin.post(at("agreement_renew", agreement()), form)
    assert answer.headers["Location"] == at("agreement", Agreement.objects.get(number="XY-2028"))
    text = page(admin, at("agreement", agreement()))
    assert "之后由另一份协议付费" in text
    assert "XY-2028" in text
    again = admin.post(at("agreement_renew", agreement()), form)
    assert again.status_code == 422
    assert "已有此编号的协议" in again.content.decode()


def test_an_early_end_is_told_with_before_and_after(admin: Client) -> None:
    today = shanghai_day(now())
    assert admin.post(at("agreement_end", agreement()), {"ends_on": today.isoformat()}).status_code == 422
    admin.post(at("agreement_end", agreement()), {"ends_on": today.isoformat(), "reason": "示例终止函〔2026〕1号"})
    text = page(admin, at("agreement", agreement()))
    assert "示例终止函〔2026〕1号" in text
    assert f"2027年12月31日 → {day(today)}" in text


def test_a_client_gets_its_manager_by_name(admin: Client) -> None:
    sun = make_staff(organisation="bozhou-post", name="孙示例")
    form = {"staff": str(sun.id), "starts_on": shanghai_day(now()).isoformat()}
    assert admin.post(at("agreement_manager", agreement()), form).status_code == 302
    assert page(admin, at("agreement", agreement())).count("孙示例") >= 2  # among the facts and in the story
    assert "孙示例" in page(admin, reverse("desk:agreements"))


def test_the_list_is_filtered_exported_and_costs_the_same_with_more_rows(admin: Client) -> None:
    assert "EX-AG-JN-01" not in page(admin, reverse("desk:agreements"))
    assert "没有符合条件的协议" in page(admin, reverse("desk:agreements") + "?words=nobody")
    export = b"".join(admin.get(reverse("desk:agreements") + "?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "EX-AG-BZ-01" in export

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(admin, reverse("desk:agreements") + "?state=in_force")
        return len(queries)

    asked()
    before = asked()
    actions.add_agreement(
        number="XY-MORE", organisation_id=agreement().organisation_id, payer="department", region="34.3416.341602",
        starts_on=date(2026, 1, 1), ends_on=date(2099, 1, 1), tariff="EX-BOZHOU-DEPT", at=now(), by=SYSTEM,
    )  # fmt: skip
    assert asked() == before


def tariff_form(**over: Any) -> dict[str, Any]:
    values = {
        "code": "BOZHOU-2028", "name": "亳州示例资费", "name_en": "Bozhou example", "basis": "协议", "document": "示例〔2027〕9号",
        "region": "34.3416", "starts_on": "2028-01-01", "rows": "区域,首重,首重资费,续重,续重资费\n同城,500,12.50,500,3\n",
    }  # fmt: skip
    return values | over


def test_a_tariff_is_checked_first_and_entered_then(admin: Client) -> None:
    new = reverse("desk:tariff_new")
    wrong = admin.post(new, tariff_form(rows="区域,首重,首重资费,续重,续重资费\n近,500,12,500,3\n"))
    assert wrong.status_code == 422
    assert "第 2 行" in (said := wrong.content.decode())
    assert "区域请填同城、省内、省外" in said
    checked = admin.post(new, tariff_form())
    assert "¥12.50" in checked.content.decode()
    assert not Tariff.objects.filter(code="BOZHOU-2028").exists()
    saved = admin.post(new, tariff_form(save="1"))
    made = Tariff.objects.get(code="BOZHOU-2028")
    assert saved.headers["Location"] == reverse("desk:tariff", args=[made.id])
    assert made.rows.get().first_fen == 1250
    assert admin.post(new, tariff_form(save="1")).status_code == 422  # never another one under the same code


def test_a_file_takes_the_place_of_the_lines(admin: Client) -> None:
    file = SimpleUploadedFile("prices.csv", "区域,首重,首重资费,续重,续重资费\n省外,1000,22,500,9\n".encode("gb18030"), "text/csv")
    checked = admin.post(reverse("desk:tariff_new"), tariff_form(file=file))
    header = "区域,事项,方向,首重（克）,首重资费（元）,续重（克）,续重资费（元）"
    assert checked.context["form"]["rows"].value() == f"{header}\n省外,,,1000,22,500,9\n"


def test_a_try_out_says_why(admin: Client) -> None:
    tariff = Tariff.objects.get(code="EX-BOZHOU-GOV")
    address = reverse("desk:tariff", args=[tariff.id])
    text = page(admin, address + "?weight_g=1300&origin=341602&destination=370883&item=")
    assert "¥38.00" in text
    assert "省外：首重500克¥20.00" in text.replace("&nbsp;", "")
    assert admin.get(address + "?weight_g=&origin=341602&destination=370883").status_code == 422
    assert admin.post(reverse("desk:tariff_end", args=[tariff.id]), {"ends_on": "2020-01-01"}).status_code == 422


def test_the_law_stands_beside_every_carrier_and_no_ruling_breaks_it(admin: Client) -> None:
    actions.declare_carrier(code="kd", name="示例快递", name_en="Example Express", basis="示例许可", at=now(), by=SYSTEM)
    text = page(admin, reverse("desk:carriers"))
    assert "依法只有邮政企业可以寄递" in text
    assert reverse("desk:carrier_new") not in text  # the whole country's
    tomorrow = (shanghai_day(now()) + timedelta(days=1)).isoformat()
    form = {"carrier": "kd", "region": "34.3416", "allowed": "yes", "basis": "示例政采〔2026〕3号", "starts_on": tomorrow}
    refused = admin.post(reverse("desk:ruling_new"), form | {"item": NOTICE})
    assert refused.status_code == 422
    assert "依法由邮政专营" in refused.content.decode()
    assert admin.post(reverse("desk:ruling_new"), form | {"item": FOOD, "basis": ""}).status_code == 422
    assert admin.post(reverse("desk:ruling_new"), form | {"item": FOOD}).status_code == 302
    assert CarrierRuling.objects.get().basis == "示例政采〔2026〕3号"
    assert "示例政采〔2026〕3号" in page(admin, reverse("desk:carriers"))
    assert admin.post(reverse("desk:carrier_new"), {"code": "x", "name": "x", "name_en": "x", "basis": "x"}).status_code == 422
