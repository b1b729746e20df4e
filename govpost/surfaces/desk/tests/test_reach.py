"""Where the door is served: one county's townships, villages and outlets, changed by form and by file; an address tried."""

from __future__ import annotations

import html
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from govpost.cases.testing import Cast
from govpost.common.clock import now, shanghai_day
from govpost.dispatch.reach import plan_of
from govpost.gateways.files.areas import read_areas
from govpost.journal.models import Fact
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.surfaces.desk.testing import as_new

COUNTY, OFFICE = "/desk/reach/341602", "SL341602D1"
TABLE = "乡镇街道,村,投递日,网点,别名,停用\n谯城示例乡,示例西村,周三,SL341602D1,,\n谯城示例乡,示例新村,一四,SL341602D1,新村点,\n"


@pytest.fixture
def admin(cast: Cast) -> Client:
    return as_new(Role.ADMIN, region="34.3416")


def page(client: Client, address: str = COUNTY) -> str:
    return html.unescape(client.get(address).content.decode())


def days_of(street: str, ahead: int = 1) -> str | None:
    found = places.find_area("341602", street, shanghai_day(now()) + timedelta(days=ahead)).area
    return found.days if found else None


def form(**over: object) -> dict[str, object]:
    tomorrow = shanghai_day(now()) + timedelta(days=1)
    return {"name": "示例新村", "parent": "谯城示例乡", "words": "", "outlet": OFFICE, "days": ["1", "4"], "starts_on": tomorrow} | over


def test_a_county_shows_its_townships_villages_days_and_how_full_its_windows_are(admin: Client) -> None:
    shown = page(admin)
    for words in ("谯城示例乡", "示例山村", "周二、周四", "邮政不到", "0 / 20", "谯城区邮政揽投部（示例）"):
        assert words in shown
    assert "谯城区" in page(admin, "/desk/reach")
    assert "任城区" not in page(admin, "/desk/reach")
    narrowed = page(admin, f"{COUNTY}?words=山村")
    assert "示例山村" in narrowed
    assert "示例西村" not in narrowed
    assert "没有这个名称" in page(admin, f"{COUNTY}?words=无此村")


def test_another_citys_county_and_unknown_outlets_are_not_found(admin: Client) -> None:
    for address in ("/desk/reach/370811", "/desk/reach/341602000000", f"{COUNTY}/SL370811D1", f"{COUNTY}/area?code=nobody"):
        assert admin.get(address).status_code == 404, address
    assert as_new(Role.CLERK).get(COUNTY).status_code == 403


@pytest.mark.parametrize(
    ("street", "words"),
    [
        ("薛阁街道示例路 2 号", "揽投员可以到这个地址上门"),
        ("谯城示例乡示例山村 3 组", "邮政到示例山村的日子是周二、周四"),
        ("示例岛村 1 号", "邮政不到示例岛村上门"),
        ("", "请填写街道"),
    ],
)
def test_an_address_is_tried_and_the_answer_says_why(admin: Client, street: str, words: str) -> None:
    assert words in html.unescape(admin.post(COUNTY, {"street": street}).content.decode())


def test_a_village_is_added_and_changed_from_a_day_on_and_the_story_names_who(admin: Client) -> None:
    assert admin.post(f"{COUNTY}/area", form()).status_code == 302
    assert days_of("示例新村") == "14"
    shown = page(admin)
    assert "修改了乡镇和村" in shown
    assert "示例新村" in shown
    today = admin.post(f"{COUNTY}/area?code=341602-0301", form(name="示例西村", days=["3"], starts_on=shanghai_day(now())))
    assert today.status_code == 422
    assert "请从明天或以后生效" in html.unescape(today.content.decode())
    assert days_of("示例西村") == "135"


def test_an_outlets_places_are_changed_and_shown(admin: Client) -> None:
    today = shanghai_day(now())
    assert admin.get(f"{COUNTY}/{OFFICE}").status_code == 200
    less = {"capacity": "5", "capacity_14": "1", "on_holidays": "yes", "starts_on": today}
    assert admin.post(f"{COUNTY}/{OFFICE}", less).status_code == 422
    assert admin.post(f"{COUNTY}/{OFFICE}", {**less, "starts_on": today + timedelta(days=1)}).status_code == 302
    plan = plan_of(OFFICE, today + timedelta(days=1))
    assert (plan.capacity, plan.capacities, plan.on_holidays) == (5, {"14": 1}, True)
    assert plan_of(OFFICE, today).capacity is None


