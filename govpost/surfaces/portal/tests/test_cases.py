"""My cases and what can be done to them; nobody else sees any of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from govpost.cases import actions, queries
from govpost.cases.models import Case
from govpost.cases.states import State
from govpost.cases.testing import SYSTEM, Cast, make_case, next_window, receive
from govpost.common.clock import now
from govpost.common.ids import uuid7
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.states import Verb as MailVerb
from govpost.parties import actions as parties
from govpost.surfaces.portal.forms.application import window_key

pytestmark = pytest.mark.django_db

PLACES = ["", "/receipt", "/licence", "/correct", "/withdraw", "/cancel-collection", "/collect-again", "/fetch-result"]


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize("place", PLACES)
def test_qian_gets_the_same_answer_for_lins_case_as_for_none(cast: Cast, qian: Client, place: str) -> None:
    case = make_case(cast, State.CLOSED, at=now() - timedelta(days=1), result_way="window")
    pages = [f"/my/cases/{number}{place}" for number in (case.number, "BJ261123-99999999")]
    told = {(qian.get(page).status_code, qian.post(page).status_code) for page in pages}
    assert told in ({(404, 404)}, {(404, 405)}), "405 where nothing is posted"
    assert str(case.number) not in shown(qian, "/my")


@pytest.mark.parametrize("place", PLACES)
def test_strangers_are_asked_to_sign_in_first(cast: Cast, client: Client, place: str) -> None:
    assert client.get(f"/my/cases/BJ261123-99999999{place}").headers["location"].startswith("/sign-in?next=")


def test_the_list_says_whose_turn_it_is_and_costs_the_same_for_many(cast: Cast, lin: Client) -> None:
    at = now() - timedelta(days=1)
    make_case(cast, State.CORRECTING, at=at)
    shown(lin, "/my")  # what is configured is remembered from here on
    with CaptureQueriesContext(connection) as one:
        page = shown(lin, "/my")
    assert "轮到您" in page
    assert "请您提交补正材料" in page
    for state in (State.DRAFT, State.SUBMITTED, State.ACCEPTED, State.WITHDRAWN):
        make_case(cast, state, at=at)
    with CaptureQueriesContext(connection) as many:
        shown(lin, "/my")
    assert len(many) == len(one)


def test_the_empty_list_leads_to_the_services(qian: Client, cast: Cast) -> None:
    assert "您还没有办件" in shown(qian, "/my")


def test_long_lists_are_paged(cast: Cast, lin: Client) -> None:
    for days in range(22):
        make_case(cast, State.DRAFT, at=now() - timedelta(days=days))
    first = shown(lin, "/my")
    assert first.count("case-row") == 20
    after = first.split("?after=")[1].split('"')[0]
    assert shown(lin, f"/my?after={after}").count("case-row") == 2
    assert lin.get("/my?after=broken").status_code == 422


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_its_page(cast: Cast, lin: Client, state: State) -> None:
    if state is State.DRAFT:
        return
    case = make_case(cast, state, at=now() - timedelta(days=1), result_way="window" if state is State.CLOSED else "door")
    page = shown(lin, f"/my/cases/{case.number}")
    assert str(case.number) in page
    assert "亳州市政务服务中心" in page
    buttons = {verb.value for verb in queries.buttons(cast.lin, case)}
    assert ("/withdraw" in page) == ("withdraw" in buttons)
    assert ("/correct" in page) == ("resubmit" in buttons)
    assert ("/fetch-result" in page) == ("change_result_way" in buttons)


def test_the_check_code_stands_on_the_page_while_a_courier_is_awaited(cast: Cast, lin: Client) -> None:
    case = make_case(cast, at=now(), paper_way="door")
    code = queries.page(cast.lin, case, at=now()).check_code
    assert " ".join(code) in shown(lin, f"/my/cases/{case.number}")
    lin.post(f"/my/cases/{case.number}/cancel-collection")
    assert " ".join(code) not in shown(lin, f"/my/cases/{case.number}")


def test_withdrawing_is_asked_once_and_done_once(cast: Cast, lin: Client) -> None:
    case = make_case(cast, at=now(), paper_way="door")
    assert "确定要撤回申请吗" in shown(lin, f"/my/cases/{case.number}/withdraw")
    assert Case.objects.get().state == State.SUBMITTED
    for _ in range(2):
        answer = lin.post(f"/my/cases/{case.number}/withdraw")
        assert answer.headers["location"] == f"/my/cases/{case.number}"
    assert Case.objects.get().state == State.WITHDRAWN
    assert "申请已撤回" in shown(lin, f"/my/cases/{case.number}")


def test_the_collection_is_cancelled_and_the_papers_are_brought(cast: Cast, lin: Client) -> None:
    case = make_case(cast, at=now(), paper_way="door")
    for _ in range(2):
        assert lin.post(f"/my/cases/{case.number}/cancel-collection").status_code == 302
    assert Case.objects.get().paper_way == "bring"


def not_collected(cast: Cast, *reasons: str) -> Case:
    """Lin's case after the courier stood at the door in vain, once for each reason."""
    case = make_case(cast, at=now() - timedelta(hours=2), paper_way="door")
    for reason in reasons:
        mail.record_failed_attempt(
            order_id=case.orders.get().order_id, verb=MailVerb.MISS, reason=reason, at=now(), by=SYSTEM, request_id=uuid7()
        )  # fmt: skip
    return case


