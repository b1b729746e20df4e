"""Who may come in: closed without a mark, strangers to the right sign-in, personal pages out of caches."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client, RequestFactory

from govpost.parties.models import Party, Staff
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations, make_lin, make_staff
from govpost.surfaces.shared.access import PARTY_KEY, safe_next

pytestmark = [pytest.mark.django_db, pytest.mark.urls("govpost.surfaces.shared.tests.routes")]
EN = {"govpost_language": "en"}


@pytest.fixture
def lin(db: None) -> Party:
    return make_lin()


@pytest.fixture
def wang(db: None) -> Staff:
    load_organisations()
    return make_staff(Role.CLERK)


def _as_party(client: Client, party_id: object) -> Client:
    session = client.session
    session[PARTY_KEY] = str(party_id)
    session.save()
    return client


def test_a_view_without_a_mark_is_closed_to_everybody(client: Client, wang: Staff) -> None:
    client.force_login(wang, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get("/unmarked")
    assert response.status_code == 403
    assert "nobody should see this" not in response.content.decode()


@pytest.mark.parametrize(
    ("path", "sign_in"),
    [("/citizen", "/sign-in"), ("/desk/any", "/desk/sign-in"), ("/courier/round", "/courier/sign-in")],
)
def test_a_stranger_is_sent_to_the_sign_in_of_the_surface_with_the_way_back(client: Client, path: str, sign_in: str) -> None:
    response = client.get(path + "?page=2")
    assert response.status_code == 302
    assert response["Location"] == f"{sign_in}?next={path.replace('/', '%2F')}%3Fpage%3D2"


def test_htmx_is_told_to_go_to_sign_in_by_its_own_header_with_the_page_it_was_on(client: Client) -> None:
    response = client.post("/desk/any", headers={"HX-Request": "true", "Referer": "http://testserver/desk/board?lane=late"})
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/desk/sign-in?next=%2Fdesk%2Fboard%3Flane%3Dlate"


def test_the_way_back_after_a_post_never_leads_to_another_site(client: Client) -> None:
    response = client.post("/desk/any", headers={"Referer": "https://elsewhere.example/desk/"})
    assert response["Location"] == "/desk/sign-in?next=%2F"


def test_lin_enters_as_a_citizen_but_not_as_staff(client: Client, lin: Party) -> None:
    _as_party(client, lin.id)
    assert client.get("/citizen").content.decode() == lin.masked_name
    assert client.get("/desk/any").status_code == 302


def test_wang_the_clerk_enters_the_desk_but_not_the_station(client: Client, wang: Staff) -> None:
    client.force_login(wang, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/desk/any").status_code == 200
    refused = client.get("/desk/station")
    assert refused.status_code == 403
    assert "您的岗位没有此项权限" in refused.content.decode()


def test_a_staff_session_is_no_citizen(client: Client, wang: Staff) -> None:
    client.force_login(wang, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/citizen").status_code == 302


def test_with_both_in_one_browser_the_first_fitting_audience_acts(client: Client, lin: Party, wang: Staff) -> None:
    client.force_login(wang, backend="django.contrib.auth.backends.ModelBackend")
    _as_party(client, lin.id)
    assert client.get("/either").content.decode() == lin.masked_name
    assert client.get("/desk/any").content.decode() != lin.masked_name


def test_the_session_of_a_party_that_is_gone_is_a_strangers(client: Client) -> None:
    _as_party(client, uuid4())
    assert client.get("/citizen").status_code == 302
    assert PARTY_KEY not in client.session


def test_a_damaged_party_id_in_the_session_is_a_strangers(client: Client) -> None:
    assert _as_party(client, "not-a-uuid").get("/citizen").status_code == 302


def test_personal_pages_stay_out_of_every_cache(client: Client, lin: Party) -> None:
    _as_party(client, lin.id)
    assert "no-store" in client.get("/citizen")["Cache-Control"]
    assert "no-store" in client.get("/public")["Cache-Control"]


def test_a_visitor_of_a_public_page_is_nobody_and_costs_no_query(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        response = client.get("/public")
    assert response.content == b"visitor"
    assert "Cache-Control" not in response


def test_a_partners_route_authenticates_itself(client: Client, wang: Staff) -> None:
    client.force_login(wang, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/orders").content == b"visitor"


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}])
def test_inside_pages_are_not_there_through_a_proxy(client: Client, headers: dict[str, str]) -> None:
    assert client.get("/inside", headers=headers).status_code == 404


def test_inside_pages_are_there_on_this_machine_only(client: Client) -> None:
    assert client.get("/inside").status_code == 200
    assert client.get("/inside", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/inside", REMOTE_ADDR="").status_code == 404


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "\\\\elsewhere.example", "", None, "http:///x"],
)
def test_a_way_on_that_leads_elsewhere_is_not_taken(target: str | None) -> None:
    assert safe_next(RequestFactory().get("/"), target, "/home") == "/home"


def test_a_way_on_within_the_site_is_taken() -> None:
    assert safe_next(RequestFactory().get("/"), "/desk/cases?state=open", "/home") == "/desk/cases?state=open"


def test_every_answer_carries_the_headers_of_a_careful_site(client: Client) -> None:
    response = client.get("/public")
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Referrer-Policy"] == "same-origin"
    assert "geolocation=(self)" in response["Permissions-Policy"]
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