def test_a_file_is_checked_first_and_kept_by_the_second_press(admin: Client) -> None:
    tomorrow, facts = shanghai_day(now()) + timedelta(days=1), Fact.objects.count()
    checked = admin.post(f"{COUNTY}/file", {"file": SimpleUploadedFile("a.csv", TABLE.encode("gb18030")), "starts_on": tomorrow})
    shown = html.unescape(checked.content.decode())
    assert checked.status_code == 200
    assert "新增" in shown
    assert "有变化" in shown
    assert Fact.objects.count() == facts
    rows = checked.context["form"]["rows"].value()
    assert admin.post(f"{COUNTY}/file", {"rows": rows, "starts_on": tomorrow, "save": "1"}).status_code == 302
    assert (days_of("示例西村"), days_of("新村点 1 号")) == ("3", "14")


@pytest.mark.parametrize(
    ("table", "words"),
    [("乡镇街道,村,投递日,网点\n无此乡,示例村,1,SL341602D1\n", "没有登记"),
     ("乡镇街道,村,投递日,网点\n谯城示例乡,示例村,每周九,SL341602D1\n", "请用数字写投递日"),
     ("乡镇街道,投递日\n谯城示例乡,1\n", "网点"), ("", "")],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_row(admin: Client, table: str, words: str) -> None:
    tomorrow = shanghai_day(now()) + timedelta(days=1)
    sent = {"file": SimpleUploadedFile("a.csv", table.encode()), "starts_on": tomorrow, "save": "1"}
    answer = admin.post(f"{COUNTY}/file", sent)
    assert answer.status_code == 422
    assert words in html.unescape(answer.content.decode())


def test_what_is_exported_comes_in_again_and_changes_nothing(admin: Client) -> None:
    out = b"".join(admin.get(f"{COUNTY}/export").streaming_content)  # type: ignore[attr-defined]
    assert "示例山村" in out.decode("utf-8-sig")
    tomorrow, facts = shanghai_day(now()) + timedelta(days=1), Fact.objects.count()
    sent = {"file": SimpleUploadedFile("a.csv", out), "starts_on": tomorrow, "save": "1"}
    assert admin.post(f"{COUNTY}/file", sent).status_code == 302
    assert Fact.objects.count() == facts
    book = load_workbook(BytesIO(admin.get(f"{COUNTY}/export?format=xlsx").content))
    assert [cell.value for cell in book.active[1]][:4] == ["乡镇街道", "村", "投递日", "网点"]


def test_the_dispatcher_sees_what_is_left_today_in_few_questions(cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    dispatcher = as_new(Role.DISPATCHER, region="34.3416")
    dispatcher.get("/desk/dispatch")
    with django_assert_max_num_queries(25):
        shown = html.unescape(dispatcher.get("/desk/dispatch").content.decode())
    assert "今天已预约的揽收" in shown


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("谯城示例乡,示例西村,89,SL341602D1,,", "第 2 行："),
        ("无此镇,丙村,135,SL341602D1,,", "无此镇"),
        ("谯城示例乡,丙村,135,SLNONE,,", "网点"),
    ],
)
def test_the_check_of_a_file_already_says_what_keeping_would_refuse(admin: Client, row: str, sentence: str) -> None:
    before = Fact.objects.count()
    sent = {
        "file": SimpleUploadedFile("areas.csv", f"乡镇街道,村,投递日,网点,别名,停用\n{row}\n".encode()),
        "starts_on": form()["starts_on"],
    }
    answer = admin.post(f"{COUNTY}/file", sent)
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.content.decode()).partition("表格有错误")[2].partition("</div>")[0]
    assert 'name="save"' not in answer.content.decode()
    assert Fact.objects.count() == before


def test_the_line_that_is_told_is_the_one_an_editor_or_spreadsheet_shows(admin: Client) -> None:
    good, wrong, cells = "谯城示例乡,示例西村,3,SL341602D1,,", "无此镇,丙村,135,SL341602D1,,", "乡镇街道,村,投递日,网点,别名,停用"
    lines = ["谯城区投递日（示例）,,,,,", "", cells, good, "", '谯城示例乡,示例新村,1,SL341602D1,"甲', '乙",', wrong]
    sent = {"file": SimpleUploadedFile("areas.csv", "\n".join(lines).encode()), "starts_on": form()["starts_on"]}
    told = html.unescape(admin.post(f"{COUNTY}/file", sent).content.decode())
    assert "第 8 行：" in told
    sent["file"] = SimpleUploadedFile("areas.csv", "\n".join(lines[:-1]).encode())
    kept = admin.post(f"{COUNTY}/file", sent).context["form"]["rows"].value()
    assert [(row.line, row.name) for row in read_areas(kept.encode())[0]] == [(4, "示例西村"), (6, "示例新村")]


def test_a_village_that_stands_twice_is_told_with_its_line(admin: Client) -> None:
    row = "谯城示例乡,示例西村,3,SL341602D1"
    sent = {"file": SimpleUploadedFile("a.csv", f"乡镇街道,村,投递日,网点\n{row}\n{row}\n".encode()), "starts_on": form()["starts_on"]}
    assert "第 3 行：" in html.unescape(admin.post(f"{COUNTY}/file", sent).content.decode())
