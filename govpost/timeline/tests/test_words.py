"""Every fact that the timeline hears has words, in both languages, and names no person."""

from __future__ import annotations

import ast
import string
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from govpost.cases import events as cases
from govpost.common.ids import uuid7
from govpost.common.text import Text
from govpost.delivery import events as delivery
from govpost.delivery.rules import Direction, Door
from govpost.delivery.states import State
from govpost.dispatch import events as dispatch
from govpost.notices import events as notices
from govpost.timeline.reasons import reason_words
from govpost.timeline.testing import make_fact, make_order_fact
from govpost.timeline.words import KINDS, ROLES, Said, mail, mail_withdrawn, said

ROOM = Path(__file__).resolve().parents[1]


def order(**over: Any) -> dict[str, Any]:
    return make_order_fact(uuid7(), 1, over.pop("before", "ordered"), over.pop("after", "ordered"), **over).payload


def test_every_state_in_every_direction_at_every_door_has_its_words() -> None:
    for state, direction, door in product(State, Direction, Door):
        line = mail(order(after=state.value, direction=direction.value, door=door.value))
        assert str(line.words)
        assert line.who in ROLES
        assert line.who != "courier" or door is Door.OURS


@pytest.mark.parametrize(
    ("over", "who", "remark"),
    [
        ({"after": "delivered"}, "courier", None),
        ({"after": "delivered", "door": "carrier"}, "carrier", None),
        ({"after": "delivered", "signer": "window"}, "window", "It was fetched at the window."),
        ({"after": "delivered", "direction": "papers", "signer": "window"}, "window", None),
        ({"after": "delivered", "delivered_ok": False, "signer": "other"}, "courier",
         "It was handed to somebody who may not sign for this item; a person looks into it."),
        ({"after": "attempt_failed", "reason": "103"}, "courier", "Nobody was there at the time."),
        ({"after": "pickup_failed", "reason": "999"}, "courier", "Reason given: 999"),
        ({"after": "collected", "door": "carrier"}, "carrier", None),
        ({"after": "collected"}, "station", None),
    ],
)  # fmt: skip
def test_a_mail_line_names_who_did_it_and_why_it_failed(over: dict[str, Any], who: str, remark: str | None) -> None:
    line = mail(order(**over))
    assert (line.who, str(line.remark) if line.remark else None) == (who, remark)


def test_a_mail_line_says_where() -> None:
    assert [mail(order(after=state)).place for state in ("collected", "in_transit", "out_for_delivery")] == ["341602", "", "341622"]


def test_a_withdrawal_says_who_withdrew_it() -> None:
    line = mail_withdrawn(order(before="delivered", after="out_for_delivery", source="ems"))
    assert "report of a delivery was withdrawn" in str(line.words)
    assert (line.who, str(line.remark)) == ("carrier", "Withdrawn by the carrier.")
    assert mail_withdrawn(order(before="attempt_failed", after="out_for_delivery")).who == "system"


CASES = [
    (cases.SUBMITTED, {}, "person:1", "applicant", "The application was submitted."),
    (cases.SUBMITTED, {}, "staff:1", "window", "The application was submitted."),
    (cases.SUBMITTED, {}, "partner:1", "portal", "The application was submitted."),
    (cases.COLLECTION_CANCELLED, {"state": "submitted"}, "person:1", "applicant",
     "The applicant brings the papers to the window."),
    (cases.PAPERS_ON_THE_WAY, {"missing": 1}, "system:x", "courier", "Counted at the door; papers missing: 1."),
    (cases.PAPERS_RECEIVED, {"order": None, "missing": 0}, "staff:1", "window", "The window received the papers."),
    (cases.PAPERS_RECEIVED, {"order": "x", "missing": 2}, "staff:1", "window", "The window counted the papers; missing: 2."),
    (cases.CORRECTION_REQUESTED, {"items": 2}, "staff:1", "department",
     "The department asked for corrections, all at once. Points: 2."),
    (cases.ACCEPTED, {"silent": True}, "system:x", "law",
     "The application is accepted by law: the department did not answer in time."),
    (cases.ACCEPTED, {"silent": False}, "staff:1", "department", "The department accepted the application."),
    (cases.HANDED_OVER, {"desk": "window"}, "staff:1", "window", "The window has the result ready to be fetched."),
    (cases.HANDED_OVER, {"desk": "station"}, "staff:1", "station", "The postal station desk took over the result."),
    (cases.CLOSED, {"how": "window"}, "staff:1", "system", "The result was handed out at the window; the case is closed."),
    (cases.PAPERS_RETURNED, {"how": "window"}, "staff:1", "window", "The window gave the papers back."),
    (cases.RESULT_WAY_CHANGED, {"place": "outlet"}, "person:1", "applicant",
     "The applicant fetches the result at the postal outlet."),
    (cases.FLAGGED, {"flag": "lost"}, "system:x", "system", "The result was lost on the way; the post looks into it."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "payload", "actor_key", "who", "words"), CASES)
