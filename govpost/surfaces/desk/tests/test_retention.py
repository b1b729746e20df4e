"""A class and its periods, holds placed, found and released, certificates as a list and a file; each within the reader's rights."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from govpost.cases import actions as cases
from govpost.cases.states import State
from govpost.cases.testing import SYSTEM, Cast, make_case
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import Refusal
from govpost.delivery.testing import make_order
from govpost.parties.roles import Role
from govpost.retention import actions as retention
from govpost.retention import queries as retention_queries
from govpost.retention.models import Hold, Period
from govpost.retention.rules import Kind
from govpost.retention.testing import make_certificate
from govpost.surfaces.desk.testing import as_actor, as_new

LIST, HOLDS, CERTIFICATES = "/desk/configuration/retention", "/desk/retention/holds", "/desk/retention/certificates"
PERIOD, CLASS = "/desk/configuration/retention/drafts", "/desk/retention/classes/drafts"


@pytest.fixture
def admin(cast: Cast) -> Client:
    return as_new(Role.ADMIN, region="34.3416")


@pytest.fixture
def country(cast: Cast) -> Client:
    return as_new(Role.ADMIN, region="")


def page(client: Client, address: str) -> str:
    return html.unescape(client.get(address).content.decode())


def form() -> dict[str, object]:
    return {"days": 120, "effective_on": shanghai_day(now()) + timedelta(days=5), "why": "窗口要求"}


def test_every_class_stands_with_its_period_its_basis_and_its_last_run(admin: Client) -> None:
    made = make_certificate(rows=7, at=now())
    shown = page(admin, LIST)
    for words in ("未提交的草稿", "《个人信息保护法》第十九、四十七条", "办件 7", made.number):
        assert words in shown, words


def test_a_period_is_set_from_a_day_to_come_and_its_story_says_before_and_after(country: Client) -> None:
    assert country.post(PERIOD, form()).status_code == 302
    assert Period.objects.get().days == 120
    for address in (LIST, CLASS):
        shown = page(country, address)
        assert "保存天数：90 → 120" in shown
        assert "未提交的草稿" in shown
    assert "尚未开始" in page(country, CLASS)


def test_a_period_that_has_not_begun_is_withdrawn_and_the_one_before_goes_on(country: Client, admin: Client) -> None:
    country.post(PERIOD, form())
    address = reverse("desk:period_withdraw", args=[Period.objects.get().id])
    assert admin.get(address).status_code == 404
    assert address in page(country, CLASS)
    assert country.post(address, {"why": ""}).status_code == 422
    assert country.post(address, {"why": "窗口不再要求"}).status_code == 302
    shown = page(country, CLASS)
    for words in ("撤回保存期限", "保存天数：120 → 90", "窗口不再要求"):
        assert words in shown
    assert address not in shown
    assert country.get(address).status_code == 404
    assert retention_queries.days_of(Kind.DRAFTS, shanghai_day(now()) + timedelta(days=9)) == 90
    assert country.post(PERIOD, form()).status_code == 302  # the day is free again


def test_a_period_that_has_begun_is_not_withdrawn(country: Client) -> None:
    country.post(PERIOD, form() | {"effective_on": shanghai_day(now())})
    begun = Period.objects.get()
    assert country.get(reverse("desk:period_withdraw", args=[begun.id])).status_code == 404
    with pytest.raises(Refusal, match="period_began"):
        retention.withdraw_period(period_id=begun.id, why="示例", at=now(), by=SYSTEM)


def test_supervisors_see_what_is_kept_held_and_erased_and_change_nothing(cast: Cast, country: Client) -> None:
    watching, made = as_new(Role.SUPERVISOR, region="34.3416.341602"), make_certificate(at=now())
    country.post(PERIOD, form())
    hold = cases.hold(on="region", value="34.3416.341602", why="示例信访", at=now(), by=SYSTEM)
    for address in (LIST, CLASS, HOLDS, CERTIFICATES, f"{LIST}/certificates/{made.number}"):
        assert watching.get(address).status_code == 200
        assert "/new" not in page(watching, address)
    assert "示例信访" in page(watching, HOLDS)
    assert str(hold.id) not in page(watching, HOLDS)
    for address in (f"{HOLDS}/new", PERIOD, reverse("desk:retention_release", args=[hold.id])):
        assert watching.get(address).status_code == 403


def test_the_whole_country_is_held_by_form_and_told_below(admin: Client, country: Client, cast: Cast) -> None:
    assert admin.post(f"{HOLDS}/new", {"on": "region", "region": "country", "why": "越权示例"}).status_code == 422
    assert country.post(f"{HOLDS}/new", {"on": "region", "region": "country", "why": "示例巡视"}).status_code == 302
    hold = Hold.objects.get()
    assert (hold.value, hold.region) == ("", "")
    for client in (admin, country):
        for address in (HOLDS, LIST, f"{HOLDS}?number={make_case(cast, State.ACCEPTED).number}"):
            assert "全国" in page(client, address)
    assert admin.get(reverse("desk:retention_release", args=[hold.id])).status_code == 404
    assert country.post(reverse("desk:retention_release", args=[hold.id]), {"why": "已结束"}).status_code == 302


def test_only_administrators_and_supervisors_look_at_what_is_kept(admin: Client, cast: Cast) -> None:
    for address in (CLASS, HOLDS, f"{HOLDS}/new", CERTIFICATES):
        assert admin.get(address).status_code == 200
        assert as_actor(cast.wang).get(address).status_code == 403
    assert "修改保存期限" not in page(admin, CLASS)
    assert admin.get("/desk/retention/classes/none").status_code == 404


def test_a_case_is_held_found_by_its_number_and_released_with_a_reason(admin: Client, cast: Cast) -> None:
    case = make_case(cast, State.ACCEPTED)
    placed = admin.post(f"{HOLDS}/new", {"on": "case", "value": case.number, "why": "复议 3 号"})
    assert placed.status_code == 302
    assert "复议 3 号" in page(admin, f"{HOLDS}?number={case.number}")
    assert "已处于保留状态" in html.unescape(
        admin.post(f"{HOLDS}/new", {"on": "case", "value": case.number, "why": "又一次"}).content.decode()
    )
    address = reverse("desk:retention_release", args=[Hold.objects.get().id])
    assert admin.post(address, {"why": ""}).status_code == 422
    assert admin.post(address, {"why": "已结案"}).status_code == 302
    assert str(case.number) not in page(admin, HOLDS)
    released = page(admin, f"{HOLDS}?state=released")
    for words in ("已结案", "解除法律保留", "设定法律保留", "一个办件及其邮件"):
        assert words in released
    assert admin.get(address).status_code == 404


def test_a_number_finds_the_holds_of_its_case_organisation_and_region_too(admin: Client, cast: Cast) -> None:
    case = make_case(cast, State.ACCEPTED)
    mail = make_order(organisation_id=case.department_id)
    assert "没有保留涉及该对象" in page(admin, f"{HOLDS}?number={mail.number}")
    for on, value in (("organisation", case.department.code), ("region", "34.3416")):
        hold = cases.hold(on=on, value=value, why=f"示例{on}", at=now(), by=SYSTEM)
        assert f"示例{on}" in page(admin, f"{HOLDS}?number={mail.number}")
        assert f"示例{on}" in page(admin, f"{HOLDS}?number={case.number}")
        retention.release(hold_id=hold.id, why="已结", at=now(), by=SYSTEM)


@pytest.mark.parametrize(
    ("over", "words"),
    [({"value": ""}, "请指明保留哪一个"), ({"value": "BJ000000-00000000"}, "没有查到这个编号"),
     ({"on": "organisation", "value": "nobody"}, "单位"),
     ({"on": "region"}, "请指明保留哪一个"), ({"on": ""}, "请选择保留对象"), ({"why": ""}, "请说明理由")],
)  # fmt: skip
def test_a_hold_on_nothing_is_refused_with_what_to_do(admin: Client, over: dict[str, str], words: str) -> None:
    refused = admin.post(f"{HOLDS}/new", {"on": "case", "value": "x", "why": "复议 3 号"} | over)
    assert refused.status_code == 422
    assert words in html.unescape(refused.content.decode())


def test_holds_of_another_city_are_neither_seen_nor_released_nor_placed(admin: Client) -> None:
    hold = cases.hold(on="region", value="37.3708", why="济宁的示例", at=now(), by=SYSTEM)
    assert "济宁的示例" not in page(admin, HOLDS)
    assert admin.post(reverse("desk:retention_release", args=[hold.id]), {"why": "已结"}).status_code == 404
    assert admin.post(f"{HOLDS}/new", {"on": "region", "region": "37", "why": "越界示例"}).status_code == 422


def test_a_certificate_is_listed_opened_and_taken_as_a_file(admin: Client) -> None:
    made = make_certificate(rows=7, at=now())
    assert made.number in page(admin, f"{CERTIFICATES}?kind=drafts")
    assert "没有符合条件的证明" in page(admin, f"{CERTIFICATES}?kind=messages")
    sheet = page(admin, f"{LIST}/certificates/{made.number}")
    for words in (made.digest, "cases_case", made.actor):
        assert words in sheet
    file = b"".join(admin.get(f"{CERTIFICATES}?format=csv"))
    assert made.digest in file.decode("utf-8-sig")


def test_lists_ask_the_database_as_often_for_many_as_for_one(
    admin: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(8):
        cases.hold(on="order", value=make_order().number, why="示例复议", at=now(), by=SYSTEM)
        make_certificate(at=now())
    for address in (LIST, HOLDS, CERTIFICATES):
        with django_assert_max_num_queries(18):
            admin.get(address)
