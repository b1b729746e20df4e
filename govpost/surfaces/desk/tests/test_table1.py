"""Table 1 at the desk: the paper's words, counts that open what they count, and nobody else's city."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from govpost.cases.testing import make_case, make_cast
from govpost.common.clock import now, shanghai_day
from govpost.delivery.models import Order
from govpost.delivery.rules import Direction
from govpost.delivery.testing import make_order
from govpost.journal.testing import drain
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations
from govpost.profiles.testing import load_profiles
from govpost.quality.models import Intake
from govpost.surfaces.desk.testing import as_new

TABLE, BEHIND = "/desk/three-cities", "/desk/three-cities/behind"


@pytest.fixture
def order(journey: str) -> Order:
    load_organisations()
    load_profiles()
    made = make_order(at=now() - timedelta(days=3), payer="recipient", direction=Direction.SINGLE)
    drain()
    return made


def country(role: Role = Role.SUPERVISOR) -> Client:
    return as_new(role, organisation="bozhou-government", region="")


def test_the_page_has_the_papers_words_and_opens_its_counts(order: Order) -> None:
    page = country().get(TABLE).content.decode()
    for words in ("收寄方式", "实物寄递（派驻+网上接单）", "计算机和手机端都接入", "已声明，尚未运行"):
        assert words in page
    assert "评估日期 2017年3月28日，签署亳州市客户经理（示例）" in page
    assert f"{BEHIND}?city=bozhou&amp;what=recipient_pays&amp;on={shanghai_day(now())}" in page
    opened = country().get(BEHIND, {"city": "bozhou", "what": "recipient_pays", "on": str(shanghai_day(now()))})
    assert f'{order.number}">{order.number}</a>' in opened.content.decode()
    assert order.number not in country().get(BEHIND, {"city": "bozhou", "what": "sender_pays"}).content.decode()


def test_another_days_table_is_asked_for_by_its_day(order: Order) -> None:
    assert "2016-06-01" in country().get(TABLE, {"on": "2016-06-01"}).content.decode()
    assert "收寄方式" not in country().get(TABLE, {"on": "2015-06-01"}).content.decode()
    assert country().get(TABLE, {"on": "yesterday"}).status_code == 422


def test_a_city_shows_its_own_column_and_a_county_none(db: None) -> None:
    load_organisations()
    load_profiles()
    page = as_new(Role.QUALITY, organisation="bozhou-post", region="34.3416").get(TABLE).content.decode()
    assert "亳州市" in page
    assert "济宁市" not in page
    assert (
        as_new(Role.QUALITY, organisation="bozhou-post", region="37").get(BEHIND, {"city": "bozhou", "what": "orders"}).status_code == 404
    )
    county = as_new(Role.QUALITY, organisation="bozhou-post", region="34.3416.341602").get(TABLE)
    assert (county.status_code, "亳州市客户经理" in county.content.decode()) == (200, False)


def test_an_administrator_is_led_to_no_page_that_is_not_theirs(order: Order) -> None:
    page = country(Role.ADMIN).get(BEHIND, {"city": "bozhou", "what": "recipient_pays"}).content.decode()
    assert order.number in page
    assert f"/{order.number}" not in page


def test_a_case_opens_in_the_supervision_window(journey: str, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    case = make_case(make_cast(), at=now() - timedelta(days=2))
    drain()
    assert Intake.objects.filter(kind="case").count() == 1
    supervisor = country()
    with django_assert_max_num_queries(16):
        page = supervisor.get(BEHIND, {"city": "bozhou", "what": "online_cases"}).content.decode()
    assert f'href="/desk/supervision/{case.number}"' in page
