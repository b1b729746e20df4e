"""The push of 2013–2018: batches, returns, withdrawals, and replies that name what was not taken."""

from __future__ import annotations

import json
from datetime import datetime
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.common.clock import SHANGHAI
from govpost.gateways.ems.older import read_older, refuse_older
from govpost.gateways.ems.testing import sample
from govpost.gateways.ems.tests import CALM
from govpost.gateways.ems.wire import BadMessage

ROW = {"mailnum": "1100000000017", "procdate": "20261123", "proctime": "140000", "action": "00", "effect": "1"}


def batch(*rows: object) -> bytes:
    return json.dumps({"listexpressmail": {"expressmail": list(rows)}}).encode()


def test_a_batch_in_json_is_read_masked_and_answered_in_json() -> None:
    push = read_older(sample("older_push.json"))
    assert [(scan.code, scan.kind, scan.reason, scan.cause, scan.signer_class) for scan in push.scans] == [
        ("00", "collected", "", "", ""), ("20", "attempt_failed", "103", "address", ""), ("10", "delivered", "", "", "other"),
    ]  # fmt: skip
    assert push.scans[0].occurred_at == datetime(2026, 11, 23, 14, tzinfo=SHANGHAI)
    assert push.scans[1].note == "收件人不在指定地址，投递员：赵**，电话：139****0001"
    assert push.reply() == ("application/json", b'{"success":"1","failmailnums":"","remark":""}')


def test_a_batch_in_xml_is_read_and_answered_in_xml() -> None:
    push = read_older(sample("older_push.xml"))
    assert [(scan.kind, scan.signer_class) for scan in push.scans] == [("out_for_delivery", ""), ("delivered", "office"), ("cancelled", "")]
    kind, body = push.reply(["1100000000017"])
    answer = {child.tag: child.text for child in fromstring(body)}  # noqa: S314 - our own words
    assert (kind, answer) == ("application/xml", {"success": "0", "failmailnums": "1100000000017", "remark": None})


def test_returned_mail_is_known_from_its_codes() -> None:
    push = read_older(sample("older_returned.json"))
    assert [(scan.kind, scan.cause) for scan in push.scans] == [("refused", "refusal"), ("returned", "")]


def test_a_withdrawal_names_the_event_by_its_older_and_its_newer_code() -> None:
    push = read_older(sample("older_void.json"))
    assert [(scan.code, scan.effect, scan.kind) for scan in push.scans] == [("10", False, "delivered"), ("704", False, "delivered")]
    assert {scan.occurred_at for scan in push.scans} == {datetime(2026, 11, 25, 10, 12, 30, tzinfo=SHANGHAI)}


@pytest.mark.parametrize(
    ("reason", "names"),
    [("103", {"20", "705"}), ("128", {"20", "705", "748", "711", "747"}), ("125", {"20", "705", "O_011"}),
     ("", {"20", "705", "748", "711", "747", "O_011"})],
)  # fmt: skip
def test_a_withdrawn_failure_is_withdrawn_under_every_name_its_reason_has(reason: str, names: set[str]) -> None:
    push = read_older(batch(ROW | {"action": "20", "notproperdelivery": reason, "effect": "0"}))
    assert {scan.code for scan in push.scans} == names
    assert len(push.scans) == len(names)


def test_a_bad_row_is_named_in_the_remark_and_the_good_one_kept() -> None:
    push = read_older(sample("older_bad_row.json"))
    assert [scan.waybill_no for scan in push.scans] == ["1100000000017"]
    reply = json.loads(push.reply()[1])
    assert reply == {"success": "1", "failmailnums": "", "remark": "row 2, procdate: Write the date as YYYYMMDD."}


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"mailnum": ""}, "mailnum"), ({"action": ""}, "action"), ({"procdate": "2026"}, "procdate"),
        ({"proctime": ""}, "proctime"), ({"proctime": "256100"}, "proctime"), ({"procdate": "20260230"}, "proctime"),
        ({"effect": "2"}, "effect"),
    ],
)  # fmt: skip
def test_each_field_that_is_needed_is_asked_for(over: dict[str, str], field: str) -> None:
    push = read_older(batch(ROW | over))
    assert ([row.field for row in push.bad], push.scans) == ([field], [])


def test_numbers_that_lost_their_leading_zeros_and_a_missing_effect_are_read() -> None:
    (scan,) = read_older(batch({"mailnum": 1100000000017, "procdate": 20261123, "proctime": 93005, "action": "30"})).scans
    assert (scan.occurred_at, scan.effect) == (datetime(2026, 11, 23, 9, 30, 5, tzinfo=SHANGHAI), True)


def test_an_unknown_action_is_kept_and_means_nothing() -> None:
    (scan,) = read_older(batch(ROW | {"action": "77"})).scans
    assert (scan.code, scan.kind) == ("77", None)


def test_one_row_without_a_list_and_a_plain_list_are_batches_too() -> None:
    for body in ({"listexpressmail": {"expressmail": ROW}}, {"listexpressmail": [ROW]}):
        assert len(read_older(json.dumps(body).encode()).scans) == 1


def test_chinese_encodings_of_that_time_are_read() -> None:
    xml = sample("older_push.xml").decode().replace('encoding="UTF-8"', 'encoding="GBK"').encode("gbk")
    assert read_older(xml).scans[0].place_name == "谯城区揽投部"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b'{"listexpressmail":7}', b"<listexpressmail/>", b"<a><b></a>", b"\xff",
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        b'<?xml version="1.0" encoding="big5"?><a/>', b'<?xml version="1.0" encoding="GBK"?>\xff\xff',
        b'<!DOCTYPE a [<!ENTITY x "y">]><listexpressmail><expressmail>&x;</expressmail></listexpressmail>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><expressmail><mailnum>&x;</mailnum></expressmail>',
    ],
)  # fmt: skip
def test_what_is_no_batch_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(BadMessage) as caught:
        read_older(body)
    kind, answer = refuse_older(caught.value, body)
    assert kind == ("application/xml" if body.startswith(b"<") else "application/json")
    assert caught.value.field.encode() in answer


@CALM
@given(
    st.binary()
    | st.binary().map(lambda rest: b"<" + rest)
    | st.text().map(lambda t: f"<listexpressmail><expressmail>{t}</expressmail></listexpressmail>".encode("utf-8", "surrogatepass"))
)
def test_arbitrary_bytes_raise_only_the_declared_error(body: bytes) -> None:
    try:
        push = read_older(body)
    except BadMessage:
        return
    assert push.bad


@CALM
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from([*ROW, "properdelivery", "notproperdelivery", "description"]), st.text() | st.integers() | st.none()
        ),
        min_size=1,
    )
)
def test_every_row_is_either_read_or_named(rows: list[dict[str, object]]) -> None:
    push = read_older(batch(*rows))
    assert len([scan for scan in push.scans if scan.effect]) + len(push.bad) <= len(rows)
    assert len(push.bad) + len(push.scans) >= len(rows)
    json.loads(push.reply()[1])
