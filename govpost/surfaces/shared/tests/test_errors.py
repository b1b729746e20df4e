"""One mapping of refusals: a page for people, problem+json for programs, nothing of the inside in either."""

from __future__ import annotations

import json
import re

import pytest
from django.core.exceptions import RequestDataTooBig
from django.test import Client, RequestFactory

from govpost.common.refusal import InvalidInput, NotFound, Refusal, Unavailable
from govpost.common.text import Text
from govpost.surfaces.shared import errors
from govpost.surfaces.shared.forms import add_refusal
from govpost.surfaces.shared.style_guide import SampleForm

pytestmark = [pytest.mark.django_db, pytest.mark.urls("govpost.surfaces.shared.tests.routes")]
STATUS = {"not-permitted": 403, "not-found": 404, "invalid": 422, "state": 409, "unavailable": 503, "rejected": 502}


@pytest.mark.parametrize(("what", "status"), STATUS.items())
def test_people_get_a_page_that_says_what_to_do(client: Client, what: str, status: int) -> None:
    response = client.get(f"/refuse/{what}")
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/html")
    assert errors.title_of(status) in response.content.decode()
    assert "返回首页" in response.content.decode()


@pytest.mark.parametrize(("what", "status"), STATUS.items())
def test_programs_get_problem_json(client: Client, what: str, status: int) -> None:
    response = client.get(f"/api/v1/refuse/{what}")
    body = json.loads(response.content)
    assert response["Content-Type"] == "application/problem+json"
    assert (response.status_code, body["status"]) == (status, status)
    assert body["type"] == f"urn:govpost:problem:{body['code']}"
    assert body["detail"]


def test_bad_fields_are_named_with_their_remedy(client: Client) -> None:
    body = client.get("/api/v1/refuse/invalid").json()
    assert body["errors"] == [{"field": "phone", "detail": "Enter a mobile phone number."}]


def test_a_refusals_facts_are_told_but_not_those_of_a_missing_right(client: Client) -> None:
    assert client.get("/api/v1/refuse/state").json()["facts"] == {"state": "closed"}
    assert "facts" not in client.get("/api/v1/refuse/not-permitted").json()


def _read(client: Client, path: str) -> str:
    """The page as a reader tells it from another: without its own address and the nonce of the request."""
    return re.sub(r'nonce="[^"]+"', "", client.get(path).content.decode()).replace(path, "")


def test_a_missing_thing_and_a_foreign_thing_read_the_same(client: Client) -> None:
    assert _read(client, "/refuse/missing") == _read(client, "/refuse/not-found")


def test_a_refused_form_leads_back_to_its_page_and_never_elsewhere(client: Client) -> None:
    def links(referrer: str) -> str:
        return client.post("/refuse/invalid", headers={"referer": referrer}).content.decode()

    assert 'href="/desk/handover?state=all"' in links("http://testserver/desk/handover?state=all")
    assert "elsewhere" not in links("http://elsewhere.example/desk/handover")
    assert "返回上一页" not in client.get("/refuse/invalid", headers={"referer": "http://testserver/desk/handover"}).content.decode()


def test_an_address_that_does_not_exist_says_so_and_leads_on(client: Client) -> None:
    page = client.get("/no/such/page")
    assert page.status_code == 404
    assert "该地址没有对应的页面" in page.content.decode()
    assert 'href="/services"' in page.content.decode()


def test_a_form_address_that_is_opened_by_hand_says_how_to_go_on(client: Client) -> None:
    answer = client.get("/display/language")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "请返回表单所在页面" in answer.content.decode()


def test_what_is_too_large_is_not_called_damaged() -> None:
    request = RequestFactory().post("/")
    request.actor = None  # type: ignore[attr-defined]
    answer = errors.bad_request(request, RequestDataTooBig())
    assert answer.status_code == 413
    assert errors.title_of(413) in answer.content.decode()


def test_what_did_not_answer_says_when_to_come_back_and_not_its_address(client: Client) -> None:
    for path in ("/refuse/unavailable", "/api/v1/refuse/unavailable"):
        response = client.get(path)
        assert response["Retry-After"] == "60"
        assert "10.0.0.7" not in response.content.decode()


def test_htmx_gets_a_notice_for_the_flash_area(client: Client) -> None:
    response = client.get("/refuse/state", headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#flash"
    assert "<html" not in response.content.decode()


def test_a_program_may_ask_for_json_outside_the_api_too(client: Client) -> None:
    response = client.get("/refuse/state", headers={"Accept": "application/json"})
    assert response["Content-Type"] == "application/problem+json"


def test_a_bug_answers_in_both_languages_and_is_not_swallowed(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/refuse/unknown-key-of-the-table")
    assert response.status_code == 500
    assert "系统出错" in response.content.decode()
    assert "Something went wrong on our side" in response.content.decode()


def test_a_bug_behind_the_api_answers_json_with_what_to_do_and_nothing_of_the_inside() -> None:
    response = errors.server_error(RequestFactory().get("/api/v1/orders"))
    body = json.loads(response.content)
    assert (body["type"], body["code"], body["status"]) == ("urn:govpost:problem:internal", "internal", 500)
    assert "same Idempotency-Key" in body["detail"]
    assert "相同的 Idempotency-Key" in body["detail"]


def test_english_pages_speak_english(client: Client) -> None:
    client.cookies["govpost_language"] = "en"
    assert "We found nothing here" in client.get("/no/such/page").content.decode()


def test_codes_of_a_family_share_their_status() -> None:
    assert errors.status_of(Refusal("invalid_code", "x")) == 422
    assert errors.status_of(Refusal("not_found_waybill", "x")) == 404
    assert errors.status_of(Refusal("stop_rule", "x")) == 409
    assert errors.status_of(NotFound()) == 404
    assert errors.status_of(Unavailable()) == 503


def test_a_refusal_lands_at_its_field_and_the_rest_above_the_form() -> None:
    form = SampleForm({"name": "林"})
    form.is_valid()
    add_refusal(form, InvalidInput({"name": Text("Another name, please."), "nowhere": Text("Look again.")}))
    assert "Another name, please." in form.errors["name"]
    assert "Look again." in form.non_field_errors()
    add_refusal(form, Refusal("state", Text("This case is closed.")))
    assert "This case is closed." in form.non_field_errors()


@pytest.mark.django_db
def test_the_character_that_no_text_can_hold_is_refused_before_any_view(client: Client) -> None:
    answers = [client.get("/track?number=%00"), client.get("/services/%00"), client.post("/desk/find", {"q": "a\0"})]
    assert [answer.status_code for answer in answers] == [400, 400, 400]
