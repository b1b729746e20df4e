"""The window's pages: papers counted and receipted, results handed out after a look at the identity, nobody else's cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from govpost.cases import actions as cases
from govpost.cases.models import Case, HandoverList
from govpost.cases.rules import Desk
from govpost.cases.states import State
from govpost.cases.testing import HOME, SYSTEM, Cast, accept, approve, make_case, receive
from govpost.catalogue.models import Service
from govpost.common.ids import uuid7
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.states import Verb
from govpost.delivery.testing import seen
from govpost.journal import queries as journal
from govpost.parties.roles import Role
from govpost.parties.testing import LIN_NUMBER, LIN_PHONE
from govpost.surfaces.desk.testing import as_actor, as_new, found

HOUR = timedelta(hours=1)


@pytest.fixture
def wang(cast: Cast) -> Client:
    return as_actor(cast.wang)


def page(client: Client, name: str, *args: Any, status: int = 200) -> str:
    response = client.get(reverse(f"desk:{name}", args=args))
    assert response.status_code == status
    return response.content.decode()


def marks(case: Case, missing: int = 0) -> dict[str, str]:
    papers = list(case.papers.order_by("position"))
    return {"request_id": str(uuid7())} | {f"paper-{p.id}": "missing" if n < missing else "here" for n, p in enumerate(papers)}


def test_a_case_is_found_by_whatever_the_person_brings(cast: Cast, wang: Client, began: datetime) -> None:
    case = make_case(cast, at=began, paper_way="door")
    order = case.orders.get()
    address = reverse("desk:window_case", args=[case.number])
    assert case.number is not None
    for words in (case.number, case.number.lower(), order.number, LIN_PHONE, LIN_NUMBER):
        assert wang.get(found(wang, "window", words)).headers.get("Location") == address, words
    for words in ("1540000000", "BJ000000-XXXXXXXX", "%", "' OR 1=1"):
        assert wang.get(found(wang, "window", words)).status_code == 200, words
    second = make_case(cast, at=began + HOUR)
    both = wang.get(found(wang, "window_results", LIN_PHONE)).content.decode()
    assert case.number in both
    assert second.number is not None
    assert second.number in both


def test_what_was_typed_stays_out_of_the_address_and_with_whoever_typed_it(cast: Cast, wang: Client) -> None:
    address = found(wang, "window", LIN_NUMBER)
    assert LIN_NUMBER not in address
    assert as_new(Role.CLERK).get(address).status_code == 422
    assert wang.get("/desk/window", {"found": "xx"}).status_code == 422
    assert wang.post(reverse("desk:find"), {"q": LIN_PHONE, "list": "https://elsewhere.example"}).status_code == 422
    assert found(wang, "window", " ") == "/desk/window"


def test_papers_are_counted_and_the_receipt_is_printed(cast: Cast, wang: Client, began: datetime) -> None:
    case = make_case(cast, at=began)
    assert case.number is not None
    assert case.number in page(wang, "window")
    address = reverse("desk:receive_papers", args=[case.number])
    form = marks(case, missing=1)
    short = wang.post(address, {key: value for key, value in form.items() if value != "missing"})
    assert short.status_code == 422
    assert case.papers.filter(status="received").count() == 0
    none = wang.post(address, dict.fromkeys(form, "missing") | {"request_id": form["request_id"]})
    assert none.status_code == 422
    done = wang.post(address, form)
    assert done.headers["Location"] == reverse("desk:papers_receipt", args=[case.number])
    case.refresh_from_db()
    assert case.clock_from_at is not None
    assert sorted(case.papers.values_list("status", flat=True)).count("missing") == 1
    receipt = page(wang, "papers_receipt", case.number)
    assert "林示例" not in receipt
    assert LIN_PHONE not in receipt


def test_the_same_count_pressed_twice_changes_nothing(cast: Cast, wang: Client, began: datetime) -> None:
    case = make_case(cast, at=began)
    form, address = marks(case), reverse("desk:receive_papers", args=[case.number])
    assert wang.post(address, form).status_code == 302
    case.refresh_from_db()
    version = case.version
    wang.post(address, form)
    case.refresh_from_db()
    assert case.version == version


def test_a_sealed_bag_shows_what_was_counted_at_the_door(cast: Cast, wang: Client, began: datetime) -> None:
    case = make_case(cast, at=began, paper_way="door")
    order = delivery.by_id(case.orders.get().order_id)
    checks = delivery.checks_of([order.id])[order.id]
    mail.record_handover(
        order_id=order.id, verb=Verb.COLLECT, at=began + HOUR, by=SYSTEM, request_id=uuid7(), code=delivery.check_code_of(order.id),
        seen={check.opaque_id: n > 0 for n, check in enumerate(checks)},
    )  # fmt: skip
    text = page(wang, "window_case", case.number)
    assert order.number in text
    assert text.count("上门清点：缺") == 1
    assert wang.post(reverse("desk:receive_papers", args=[case.number]), marks(case, missing=1)).status_code == 302
    order.refresh_from_db()
    assert order.state == "delivered"


def test_a_result_is_handed_out_only_after_a_logged_look_at_the_identity(cast: Cast, wang: Client, began: datetime) -> None:
    case = make_case(cast, State.HANDED_OVER, at=began, result_way="window")
    assert case.number is not None
    assert case.number in page(wang, "window_results")
    address = reverse("desk:hand_out", args=[case.number])
    assert LIN_NUMBER not in wang.get(address).content.decode()
    give = {"request_id": str(uuid7()), "signer": "addressee", "checked": "on", "looked": "forged"}
    assert wang.post(address, give).status_code == 422
    assert wang.post(address, {"cause": " "}).status_code == 422
    looked = wang.post(address, {"cause": "领取结果核验身份"})
    assert LIN_NUMBER in looked.content.decode()
    [fact] = journal.readings_of(f"party:{case.party_id}")
    assert (fact.payload["cause"], fact.payload["case"]) == ("领取结果核验身份", case.number)
    give["looked"] = looked.context["give"].initial["looked"]
    assert wang.post(address, give | {"checked": ""}).status_code == 422
    assert LIN_NUMBER not in wang.post(address, give | {"signer": ""}).content.decode()
    receipt = reverse("desk:result_receipt", args=[case.number])
    assert wang.post(address, give).headers["Location"] == receipt
    case.refresh_from_db()
    assert case.state == "closed"
    assert wang.post(address, give).headers["Location"] == receipt, "pressed twice"
    assert case.document_serial is not None
    assert case.document_serial in page(wang, "result_receipt", case.number)


def test_whom_the_items_rule_does_not_name_is_not_offered(cast: Cast, wang: Client, began: datetime) -> None:
    case = make_case(cast, State.HANDED_OVER, at=began, result_way="window")
    address = reverse("desk:hand_out", args=[case.number])
    offered = wang.post(address, {"cause": "核验身份"}).context["give"].fields["signer"].choices
    assert [value for value, _ in offered] == ["addressee", "agent"]
    Service.objects.filter(id=case.service_id).update(signers=["addressee"])
    give = wang.post(address, {"cause": "核验身份"}).context["give"]
    assert [value for value, _ in give.fields["signer"].choices] == ["addressee"]
    forged = {"request_id": str(uuid7()), "signer": "agent", "checked": "on", "looked": give.initial["looked"]}
    assert wang.post(address, forged).status_code == 422


def test_another_persons_look_does_not_count(cast: Cast, wang: Client, began: datetime) -> None:
    case = make_case(cast, State.HANDED_OVER, at=began, result_way="window")
    address = reverse("desk:hand_out", args=[case.number])
    colleague = as_new(Role.CLERK)
    token = colleague.post(address, {"cause": "核验身份"}).context["give"].initial["looked"]
    give = {"request_id": str(uuid7()), "signer": "addressee", "checked": "on", "looked": token}
    assert wang.post(address, give).status_code == 422


def test_a_mail_that_was_kept_is_fetched_against_its_code(cast: Cast, wang: Client, began: datetime) -> None:
    case = make_case(cast, State.HANDED_OVER, at=began)
    parcel = case.parcels.get(left_at=None).parcel
    cases.close_parcel(parcel_id=parcel.id, at=began + 5 * HOUR, by=cast.station)
    order = delivery.by_id(case.orders.get().order_id)
    mail.note_waybill(order_id=order.id, waybill_no="1110000000001", at=began + 6 * HOUR, by=SYSTEM)
    rows = [seen("1110000000001", kind, began + (6 + n) * HOUR) for n, kind in enumerate(("collected", "at_delivery_office"), 1)]
    mail.record_scans(rows, at=began + 9 * HOUR, by=SYSTEM)
    cases.change_result_way(case_id=case.id, at=began + 10 * HOUR, by=cast.lin)
    text = page(wang, "window_case", case.number)
    assert reverse("desk:hand_out", args=[case.number]) in text
    address = reverse("desk:hand_out", args=[case.number])
    looked = wang.post(address, {"cause": "领取结果核验身份"}).context["give"]
    give = {"request_id": str(uuid7()), "signer": "addressee", "checked": "on", "looked": looked.initial["looked"]}
    code = delivery.pickup_code_of(order.id)
    wrong = "000000" if code != "000000" else "111111"
    assert wang.post(address, give | {"code": wrong}).status_code == 422
    assert wang.post(address, give).status_code == 422
    assert wang.post(address, give | {"code": code}).status_code == 302
    order.refresh_from_db()
    assert order.state == "delivered"


def test_a_departments_list_is_counted(cast: Cast, wang: Client, began: datetime) -> None:
    case = make_case(cast, State.APPROVED, at=began, result_way="window")
    made = cases.give_list(case_ids=[case.id], desk=Desk.WINDOW, at=began + 5 * HOUR, by=cast.officer)
    assert made.number in page(wang, "window_results")
    address = reverse("desk:window_list", args=[made.id])
    assert wang.post(address, {"scanned": ""}).status_code == 422, "nothing counted and nothing said"
    assert wang.post(address, {"scanned": "X-1"}).status_code == 422
    assert wang.post(address, {"scanned": case.document_serial}).status_code == 302
    case.refresh_from_db()
    assert case.state == "handed_over"
    assert wang.get(address).headers["Location"] == reverse("desk:handover_list", args=[made.id])
    assert "林示例" not in page(wang, "handover_list", made.id)


def test_what_was_not_there_stays_with_the_department(cast: Cast, wang: Client, began: datetime) -> None:
    first, second = (make_case(cast, State.APPROVED, at=began + n * HOUR, result_way="window") for n in range(2))
    made = cases.give_list(case_ids=[first.id, second.id], desk=Desk.WINDOW, at=began + 7 * HOUR, by=cast.officer)
    address = reverse("desk:window_list", args=[made.id])
    assert wang.post(address, {"here": first.document_serial}).status_code == 422
    assert wang.post(address, {"here": first.document_serial, "short": "on"}).status_code == 302
    states = dict(Case.objects.values_list("number", "state"))
    assert (states[first.number], states[second.number]) == ("handed_over", "approved")
    assert HandoverList.objects.get().taken_by


def test_papers_of_a_withdrawn_case_go_back(cast: Cast, wang: Client, began: datetime) -> None:
    case = receive(cast, make_case(cast, at=began), began + HOUR)
    assert wang.get(reverse("desk:wish", args=[case.number, "withdraw"])).status_code == 200
    assert wang.post(reverse("desk:wish", args=[case.number, "withdraw"])).status_code == 422
    assert wang.post(reverse("desk:wish", args=[case.number, "withdraw"]), {"sure": "yes"}).status_code == 302
    case.refresh_from_db()
    assert case.state == "withdrawn"
    address = reverse("desk:give_back", args=[case.number])
    assert wang.post(address, {"way": "window"}).status_code == 422
    assert wang.post(address, {"way": "window", "checked": "on"}).status_code == 302
    assert set(case.papers.values_list("status", flat=True)) == {"returned"}


def test_a_wish_is_one_of_three(cast: Cast, wang: Client, began: datetime) -> None:
    case = make_case(cast, at=began)
    for verb in ("close", "approve", "terminate", "receive-papers"):
        assert wang.post(reverse("desk:wish", args=[case.number, verb]), {"sure": "yes"}).status_code == 404


def test_another_citys_clerk_finds_nothing(cast: Cast, began: datetime) -> None:
    case = make_case(cast, State.HANDED_OVER, at=began, result_way="window")
    elsewhere = as_new(Role.CLERK, organisation="jining-government", region="37.3708")
    for words in (case.number or "", LIN_PHONE, LIN_NUMBER):
        answer = elsewhere.get(found(elsewhere, "window", words))
        assert answer.status_code == 200, "nothing found, so nothing to go to"
    for name in ("window_case", "papers_receipt", "hand_out", "give_back", "result_receipt", "reveal"):
        page(elsewhere, name, case.number, status=404)
    assert elsewhere.post(reverse("desk:receive_papers", args=[case.number]), {}).status_code == 404
    assert elsewhere.post(reverse("desk:hand_out", args=[case.number]), {"cause": "核验身份"}).status_code == 404
    made = case.handovers.get().handover_list
    page(elsewhere, "window_list", made.id, status=404)
    page(elsewhere, "handover_list", made.id, status=404)


def test_an_officer_has_no_counter(cast: Cast, began: datetime) -> None:
    case = make_case(cast, at=began)
    officer = as_actor(cast.officer)
    assert officer.get("/desk/window").status_code == 403
    assert officer.post(reverse("desk:receive_papers", args=[case.number]), marks(case)).status_code == 403


def test_the_list_costs_the_same_for_more_cases(cast: Cast, wang: Client, began: datetime, django_assert_max_num_queries: Any) -> None:
    for n in range(5):
        make_case(cast, at=began + n * HOUR)
    wang.get("/desk/window")
    with django_assert_max_num_queries(12):
        wang.get("/desk/window")


def test_decided_things_are_not_counted_again(cast: Cast, wang: Client, began: datetime) -> None:
    case = make_case(cast, at=began)
    case = approve(cast, accept(cast, receive(cast, case, began + HOUR), began + 2 * HOUR), began + 3 * HOUR)
    assert wang.post(reverse("desk:receive_papers", args=[case.number]), {"request_id": str(uuid7())}).status_code == 422


def test_another_courier_is_ordered_at_the_counter_after_a_collection_that_came_to_nothing(
    cast: Cast, wang: Client, began: datetime
) -> None:
    case = make_case(cast, at=began, paper_way="door")
    address = reverse("desk:collect_again", args=[case.number])
    assert address not in page(wang, "window_case", case.number)
    assert wang.get(address).headers["Location"] == reverse("desk:window_case", args=[case.number])
    mail.cancel_order(order_id=case.orders.get().order_id, reason="5", at=began + HOUR, by=SYSTEM)
    assert address in page(wang, "window_case", case.number)
    form = wang.get(address).context["form"]
    assert wang.post(address, {"window": "yesterday"}).status_code == 422
    done = wang.post(address, {"window": next(iter(form.windows))})
    assert done.headers["Location"] == reverse("desk:window_case", args=[case.number])
    assert case.orders.filter(leg="papers").count() == 2


def test_the_list_begins_with_the_clerks_own_hall_and_opens_to_all_of_the_jurisdiction(cast: Cast, wang: Client, began: datetime) -> None:
    here = make_case(cast, at=began)
    there = make_case(cast, at=began, address=replace(HOME, division="341621"))
    for query, seen_there in (({}, False), ({"halls": "all"}, True)):
        text = wang.get(reverse("desk:window"), query).content.decode()
        assert (str(here.number) in text, str(there.number) in text) == (True, seen_there)
    county = as_new(Role.CLERK, organisation="bozhou-government-341621", region="34.3416.341621")
    text = page(county, "window")
    assert (str(here.number) in text, str(there.number) in text) == (False, True)
