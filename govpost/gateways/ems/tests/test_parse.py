"""Track events: good rows, bad rows beside them, and whatever else somebody may send."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.common.clock import SHANGHAI
from govpost.gateways.ems import codes
from govpost.gateways.ems.parse import MOST_ROWS, read_items
from govpost.gateways.ems.testing import sample
from govpost.gateways.ems.tests import CALM
from govpost.gateways.ems.wire import BadMessage, dump_json, load_json

GOOD = {"waybillNo": "1100000000017", "opTime": "2026-11-23 10:00:00", "opCode": "203"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.sampled_from(sorted(GOOD)), inner, max_size=6),
    max_leaves=12,
)


def test_a_delivery_is_read_with_place_moment_signer_and_words() -> None:
    (scan,) = read_items(load_json(sample("push_delivered.json"))).scans
    assert (scan.source, scan.waybill_no, scan.code, scan.kind) == ("ems", "1100000000017", "704", "delivered")
    assert scan.occurred_at == datetime(2026, 11, 25, 10, 12, 30, tzinfo=SHANGHAI)
    assert (scan.place_province, scan.place_city, scan.place_code, scan.place_name) == ("安徽省", "亳州市", "23680001", "谯城区揽投部")
    assert (scan.signer_class, scan.effect, scan.reason) == ("other", True, "")
    assert scan.note == "【亳州市】您的快件已代签收【家人，，】，投递员：赵**，电话：139****0001"


def test_neither_words_nor_raw_message_keep_the_couriers_name_or_phone() -> None:
    (scan,) = read_items(load_json(sample("push_delivered.json"))).scans
    kept = dump_json(scan.raw) + scan.note
    assert "赵示例" not in kept
    assert "13900000001" not in kept
    assert scan.raw["opCode"] == "704"


def test_the_signer_table_is_a_setting() -> None:
    item = GOOD | {"opCode": "704", "deliverCode": "A1"}
    for table, signer in (({"A1": "addressee"}, "addressee"), ({}, "unknown"), ({"A1": "nonsense"}, "unknown")):
        assert read_items([item], deliver_codes=table).scans[0].signer_class == signer
    assert read_items([item], deliver_codes={"A1": codes.RETURNED}).scans[0].kind == "returned"


def test_a_bad_row_is_named_with_field_and_remedy_and_the_good_ones_stay() -> None:
    rows = [GOOD, GOOD | {"opTime": "yesterday"}, GOOD | {"waybillNo": "x"}, GOOD | {"opCode": ""}, "no object", GOOD | {"opCode": "204"}]
    reading = read_items(rows)
    assert [scan.code for scan in reading.scans] == ["203", "204"]
    assert [(row.position, row.field) for row in reading.bad] == [(1, "opTime"), (2, "waybillNo"), (3, "opCode"), (4, "body")]
    assert reading.bad[0].words == "row 2, opTime: Write the time as yyyy-MM-dd HH:mm:ss, Shanghai time."
    assert reading.bad[0].waybill_no == "1100000000017"


def test_an_item_need_not_name_the_mail_that_was_asked_for_but_may_not_name_another() -> None:
    item = {name: value for name, value in GOOD.items() if name != "waybillNo"}
    assert read_items([item], waybill_no="1100000000017").scans[0].waybill_no == "1100000000017"
    (bad,) = read_items([GOOD], waybill_no="1100000000024").bad
    assert bad.field == "waybillNo"


def test_numbers_and_odd_whitespace_are_read_as_text() -> None:
    (scan,) = read_items(
        [GOOD | {"waybillNo": 1100000000017, "opCode": 704, "deliverCode": 10, "opOrgCode": 23680001, "opOrgName": "揽投\n部"}]
    ).scans
    assert (scan.waybill_no, scan.kind, scan.signer_class, scan.place_code, scan.place_name) == (
        "1100000000017", "delivered", "addressee", "23680001", "揽投 部",
    )  # fmt: skip


def test_too_many_rows_are_refused_as_a_whole() -> None:
    with pytest.raises(BadMessage) as caught:
        read_items([GOOD] * (MOST_ROWS + 1))
    assert "at most 5000 events" in caught.value.words


@CALM
@given(JSON)
def test_arbitrary_json_never_raises_and_every_row_is_accounted_for(items: object) -> None:
    reading = read_items(items)
    assert len(reading.scans) + len(reading.bad) == (len(items) if isinstance(items, list) else 1)


@CALM
@given(st.fixed_dictionaries({name: st.text() | JSON for name in (*GOOD, "opDesc", "opName", "operatorName", "deliverCode", "opOrgCode")}))
def test_what_is_read_can_be_stored(item: dict[str, object]) -> None:
    try:
        items = load_json(json.dumps([GOOD | item, item | GOOD]))
    except BadMessage:  # not a number, or nested too deeply: refused before it is read
        return
    for scan in read_items(items).scans:
        kept = json.dumps([scan.raw, scan.note, scan.name, scan.code, scan.place_name], ensure_ascii=False, allow_nan=False)
        assert "\x00" not in kept.encode().decode()
        assert max(len(scan.note), len(scan.name), len(scan.place_name)) <= 500
