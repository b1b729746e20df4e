"""Chinese until somebody chooses; choices live in cookies and lead back to where the reader was."""

from __future__ import annotations

import pytest
from django.test import Client

from govpost.surfaces.shared.language import CARE_COOKIE

pytestmark = [pytest.mark.django_db, pytest.mark.urls("govpost.surfaces.shared.tests.routes")]


def test_pages_are_chinese_whatever_the_browser_prefers(client: Client) -> None:
    response = client.get("/desk/sign-in", headers={"Accept-Language": "en-US,en;q=0.9"})
    assert response["Content-Language"] == "zh-Hans"
    assert '<html lang="zh-Hans"' in response.content.decode()
    assert "工作人员登录" in response.content.decode()


def test_a_chosen_language_is_kept(client: Client) -> None:
    response = client.post("/display/language", {"language": "en", "next": "/desk/sign-in?next=/desk/"})
    assert response["Location"] == "/desk/sign-in?next=/desk/"
    page = client.get("/desk/sign-in")
    assert page["Content-Language"] == "en"
    assert "Staff sign-in" in page.content.decode()


def test_the_switch_does_not_lead_to_another_site(client: Client) -> None:
    assert client.post("/display/language", {"language": "en", "next": "//elsewhere.example/"})["Location"] == "/"


def test_an_unknown_language_changes_nothing(client: Client) -> None:
    client.post("/display/language", {"language": "xx"})
    assert client.get("/desk/sign-in")["Content-Language"] == "zh-Hans"


def test_a_damaged_cookie_is_chinese(client: Client) -> None:
    client.cookies["govpost_language"] = "../../etc"
    assert client.get("/desk/sign-in")["Content-Language"] == "zh-Hans"


def test_the_switch_works_by_post_only_and_without_a_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.get("/display/language").status_code == 405
    assert strict.post("/display/language", {"language": "en"}).status_code == 302


def test_larger_text_is_switched_on_and_off(client: Client) -> None:
    client.post("/display/care", {"care": "on"})
    assert client.cookies[CARE_COOKIE].value == "on"
    assert "data-care>" in client.get("/desk/sign-in").content.decode()
    client.post("/display/care", {"care": "off"})
    assert "data-care>" not in client.get("/desk/sign-in").content.decode()


def test_a_form_without_its_token_says_how_to_go_on() -> None:
    response = Client(enforce_csrf_checks=True).post("/desk/sign-in", {"username": "wang", "password": "x"})
    assert response.status_code == 403
    assert "请刷新页面后重新提交" in response.content.decode()