def test_after_the_last_miss_another_collection_is_ordered_on_the_page(cast: Cast, lin: Client) -> None:
    case = not_collected(cast, "4")
    address, again = f"/my/cases/{case.number}", f"/my/cases/{case.number}/collect-again"
    assert again not in shown(lin, address)
    assert lin.get(again).headers["location"] == address
    case = not_collected(cast, "4", "4")
    address, again = f"/my/cases/{case.number}", f"/my/cases/{case.number}/collect-again"
    code = delivery.check_code_of(case.orders.get().order_id)
    page = shown(lin, address)
    assert (again in page, " ".join(code) in page) == (True, False), "nobody comes who could ask for the old code"
    assert "谯城区薛阁街道示例路 2 号 3 栋" in shown(lin, again)
    assert lin.post(again, {}).status_code == 422
    assert lin.post(again, {"window": "2020-01-01/2020-01-02"}).status_code == 422
    window = lin.get(again).context["form"].fields["window"].choices[-1]
    for _ in range(2):
        assert lin.post(again, {"window": window[0]}).headers["location"] == address
    case.refresh_from_db()
    assert (case.orders.count(), case.window_from) == (2, window[1].start)
    new = case.orders.order_by("placed_at", "id").last()
    assert new is not None
    assert " ".join(delivery.check_code_of(new.order_id)) in shown(lin, address)


@pytest.mark.parametrize(("reason", "may"), [("5", True), ("7", False)])
def test_a_collection_that_ended_at_the_door_is_ordered_again_only_where_a_courier_can_collect(
    cast: Cast, lin: Client, reason: str, may: bool
) -> None:
    case = not_collected(cast, reason)
    assert (f"/my/cases/{case.number}/collect-again" in shown(lin, f"/my/cases/{case.number}")) is may


def test_the_result_is_fetched_after_all(cast: Cast, lin: Client) -> None:
    case = make_case(cast, State.ACCEPTED, at=now() - timedelta(days=1))
    assert "改为窗口自取" in shown(lin, f"/my/cases/{case.number}/fetch-result")
    for _ in range(2):
        assert lin.post(f"/my/cases/{case.number}/fetch-result").status_code == 302
    assert Case.objects.get().result_way == "window"


def test_what_the_state_does_not_allow_is_said_and_not_done(cast: Cast, lin: Client) -> None:
    case = make_case(cast, State.CLOSED, at=now() - timedelta(days=1), result_way="window")
    assert lin.get(f"/my/cases/{case.number}/withdraw").status_code == 302
    refused = lin.post(f"/my/cases/{case.number}/withdraw", follow=True)
    assert refused.redirect_chain == [(f"/my/cases/{case.number}", 302)]
    assert 'data-tone="warn"' in refused.content.decode()
    assert Case.objects.get().state == State.CLOSED


def correcting(cast: Cast, papers: tuple[str, ...] = ()) -> Case:
    at = now() - timedelta(days=1)
    case = receive(cast, make_case(cast, at=at), at)
    return actions.request_correction(case_id=case.id, items=["平面图未标注面积", "补充联系人"], papers=papers, at=at, by=cast.officer)


