"""People who join by a file: checked first, told row by row, joined only when somebody says so."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from govpost.parties.models import RoleGrant, Staff
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations
from govpost.surfaces.desk.testing import as_new

pytestmark = pytest.mark.django_db

FILE = """登录名,姓名,单位代码,网点代码,角色,辖区代码,截止日期
wang,王示例,bozhou-government,,综合窗口,,2031-12-31
zhao,赵示例,bozhou-post,SL341602D1,courier,341602,
wang,钱示例,bozhou-government,,,,
Li Si,李示例,bozhou-government,,,,
zhou,周示例,jining-government,,,,
sun,孙示例,bozhou-government,,司令,,
feng,冯示例,bozhou-government,,揽投员,,
"""


@pytest.fixture
def admin(db: None) -> Client:
    load_organisations()
    return as_new(Role.ADMIN)


def _check(client: Client, text: str = FILE) -> str:
    answer = client.post(reverse("desk:joiners"), {"file": SimpleUploadedFile("people.csv", text.encode())})
    return answer.content.decode()


def _signed(page: str) -> str:
    found = re.search(r'name="rows" value="([^"]+)"', page)
    assert found
    return found[1]


def test_checking_a_file_lets_nobody_join_and_tells_every_row(admin: Client) -> None:
    before = Staff.objects.count()
    page = _check(admin)
    assert Staff.objects.count() == before
    for word in ("与第 2 行重复", "小写字母", "没有这个单位代码", "没有这个角色", "邮政单位"):
        assert word in page
    assert "登记这 2 人" in page


def test_every_line_is_told_once_in_the_order_of_the_file(admin: Client) -> None:
    """Line 5 has two faults, line 3 one; the good line 2 and the unknown organisation of line 4 stand among them."""
    head = FILE.splitlines()[0]
    rows = (
        "wang,王示例,bozhou-government,,综合窗口,,",
        "sun,孙示例,bozhou-government,,司令,,",
        "zhou,周示例,nowhere,,,,",
        "Li Si,,bozhou-post,,司令,,",
    )
    sent = SimpleUploadedFile("people.csv", "\n".join((head, *rows)).encode())
    shown = admin.post(reverse("desk:joiners"), {"file": sent}).context
    assert [each.line for each in shown["lines"]] == [2, 3, 4, 5]
    assert (shown["good"], shown["bad"]) == (1, 3)


def test_good_rows_join_with_their_roles_and_a_first_password_each(admin: Client) -> None:
    page = admin.post(reverse("desk:joiners"), {"rows": _signed(_check(admin))}).content.decode()
    words = re.findall(r">([a-z2-9]{4}(?:-[a-z2-9]{4}){3})<", page)
    assert len(set(words)) == 2
    wang, zhao = (Staff.objects.get(login=login) for login in ("wang", "zhao"))
    assert wang.must_change_password
    assert wang.check_password(words[0])
    assert zhao.outlet is not None
    assert {(g.role, g.region, str(g.ends_on)) for g in RoleGrant.objects.filter(staff__in=[wang, zhao])} == {
        ("clerk", "34.3416", "2031-12-31"), ("courier", "34.3416.341602", "None"),
    }  # fmt: skip


def test_the_same_file_again_lets_nobody_join_twice(admin: Client) -> None:
    signed = _signed(_check(admin))
    admin.post(reverse("desk:joiners"), {"rows": signed})
    assert "未登记" in admin.post(reverse("desk:joiners"), {"rows": signed}).content.decode()
    assert Staff.objects.filter(login="wang").count() == 1


def test_rows_that_nobody_checked_are_refused(admin: Client) -> None:
    signed = _signed(_check(admin))
    other = as_new(Role.ADMIN)
    for client, rows in ((admin, signed[:-1]), (other, signed), (admin, "x")):
        assert client.post(reverse("desk:joiners"), {"rows": rows}).status_code == 422
    assert not Staff.objects.filter(login="wang").exists()


@pytest.mark.parametrize("text", ["", "姓名\n王\n", "\x00\x01"])
def test_what_is_no_table_of_people_is_said(admin: Client, text: str) -> None:
    answer = admin.post(reverse("desk:joiners"), {"file": SimpleUploadedFile("people.csv", text.encode())})
    assert answer.status_code == 422
