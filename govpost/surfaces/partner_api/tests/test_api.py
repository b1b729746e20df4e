"""The partner API: keys, idempotency, orders, scans in batches, tracking, isolation, problems that name field and remedy."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from govpost.catalogue.testing import load_catalogue
from govpost.common.clock import now
from govpost.delivery.models import Order, Scan
from govpost.parties import actions as parties
from govpost.parties import queries
from govpost.places.testing import AT, LOADER
from govpost.profiles.testing import load_profiles
from govpost.settlement import actions as settlement

pytestmark = pytest.mark.django_db
NOTICE = "000295001000"


@pytest.fixture(autouse=True)
def province() -> None:
    load_catalogue()
    load_profiles()
    settlement.load_terms(at=AT, by=LOADER)


def key(organisation: str = "jining-enforcement", region: str = "37.3708") -> str:
    found = queries.organisation_by_code(organisation)
    return parties.make_partner_key(name=organisation, organisation=found, region=region, at=AT, by=LOADER)[1]


def body(**over: Any) -> dict[str, Any]:
    values = {
        "ref": "济执〔2026〕1号", "item": NOTICE, "payer": "department",
        "sender": {"name": "执法局（示例）", "phone": "0537-1234567", "division": "370811", "street": "示例路 1 号"},
        "recipient": {"name": "林示例", "phone": "15400000001", "division": "370881", "street": "示例街 2 号"},
    }  # fmt: skip
    return values | over


def post(path: str, value: Any, token: str, idempotency: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": idempotency} if idempotency else {})
    data = value if isinstance(value, bytes) else json.dumps(value)
    return Client().post(f"/api/v1{path}", data, content_type="application/json", headers=headers)


def get(path: str, token: str) -> Any:
    return Client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})


def place(token: str, **over: Any) -> dict[str, Any]:
    response = post("/orders", body(**over), token, str(uuid4()))
    assert response.status_code == 201, response.content
    answer: dict[str, Any] = response.json()
    return answer


def test_an_order_costs_no_question_to_configuration_but_its_marks(django_assert_num_queries: Any) -> None:
    token = key()
    place(token, ref="what configuration says is remembered from here on")
    with django_assert_num_queries(7):  # marks, begin, key, order, fact, answer, commit
        place(token, ref="another")


def test_an_order_is_placed_once_however_often_it_is_sent() -> None:
    token, idempotency = key(), str(uuid4())
    first = post("/orders", body(), token, idempotency)
    again = post("/orders", body(), token, idempotency)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Order.objects.count() == 1
    other = post("/orders", body(ref="another"), token, idempotency)
    assert other.status_code == 422
    assert post("/orders", body(), token).json()["errors"][0]["field"] == "Idempotency-Key"


def test_two_partners_may_use_the_same_key() -> None:
    idempotency = str(uuid4())
    assert post("/orders", body(), key(), idempotency).status_code == 201
    assert post("/orders", body(ref="2"), key(), idempotency).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"item": "x"}, "item"),
        ({"weight_g": 0}, "weight_g"),
        ({"recipient": {"name": "林", "phone": "1", "division": "370881", "street": "示例街"}}, "recipient.phone"),
        ({"extra": 1}, "extra"),
    ],
)
def test_bad_input_names_its_field(change: dict[str, Any], field: str) -> None:
    response = post("/orders", body(**change), key(), str(uuid4()))
    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["errors"][0]["field"] == field


def test_no_json_and_no_key_are_said_plainly() -> None:
    assert post("/orders", b"\xff{", key(), str(uuid4())).status_code == 422
    assert post("/orders", body(), "gp_wrong_key").status_code == 401
    assert Client().get("/api/v1/orders").status_code == 401


def test_another_organisations_order_looks_like_a_missing_one() -> None:
    number = place(key())["number"]
    stranger = key("jining-id-centre")
    for path in (f"/orders/{number}", f"/orders/{number}/tracking"):
        assert get(path, stranger).status_code == 404
    assert get("/orders", stranger).json()["items"] == []
    cancelled = post(f"/orders/{number}/cancellation", {"reason": "x"}, stranger, str(uuid4()))
    assert cancelled.status_code == 404
    scans = {"rows": [{"number": number, "kind": "delivered", "occurred_at": now().isoformat()}]}
    assert post("/scans", scans, key("bozhou-health", "34.3416")).json()["rows"][0] == {"status": "unclear", "reason": "unknown_waybill"}


def test_people_are_masked_in_every_answer() -> None:
    token = key()
    number = place(token)["number"]
    for path in (f"/orders/{number}", "/orders", f"/orders/{number}/tracking"):
        text = get(path, token).content.decode()
        assert "15400000001" not in text
        assert "林示例" not in text


def test_scans_come_in_batches_with_a_result_for_each_row() -> None:
    token = key()
    number = place(token)["number"]
    rows = [
        {"number": number, "kind": "collected", "occurred_at": (now() - timedelta(hours=30)).isoformat()},
        {"number": number, "kind": "delivered", "occurred_at": (now() - timedelta(hours=2)).isoformat(), "signer": "addressee"},
        {"number": number, "kind": "mystery", "occurred_at": (now() - timedelta(hours=2)).isoformat()},
        {"number": "NOBODYS", "kind": "delivered", "occurred_at": (now() - timedelta(hours=2)).isoformat()},
    ]
    first = post("/scans", {"rows": rows}, token).json()
    assert [row["status"] for row in first["rows"]] == ["accepted", "accepted", "unclear", "unclear"]
    assert post("/scans", {"rows": rows}, token).json()["duplicate"] == 4
    assert Scan.objects.count() == 4
    tracking = get(f"/orders/{number}/tracking", token).json()
    assert (tracking["state"], [event["kind"] for event in tracking["events"]]) == ("delivered", ["collected", "delivered", ""])


def test_an_order_is_cancelled_before_collection_only() -> None:
    token = key()
    number = place(token)["number"]
    assert post(f"/orders/{number}/cancellation", {"reason": "误下单"}, token, str(uuid4())).json()["state"] == "cancelled"
    later = place(token, ref="later")["number"]
    post("/scans", {"rows": [{"number": later, "kind": "collected", "occurred_at": now().isoformat()}]}, token)
    assert post(f"/orders/{later}/cancellation", {"reason": "x"}, token, str(uuid4())).status_code == 409


def test_lists_are_paged_by_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govpost.surfaces.partner_api.api.PAGE", 2)
    token = key()
    numbers = {place(token, ref=str(n))["number"] for n in range(5)}
    seen: list[str] = []
    cursor = ""
    while True:
        page = get(f"/orders?cursor={cursor}", token).json()
        seen += [item["number"] for item in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert (len(seen), set(seen)) == (5, numbers)
    assert get("/orders?cursor=broken", token).status_code == 422


def test_a_department_reads_its_own_cases_and_nobody_elses() -> None:
    from govpost.cases.states import State
    from govpost.cases.testing import make_case, make_cast

    case = make_case(make_cast(), State.ACCEPTED)
    owner, stranger = key("bozhou-health", "34.3416"), key("bozhou-market", "34.3416")
    assert get(f"/cases/{case.number}", owner).json()["state"] == "accepted"
    assert [each["number"] for each in get("/cases", owner).json()["items"]] == [case.number]
    assert get(f"/cases/{case.number}", stranger).status_code == 404
    assert get("/cases", stranger).json()["items"] == []


def test_the_promised_api_is_the_committed_one() -> None:
    """Regenerate with `govpost openapi > docs/openapi.json` when a change is meant."""
    from pathlib import Path

    from govpost.surfaces.partner_api.openapi import document

    committed = Path(__file__).resolve().parents[4] / "docs" / "openapi.json"
    assert committed.read_text() == document()


def test_the_description_is_served_and_scans_stay_within_the_own_organisation() -> None:
    assert Client().get("/api/v1/openapi.json").json()["info"]["title"] == "GovPost partner API"
    number = place(key())["number"]
    row = {"number": number, "kind": "delivered", "occurred_at": (now() - timedelta(hours=1)).isoformat()}
    assert post("/scans", {"rows": [row]}, key("jining-id-centre")).json()["rows"][0]["reason"] == "unknown_waybill"


def test_who_lost_the_answer_of_a_batch_gets_it_again_with_its_key() -> None:
    token, idempotency = key(), str(uuid4())
    rows = {"rows": [{"number": "UNKNOWN-1", "kind": "delivered", "occurred_at": now().isoformat()}]}
    first = post("/scans", rows, token, idempotency)
    again = post("/scans", rows, token, idempotency)
    assert first.json()["rows"] == [{"status": "unclear", "reason": "unknown_waybill"}]
    assert again.content == first.content
    assert post("/scans", rows, token).json()["rows"] == [{"status": "duplicate", "reason": ""}]


@pytest.mark.parametrize("path", ["/orders?ref=%00", "/orders?cursor=%00", "/orders/%00", "/orders/A%00/tracking", "/cases/%00"])
def test_the_character_that_no_text_can_hold_is_refused_in_addresses(path: str) -> None:
    assert get(path, key()).status_code == 400


def test_the_character_that_no_text_can_hold_is_refused_in_bodies() -> None:
    token = key()
    row = {"number": "ABCDEF", "kind": "delivered", "occurred_at": now().isoformat(), "note": "a\0b"}
    assert post("/orders", body(ref="a\0b"), token, str(uuid4())).status_code == 422
    assert post("/scans", {"rows": [row]}, token).json()["errors"][0]["field"] == "body"


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"ref": "r"}, "item", "缺少该字段。请补上后重新发送请求。"),
        (body() | {"colour": "red"}, "colour", "没有这个字段。请去掉，或改正字段名。"),
        (body() | {"weight_g": "50"}, "weight_g", "此处应为整数，而不是文本。"),
        (body() | {"weight_g": 0}, "weight_g", "数值不得小于 1。"),
        (body() | {"contents": ["x"] * 21}, "contents", "一次请求最多 20 项。"),
        (body() | {"item": "12"}, "item", "格式与该字段不符。接口文档中有该字段的格式说明。"),
        (body() | {"recipient": {"name": "林示例"}}, "recipient.phone", "缺少该字段。请补上后重新发送请求。"),
        (body() | {"recipient": []}, "recipient", "此处应为对象，而不是数组。"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_by_field_in_a_sentence(sent: dict[str, Any], field: str, sentence: str) -> None:
    answer = post("/orders", sent, key(), str(uuid4()))
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": field, "detail": sentence}]


@pytest.mark.parametrize(("moment", "sentence"), [("yesterday", "时刻请写作"), ("2026-11-23T09:30:00", "时刻请带时区")])
def test_a_moment_without_its_zone_is_refused_with_how_to_write_it(moment: str, sentence: str) -> None:
    (error,) = post("/scans", {"rows": [{"number": "ABCDEF", "kind": "delivered", "occurred_at": moment}]}, key()).json()["errors"]
    assert (error["field"], error["detail"][: len(sentence)]) == ("rows[0].occurred_at", sentence)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1969-12-31T00:00:00Z"])
def test_a_moment_of_another_age_is_refused_by_its_field(moment: str) -> None:
    answer = post("/scans", {"rows": [{"number": "ABCDEF", "kind": "delivered", "occurred_at": moment}]}, key())
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "rows[0].occurred_at")


def test_a_moment_far_ahead_is_kept_as_unclear() -> None:
    answer = post("/scans", {"rows": [{"number": "ABCDEF", "kind": "delivered", "occurred_at": "8999-12-31T00:00:00Z"}]}, key())
    assert answer.json()["unclear"] == 1