def test_corrections_in_words_are_handed_in(cast: Cast, lin: Client) -> None:
    case = correcting(cast)
    page = shown(lin, f"/my/cases/{case.number}/correct")
    assert "平面图未标注面积" in page
    assert 'value="示例美容店"' in page
    answer = lin.post(f"/my/cases/{case.number}/correct", {"subject": "示例美容店（改）", "premises": "示例路 9 号", "details": ""})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.state == State.SUBMITTED
    assert queries.page(cast.lin, case, at=now()).answers["subject"] == "示例美容店（改）"
    again = lin.post(f"/my/cases/{case.number}/correct", {"subject": "x", "premises": "y"})
    assert again.headers["location"] == f"/my/cases/{case.number}"


def test_papers_of_a_correction_travel_by_door_again(cast: Cast, lin: Client) -> None:
    case = correcting(cast, ("场所平面图",))
    answers = {"subject": "示例美容店", "premises": "示例路 8 号"}
    assert "场所平面图" in shown(lin, f"/my/cases/{case.number}/correct")
    refused = lin.post(f"/my/cases/{case.number}/correct", answers)
    assert refused.status_code == 422
    assert 'id="id_paper_way_error"' in refused.content.decode()
    window = window_key(next_window(now()))
    answer = lin.post(f"/my/cases/{case.number}/correct", {**answers, "paper_way": "door", "window": window})
    assert answer.status_code == 302
    page = shown(lin, f"/my/cases/{case.number}")
    assert "揽收校验码" in page


def test_a_correction_without_answers_is_named(cast: Cast, lin: Client) -> None:
    refused = lin.post(f"/my/cases/{correcting(cast).number}/correct", {"subject": "", "premises": "示例路 8 号"})
    assert refused.status_code == 422
    assert 'id="id_subject_error"' in refused.content.decode()
    assert "示例路 8 号" in refused.content.decode()


def test_a_refusal_shows_its_reason_and_the_remedies(cast: Cast, lin: Client) -> None:
    case = make_case(cast, State.REFUSED, at=now() - timedelta(days=1))
    page = shown(lin, f"/my/cases/{case.number}")
    assert "通风设施不符合卫生标准" in page
    assert "行政复议" in page


def test_the_licence_has_a_page_to_print(cast: Cast, lin: Client) -> None:
    case = make_case(cast, State.CLOSED, at=now() - timedelta(days=1), result_way="window")
    assert case.licence is not None
    page = shown(lin, f"/my/cases/{case.number}/licence")
    assert case.licence.identifier in page
    assert "林**" in page
    open_case = make_case(cast, at=now())
    assert lin.get(f"/my/cases/{open_case.number}/licence").status_code == 404


def test_the_terms_show_which_were_kept_and_which_run(cast: Cast, lin: Client) -> None:
    case = make_case(cast, State.ACCEPTED, at=now() - timedelta(days=40))
    page = shown(lin, f"/my/cases/{case.number}")
    assert 'data-light="red"' in page
    assert "按时完成" in page


def test_lin_sees_who_opened_her_data_and_why(cast: Cast, lin: Client, qian: Client) -> None:
    case = make_case(cast, State.ACCEPTED, at=now() - timedelta(days=1))
    parties.read_identity(
        party_id=cast.lin_party.id, cause="核对申请人身份", case=str(case.number), region=str(case.region), at=now(), by=cast.wang
    )
    assert "核对申请人身份" in shown(lin, f"/my/cases/{case.number}")
    assert "核对申请人身份" in shown(lin, "/my/readings")
    assert "核对申请人身份" not in shown(qian, "/my/readings")
    assert "还没有人查看过" in shown(qian, "/my/readings")


def test_pages_of_a_person_stay_out_of_caches(cast: Cast, lin: Client) -> None:
    assert lin.get("/my").headers["Cache-Control"] == "no-store, private"


def test_the_mail_of_the_result_stands_on_the_page_with_its_number(cast: Cast, lin: Client) -> None:
    case = make_case(cast, State.HANDED_OVER, at=now() - timedelta(days=1))
    (parcel,) = queries.draft_parcels(cast.station)
    closed = actions.close_parcel(parcel_id=parcel.id, at=now(), by=cast.station)
    page = shown(lin, f"/my/cases/{case.number}")
    assert closed.order_number in page
