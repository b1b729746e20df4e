"""What the client makes of the carrier's failures and of its own configuration."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import httpx
import pytest

from govpost.common.refusal import Rejected, Unavailable
from govpost.delivery.ports import Carrier, Serves
from govpost.gateways.ems.client import EmsCarrier, agreement_from_settings
from govpost.gateways.ems.testing import carrier_answering, make_agreement, make_booking, make_place, sample
from govpost.gateways.ems.wire import BadMessage, dump_json


def answering(name: str) -> EmsCarrier:
    return carrier_answering(lambda api_code, message: sample(name))


def failing(respond: Callable[[httpx.Request], httpx.Response]) -> EmsCarrier:
    return EmsCarrier(make_agreement("https://carrier.example"), http=httpx.Client(transport=httpx.MockTransport(respond)))


def refused(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


def slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow")


@pytest.mark.parametrize(
    "respond",
    [
        refused,
        slow,
        *(lambda request, status=s: httpx.Response(status, content=sample("order_answer.json")) for s in (302, 403, 404, 429, 503)),
        lambda request: httpx.Response(200, content=b"<html>"),
        lambda request: httpx.Response(200, content=sample("system_failed.json")),
    ],
)  # fmt: skip
def test_no_sensible_answer_is_passing(respond: Callable[[httpx.Request], httpx.Response]) -> None:
    with pytest.raises(Unavailable):
        failing(respond).book(make_booking())


def test_a_failure_says_its_kind_and_no_persons_data() -> None:
    with pytest.raises(Unavailable, match=r"^No answer from the carrier \(ReadTimeout\)\.$"):
        failing(slow).book(make_booking())


def test_a_business_refusal_is_permanent_with_the_carriers_own_words() -> None:
    with pytest.raises(Rejected) as caught:
        answering("order_refused.json").book(make_booking())
    assert (caught.value.code, caught.value.sentence) == ("B00020", "预约时间小于当前时间")


@pytest.mark.parametrize(("words", "taken"), [("查无此订单", True), ("无客户信息", False), ("邮件已收寄，不能撤销", False)])
def test_an_order_that_the_carrier_does_not_know_is_withdrawn_already(words: str, taken: bool) -> None:
    carrier = carrier_answering(lambda api_code, message: dump_json({"retCode": "B00011", "retMsg": words, "retBody": None}).encode())
    with nullcontext() if taken else pytest.raises(Rejected, match=words):
        carrier.cancel("GP261123-7K3M9QXA", "1100000000017", "申请人撤回")


def test_an_order_that_was_taken_without_a_number_is_asked_for_again() -> None:
    carrier = carrier_answering(lambda api_code, message: dump_json({"retCode": "00000", "retMsg": "", "retBody": "{}"}).encode())
    with pytest.raises(Unavailable, match="named no waybill"):
        carrier.book(make_booking())


def test_sorting_codes_of_unknown_names_are_kept_whole() -> None:
    body = dump_json({"waybillNo": "1100000000017", "markDestination": "A1", "empty": ""})
    carrier = carrier_answering(lambda api_code, message: dump_json({"retCode": "00000", "retBody": body}).encode())
    assert carrier.book(make_booking()).routing == '{"markDestination":"A1"}'


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"postageTotal": "20.00"},
        {"postageTotal": "x", "realWeight": "5"},
        {"postageTotal": "NaN", "realWeight": "5"},
        {"postageTotal": "20.00", "realWeight": "0"},
        None,
        "x",
    ],
)
def test_postage_is_unknown_until_weighed(body: Any) -> None:
    carrier = carrier_answering(lambda api_code, message: dump_json({"retCode": "00000", "retBody": body}).encode())
    with pytest.raises(Unavailable, match="not weighed"):
        carrier.postage("GP1", "1100000000017")


def test_a_range_check_that_failed_is_passing_and_an_unknown_status_is_no_promise() -> None:
    with pytest.raises(Unavailable):
        answering("range_failed.json").range_check(make_place(), "express")
    body = dump_json({"retCode": "00000", "retBody": '{"status":"42"}'}).encode()
    unknown = carrier_answering(lambda api_code, message: body).range_check(make_place(), "express")
    assert (unknown.serves, unknown.code) == (Serves.UNCLEAR, "42")
    assert "not known here" in str(unknown.sentence)


def test_a_range_check_tells_the_carrier_no_name_no_telephone_and_no_house_number() -> None:
    asked: list[Any] = []
    body = dump_json({"retCode": "00000", "retBody": '{"status":"0"}'}).encode()

    def answer(api_code: str, message: Any) -> bytes:
        asked.append((api_code, message))
        return body

    carrier_answering(answer).range_check(make_place("谯城示例乡示例山村"), "standard")
    ((api_code, message),) = asked
    assert api_code == "030005"
    assert set(message) == {"address", "prov", "city", "county", "bizProductNo", "type", "senderNo"}
    assert (message["address"], message["type"]) == ("谯城示例乡示例山村", "2")


def test_an_unknown_code_in_the_track_is_kept() -> None:
    (scan,) = answering("track_unknown_code.json").track("1100000000017")
    assert (scan.code, scan.kind) == ("999X", None)


@pytest.mark.parametrize(
    "items", [["x"], [{"opCode": "203"}], [{"waybillNo": "1100000000024", "opTime": "2026-11-23 10:00:00", "opCode": "203"}]]
)
def test_a_track_of_which_nothing_can_be_read_is_passing(items: list[Any]) -> None:
    body = dump_json({"retCode": "00000", "retMsg": "成功", "retBody": dump_json({"responseItems": items})}).encode()
    with pytest.raises(Unavailable, match="can be read"):
        carrier_answering(lambda api_code, message: body).track("1100000000017")


@pytest.mark.parametrize("body", ["not base64!", "QUJD", "", None, 7, "javascript:alert(1)", "http://[broken"])
def test_a_label_that_is_neither_address_nor_pdf_is_passing(body: Any) -> None:
    carrier = carrier_answering(lambda api_code, message: dump_json({"retCode": "00000", "retBody": body}).encode())
    with pytest.raises(Unavailable):
        carrier.label("1100000000017")


@pytest.mark.parametrize("name", ["url", "sender_no", "authorization", "sign_key"])
def test_there_is_no_default_address_and_what_is_missing_is_named(name: str) -> None:
    carrier = EmsCarrier(make_agreement(**{"url": "https://carrier.example", name: ""}))
    with pytest.raises(Unavailable, match=f"GOVPOST_EMS_{name.upper()}"):
        carrier.book(make_booking())
    with pytest.raises((Unavailable, BadMessage)):
        carrier.receive_push(sample("push_envelope.json"))
    (problem,) = carrier.check()
    assert (problem.level, f"GOVPOST_EMS_{name.upper()}" in problem.sentence) == ("error", True)


def test_without_configuration_the_settings_name_no_address() -> None:
    assert agreement_from_settings().missing() == [
        "GOVPOST_EMS_URL", "GOVPOST_EMS_SENDER_NO", "GOVPOST_EMS_AUTHORIZATION", "GOVPOST_EMS_SIGN_KEY",
    ]  # fmt: skip
    with pytest.raises(Unavailable):
        EmsCarrier().track("1100000000017")


def test_a_broken_key_and_a_readable_address_are_found_by_the_check() -> None:
    carrier = EmsCarrier(make_agreement("http://carrier.example", sign_key="AAAA"))
    assert [problem.level for problem in carrier.check()] == ["error", "error"]
    assert "https" in carrier.check()[1].sentence


def test_the_check_tells_silence_from_refusal() -> None:
    (silent,) = failing(refused).check()
    assert "does not answer" in silent.sentence
    (refusing,) = answering("order_refused.json").check()
    assert "B00020" in refusing.sentence
    assert answering("track_nothing.json").check() == []


def test_the_client_is_a_carrier() -> None:
    carrier: Carrier = EmsCarrier()  # the type checker holds this line
    assert [name for name in vars(Carrier) if not name.startswith("_") and not hasattr(carrier, name)] == []
