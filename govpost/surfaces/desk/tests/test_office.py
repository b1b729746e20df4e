"""The department's pages: its queue and its alone, decisions by the table and the law, lists that both sign."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from govpost.cases import actions as cases
from govpost.cases.models import Case, HandoverList
from govpost.cases.rules import Desk
from govpost.cases.states import State
from govpost.cases.testing import Cast, make_case, make_form, receive
from govpost.common.clock import now
from govpost.journal import queries as journal
from govpost.journal.testing import drain
from govpost.parties.roles import Role
from govpost.parties.testing import LIN_NUMBER, LIN_PHONE
from govpost.surfaces.desk.testing import as_actor, as_new, found
from govpost.surfaces.shared.clauses import spelled

HOUR = timedelta(hours=1)
PAGES = ("case", "correct", "not_accept", "approve", "refuse", "reveal")


@pytest.fixture
def zhou(cast: Cast) -> Client:
    """Zhou 周, officer of the health commission."""
    return as_actor(cast.officer)


def page(client: Client, name: str, *args: Any, status: int = 200, **asked: Any) -> str:
    response = client.get(reverse(f"desk:{name}", args=args), asked)
    assert response.status_code == status
    return response.content.decode()


def search(client: Client, words: str) -> str:
    return client.get(found(client, "cases", words)).content.decode()


def post(client: Client, name: str, case: Case, **data: Any) -> int:
    return client.post(reverse(f"desk:{name}", args=[case.number]), data).status_code


def test_a_wrong_address_keeps_the_desks_areas_at_hand(zhou: Client) -> None:
    answer = zhou.get("/desk/nowhere")
    assert answer.status_code == 404
    assert f'href="{reverse("desk:cases")}"' in answer.content.decode()
    assert zhou.get("/desk/find").status_code == 405, "an address that only takes a form"


def test_the_queue_shows_what_is_in_hand_and_filters(cast: Cast, zhou: Client, began: datetime) -> None:
    mine, done = make_case(cast, State.ACCEPTED, at=began), make_case(cast, State.WITHDRAWN, at=began)
    assert mine.number is not None
    assert done.number is not None
    text = page(zhou, "cases")
    assert mine.number in text
    assert done.number not in text
    assert done.number in page(zhou, "cases", state="all")
    assert done.number in search(zhou, done.number), "a number is looked for in every state"
    assert mine.number in search(zhou, LIN_PHONE)
    assert mine.number in page(zhou, "cases", state="accepted", light="green", item=mine.service.code)
    unfit: list[dict[str, Any]] = [{"light": "red"}, {"state": "closed"}]
    for asked in unfit:
        assert mine.number not in page(zhou, "cases", **asked), asked
    assert "id_state_error" in page(zhou, "cases", state="nonsense"), "said at the field, and everything is shown"
    assert "id_item_error" in page(zhou, "cases", item="x")
    assert zhou.get("/desk/cases", {"after": "!!"}).status_code == 422


def test_a_page_of_the_queue_leads_to_the_next(cast: Cast, zhou: Client, began: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = {make_case(cast, at=began + n * HOUR).number for n in range(3)}
    from govpost.cases import queries

    whole = queries.department_queue
    monkeypatch.setattr(queries, "department_queue", lambda *args, **asked: whole(*args, limit=2, **asked))
    first = zhou.get("/desk/cases")
    second = zhou.get("/desk/cases", {"after": first.context["page"].next})
    listed = [row[0].number for response in (first, second) for row in response.context["rows"]]
    assert len(listed) == 3
    assert set(listed) == numbers


def test_a_case_shows_its_terms_with_their_basis_and_masks_the_applicant(cast: Cast, zhou: Client, began: datetime) -> None:
    case = make_case(cast, State.ACCEPTED, at=began)
    text = page(zhou, "case", case.number)
    assert "《行政许可法》第三十二条" in text
    assert spelled(case.service.decide_basis, english=False) in text
    assert "林**" in text
    for secret in ("林示例", LIN_NUMBER, LIN_PHONE):
        assert secret not in text


def test_the_full_data_is_shown_for_a_cause_and_the_applicant_can_read_it(cast: Cast, zhou: Client, began: datetime) -> None:
    case = make_case(cast, at=began)
    address = reverse("desk:reveal", args=[case.number])
    assert LIN_NUMBER not in page(zhou, "reveal", case.number)
    for cause in ("", " ", "x"):
        refused = zhou.post(address, {"cause": cause})
        assert refused.status_code == 422
        assert LIN_NUMBER not in refused.content.decode()
    assert list(journal.readings_of(f"party:{case.party_id}")) == []
    shown = zhou.post(address, {"cause": "核对营业场所"})
    assert LIN_NUMBER in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    [fact] = journal.readings_of(f"party:{case.party_id}")
    assert (fact.payload["cause"], fact.payload["case"]) == ("核对营业场所", case.number)


def test_buttons_are_those_of_the_table(cast: Cast, zhou: Client, began: datetime) -> None:
    waiting = make_case(cast, at=began)
    text = page(zhou, "case", waiting.number)
    assert reverse("desk:accept", args=[waiting.number]) not in text, "the papers are not here yet"
    assert reverse("desk:not_accept", args=[waiting.number]) in text
    here = receive(cast, make_case(cast, at=began), began + HOUR)
    text = page(zhou, "case", here.number)
    for name in ("accept", "correct", "not_accept"):
        assert reverse(f"desk:{name}", args=[here.number]) in text
    for name in ("approve", "refuse"):
        assert reverse(f"desk:{name}", args=[here.number]) not in text


def test_a_case_goes_from_correction_to_licence(cast: Cast, zhou: Client, began: datetime) -> None:
    case = receive(cast, make_case(cast, at=began), began + HOUR)
    assert post(zhou, "correct", case, items="", days="5") == 422
    assert post(zhou, "correct", case, items="平面图未标注面积", days="0") == 422
    assert post(zhou, "correct", case, items="平面图未标注面积\n\n缺少检测报告", papers="平面图", days="5") == 302
    case.refresh_from_db()
    assert case.state == "correcting"
    assert "缺少检测报告" in page(zhou, "case", case.number)
    form = make_form(began + 3 * HOUR)
    cases.resubmit(case_id=case.id, form=form, at=began + 3 * HOUR, by=cast.lin)
    receive(cast, case, began + 4 * HOUR)
    assert post(zhou, "accept", case) == 302
    assert zhou.get(reverse("desk:approve", args=[case.number])).status_code == 200
    assert post(zhou, "approve", case, years="0") == 422
    assert post(zhou, "approve", case, years="4") == 302
    case.refresh_from_db()
    assert case.state == "approved"
    assert case.licence is not None
    assert case.licence.identifier in page(zhou, "case", case.number)


def test_a_second_request_for_corrections_reads_the_refusal(cast: Cast, zhou: Client, began: datetime) -> None:
    case = make_case(cast, State.CORRECTING, at=began)
    cases.resubmit(case_id=case.id, form=make_form(began + 5 * HOUR, paper_way="none"), at=began + 5 * HOUR, by=cast.lin)
    zhou.cookies["govpost_language"] = "en"
    text = page(zhou, "case", case.number)
    assert "Corrections were requested before" in text
    assert reverse("desk:correct", args=[case.number]) not in text
    answer = zhou.post(reverse("desk:correct", args=[case.number]), {"items": "再补一份", "days": "5"})
    assert answer.status_code == 422
    assert Case.objects.get(id=case.id).state == "submitted"


@pytest.mark.parametrize(("name", "state", "after"), [("not_accept", None, "not_accepted"), ("refuse", State.ACCEPTED, "refused")])
def test_a_decision_against_needs_reason_and_remedy(
    cast: Cast, zhou: Client, began: datetime, name: str, state: State | None, after: str
) -> None:
    case = make_case(cast, state or State.SUBMITTED, at=began)
    assert "行政复议" in page(zhou, name, case.number)
    assert post(zhou, name, case, reason="", remedy="可申请行政复议") == 422
    assert post(zhou, name, case, reason="不符合条件", remedy=" ") == 422
    assert post(zhou, name, case, reason="通风设施不符合卫生标准", remedy="可申请行政复议") == 302
    case.refresh_from_db()
    assert case.state == after
    assert "通风设施不符合卫生标准" in page(zhou, "case", case.number)


def test_a_decision_in_the_wrong_state_says_so(cast: Cast, zhou: Client, began: datetime) -> None:
    case = make_case(cast, at=began)
    assert post(zhou, "approve", case, years="4") == 422
    assert post(zhou, "accept", case) == 409
    assert zhou.get(reverse("desk:accept", args=[case.number])).status_code == 405


def test_results_go_on_a_list_that_both_sign(cast: Cast, zhou: Client, began: datetime) -> None:
    post_one, fetch_one = make_case(cast, State.APPROVED, at=began), make_case(cast, State.REFUSED, at=began, result_way="window")
    text = page(zhou, "handover")
    assert post_one.document_serial is not None
    assert post_one.document_serial in text
    give = reverse("desk:give_list")
    assert zhou.post(give, {"desk": "station"}).status_code == 422
    assert zhou.post(give, {"desk": "moon", "case": post_one.number}).status_code == 422
    assert zhou.post(give, {"desk": "station", "case": fetch_one.number}).status_code == 409, "the wrong desk"
    assert zhou.post(give, {"desk": "station", "case": "BJ0"}).status_code == 404
    done = zhou.post(give, {"desk": "station", "case": post_one.number})
    made = HandoverList.objects.get()
    assert done.headers["Location"] == reverse("desk:handover_list", args=[made.id])
    paper = page(zhou, "handover_list", made.id)
    assert post_one.document_serial in paper
    assert "林示例" not in paper
    assert zhou.post(give, {"desk": "station", "case": post_one.number}).status_code == 409, "on a list already"
    assert made.number in page(zhou, "handover")


def test_another_department_finds_nothing_of_it(cast: Cast, began: datetime) -> None:
    case = receive(cast, make_case(cast, at=began), began + HOUR)
    approved = make_case(cast, State.APPROVED, at=began)
    made = cases.give_list(case_ids=[approved.id], desk=Desk.STATION, at=began + 6 * HOUR, by=cast.officer)
    assert case.number is not None
    for other in (
        as_new(Role.OFFICER, organisation="bozhou-market"),
        as_new(Role.OFFICER, organisation="jining-enforcement", region="37.3708"),
    ):
        assert case.number not in page(other, "cases", state="all")
        assert case.number not in search(other, case.number).replace(f'value="{case.number}"', "")
        for name in PAGES:
            page(other, name, case.number, status=404)
        for name in ("accept", *PAGES[1:]):
            assert post(other, name, case, cause="看看", items="x", days="5", reason="x", remedy="x") == 404
        page(other, "handover_list", made.id, status=404)
        assert other.post(reverse("desk:give_list"), {"desk": "station", "case": approved.number}).status_code == 404
        assert approved.document_serial is not None
        assert approved.document_serial not in page(other, "handover")
        assert made.number not in page(other, "handover")
    case.refresh_from_db()
    assert case.state == "submitted"


def test_a_clerk_decides_nothing(cast: Cast, began: datetime) -> None:
    case = receive(cast, make_case(cast, at=began), began + HOUR)
    wang = as_actor(cast.wang)
    assert post(wang, "accept", case) == 403
    page(wang, "cases", status=403)
    page(wang, "handover", status=403)


def test_the_queue_costs_the_same_for_more_cases(cast: Cast, zhou: Client, began: datetime, django_assert_max_num_queries: Any) -> None:
    for n in range(6):
        make_case(cast, at=began + n * HOUR, paper_way="door")
    zhou.get("/desk/cases")
    with django_assert_max_num_queries(14):
        zhou.get("/desk/cases")


def test_a_posted_form_without_its_token_is_refused(cast: Cast, began: datetime) -> None:
    case = receive(cast, make_case(cast, at=began), began + HOUR)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(_staff(cast), backend="django.contrib.auth.backends.ModelBackend")
    answer = strict.post(reverse("desk:accept", args=[case.number]))
    assert answer.status_code == 403
    assert "请重新提交" in (said := answer.content.decode())
    assert f'href="{reverse("desk:cases")}"' in said, "the officer is recognised, and the desk stands around the sentence"
    case.refresh_from_db()
    assert case.state == "submitted"


def _staff(cast: Cast) -> Any:
    from govpost.parties import queries as parties

    assert cast.officer.id is not None
    return parties.staff_member(cast.officer.id)


def test_the_story_and_the_mail_stand_on_the_page(journey: str) -> None:
    from govpost.cases.testing import make_cast

    cast = make_cast()
    case = make_case(cast, at=now() - timedelta(days=1), paper_way="door")
    drain()
    zhou, order = as_actor(cast.officer), case.orders.get()
    text = page(zhou, "case", case.number)
    assert reverse("desk:order", args=[order.number]) in text
    assert text.count("<time") > 4
    opened = zhou.get(reverse("desk:order", args=[order.number]))
    assert opened.status_code == 200
    assert reverse("desk:case", args=[case.number]) in opened.content.decode()


def test_the_lists_that_are_offered_can_be_made(cast: Cast, zhou: Client, began: datetime) -> None:
    """One list is of one hall: results and papers of two halls stand apart, each with a button that works for all of them."""
    for hall in ("HALL341601", "HALL341621"):
        make_case(cast, State.APPROVED, at=began, result_way="window", hall=hall)
        make_case(cast, State.ACCEPTED, at=began, paper_way="bring", hall=hall)
    clerk = as_actor(cast.wang)
    results, papers = page(zhou, "handover"), page(clerk, "counter_papers")
    for text, client, asked in ((results, zhou, {"desk": "window"}), (papers, clerk, {})):
        forms = re.findall(r'<form method="post" action="(/desk/(?:handover|papers)/give)"(.*?)</form>', text, re.DOTALL)
        assert len(forms) == 2
        for address, form in forms:
            made = client.post(address, {**asked, "case": re.findall(r'name="case" value="([^"]+)"', form)})
            assert made.status_code == 302
