"""The carrier's wire: encryption, envelope, moments."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.common.clock import SHANGHAI
from govpost.common.refusal import Rejected, Unavailable
from govpost.gateways.ems import wire
from govpost.gateways.ems.testing import KEY, NOON, SIGN_KEY
from govpost.gateways.ems.tests import CALM
from govpost.gateways.ems.wire import BadMessage, SignKey, decrypt, encrypt, read_answer

TEXT = '{"language":"zh-CN","orderId":"GP-20261123-0001"}'
VALUE = "|$4|4kXbXgNw/P6iHQ8D7L1IC4Bs/pH8FHCwPgct1G90LQCzDHTMuzX6UdEN67rmLWKe6z1Pmv/Z1pKhFK3cFMtacVwSbdnUDfHPI2riZYLoqnI="
WORDS = st.text(st.characters(codec="utf-8"))


def test_the_published_vector_is_met_in_both_directions() -> None:
    assert encrypt(TEXT, KEY) == VALUE
    assert decrypt(VALUE, KEY) == TEXT


def test_a_message_without_the_appended_key_is_read_as_well() -> None:
    with_key = SignKey(text="", key=KEY.key)  # appends nothing
    assert decrypt(encrypt(TEXT, with_key), KEY) == TEXT


@CALM
@given(WORDS)
def test_what_was_encrypted_is_read_again(message: str) -> None:
    assert decrypt(encrypt(message, KEY), KEY) == message.removesuffix(SIGN_KEY) or message.endswith(SIGN_KEY)


@CALM
@given(
    st.one_of(st.text(), st.text().map(lambda rest: wire.MARK + rest), st.binary().map(lambda b: wire.MARK + base64.b64encode(b).decode()))
)
def test_arbitrary_values_are_refused_by_the_declared_error_alone(value: str) -> None:
    with suppress(BadMessage):  # any other error fails this test
        decrypt(value, KEY)


def test_another_agreements_key_does_not_open_the_message() -> None:
    other = SignKey.parse(base64.b64encode(bytes(16)).decode())
    with pytest.raises(BadMessage) as caught:
        wire.load_json(decrypt(VALUE, other))
    assert "signing key" in caught.value.words


@pytest.mark.parametrize(("text", "says"), [("not base64!", "not base64"), ("AAAA", "3 bytes"), ("", "0 bytes")])
def test_a_wrong_signing_key_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        SignKey.parse(text)


def test_the_form_carries_the_misspelled_parameter_and_shanghai_time() -> None:
    at = datetime(2026, 11, 23, 4, 0, 5, tzinfo=UTC)
    form = wire.request_form(api_code="020003", message=[{"a": "文"}], sender_no="9", authorization="x", key=KEY, at=at)
    assert form["timeStamp"] == "2026-11-23 12:00:05"
    assert {name: form[name] for name in ("apiCode", "senderNo", "authorization", "msgType", "version")} == {
        "apiCode": "020003", "senderNo": "9", "authorization": "x", "msgType": "0", "version": "V1.0.0",
    }  # fmt: skip
    assert json.loads(decrypt(form["logitcsInterface"], KEY)) == [{"a": "文"}]


def envelope(**over: object) -> bytes:
    fields = {"serialNo": "1", "retCode": "00000", "retMsg": "成功", "retBody": None, "retDate": "", "success": True}
    return json.dumps({**fields, **over}).encode()


@pytest.mark.parametrize(
    ("body", "opened"),
    [
        ('{"waybillNo":"11"}', {"waybillNo": "11"}),
        ({"waybillNo": "11"}, {"waybillNo": "11"}),
        ('[{"prov":"x"}]', [{"prov": "x"}]),
        ("https://carrier.example/label.pdf", "https://carrier.example/label.pdf"),
        ("JVBERi0xLjQ=", "JVBERi0xLjQ="),
        ("{broken", "{broken"),
        (None, None),
    ],
)
def test_the_body_is_decoded_once_more_where_it_is_json(body: object, opened: object) -> None:
    assert read_answer(envelope(retBody=body)).body == opened


def test_a_system_code_is_passing_and_a_business_code_permanent() -> None:
    with pytest.raises(Unavailable, match="S00001"):
        read_answer(envelope(retCode="S00001", retMsg="系统繁忙"))
    with pytest.raises(Rejected) as caught:
        read_answer(envelope(retCode="B00020", retMsg="预约时间小于当前时间"))
    assert (caught.value.code, caught.value.sentence) == ("B00020", "预约时间小于当前时间")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"retCode":5}', b"\xff\xfe", b"[" * 100_000, b'{"retCode":NaN}'])
def test_an_answer_that_is_no_envelope_is_passing(body: bytes) -> None:
    with pytest.raises(Unavailable):
        read_answer(body)


@CALM
@given(st.binary())
def test_arbitrary_answers_raise_only_what_is_declared(body: bytes) -> None:
    with pytest.raises((Unavailable, Rejected)):
        read_answer(body)


@CALM
@given(st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - made aware below
def test_moments_survive_the_wire(naive: datetime) -> None:
    at = naive.replace(microsecond=0, tzinfo=SHANGHAI)
    assert wire.from_moment(wire.to_moment(at), "opTime") == at


@pytest.mark.parametrize(
    "text", ["", "2026-11-23", "2026-13-01 00:00:00", "2026-02-30 10:00:00", "1999-12-31 10:00:00", "２０２６-11-23 10:00:00"]
)
def test_a_moment_that_does_not_exist_names_its_field(text: str) -> None:
    with pytest.raises(BadMessage) as caught:
        wire.from_moment(text, "opTime")
    assert caught.value.field == "opTime"


def test_json_is_cleaned_of_what_a_database_cannot_keep() -> None:
    assert wire.load_json('{"a":"x\\u0000y\\ud800z"}') == {"a": "xyz"}
    for text in ('{"a":1e999}', '{"a":NaN}', "[" * 30 + "]" * 30, "1" * 5000):
        with pytest.raises(BadMessage):
            wire.load_json(text)


def test_nothing_known_is_read_from_the_words() -> None:
    assert [wire.nothing_known(words) for words in ("无客户信息", "查无此单", "无邮件信息", "查询结果正常返回！")] == [
        True,
        True,
        True,
        False,
    ]
    assert NOON.tzinfo is SHANGHAI