def test_a_case_line_says_what_happened(kind: str, payload: dict[str, Any], actor_key: str, who: str, words: str) -> None:
    line = said(make_fact(kind, payload=payload, actor_key=actor_key))
    assert line is not None
    expected_who = "window" if kind == cases.CLOSED else who
    assert (line.who, str(line.words)) == (expected_who, words)


def test_what_a_mail_line_says_already_is_not_said_twice() -> None:
    assert said(make_fact(cases.PAPERS_RECEIVED, payload={"order": "x", "missing": 0})) is None
    assert said(make_fact(cases.PAPERS_ON_THE_WAY, payload={"order": "x", "missing": 0})) is None
    assert said(make_fact(cases.COLLECTION_CANCELLED, payload={"state": "withdrawn"})) is None
    assert said(make_fact(dispatch.TASK_CHANGED, payload={"before": "taken", "after": "done"})) is None


def test_a_taken_collection_is_told_once_by_its_order_and_a_taken_delivery_by_its_instruction() -> None:
    taken = {"before": "sent", "after": "taken"}
    assert said(make_fact(dispatch.TASK_CHANGED, payload={**taken, "kind": "collect"})) is None
    assert said(make_fact(dispatch.TASK_CHANGED, payload={**taken, "kind": "deliver"})) is not None


def test_messages_are_named_by_their_title_and_never_quoted() -> None:
    line = said(make_fact(notices.SENT, payload={"template": "pickup_code"}))
    assert line == Said(Text("The applicant was told by message."), "system", remark=Text("Pick-up code"))
    failed = said(make_fact(notices.FAILED, payload={"template": "pickup_code"}))
    assert failed is not None
    assert failed.audience == "staff"


def test_every_fact_of_a_case_or_a_mail_is_told_or_left_out_on_purpose() -> None:
    silent = {
        cases.DRAFT_DISCARDED, cases.DRAFTED, cases.AMENDED, cases.DRAFT_CONTINUED, cases.MISSING_TOLD,
        # nobody's business but the applicant's
        dispatch.PLACE_HELD, dispatch.PLAN_KEPT,  # about windows and outlets
        delivery.BAG_SEALED, delivery.DAY_BALANCED, delivery.SCAN_UNCLEAR,  # about bags, days and unknown numbers
    }  # fmt: skip
    told = cases.PUBLIC | delivery.PUBLIC | dispatch.PUBLIC | notices.PUBLIC | {delivery.ORDER_CHANGED}
    assert told - silent == set(KINDS)


def test_an_empty_reason_says_nothing() -> None:
    assert reason_words("") is None


def msgids() -> set[str]:
    """Every literal message id of this room's code."""
    found: set[str] = set()
    calls = [node for source in ROOM.glob("*.py") for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Call)]
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id == "Text" and call.args and isinstance(call.args[0], ast.Constant):
            found.add(str(call.args[0].value))
    return found


def fields(text: str) -> set[str]:
    return {part.split(")")[0] for part in text.split("%(")[1:]}


def test_every_sentence_stands_in_chinese_with_the_same_places() -> None:
    with (ROOM / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    translated = {str(message.id): str(message.string) for message in catalogue if message.id}
    assert msgids() - set(translated) == set()
    for msgid, text in translated.items():
        assert any(sign not in string.printable for sign in text), msgid
        assert fields(msgid) == fields(text)
    assert set(translated) - msgids() == set()


def test_what_a_counter_took_or_undid_is_told_as_the_windows() -> None:
    taken = said(make_fact(cases.SUBMITTED, payload={"channel": "window", "papers_later": 2}))
    undone = said(make_fact(cases.WITHDRAWN, payload={"mistake": "twice"}))
    short = said(make_fact(cases.PAPERS_TAKEN, payload={"papers": 4, "counted": 3}))
    assert taken is not None
    assert undone is not None
    assert short is not None
    assert (taken.who, undone.who, short.who) == ("window", "window", "department")
    assert taken.words.params == {"papers": 2}
    assert short.words.params == {"papers": 4, "counted": 3}
