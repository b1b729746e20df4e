"""The administrators' pages of service items: found, compared, proposed by form, reviewed by a second person, brought in."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from govpost.catalogue import actions, keeping
from govpost.catalogue.models import Proposal, Service
from govpost.catalogue.testing import HYGIENE, load_catalogue, make_document
from govpost.catalogue.writing import differences
from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.parties.roles import Role
from govpost.surfaces.desk.configuration import service_forms as writing
from govpost.surfaces.desk.testing import as_new

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


def soon() -> date:
    return shanghai_day(now()) + timedelta(days=20)


@pytest.fixture
def li(db: None) -> Client:
    load_catalogue()
    return as_new(Role.ADMIN, name="李示例")


@pytest.fixture
def sun(li: Client) -> Client:
    return as_new(Role.ADMIN, name="孙示例")


def hygiene() -> Service:
    return Service.objects.select_related("department").get(code=HYGIENE, version=1, region="34.3416")


def at(name: str, *args: Any) -> str:
    return reverse(f"desk:{name}", args=args)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def filled(**over: Any) -> dict[str, Any]:
    """The form as a browser sends it, from the hygiene licence's version."""
    [document] = keeping.documents([hygiene()])
    papers = over.pop("papers", writing.rows_of(document))
    values = {key: value for key, value in writing.initial_of(document).items() if value not in (None, False)}
    values |= {
        "valid_from": soon().isoformat(),
        "offers": [str(hygiene().id)],
        "papers-TOTAL_FORMS": len(papers),
        "papers-INITIAL_FORMS": len(document["papers"]),
    }
    for number, row in enumerate(papers):
        values |= {f"papers-{number}-{key}": value for key, value in row.items() if value is not False}
    return values | over


def propose(client: Client, **over: Any) -> Proposal:
    answer = client.post(at("proposal_new", hygiene().task_code), filled(submit="1", **over))
    assert answer.status_code == 302, [str(error) for error in answer.context["form"].errors.items()]
    return Proposal.objects.latest("changed_at")


def test_a_proposal_by_form_changes_what_it_says_and_nothing_else(li: Client) -> None:
    made = propose(li, summary="新的说明")
    [before] = keeping.documents([hygiene()])
    assert set(differences(before, made.document)) == {"summary"}
    assert (made.state, made.version, made.valid_from) == ("in_review", 2, soon())


def test_what_it_rests_on_is_proposed_reviewed_and_published_in_english_too(li: Client, sun: Client) -> None:
    english = {"mail__basis_en": "Agreement of 2026 (example)", "fee__basis_en": "Free by law (example)", "validity_basis_en": ""}
    made = propose(li, **english, validity_basis="示例公告")
    [before] = keeping.documents([hygiene()])
    assert set(differences(before, made.document)) == {"mail.basis_en", "fee.basis_en", "validity_basis"}
    shown = page(sun, at("proposal", made.id))
    assert "寄递规则依据（英文）" in shown
    assert before["mail"]["basis_en"] in shown
    assert "<mark>Agreement of 2026 (example)</mark>" in shown
    sun.post(at("proposal_approve", made.id))
    published = Service.objects.get(code=HYGIENE, version=2)
    assert (published.mail_basis_en, published.fee_basis_en) == ("Agreement of 2026 (example)", "Free by law (example)")
    assert [document["mail"] for document in keeping.documents([published])] == [made.document["mail"]]


def test_papers_are_added_moved_and_removed(li: Client) -> None:
    [document] = keeping.documents([hygiene()])
    rows = writing.rows_of(document)[:3]
    rows[0]["remove"] = True
    rows[1]["place"], rows[2]["place"] = 3, 2
    rows.append({"name": "健康证明", "name_en": "Health certificate", "form": "copy", "copies": 2, "required": True, "place": 1})
    made = propose(li, papers=rows)
    names = [paper["name"] for paper in made.document["papers"]]
    assert names == ["健康证明", document["papers"][2]["name"], document["papers"][1]["name"]]


def test_more_rows_keep_what_was_written_and_write_nothing(li: Client) -> None:
    answer = li.post(at("proposal_new", hygiene().task_code), filled(summary="半成品", more="1"))
    assert answer.status_code == 200
    assert "半成品" in answer.content.decode()
    assert len(answer.context["papers"].forms) == 9
    assert not Proposal.objects.exists()


