"""The client against the sandbox over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pytest_django import Settings

from govpost.common.refusal import Rejected, Unavailable
from govpost.gateways.sms.client import SmsGateway
from govpost.gateways.sms.sandbox import Fault
from govpost.gateways.sms.testing import KEY, Gateway, gateway
from govpost.notices.ports import Sms, SmsReceipt

LIN = "15400000001"
TEXT = "【政邮通】示例：您的邮件已到，取件码 482913。"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Gateway]:
    with gateway(tmp_path) as sandbox:
        yield sandbox


def send(sms: Sms, *, phone: str = LIN, key: str = "notice-1", text: str = TEXT) -> SmsReceipt:
    return sms.send(phone=phone, template="pickup_code", params={"code": "482913"}, text=text, idempotency_key=key)


def test_a_message_arrives_as_it_was_sent(running: Gateway) -> None:
    receipt = send(running.sms())
    [message] = running.messages(LIN)
    assert message["id"] == receipt.provider_id
    assert (message["phone"], message["template"], message["params"]) == (LIN, "pickup_code", {"code": "482913"})
    assert message["text"] == TEXT


def test_sending_again_under_the_same_key_gives_the_same_receipt_and_one_message(running: Gateway) -> None:
    assert send(running.sms()) == send(running.sms())
    assert len(running.messages(LIN)) == 1
    assert send(running.sms(), key="notice-2") != send(running.sms())
    assert len(running.messages(LIN)) == 2


def test_twenty_at_once_under_one_key_are_one_message(running: Gateway) -> None:
    receipts: list[SmsReceipt] = []
    threads = [threading.Thread(target=lambda: receipts.append(send(running.sms()))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 20
    assert len(set(receipts)) == len(running.messages(LIN)) == 1


def test_when_the_answer_is_lost_repeating_does_not_send_twice(running: Gateway) -> None:
    running.misbehave(Fault.LOST_ANSWER)
    with pytest.raises(Unavailable, match="HTTP 503"):
        send(running.sms())
    receipt = send(running.sms())
    assert [message["id"] for message in running.messages(LIN)] == [receipt.provider_id]


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.TIMEOUT, Fault.THROTTLED, Fault.GARBAGE])
def test_a_gateway_that_fails_is_unavailable_and_has_taken_nothing(running: Gateway, fault: Fault) -> None:
    running.misbehave(fault, seconds=0.6)
    with pytest.raises(Unavailable):
        send(running.sms(seconds=0.3))
    assert running.messages(LIN) == []
    send(running.sms())


def test_a_gateway_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with gateway(tmp_path) as gone:
        sms = gone.sms()
    with pytest.raises(Unavailable, match="ConnectError"):
        send(sms)
    assert [problem.level for problem in sms.check()] == ["error"]


def test_a_number_that_wants_nothing_is_rejected_for_good(running: Gateway) -> None:
    running.refuse(LIN)
    with pytest.raises(Rejected) as refused:
        send(running.sms())
    assert refused.value.code == "refused_number"
    running.misbehave(None)
    send(running.sms())


@pytest.mark.parametrize("phone", ["12345678901", "1540000000", "0558-5550001", "+8615400000001", "１５４００００００００１"])
def test_a_number_that_is_none_is_rejected_for_good(running: Gateway, phone: str) -> None:
    with pytest.raises(Rejected) as refused:
        send(running.sms(), phone=phone)
    assert refused.value.code == "invalid_number"


@pytest.mark.parametrize("text", ["", "长" * 501])
def test_a_text_that_cannot_be_sent_is_rejected_for_good(running: Gateway, text: str) -> None:
    with pytest.raises(Rejected) as refused:
        send(running.sms(), text=text)
    assert refused.value.code == "invalid_message"


def test_a_key_used_for_another_text_is_rejected(running: Gateway) -> None:
    send(running.sms())
    with pytest.raises(Rejected) as refused:
        send(running.sms(), text="another")
    assert refused.value.code == "idempotency_conflict"


def test_a_wrong_key_keeps_messages_for_later_and_the_check_says_so(running: Gateway) -> None:
    sms = SmsGateway(running.url, "not the key")
    with pytest.raises(Unavailable, match="HTTP 401"):
        send(sms)
    [problem] = sms.check()
    assert problem.level == "error"
    assert "GOVPOST_SMS_KEY" in problem.remedy


def test_an_address_where_something_else_lives_keeps_messages_for_later(running: Gateway) -> None:
    sms = SmsGateway(f"{running.url}/elsewhere", KEY)
    with pytest.raises(Unavailable):
        send(sms)
    assert "HTTP 404" in sms.check()[0].sentence


def test_a_healthy_gateway_has_no_problems_and_the_check_sends_nothing(running: Gateway) -> None:
    assert running.sms().check() == []
    assert "还没有短信" in httpx.get(f"{running.url}/", trust_env=False).text


def test_without_an_address_nothing_is_sent_and_the_missing_settings_are_named(settings: Settings) -> None:
    settings.GOVPOST_SMS_URL = ""
    settings.GOVPOST_SMS_KEY = ""
    with pytest.raises(Unavailable, match="GOVPOST_SMS_URL, GOVPOST_SMS_KEY not set"):
        send(SmsGateway())
    assert SmsGateway().check()[0].level == "error"


def test_the_settings_are_read_when_the_constructor_is_silent(running: Gateway, settings: Settings) -> None:
    settings.GOVPOST_SMS_URL = f"{running.url}/"
    settings.GOVPOST_SMS_KEY = KEY
    assert send(SmsGateway()).provider_id == running.messages(LIN)[0]["id"]


@pytest.mark.parametrize("url", ["http://sms.example", "ftp://127.0.0.1", "sms.example"])
def test_codes_do_not_travel_in_the_clear(url: str) -> None:
    with pytest.raises(Unavailable, match="https"):
        send(SmsGateway(url, KEY))


def test_errors_show_neither_the_number_nor_the_text(running: Gateway) -> None:
    running.misbehave(Fault.SERVER_ERROR)
    with pytest.raises(Unavailable) as failed:
        send(running.sms())
    assert not {LIN, "482913"} & set(str(failed.value).split())
    assert LIN not in str(failed.value)
