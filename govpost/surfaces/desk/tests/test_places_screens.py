"""The administrators' pages of outlets, halls, working days and retention: changed with before and after, for coming days only."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from govpost.common.clock import now, shanghai_day
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations
from govpost.places import actions, queries
from govpost.places.models import CalendarDay, Outlet, ServiceArea
from govpost.places.testing import LOADER
from govpost.retention.models import Period
from govpost.surfaces.desk.testing import as_new

pytestmark = pytest.mark.django_db
HALL, OFFICE = "HALL341601", "SL341602D1"


@pytest.fixture
def admin(db: None) -> Client:
    load_organisations()
    actions.load_calendar(at=now(), by=LOADER)
    return as_new(Role.ADMIN)


@pytest.fixture
def country(admin: Client) -> Client:
    return as_new(Role.ADMIN, region="")


def at(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def said(code: str = OFFICE, **over: str) -> dict[str, str]:
    office = Outlet.objects.get(code=code)
    return {"name": office.name, "name_en": office.name_en, "address": office.address, "phone": office.phone} | over


def test_an_outlet_is_changed_and_its_story_says_what_it_was(admin: Client) -> None:
    before = Outlet.objects.get(code=OFFICE).address
    assert admin.post(at("outlet", OFFICE), said(address="")).status_code == 422
    assert admin.post(at("outlet", OFFICE), said(address="示例新路 8 号")).status_code == 302
    assert f"{before} → 示例新路 8 号" in page(admin, at("outlet", OFFICE))
    facts = page(admin, at("outlet", OFFICE)).count("修改网点")
    admin.post(at("outlet", OFFICE), said())
    assert page(admin, at("outlet", OFFICE)).count("修改网点") == facts  # the same again is no change


def test_a_county_has_one_delivery_office_and_the_next_follows_a_closed_one(admin: Client) -> None:
    new = said(name="谯城区第二揽投部（示例）") | {"code": "SL341602D9", "kind": "delivery_office", "division": "341602"}
    refused = admin.post(at("outlet_new"), new)
    assert refused.status_code == 422
    assert "已有" in refused.content.decode()
    relied = admin.post(at("outlet_close", OFFICE), {"reason": "示例"})
    assert "请先为这些乡镇另设网点" in relied.content.decode()
    ServiceArea.objects.filter(division="341602").delete()
    assert admin.post(at("outlet_close", OFFICE), {"reason": ""}).status_code == 422
    assert admin.post(at("outlet_close", OFFICE), {"reason": "撤并"}).status_code == 302
    assert queries.find_delivery_outlet("341602") is None
    assert admin.post(at("outlet_new"), new).status_code == 302
    found = queries.find_delivery_outlet("341602")
    assert found is not None
    assert found.code == "SL341602D9"


def test_a_station_desk_in_a_hall_is_not_closed_under_it(admin: Client) -> None:
    refused = admin.post(at("outlet_close", "SL341600S1"), {"reason": "示例"})
    assert refused.status_code == 422
    assert "请先为该大厅另设驻点窗口" in refused.content.decode()
    assert admin.post(at("hall_close", HALL), {"reason": "搬迁"}).status_code == 302
    assert HALL not in [hall.code for hall in queries.halls("34.3416")]
    assert "已关闭" in page(admin, at("halls"))
    assert admin.post(at("outlet_close", "SL341600S1"), {"reason": "示例"}).status_code == 302


def test_an_exception_moves_the_terms_that_begin_and_is_taken_back(admin: Client) -> None:
    calendar, today = f"hall:{HALL}", shanghai_day(now())
    usual = queries.add_working_days(today, 5, calendar).on
    form = {"calendar": calendar, "on": usual.isoformat(), "is_working": "no", "note": "大厅搬迁"}
    assert admin.post(at("day_new"), form | {"on": today.isoformat()}).status_code == 422
    assert admin.post(at("day_new"), form).status_code == 302
    assert queries.add_working_days(today, 5, calendar).on > usual
    assert queries.add_working_days(today, 5).on == usual  # elsewhere nothing moved
    text = page(admin, f"{at('calendars')}?calendar={calendar}&year={usual.year}")
    assert "大厅搬迁" in text
    assert "data-own" in text
    admin.post(at("day_remove"), {"calendar": calendar, "on": usual.isoformat()})
    assert queries.add_working_days(today, 5, calendar).on == usual
    assert "撤销例外" in page(admin, f"{at('calendars')}?calendar={calendar}")


def test_days_without_a_notice_are_provisional_until_it_is_entered(admin: Client, country: Client) -> None:
    year = date.max.year if (until := queries.calendar_covered_until()) is None else until.year + 1
    address = f"{at('calendars')}?year={year}"
    if year - shanghai_day(now()).year < 3:
        assert "data-provisional" in page(country, address)
    days = f"{year}-10-01至{year}-10-07 休 国庆节\n{year}-10-10 班 国庆节调休\n"
    form = {"year": year, "note": "国办发明电示例", "days": days}
    assert country.post(at("notice_new"), form | {"days": "十月一日放假"}).status_code == 422
    assert admin.post(at("notice_new"), form).status_code == 422  # the country's calendar is the country's
    assert not CalendarDay.objects.filter(on__year=year).exists()
    assert country.post(at("notice_new"), form).status_code == 302
    assert CalendarDay.objects.get(calendar="CN", on=date(year, 10, 1)).note == "国庆节"
    assert queries.is_working_day(date(year, 10, 10))
    assert queries.calendar_covered_until() == date(year, 12, 31)


def test_another_citys_calendar_outlet_and_hall_are_not_found(admin: Client) -> None:
    kong = as_new(Role.ADMIN, organisation="jining-government", region="37.3708")
    for address in (at("outlet", OFFICE), at("hall", HALL), f"{at('calendars')}?calendar=hall:{HALL}", at("outlet_close", OFFICE)):
        assert kong.get(address).status_code == 404
    assert OFFICE not in page(kong, at("outlets"))


def test_a_period_is_changed_from_a_day_on_by_the_whole_country_only(admin: Client, country: Client) -> None:
    tomorrow = (shanghai_day(now()) + timedelta(days=1)).isoformat()
    form = {"days": "400", "effective_on": tomorrow, "why": "示例制度〔2026〕2号"}
    assert admin.post(at("period_new", "messages"), form).status_code == 404
    assert country.post(at("period_new", "ledger"), form).status_code == 404  # evidence is kept
    assert country.post(at("period_new", "messages"), form | {"days": "1"}).status_code == 422
    assert country.post(at("period_new", "messages"), form).status_code == 302
    assert Period.objects.get().days == 400
    text = page(admin, at("retention"))
    assert "400天 ·" in text
    assert "设置保存期限" in text
