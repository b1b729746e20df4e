"""The one-window counter's pages: found or entered, taken in on one page, receipts, notices, hand-over to the own phone, lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from govpost.cases import actions
from govpost.cases.counter import receipt_code
from govpost.cases.models import Case, HandoverList
from govpost.cases.rules import NOTICE
from govpost.cases.states import State
from govpost.cases.testing import Cast, counter_draft, make_case, marked, taken_in
from govpost.common.clock import now
from govpost.common.masks import mask_phone
from govpost.common.refusal import Refusal
from govpost.journal.models import Fact
from govpost.notices.models import Notice
from govpost.parties import actions as parties
from govpost.parties.models import Party
from govpost.parties.roles import Role
from govpost.parties.testing import LIN_NUMBER, LIN_PHONE, make_enterprise_claims
from govpost.places.testing import LOADER, make_resident_id, make_uscc
from govpost.surfaces.desk.testing import as_actor, as_new, found
from govpost.surfaces.shared.access import PARTY_KEY

NEW_NUMBER = make_resident_id(sequence=770)


@pytest.fixture
def wang(cast: Cast) -> Client:
    return as_actor(cast.wang)


def at(name: str, *args: Any) -> str:
    return reverse(f"desk:{name}", args=args)


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return response.content.decode()


def filled(cast: Cast, case: Case, *, missing: int = 0, **over: Any) -> dict[str, str]:
    """What a browser sends of the page of a draft."""
    marks = {f"paper-{paper}": given.how for paper, given in marked(cast.service, missing=missing).items()}
    values = {
        "subject": "示例美容店", "premises": "亳州市谯城区示例路 8 号", "details": "", "relation": "self", "identity_seen": "on",
        "result_way": "window", "paper_way": "bring" if missing else "", "window": "", "which": "new", "province": "34", "city": "3416",
        "county": "341602", "street": "", "name": "", "phone": "", "go": "check",
    }  # fmt: skip
    return values | marks | over


def begun(client: Client, party_id: UUID, code: str) -> Case:
    answer = client.post(at("counter_start", party_id, code))
    return Case.objects.get(id=answer.headers["Location"].split("/")[-1])


def test_whoever_is_known_opens_by_number_by_telephone_or_by_the_number_of_a_case(cast: Cast, wang: Client) -> None:
    case = make_case(cast, at=now() - timedelta(hours=1))
    person = at("counter_person", cast.lin_party.id)
    for typed in (LIN_NUMBER, LIN_NUMBER.lower(), f" {LIN_PHONE} "):
        assert wang.post(at("counter"), {"q": typed}).headers["Location"] == person
    assert wang.post(at("counter"), {"q": str(case.number)}).headers["Location"] == at("window_case", case.number)
    page = text(wang, person)
    assert str(case.number) in page
    assert LIN_NUMBER not in page
    assert LIN_PHONE not in page
    assert wang.post(at("counter"), {"q": " "}).status_code == 422


def test_whoever_is_new_is_entered_and_no_number_stands_in_an_address(cast: Cast, wang: Client) -> None:
    address = wang.post(at("counter"), {"q": NEW_NUMBER}).headers["Location"]
    assert NEW_NUMBER not in address
    assert NEW_NUMBER in text(wang, address)
    form = {"id_type": "111", "id_number": NEW_NUMBER, "name": "新示例", "phone": "15400000770", "seen": "on"}
    for slip in ({"seen": ""}, {"id_number": NEW_NUMBER[:-1] + "A"}, {"phone": "1"}, {"name": ""}):
        assert wang.post(address, form | slip).status_code == 422, slip
    assert Party.objects.filter(masked_name="新**").count() == 0
    made = wang.post(address, form)
    party = Party.objects.get(masked_name="新**")
    assert made.headers["Location"] == at("counter_person", party.id)
    assert as_new(Role.CLERK).get(address).status_code == 422  # what was typed is the typist's


def test_a_credit_code_is_guessed_as_an_enterprise(cast: Cast, wang: Client) -> None:
    address = wang.post(at("counter"), {"q": make_uscc(serial="XX0000771")}).headers["Location"]
    assert wang.get(address).context["form"].initial["id_type"] == "001"
    slip = wang.post(at("counter"), {"q": NEW_NUMBER[:-1] + "0"}).headers["Location"]
    assert wang.get(slip).context["form"].initial["id_type"] == "111"


def test_items_are_found_by_words_pinyin_and_code_with_guide_fee_days_and_payer(cast: Cast, wang: Client) -> None:
    person = at("counter_person", cast.lin_party.id)
    for words in ("卫生许可", "ggcs", "gonggong", cast.service.code, cast.service.task_code):
        answer = wang.get(person, {"q": words})
        assert [offer.service.code for offer in answer.context["offers"]][:1] == [cast.service.code], words
    page = answer.content.decode()
    for said in ("个工作日", "不收费", "政府统一购买", "办理此事项"):
        assert said in page
    assert "没有符合的事项" in text(wang, f"{person}?q=zzzz")


def test_what_things_rest_on_is_english_on_english_pages(cast: Cast, wang: Client) -> None:
    draft = begun(wang, cast.lin_party.id, cast.service.task_code)
    wang.cookies["govpost_language"] = "en"
    for page in (text(wang, at("counter_draft", draft.id)), text(wang, at("counter_person", cast.lin_party.id) + "?q=ggcs")):
        assert "government purchase contract for mailing (example)" in page
        assert not any(basis in page for basis in ("寄递服务合同", "国令716", "国办发", "行政许可法", "；"))
    assert "State Council Order No. 716" in text(wang, at("counter_draft", draft.id))


def test_the_same_item_under_way_is_said_before_another_is_begun(cast: Cast, wang: Client) -> None:
    case = make_case(cast, at=now() - timedelta(hours=1))
    page = text(wang, at("counter_person", cast.lin_party.id) + "?q=ggcs")
    assert "再办一件" in page
    assert f'href="{at("window_case", case.number)}"' in page


def test_an_application_is_taken_in_on_one_page(cast: Cast, wang: Client) -> None:
    draft = begun(wang, cast.lin_party.id, cast.service.task_code)
    assert begun(wang, cast.lin_party.id, cast.service.task_code).id == draft.id  # a second press begins nothing
    page = at("counter_draft", draft.id)
    check = wang.post(page, filled(cast, draft))
    assert check.headers["Location"] == at("counter_check", draft.id)
    assert "材料齐全" in text(wang, check.headers["Location"])
    assert wang.post(at("counter_check", draft.id), {"version": NOTICE.version}).status_code == 422
    done = wang.post(at("counter_check", draft.id), {"version": NOTICE.version, "read_aloud": "on"})
    case = Case.objects.get(id=draft.id)
    assert done.headers["Location"] == at("counter_receipt", case.number)
    assert (case.state, case.channel, case.result_way, case.paper_way) == ("submitted", "window", "window", "none")
    assert case.clock_from_at is not None
    assert wang.get(page).headers["Location"] == at("window_case", case.number)
    receipt = text(wang, at("counter_receipt", case.number))
    code = receipt_code(case)
    assert f"{code[:4]}-{code[4:]}" in receipt
    assert "林示例" not in receipt
    assert "slip.css" in text(wang, at("counter_receipt", case.number) + "?paper=slip")
    assert wang.get(at("counter_receipt", case.number) + "?paper=x").status_code == 404


def test_everything_typed_is_kept_and_every_gap_is_said_at_its_field(cast: Cast, wang: Client) -> None:
    draft = begun(wang, cast.lin_party.id, cast.service.task_code)
    page = at("counter_draft", draft.id)
    values = filled(cast, draft, premises="", result_way="door", street="", identity_seen="")
    gone = next(name for name in values if name.startswith("paper-"))
    del values[gone]
    answer = wang.post(page, values)
    assert answer.status_code == 422
    sheet = answer.context["sheet"]
    assert set(sheet.answers.errors) == {"premises"}
    assert set(sheet.comer.errors) == {"identity_seen"}
    assert set(sheet.papers.errors) == {gone}
    assert set(sheet.place.errors) == {"street"}
    assert 'value="示例美容店"' in text(wang, page)


def test_a_page_that_is_left_is_kept_without_a_word(cast: Cast, wang: Client) -> None:
    draft = begun(wang, cast.lin_party.id, cast.service.task_code)
    left = {"subject": "半句", "go": "save", "quiet": "1"}
    assert wang.post(at("counter_draft", draft.id), left).status_code == 204
    assert "半句" in text(wang, at("counter_draft", draft.id))
    assert wang.post(at("counter_draft", draft.id), left | {"go": "leave"}).headers["Location"] == at("counter")
    assert at("counter_draft", draft.id) in text(wang, at("counter"))


def test_a_draft_of_the_counter_is_thrown_away_once_that_is_said(cast: Cast, wang: Client) -> None:
    draft, theirs = counter_draft(cast), make_case(cast, State.DRAFT)
    address = at("counter_discard", draft.id)
    for page in (at("counter_draft", draft.id), at("counter_person", cast.lin_party.id)):
        assert address in text(wang, page)
    assert at("counter_discard", theirs.id) not in text(wang, at("counter_person", cast.lin_party.id))
    assert "彻底删除" in text(wang, address)
    assert Case.objects.filter(id=draft.id).exists()
    assert wang.post(address).status_code == 302
    assert not Case.objects.filter(id=draft.id).exists()
    assert Fact.objects.get(kind="cases.draft_discarded").subject == f"case:{draft.id}"
    assert wang.get(address).status_code == 404
    assert wang.post(at("counter_discard", theirs.id)).status_code == 404
    with pytest.raises(Refusal, match="not_of_the_counter"):
        actions.discard_draft(case_id=theirs.id, at=now(), by=cast.wang)


def test_another_telephone_is_recorded_for_one_case_and_the_account_keeps_its_own(cast: Cast, wang: Client) -> None:
    case, other = taken_in(cast), taken_in(cast)
    address = at("counter_contact", case.number)
    assert address in text(wang, at("window_case", case.number))
    for wrong, words in (
        ({"phone": "0558-1234567", "identity_seen": "on"}, "11"), ({"phone": "15400000066"}, "证件"),
        ({"phone": LIN_PHONE, "identity_seen": "on"}, "已经"), ({}, "请填写"),
    ):  # fmt: skip
        refused = wang.post(address, wrong)
        assert refused.status_code == 422
        assert words in refused.content.decode()
    assert wang.post(address, {"phone": "154 0000 0066", "identity_seen": "on"}).status_code == 302
    assert "154****0066" in text(wang, at("window_case", case.number))
    assert "154****0066" not in text(wang, at("window_case", other.number))
    warned = Notice.objects.get(template="contact_recorded")
    assert warned.phone_masked == mask_phone(LIN_PHONE)
    actions.withdraw(case_id=case.id, at=now(), by=cast.wang)
    actions.withdraw(case_id=other.id, at=now(), by=cast.wang)
    told = Notice.objects.filter(template="case_withdrawn").order_by("id").values_list("phone_masked", flat=True)
    assert list(told) == ["154****0066", mask_phone(LIN_PHONE)]
    fact = Fact.objects.get(kind="cases.contact_recorded")
    assert "15400000066" not in str(fact.payload)
    assert wang.get(address).status_code == 200
    assert wang.post(address, {"phone": "15400000067", "identity_seen": "on"}).status_code == 422  # it has ended


def test_a_known_address_is_used_masked(cast: Cast, wang: Client) -> None:
    make_case(cast, at=now() - timedelta(hours=1))
    draft = begun(wang, cast.lin_party.id, cast.service.task_code)
    page = text(wang, at("counter_draft", draft.id))
    assert "薛阁街道" in page
    assert "2 号 3 栋" not in page
    answer = wang.post(at("counter_draft", draft.id), filled(cast, draft, result_way="door", which="known"))
    assert answer.headers["Location"] == at("counter_check", draft.id)
    assert "2 号 3 栋" not in text(wang, at("counter_check", draft.id))
    done = wang.post(at("counter_check", draft.id), {"version": NOTICE.version, "read_aloud": "on"})
    assert done.status_code == 302


def test_missing_papers_come_by_courier_and_the_receipt_tells_them_once(cast: Cast, wang: Client) -> None:
    draft = begun(wang, cast.lin_party.id, cast.service.task_code)
    page = at("counter_draft", draft.id)
    window = list(wang.get(page).context["sheet"].ways.windows)[-1]
    values = filled(cast, draft, missing=2, paper_way="door", window=window, street="薛阁街道示例路 9 号")
    assert wang.post(page, values | {"window": ""}).status_code == 422
    assert wang.post(page, values).headers["Location"] == at("counter_check", draft.id)
    wang.post(at("counter_check", draft.id), {"version": NOTICE.version, "read_aloud": "on"})
    case = Case.objects.get(id=draft.id)
    assert (case.clock_from_at, case.orders.count()) == (None, 1)
    receipt = text(wang, at("counter_receipt", case.number))
    assert "尚需补齐（一次性告知）" in receipt
    assert "行政许可法》第三十二条" in receipt


def test_the_one_time_notice_is_given_and_nothing_more_is_asked_for(cast: Cast, wang: Client) -> None:
    draft = begun(wang, cast.lin_party.id, cast.service.task_code)
    page, notice = at("counter_draft", draft.id), at("counter_notice", draft.id)
    assert wang.post(page, filled(cast, draft, missing=1, go="notice", subject="")).headers["Location"] == notice
    assert "就是这些" in text(wang, notice)
    assert "一次性告知书" in wang.post(notice).content.decode()
    assert "就是这些" not in text(wang, notice)
    wang.post(page, filled(cast, draft, missing=3, go="notice"))
    refused = wang.post(notice)
    assert refused.status_code == 409
    assert "不得再次要求" in refused.content.decode()


def test_the_applicant_goes_on_on_the_own_phone(cast: Cast, wang: Client) -> None:
    draft = begun(wang, cast.lin_party.id, cast.service.task_code)
    phone = wang.post(at("counter_draft", draft.id), filled(cast, draft, missing=1, go="phone")).headers["Location"]
    assert phone == at("counter_phone", draft.id)
    page = wang.get(phone)
    own = page.context["own"]
    assert own.endswith(reverse("portal:apply_resume", args=[draft.id]))
    lin = Client()
    session = lin.session
    session[PARTY_KEY] = str(cast.lin_party.id)
    session.save()
    answer = lin.get(reverse("portal:apply_answers", args=[draft.id]))
    assert "示例美容店" in answer.content.decode()
    lin.post(reverse("portal:apply_answers", args=[draft.id]), {"subject": "我的店", "premises": "示例路 8 号", "details": ""})
    assert wang.get(at("counter_draft", draft.id)).status_code == 404
    assert "按申请人意愿在此继续" in text(wang, at("counter_person", cast.lin_party.id))
    back = wang.post(at("counter_continue", cast.lin_party.id, draft.id))
    assert back.headers["Location"] == at("counter_draft", draft.id)
    assert "我的店" in text(wang, at("counter_draft", draft.id))


def test_an_enterprise_comes_by_an_agent_whose_data_are_not_shown_again(cast: Cast, wang: Client) -> None:
    firm = parties.sign_in(claims=make_enterprise_claims(), at=now(), by=LOADER)
    draft = begun(wang, firm.id, cast.service.task_code)
    page = at("counter_draft", draft.id)
    agent: dict[str, Any] = {"relation": "agent", "comer_name": "李示例", "comer_number": LIN_NUMBER, "comer_phone": "15400000009"}
    assert wang.post(page, filled(cast, draft, **agent)).status_code == 422  # no letter of authority
    seen = text(wang, page)
    assert LIN_NUMBER not in seen
    assert "法定代表人本人" in seen
    kept: dict[str, Any] = agent | {"comer_number": "", "comer_phone": "", "authority_seen": "on"}
    assert wang.post(page, filled(cast, draft, **kept)).headers["Location"] == at("counter_check", draft.id)
    assert wang.post(at("counter_check", draft.id), {"version": NOTICE.version, "read_aloud": "on"}).status_code == 302


def test_intakes_are_listed_searched_narrowed_and_undone(cast: Cast, wang: Client) -> None:
    case = taken_in(cast, at=now() - timedelta(minutes=1))
    listed = at("counter_intakes")
    assert str(case.number) in text(wang, listed)
    assert str(case.number) in text(wang, found(wang, "counter_intakes", LIN_NUMBER))
    assert str(case.number) not in text(as_new(Role.CLERK), listed)
    assert str(case.number) in text(as_new(Role.CLERK), listed + "?who=all")
    for empty in ("?state=closed", "?day=2020-01-01"):
        assert "没有收件" in text(wang, listed + empty)
    assert wang.get(listed + "?day=x").status_code == 422
    undo = at("counter_undo", case.number)
    assert wang.post(undo).status_code == 422
    assert wang.post(undo, {"why": "wrong_item"}).headers["Location"] == at("give_back", case.number)
    case.refresh_from_db()
    assert case.state == State.WITHDRAWN
    assert at("counter_undo", case.number) not in text(wang, listed)


def test_papers_go_to_the_department_on_a_list_that_both_sign(cast: Cast, wang: Client) -> None:
    officer = as_actor(cast.officer)
    case = taken_in(cast, at=now() - timedelta(minutes=1))
    assert str(case.number) in text(wang, at("counter_papers"))
    assert wang.post(at("counter_give")).status_code == 422
    made = wang.post(at("counter_give"), {"case": str(case.number)})
    given = HandoverList.objects.get()
    assert made.headers["Location"] == at("papers_list", given.id)
    assert given.number in text(wang, at("counter_papers"))
    assert at("count_papers", given.id) in text(officer, at("handover"))
    count = at("count_papers", given.id)
    for slip in ({}, {f"count-{case.number}": "5"}, {f"count-{case.number}": "x"}):
        assert officer.post(count, slip).status_code == 422
    assert officer.post(count, {f"count-{case.number}": "3"}).headers["Location"] == at("papers_list", given.id)
    assert officer.get(count).headers["Location"] == at("papers_list", given.id)
    papers = text(wang, at("counter_papers"))
    assert "清点有差异" in papers
    assert "补交" in papers
    assert wang.get(reverse("desk:handover_list", args=[given.id])).headers["Location"] == at("papers_list", given.id)


def test_the_receipt_opens_the_state_of_its_case_and_nothing_personal(cast: Cast, client: Client) -> None:
    case = taken_in(cast, at=now() - timedelta(minutes=1))
    address, code = reverse("portal:by_receipt"), receipt_code(case)
    answer = client.get(address, {"number": str(case.number), "code": code})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert cast.service.name in page
    for hidden in ("林", LIN_PHONE, "示例美容店", "154****0001", "卫生管理制度"):
        assert hidden not in page
    wrong = client.get(address, {"number": str(case.number), "code": "AAAAAAAA"})
    unknown = client.get(address, {"number": "BJ260101-AAAAAAAA", "code": code})
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert client.get(address).status_code == 200
    assert client.get(address, {"number": str(case.number)}).status_code == 422


def test_a_robot_that_tries_codes_is_slowed_down(cast: Cast, client: Client) -> None:
    cache.clear()
    case = taken_in(cast, at=now() - timedelta(minutes=1))
    tries = [client.get(reverse("portal:by_receipt"), {"number": str(case.number), "code": f"AAAA{n:04d}"}).status_code for n in range(21)]
    assert (tries[0], tries[-1]) == (404, 429)


def test_the_counter_of_another_city_opens_nothing(cast: Cast) -> None:
    far = as_new(Role.CLERK, organisation="jining-government", region="37.3708")
    case, draft = taken_in(cast, at=now() - timedelta(minutes=1)), counter_draft(cast, at=now())
    of_draft = [at(name, draft.id) for name in ("counter_draft", "counter_check", "counter_notice", "counter_phone")]
    for address in (*of_draft, at("counter_receipt", case.number), at("counter_undo", case.number)):
        assert far.get(address).status_code == 404, address
    assert far.post(at("counter_start", cast.lin_party.id, cast.service.task_code)).status_code == 403
    page = text(far, at("counter_person", cast.lin_party.id))
    assert str(case.number) not in page
    assert "本辖区没有办件" in page


def test_a_persons_page_costs_the_same_for_many_cases(cast: Cast, wang: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(4):
        actions.withdraw(case_id=taken_in(cast, at=now() - timedelta(minutes=1)).id, at=now(), by=cast.lin)
    with django_assert_max_num_queries(30):
        text(wang, at("counter_person", cast.lin_party.id))
