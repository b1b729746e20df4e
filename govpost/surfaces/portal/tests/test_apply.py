"""Applying, one page at a time: what is saved, what is refused with which words, and what a second press does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.html import escape

from govpost.cases import queries
from govpost.cases.models import Case
from govpost.cases.rules import NOTICE
from govpost.cases.states import State
from govpost.cases.testing import ANSWERS, SYSTEM, Cast, make_case, next_window
from govpost.catalogue import actions as catalogue
from govpost.catalogue.models import Service
from govpost.catalogue.testing import IDENTITY, make_licence_document
from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.parties.testing import make_enterprise_claims, make_party, person
from govpost.surfaces.portal.forms.application import window_key

pytestmark = pytest.mark.django_db

ABOUT = {
    "name": "林示例", "phone": "15400000001", "province": "34", "city": "3416", "county": "341602", "street": "薛阁街道示例路 2 号",
}  # fmt: skip


def begin(lin: Client, cast: Cast) -> Case:
    answer = lin.post(f"/services/{cast.service.task_code}/apply")
    assert answer.status_code == 302
    return Case.objects.get()


def post(client: Client, case: Case, step: str, data: dict[str, Any]) -> HttpResponse:
    return client.post(f"/drafts/{case.id}/{step}", data)  # type: ignore[return-value]


def publish(**over: Any) -> Service:
    """Another item that is decided here, offered in Bozhou."""
    offers = [{"region": "34.3416", "department": "bozhou-health"}]
    document = make_licence_document(directions=["papers", "result"], offers=offers, **over)
    catalogue.publish(document=document, at=now(), by=SYSTEM)
    return Service.objects.get(code=document["code"])


def first_window(case: Case) -> str:
    return window_key(next_window(now()))


def fill(lin: Client, case: Case, *, paper_way: str = "door", result_way: str = "door") -> None:
    """Every page with good answers."""
    pages: dict[str, dict[str, Any]] = {
        "about": ABOUT,
        "answers": {**ANSWERS, "details": ""},
        "papers": {"paper_way": paper_way, "window": first_window(case) if paper_way == "door" else ""},
        "result": {"result_way": result_way},
        "notice": {"version": NOTICE.version, "consent": "on"},
    }
    for step, data in pages.items():
        answer = post(lin, case, step, data)
        assert answer.status_code == 302, (step, answer.content.decode())


def said(lin: Client, case: Case, step: str, data: dict[str, Any]) -> str:
    """The page with its errors, in English."""
    lin.cookies["govpost_language"] = "en"
    answer = post(lin, case, step, data)
    assert answer.status_code == 422
    return answer.content.decode()


def test_lin_applies_by_door_and_gets_a_receipt(lin: Client, cast: Cast) -> None:
    case = begin(lin, cast)
    fill(lin, case)
    shown = lin.get(f"/drafts/{case.id}/check").content.decode()
    for wanted in ("示例美容店", "薛阁街道示例路 2 号", "揽投员上门取件", "送到家", "提交申请"):
        assert wanted in shown, wanted
    answer = post(lin, case, "check", {})
    case.refresh_from_db()
    assert answer.headers["location"] == f"/my/cases/{case.number}/receipt"
    assert (case.state, case.paper_way, case.notice_version) == ("submitted", "door", NOTICE.version)
    receipt = lin.get(answer.headers["location"]).content.decode()
    page = queries.page(cast.lin, case, at=now())
    assert str(case.number) in receipt
    assert page.check_code[:3] in receipt
    assert "寄递服务由政府统一购买" in receipt


def test_lin_brings_and_fetches_without_a_window_or_a_code(lin: Client, cast: Cast) -> None:
    case = begin(lin, cast)
    fill(lin, case, paper_way="bring", result_way="window")
    post(lin, case, "check", {})
    case.refresh_from_db()
    assert (case.paper_way, case.result_way, case.window_from) == ("bring", "window", None)
    shown = lin.get(f"/my/cases/{case.number}/receipt").content.decode()
    assert "请把材料送到窗口" in shown
    assert "揽收校验码" not in shown


def test_a_second_press_changes_nothing(lin: Client, cast: Cast) -> None:
    first, second = begin(lin, cast), begin(lin, cast)
    assert first.id == second.id
    fill(lin, first)
    assert post(lin, first, "check", {}).headers["location"] == post(lin, first, "check", {}).headers["location"]
    assert Case.objects.count() == 1
    late = post(lin, first, "result", {"result_way": "window"})
    assert late.headers["location"].endswith("/receipt")
    first.refresh_from_db()
    assert first.result_way == "door"


def test_a_draft_waits_and_is_continued_where_an_answer_is_missing(lin: Client, cast: Cast) -> None:
    case = begin(lin, cast)
    post(lin, case, "about", ABOUT)
    assert lin.get(f"/drafts/{case.id}").headers["location"].endswith("/answers")
    assert "继续填写草稿" in lin.get(f"/services/{cast.service.task_code}/apply").content.decode()
    assert f"/drafts/{case.id}" in lin.get("/my").content.decode()
    fill(lin, case)
    assert lin.get(f"/drafts/{case.id}").headers["location"].endswith("/check")


def test_changing_one_answer_leads_back_to_all_answers(lin: Client, cast: Cast) -> None:
    case = begin(lin, cast)
    fill(lin, case)
    answer = post(lin, case, "result", {"result_way": "window", "then": "check"})
    assert answer.headers["location"].endswith("/check")
    case.refresh_from_db()
    assert (case.result_way, case.paper_way) == ("window", "door")


def test_the_first_page_knows_lin_and_shows_her_number_masked(lin: Client, cast: Cast) -> None:
    shown = lin.get(f"/drafts/{begin(lin, cast).id}/about").content.decode()
    assert 'value="林示例"' in shown
    assert 'value="15400000001"' in shown
    assert "341*************" in shown
    assert "34160219850312" not in shown


def test_nobody_types_an_address_twice(lin: Client, cast: Cast) -> None:
    make_case(cast, at=now())
    lin.post(f"/services/{cast.service.task_code}/apply")
    case = Case.objects.get(state=State.DRAFT)
    shown = lin.get(f"/drafts/{case.id}/about").content.decode()
    assert 'value="薛阁街道示例路 2 号 3 栋"' in shown
    assert "已带出您上次申请所填" in shown
    assert queries.page(cast.lin, case, at=now()).address is None  # shown, not yet said


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"phone": ""}, "Enter a telephone number"),
        ({"phone": "123"}, "Enter a mobile number of 11 digits"),
        ({"name": ""}, "Enter the name of the person"),
        ({"street": ""}, "so that the courier finds the door"),
        ({"street": "长" * 121}, "at most 120"),
        ({"county": ""}, "Choose the county or district."),
        ({"county": "370811"}, "This county does not lie in the chosen city"),
        ({"city": "3708"}, "Choose the city."),
        ({"province": "99"}, "Choose the province."),
    ],
)
def test_a_mistake_about_you_is_named_and_what_was_typed_is_kept(lin: Client, cast: Cast, over: dict[str, str], sentence: str) -> None:
    case = begin(lin, cast)
    shown = said(lin, case, "about", {**ABOUT, **over})
    assert sentence in shown
    assert "Please put this right" in shown
    kept = "林示例" if "name" not in over else "薛阁街道示例路 2 号"
    assert escape(kept) in shown
    assert queries.page(cast.lin, case, at=now()).address is None


def test_without_script_another_city_brings_its_counties(lin: Client, cast: Cast) -> None:
    case = begin(lin, cast)
    moved = {**ABOUT, "province": "37", "city": "3708", "county": "", "show_places": "1"}
    shown = post(lin, case, "about", moved)
    assert shown.status_code == 200
    assert "任城区" in shown.content.decode()
    assert "谯城区" not in shown.content.decode()
    assert "薛阁街道示例路 2 号" in shown.content.decode()


def test_with_script_the_lists_come_as_a_fragment(client: Client, cast: Cast) -> None:
    shown = client.get("/places?province=44&city=4412&county=341602").content.decode()
    assert "端州区" in shown
    assert "<html" not in shown
    assert client.get("/places?province=%27&city=x&prefix=%22%3E").status_code == 200


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"subject": " "}, "Say what you apply for"),
        ({"premises": ""}, "Enter the address of the place"),
        ({"details": "长" * 2001}, "at most 2000"),
    ],
)
def test_a_mistake_in_the_request_is_named(lin: Client, cast: Cast, over: dict[str, str], sentence: str) -> None:
    shown = said(lin, begin(lin, cast), "answers", {**ANSWERS, "details": "", **over})
    assert sentence in shown


def test_nothing_is_chosen_for_lin_and_both_ways_say_who_pays(lin: Client, cast: Cast) -> None:
    case = begin(lin, cast)
    post(lin, case, "about", ABOUT)
    for step in ("papers", "result"):
        shown = lin.get(f"/drafts/{case.id}/{step}").content.decode()
        assert " checked" not in shown
        assert "寄递服务由政府统一购买" in shown
        assert "不产生邮费" in shown
    assert "Choose how your papers reach the window." in said(lin, case, "papers", {"window": ""})
    assert "Choose how the result comes to you." in said(lin, case, "result", {})


def test_a_courier_needs_a_time_that_is_still_offered(lin: Client, cast: Cast) -> None:
    case = begin(lin, cast)
    post(lin, case, "about", ABOUT)
    assert "Choose the day and time" in said(lin, case, "papers", {"paper_way": "door"})
    past = "2026-03-02T09:00:00+08:00/2026-03-02T12:00:00+08:00"
    assert "This time has passed" in said(lin, case, "papers", {"paper_way": "door", "window": past})
    brought = post(lin, case, "papers", {"paper_way": "bring", "window": past})  # a left-over time is no mistake
    assert brought.status_code == 302


def test_outside_the_city_no_courier_comes_and_the_card_says_why(lin: Client, cast: Cast) -> None:
    case = begin(lin, cast)
    post(lin, case, "about", {**ABOUT, "province": "37", "city": "3708", "county": "370811"})
    shown = lin.get(f"/drafts/{case.id}/papers").content.decode()
    assert "disabled" in shown
    refused = said(lin, case, "papers", {"paper_way": "door", "window": first_window(case)})
    assert "choice-because" in refused
    case.refresh_from_db()
    assert case.paper_way == ""


def test_without_the_notice_nothing_is_submitted(lin: Client, cast: Cast) -> None:
    case = begin(lin, cast)
    fill(lin, case)
    session = lin.session
    del session["portal_notices"]
    session.save()
    answer = post(lin, case, "check", {})
    assert "/notice" in answer.headers["location"]
    assert "Read the notice and tick the box" in said(lin, case, "notice", {"version": NOTICE.version})
    case.refresh_from_db()
    assert case.state == State.DRAFT


def test_an_incomplete_draft_says_which_pages_are_missing(lin: Client, cast: Cast) -> None:
    case = begin(lin, cast)
    post(lin, case, "notice", {"version": NOTICE.version, "consent": "on"})
    shown = said(lin, case, "check", {})
    for step in ("answers", "papers", "result"):
        assert f"/drafts/{case.id}/{step}?then=check" in shown
    case.refresh_from_db()
    assert case.state == State.DRAFT


def test_an_item_without_papers_has_nothing_to_choose(lin: Client, cast: Cast) -> None:
    service = publish(papers=[])
    lin.post(f"/services/{service.task_code}/apply")
    case = Case.objects.get()
    assert "无需提交任何材料" in lin.get(f"/drafts/{case.id}/papers").content.decode()
    case.refresh_from_db()
    assert case.paper_way == ""  # looking saves nothing
    assert post(lin, case, "papers", {}).status_code == 302
    case.refresh_from_db()
    assert case.paper_way == "none"


def test_an_item_for_enterprises_is_not_for_lin(lin: Client, cast: Cast, as_person: Callable[[Actor], Client]) -> None:
    service = publish(subject="legal")
    address = f"/services/{service.task_code}/apply"
    assert "不适用" in lin.get(address).content.decode()
    assert lin.post(address).status_code == 409
    assert not Case.objects.exists()
    claims = make_enterprise_claims()
    shop = make_party(**{name: getattr(claims, name) for name in claims.__slots__})
    assert as_person(person(shop)).post(address).status_code == 302


def test_an_item_decided_outside_leads_back_to_its_guide(lin: Client, cast: Cast) -> None:
    service = Service.objects.get(code=IDENTITY, region="34.3416")
    assert lin.get(f"/services/{service.task_code}/apply").headers["location"] == f"/services/{service.task_code}"


@pytest.mark.parametrize("step", ["about", "answers", "papers", "result", "notice", "check", ""])
def test_qian_finds_nothing_of_lins_draft(cast: Cast, qian: Client, step: str) -> None:
    case = make_case(cast, State.DRAFT, at=now())
    address = f"/drafts/{case.id}/{step}".rstrip("/")
    assert qian.get(address).status_code == 404
    assert qian.post(address, {**ABOUT, **ANSWERS}).status_code == 404
    assert qian.get(f"/drafts/{uuid4()}/about").status_code == 404


@pytest.mark.parametrize("step", ["about", "answers", "papers", "result", "notice", "check"])
def test_the_pages_are_complete_in_english(cast: Cast, lin: Client, step: str) -> None:
    case = make_case(cast, State.DRAFT, at=now())
    lin.cookies["govpost_language"] = "en"
    shown = lin.get(f"/drafts/{case.id}/{step}").content.decode()
    assert "Hygiene licence for public places" in shown
    assert "保存" not in shown
