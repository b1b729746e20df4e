"""The push 040002: envelope, acknowledgement, and everything that may come instead."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.gateways.ems.push import NOT_TAKEN, Push, read_push, refuse
from govpost.gateways.ems.testing import KEY, NOON, SENDER_NO, sample
from govpost.gateways.ems.tests import CALM
from govpost.gateways.ems.wire import BadMessage, encrypt, load_json, push_form

ITEM = load_json(sample("push_delivered.json"))


def form(message: Any = ITEM, **over: str) -> dict[str, str]:
    return push_form(message=message, sender_no=SENDER_NO, serial_no="000000000001", key=KEY, at=NOON) | over


def read(body: bytes) -> Push:
    return read_push(body, key=KEY, sender_no=SENDER_NO)


@pytest.mark.parametrize(
    "body",
    [
        urlencode(form()).encode(),
        json.dumps(form()).encode(),
        "&".join(f"{name}={value}" for name, value in form().items()).encode(),  # plus signs not percent-encoded
        urlencode(form([ITEM])).encode(),
        urlencode(form({"responseItems": [ITEM]})).encode(),
        sample("push_envelope.json"),
    ],
)
def test_a_push_is_read_in_every_form_it_may_come_in_and_acknowledged(body: bytes) -> None:
    push = read(body)
    assert [(scan.code, scan.kind, scan.signer_class) for scan in push.scans] == [("704", "delivered", "other")]
    assert push.ack() == {"serialNo": "000000000001", "code": "00000", "codeMessage": "成功", "senderNo": SENDER_NO}


def test_a_row_that_cannot_be_read_is_named_and_not_asked_for_again_and_the_good_one_is_kept() -> None:
    push = read(urlencode(form([ITEM, {**ITEM, "opTime": "soon"}, {**ITEM, "waybillNo": "?", "opTime": "soon"}])).encode())
    assert len(push.scans) == 1
    assert [(row.mail, row.field) for row in push.bad] == [(ITEM["waybillNo"], "opTime"), ("", "waybillNo")]
    assert push.ack()["code"] == "00000"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (urlencode(form(method="040001")).encode(), "method"),
        (urlencode(form(senderNo="somebody else")).encode(), "senderNo"),
        (urlencode(form(logitcsInterface="{}")).encode(), "logitcsInterface"),
        (urlencode(form(logitcsInterface=encrypt("no json", KEY))).encode(), "body"),
        (b"{broken", "body"),
        (b"\xff\xfe", "body"),
        (b"&".join(b"a=1" for _ in range(60)), "body"),
        (b"", "method"),
        (b"[]", "method"),
    ],
)
def test_what_is_no_push_of_ours_names_the_field(body: bytes, field: str) -> None:
    with pytest.raises(BadMessage) as caught:
        read(body)
    assert caught.value.field == field
    assert refuse(caught.value)["code"] == NOT_TAKEN
    assert refuse(caught.value)["codeMessage"].startswith(f"{field}: ")


@CALM
@given(st.binary() | st.text().map(str.encode) | st.dictionaries(st.text(), st.text()).map(lambda d: json.dumps(d).encode()))
def test_arbitrary_bytes_raise_only_the_declared_error(body: bytes) -> None:
    with pytest.raises(BadMessage):
        read(body)


@CALM
@given(st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_an_arbitrary_message_in_a_good_envelope_is_answered(message: object) -> None:
    push = read(urlencode(form(message)).encode())
    assert push.ack()["code"] == "00000"
    assert push.bad or push.scans or message in ([], {"responseItems": []})
