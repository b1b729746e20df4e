"""Finding a service, reading its guide, tracking by number."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from govpost.cases.models import CaseOrder
from govpost.cases.testing import Cast, make_case
from govpost.catalogue.models import Service
from govpost.common.clock import now
from govpost.places.models import Hall
from govpost.surfaces.portal.limits import LOOKUPS

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def english(client: Client) -> Client:
    client.cookies["govpost_language"] = "en"
    return client


def guide_of(client: Client, code: str, region: str) -> str:
    return page(client, f"/services/{Service.objects.get(code=code, region=region).task_code}")


@pytest.mark.parametrize("words", ["理发店", "weisheng", "ggcs", "我想开理发店", "公共场所卫生许可"])
def test_everyday_words_pinyin_and_initials_find_the_licence(client: Client, cast: Cast, words: str) -> None:
    assert "公共场所卫生许可（示例）" in page(client, f"/services?q={words}")


def test_a_city_and_a_kind_of_applicant_narrow_the_list(client: Client, cast: Cast) -> None:
    everywhere = page(client, "/services?q=身份证")
    assert everywhere.count("居民身份证办理") == 3
    assert page(client, "/services?q=身份证&city=3708").count("居民身份证办理") == 1
    assert "居民身份证办理" not in page(client, "/services?city=3708&subject=legal")


def test_a_long_list_costs_no_more_than_a_short_one(client: Client, cast: Cast) -> None:
    with CaptureQueriesContext(connection) as one:
        assert page(client, "/services?q=身份证&city=3708").count('class="row"') == 1
    with CaptureQueriesContext(connection) as all_of_them:
        assert page(client, "/services").count('class="row"') > 5
    assert len(all_of_them) == len(one)


def test_nothing_found_says_what_to_try_and_suggests_items(client: Client, cast: Cast) -> None:
    shown = page(client, "/services?q=飞机")
    assert "没有找到与“飞机”有关的事项" in shown
    assert "12345" in shown
    assert "公共场所卫生许可（示例）" in shown


@pytest.mark.parametrize("query", ["city=9999", "subject=x", "q=" + "长" * 300, "city=%27--"])
def test_odd_filters_are_answered_calmly(client: Client, cast: Cast, query: str) -> None:
    assert client.get(f"/services?{query}").status_code == 200


def test_the_guide_says_papers_days_with_their_law_and_who_pays_why(client: Client, cast: Cast) -> None:
    shown = guide_of(client, "000190001000", "34.3416")
    for wanted in (
        "公共场所卫生许可证申请表",
        "由电子证照库核验，免提交",
        "《行政许可法》第四十二条",
        "政府付费",
        "寄递服务由政府统一购买",
        "不收费",
        "09:00–12:00",
        "24 小时",
    ):
        assert wanted in shown, wanted
    assert "/apply" in shown


def test_where_the_person_pays_the_guide_says_how_much_before_anybody_chooses(client: Client, cast: Cast) -> None:
    shown = guide_of(client, "000793001000", "37.3708")
    assert "¥20.00" in shown
    assert "邮资到付" in shown
    assert "/apply" not in shown  # decided outside: nothing to apply for here
    assert "查邮件" in shown


def test_a_letter_that_nobody_applies_for_says_so(client: Client, cast: Cast) -> None:
    assert "无需申请，也无需寄回" in guide_of(client, "000295001000", "44.4412")
    listed = page(client, "/services?q=法院专递")
    assert "由部门寄出，无需申请" in listed
    assert "到部门办理，结果邮寄" not in listed


def test_the_guide_says_what_the_door_rule_rests_on(client: Client, cast: Cast) -> None:
    assert "法释〔2004〕13号" in guide_of(client, "001096001000", "37.3708")


def test_the_guide_is_complete_in_english(client: Client, cast: Cast) -> None:
    shown = guide_of(english(client), "000190001000", "34.3416")
    assert "Hygiene licence for public places" in shown
    assert "The government pays" in shown


def test_the_page_of_every_item_is_all_english_in_english(client: Client, cast: Cast) -> None:
    """What stays Chinese are names: of the house, of the other language, streets."""
    english(client)
    streets, seen = list(Hall.objects.values_list("address", flat=True)), set()
    for service in Service.objects.exclude(code="000000000000").order_by("task_code"):
        answer = client.get(f"/services/{service.task_code}")
        seen.add(answer.status_code)
        words = re.sub(r"<(script|style).*?</\1>|<!--.*?-->|<[^>]*>", " ", answer.content.decode(), flags=re.DOTALL)
        for name in ("政邮通", "中文", *streets):
            words = words.replace(name, "")
        assert not re.search(r"Kind of item\s+\d", words), service.item_type
        assert re.findall(r"[^\s]*[一-鿿（）；：，。]+[^\s]*", words) == [], (service.code, service.region)
    assert seen == {200, 410}


def test_an_item_that_has_ended_says_when_and_why(client: Client, cast: Cast) -> None:
    code = Service.objects.get(code="000786001000").task_code
    page = client.get(f"/services/{code}")
    assert page.status_code == 410
    assert "2017" in page.content.decode()
    assert "国环规大气〔2016〕2号" in page.content.decode()


def test_an_unknown_item_is_not_found(client: Client, cast: Cast) -> None:
    page(client, "/services/0000", 404)
    page(client, "/services/000000000000", 404)  # the imported history's item is nobody's to apply for


def test_the_posted_tariffs_show_their_document(client: Client, cast: Cast) -> None:
    shown = page(client, "/tariffs")
    assert "示例资费公告〔2016〕1号" in shown
    assert "¥20.00" in shown
    assert "示例亳政购" not in shown  # an agreement is not a posted price


def test_the_first_page_greets_lin_with_what_she_has_under_way(cast: Cast, lin: Client, client: Client) -> None:
    case = make_case(cast, at=now())
    assert str(case.number) in page(lin, "/")
    assert str(case.number) not in page(client, "/")


def test_a_number_alone_shows_stage_and_city_only(cast: Cast, client: Client) -> None:
    case = make_case(cast, at=now(), paper_way="door")
    shown = page(client, f"/track?number={CaseOrder.objects.get(case=case).number.lower()}")
    assert "已下单" in shown
    assert "亳州市" in shown
    for secret in ("林示例", "15400000001", "薛阁", str(case.number), "卫生"):
        assert secret not in shown


def test_an_unknown_number_and_a_case_number_get_the_same_answer(cast: Cast, client: Client) -> None:
    answers = {number: page(client, f"/track?number={number}", 404) for number in (make_case(cast, at=now()).number, "BJ261123-99999999")}
    known, unknown = (re.sub(f'{number}|nonce="[^"]+"', "", shown) for number, shown in answers.items())
    assert known == unknown


def test_an_empty_number_is_asked_for(client: Client, db: None) -> None:
    assert "请输入回执或短信里的单号" in page(client, "/track?number=+", 422)


def test_a_robot_is_slowed_down_and_told_until_when(client: Client, db: None) -> None:
    for _ in range(LOOKUPS):
        page(client, "/track?number=GP1", 404)
    answer = client.get("/track?number=GP1")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    assert "十分钟" in answer.content.decode()
    assert Client().get("/track?number=GP1").status_code == 429  # a new session is no new visitor
    assert client.get("/track", REMOTE_ADDR="10.0.0.9").status_code == 200


def test_behind_the_proxy_only_its_own_word_counts(client: Client, db: None, settings: object) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # type: ignore[attr-defined]
    for n in range(LOOKUPS):
        client.get("/track?number=GP1", HTTP_X_FORWARDED_FOR=f"10.9.9.{n}, 10.0.0.1")
    assert client.get("/track?number=GP1", HTTP_X_FORWARDED_FOR="1.2.3.4, 10.0.0.1").status_code == 429
    assert client.get("/track?number=GP1", HTTP_X_FORWARDED_FOR="1.2.3.4, 10.0.0.2").status_code == 404


def test_the_notice_is_there_for_everybody(client: Client, db: None) -> None:
    assert "寄递为自愿选择" in page(client, "/notice")
    assert "is voluntary" in page(english(client), "/notice")
