"""Staff sign in with login and password; wrong ones learn nothing, and too many are held up."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.test import Client

from govpost.parties.models import Staff
from govpost.parties.roles import Role
from govpost.parties.testing import PASSWORD, load_organisations, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.urls("govpost.surfaces.shared.tests.routes")]


@pytest.fixture
def wang(db: None) -> Staff:
    load_organisations()
    staff = make_staff(Role.CLERK, login="wang")
    staff.set_password(PASSWORD)
    staff.save()
    return staff


def _sign_in(client: Client, password: str = PASSWORD, login: str = "wang", way_on: str = "", to: str = "/desk/sign-in"):  # type: ignore[no-untyped-def]
    return client.post(to, {"username": login, "password": password, "next": way_on})


def test_wang_signs_in_and_goes_on_to_where_she_wanted(client: Client, wang: Staff) -> None:
    assert _sign_in(client, way_on="/desk/any")["Location"] == "/desk/any"
    assert client.get("/desk/any").status_code == 200


@pytest.mark.parametrize(("to", "home"), [("/desk/sign-in", "/desk/"), ("/courier/sign-in", "/courier/")])
def test_without_a_wish_the_surface_s_home_follows(client: Client, wang: Staff, to: str, home: str) -> None:
    assert _sign_in(client, to=to)["Location"] == home


def test_the_way_on_never_leads_to_another_site(client: Client, wang: Staff) -> None:
    assert _sign_in(client, way_on="https://elsewhere.example/")["Location"] == "/desk/"


def test_a_wrong_password_and_a_wrong_login_read_the_same(client: Client, wang: Staff) -> None:
    for login, password in (("wang", "wrong"), ("nobody", PASSWORD)):
        response = _sign_in(client, password, login)
        assert response.status_code == 422
        assert "登录名或密码不正确" in response.content.decode()


def test_somebody_who_left_does_not_come_in(client: Client, wang: Staff) -> None:
    Staff.objects.filter(pk=wang.pk).update(is_active=False)
    assert _sign_in(client).status_code == 422


def test_empty_fields_are_named(client: Client, db: None) -> None:
    page = _sign_in(client, "", "").content.decode()
    assert '<a href="#id_username">请输入登录名。</a>' in page
    assert '<a href="#id_password">请输入密码。</a>' in page
    assert 'aria-describedby="id_username_error"' in page


def test_too_many_wrong_passwords_are_held_up_with_clear_words(client: Client, wang: Staff) -> None:
    answers = [_sign_in(client, "wrong").status_code for _ in range(9)]
    assert answers[0] == 422
    held = _sign_in(client)
    assert held.status_code == 429
    assert "15 分钟" in held.content.decode()


def test_signing_out_ends_the_session(client: Client, wang: Staff) -> None:
    _sign_in(client)
    assert client.post("/sign-out", {"next": "/desk/sign-in"})["Location"] == "/desk/sign-in"
    assert client.get("/desk/any").status_code == 302


def test_signing_out_needs_the_form(client: Client, wang: Staff) -> None:
    assert client.get("/sign-out").status_code == 405


def test_a_demonstration_offers_its_people_and_nothing_else_does(client: Client, wang: Staff, settings: Any) -> None:
    settings.DEMO_LOGINS = [
        {"login": "wang", "password": PASSWORD, "place": "亳州", "words": "综合窗口 王示例", "surface": "desk"},
        {"login": "zhao", "password": PASSWORD, "place": "亳州谯城区", "words": "揽投员 赵示例", "surface": "courier"},
    ]
    page = client.get("/desk/sign-in").content.decode()
    assert "<h3>亳州" in page
    assert "综合窗口 王示例" in page
    assert "赵示例" not in page
    settings.DEMO = False
    assert PASSWORD not in client.get("/desk/sign-in").content.decode()


def test_many_people_of_a_demonstration_are_folded_by_place_and_found_by_words_and_role(client: Client, settings: Any) -> None:
    settings.DEMO_LOGINS = [
        {"login": f"p{n}", "password": PASSWORD, "place": place, "words": f"{duty} · 示例", "surface": "desk", "role": role}
        for n, (place, (duty, role)) in enumerate(
            product(("亳州", "济宁", "肇庆"), (("综合窗口", "clerk"), ("结算", "finance"), ("法院交寄", "sender")))
        )
    ]  # fmt: skip
    page = client.get("/desk/sign-in").content.decode()
    assert page.count("<details") - page.count("<details open") >= 3
    assert "open><summary><h3>" not in page
    narrowed = client.get("/desk/sign-in", {"who": "济宁 窗口", "next": "/desk/counter"}).content.decode()
    assert (narrowed.count('name="username" value='), 'value="p3"' in narrowed) == (1, True)
    assert "open><summary><h3>济宁" in narrowed
    assert 'value="/desk/counter"' in narrowed
    assert client.get("/desk/sign-in", {"role": "finance"}).content.decode().count('name="username" value=') == 3
    assert "没有符合条件的人员" in client.get("/desk/sign-in", {"who": "无此人"}).content.decode()
    assert client.get("/desk/sign-in", {"role": "king"}).content.decode().count('name="username" value=') == 9