def test_what_the_law_forbids_stands_at_its_field(li: Client) -> None:
    form = filled(clocks__decide__days="25", clocks__decide__legal_days="", clocks__decide__basis="行政许可法 42")
    answer = li.post(at("proposal_new", hygiene().task_code), form)
    assert answer.status_code == 422
    assert "clocks__decide__days" in answer.context["form"].errors


def test_a_second_person_agrees_or_sends_back_and_never_the_first(li: Client, sun: Client) -> None:
    made = propose(li, summary="新的说明")
    own, other = page(li, at("proposal", made.id)), page(sun, at("proposal", made.id))
    assert at("proposal_approve", made.id) not in own
    assert "等待第二人审核" in own
    assert at("proposal_approve", made.id) in other
    assert "<mark>新的说明</mark>" in other
    assert li.post(at("proposal_approve", made.id)).status_code == 409
    assert sun.post(at("proposal_send_back", made.id), {"reason": ""}).status_code == 422
    sun.post(at("proposal_send_back", made.id), {"reason": "说明太短"})
    assert "说明太短" in page(li, at("proposal", made.id))
    assert li.post(at("proposal_edit", made.id), filled(summary="更长的新说明", draft="1")).status_code == 302
    li.post(at("proposal_submit", made.id))
    sun.post(at("proposal_approve", made.id))
    assert [each.version for each in keeping.versions(SYSTEM, hygiene().task_code)] == [1, 2]
    text = page(li, at("service", hygiene().task_code))
    assert "<mark>更长的新说明</mark>" in text
    assert "已退回" in text  # in its story
    li.post(at("proposal_withdraw", made.id), {"reason": "暂缓"})
    assert [each.version for each in keeping.versions(SYSTEM, hygiene().task_code)] == [1]


def test_the_list_is_searched_filtered_and_costs_the_same_with_more(li: Client) -> None:
    address = at("services")
    assert "公共场所卫生许可" in page(li, address + "?words=ggcs")
    assert "没有符合条件的事项" in page(li, address + "?words=nobody")
    assert "食品经营许可" not in page(li, address + "?state=in_review")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(li, address)
        return len(queries)

    asked()
    before = asked()
    actions.publish(document=make_document(), at=now(), by=SYSTEM)
    assert "示例服务" in page(li, address)
    assert asked() == before


def test_documents_go_out_and_come_in_as_drafts_after_a_check(li: Client) -> None:
    out = json.loads(li.get(at("services") + "?format=json&words=" + HYGIENE).content)
    assert [each["code"] for each in out] == [HYGIENE]
    assert b"0001" in b"".join(li.get(at("services") + "?format=csv").streaming_content)  # type: ignore[attr-defined]
    out[0] |= {"version": 2, "valid_from": soon().isoformat(), "valid_to": None}
    wrong = SimpleUploadedFile("services.json", json.dumps([out[0] | {"owner": "nobody"}]).encode())
    refused = li.post(at("service_import"), {"file": wrong})
    assert refused.status_code == 422
    assert "办理方式 (owner)" in refused.content.decode()
    checked = li.post(at("service_import"), {"file": SimpleUploadedFile("services.json", json.dumps(out).encode())})
    assert checked.context["checked"] == out
    assert not Proposal.objects.exists()
    assert li.post(at("service_import"), {"save": "1", "text": checked.context["text"]}).headers["Location"] == at("proposals")
    assert Proposal.objects.get().state == "draft"
    for file in (b"{", b"[]", b"[1]"):
        assert li.post(at("service_import"), {"file": SimpleUploadedFile("x.json", file)}).status_code == 422
    nothing = li.post(at("service_import"), {})
    assert nothing.status_code == 422
    assert "有几项填写需要再看一下" not in nothing.content.decode()


def test_an_item_ends_on_a_day(li: Client) -> None:
    assert li.post(at("service_end", hygiene().task_code), {"valid_to": "2020-01-01"}).status_code == 422
    assert li.post(at("service_end", hygiene().task_code), {"valid_to": soon().isoformat()}).status_code == 302
    assert hygiene().valid_to == soon()


def test_another_city_finds_nothing(li: Client) -> None:
    made = propose(li)
    kong = as_new(Role.ADMIN, organisation="jining-government", region="37.3708")
    for address in (at("service", hygiene().task_code), at("proposal", made.id), at("proposal_new", hygiene().task_code)):
        assert kong.get(address).status_code == 404
    assert hygiene().task_code not in page(kong, at("services"))
    assert made.name not in page(kong, at("proposals"))
