"""Every row of the code tables, read as the wire brings it; and that the tables hold to the mail room's words."""

from __future__ import annotations

import pytest

from govpost.delivery.ports import ScanSeen
from govpost.delivery.states import State
from govpost.gateways.ems import codes
from govpost.gateways.ems.older import read_older
from govpost.gateways.ems.parse import read_items
from govpost.gateways.ems.wire import dump_json

CAUSES = {"", "address", "refusal", "recipient", "postal", "fee", "unclaimed", "external", "sender"}
STATE_OF_OP = {
    "203": "collected", "303": "in_transit", "345": "in_transit", "305": "in_transit", "389": "in_transit", "954": "in_transit",
    "989": "in_transit", "404": "in_transit", "500": "in_transit", "457": "in_transit", "505": "in_transit",
    "306": "at_delivery_office", "702": "out_for_delivery", "704": "delivered", "705": "attempt_failed",
    "711": "at_pickup_point", "747": "at_pickup_point", "748": "at_pickup_point", "O_011": "cancelled",
    "516": None, "423": None, "EXA": None, "EXC": None,
}  # fmt: skip
STATE_OF_ACTION = {
    "00": "collected", "60": "collected", "30": "in_transit", "40": "in_transit", "41": "in_transit",
    "50": "out_for_delivery", "51": "out_for_delivery", "10": "delivered", "20": "attempt_failed",
}  # fmt: skip
CAUSE_CLASSES = {
    "address": {"101", "102", "103", "113", "118", "122", "123", "124", "126"},
    "refusal": {"104"},
    "recipient": {"105", "115"},
    "postal": {"106", "107", "108", "117"},
    "fee": {"111"},
    "unclaimed": {"112", "127", "129"},
    "external": {"114", "116"},
    "sender": {"125"},
    "": {"100", "109", "110", "119", "120", "121", "128", "130"},
}
OTHER_STATES = {
    "104": "refused", "117": "lost", "125": "cancelled", "128": "at_pickup_point",
    "100": "out_for_delivery", "120": "out_for_delivery", "121": "out_for_delivery", "119": None,
}  # fmt: skip


def newer(**over: str) -> ScanSeen:
    item = {"waybillNo": "1100000000017", "opTime": "2026-11-23 10:00:00", "opCode": "203", **over}
    (scan,) = read_items([item]).scans
    return scan


def older(**over: str) -> ScanSeen:
    row = {"mailnum": "1100000000017", "procdate": "20261123", "proctime": "100000", "action": "00", "effect": "1", **over}
    (scan,) = read_older(dump_json({"listexpressmail": {"expressmail": [row]}}).encode()).scans
    return scan


def test_the_tables_hold_exactly_the_published_codes() -> None:
    assert set(codes.OP_CODES) == set(STATE_OF_OP)
    assert set(codes.ACTIONS) == set(STATE_OF_ACTION)
    assert set(codes.REASONS) == {str(number) for number in range(100, 131)} == set().union(*CAUSE_CLASSES.values())
    assert set(codes.PICKUP_REASONS) == {str(number) for number in range(1, 22)} - {"13"}
    assert set(codes.RANGE) == {"0", "1", "2", "3", "4", "6", "7", "8", "9", "10"}


@pytest.mark.parametrize(("code", "kind"), STATE_OF_OP.items())
def test_each_op_code_means_its_state(code: str, kind: str | None) -> None:
    scan = newer(opCode=code)
    assert (scan.code, scan.kind) == (code, kind)
    assert scan.name == codes.OP_CODES[code].name


@pytest.mark.parametrize(("code", "kind"), STATE_OF_ACTION.items())
def test_each_older_action_means_its_state(code: str, kind: str) -> None:
    assert older(action=code).kind == kind


@pytest.mark.parametrize(("cause", "reason"), [(cause, reason) for cause, reasons in CAUSE_CLASSES.items() for reason in sorted(reasons)])
def test_each_reason_has_its_cause_on_both_wires(cause: str, reason: str) -> None:
    expected = (reason, cause, OTHER_STATES.get(reason, "attempt_failed"))
    for scan in (newer(opCode="705", attemptDeliveryCode=reason), older(action="20", notproperdelivery=reason)):
        assert (scan.reason, scan.cause, scan.kind) == expected


@pytest.mark.parametrize(
    ("code", "kind", "signer"),
    [
        ("10", "delivered", "addressee"), ("11", "delivered", "other"), ("12", "delivered", "office"),
        ("13", "returned", ""), ("14", "returned", ""), ("", "delivered", "unknown"), ("77", "delivered", "unknown"),
    ],
)  # fmt: skip
def test_who_signed_is_what_the_code_says_and_nothing_else(code: str, kind: str, signer: str) -> None:
    scans = (
        newer(opCode="704", deliverCode=code, opDesc="您的快件已签收【本人】"),
        older(action="10", properdelivery=code, description="本人收"),
    )
    assert {(scan.kind, scan.signer_class) for scan in scans} == {(kind, signer)}


def test_every_meaning_is_a_state_and_every_cause_a_known_word() -> None:
    kinds = {op.kind for op in (*codes.OP_CODES.values(), *codes.ACTIONS.values())} | {r.kind for r in codes.REASONS.values()}
    assert kinds - {None} <= {state.value for state in State}
    assert {reason.cause for reason in codes.REASONS.values()} == CAUSES


def test_an_older_action_withdraws_only_events_that_mean_the_same() -> None:
    for action, ops in codes.OP_CODES_OF_ACTION.items():
        kinds = {codes.OP_CODES[op].kind for op in ops}
        assert kinds <= {codes.ACTIONS[action].kind, "at_delivery_office" if action == "30" else None}


def test_collections_that_are_put_off_keep_their_task_and_two_reasons_are_the_posts() -> None:
    assert {code for code, reason in codes.PICKUP_REASONS.items() if reason.keeps_task} == {"14", "15", "18"}
    assert {code for code, reason in codes.PICKUP_REASONS.items() if reason.side == "post"} == {"3", "17"}


@pytest.mark.parametrize("code", ["999X", "1", "a-b_c.d"])
def test_an_unknown_code_is_kept_and_means_nothing(code: str) -> None:
    scan = newer(opCode=code, opName="未公布的状态", opDesc="状态更新")
    assert (scan.code, scan.name, scan.note, scan.kind) == (code, "未公布的状态", "状态更新", None)
    assert scan.raw["opCode"] == code


def test_an_unknown_reason_is_kept_and_blames_nobody() -> None:
    scan = newer(opCode="705", attemptDeliveryCode="199")
    assert (scan.kind, scan.reason, scan.cause) == ("attempt_failed", "199", "")
