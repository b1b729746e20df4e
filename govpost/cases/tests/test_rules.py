"""The rules of a case as tables: each branch with its code and clause."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest

from govpost.cases import rules
from govpost.cases.rules import Choice, Desk, PaperWay, ResultWay

MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("before", "started", "items", "code", "basis"),
    [
        (False, True, ["缺少平面图"], "papers_here", "行政许可法 32"),
        (True, True, ["缺少平面图"], "correction_once", "行政许可法 32"),
        (False, True, ["  "], "correction_empty", "行政许可法 32"),
        (False, True, [], "correction_empty", "行政许可法 32"),
        (False, False, ["缺少平面图"], "papers_not_here", "行政许可法 32"),
    ],
)
def test_corrections_are_requested_once_for_everything(before: bool, started: bool, items: list[str], code: str, basis: str) -> None:
    decision = rules.may_request_correction(requested_before=before, clock_started=started, items=items)
    assert (decision.code, decision.basis) == (code, basis)


@pytest.mark.parametrize(
    ("reason", "remedy", "code"),
    [("不符合卫生标准", "复议", "reasoned"), (" ", "复议", "reason_missing"), ("不符合卫生标准", "", "remedy_missing")],
)
def test_a_refusal_has_a_reason_and_its_remedies(reason: str, remedy: str, code: str) -> None:
    assert rules.may_decide(reason=reason, remedy=remedy).code == code


def test_the_usual_remedy_names_review_and_court() -> None:
    words = rules.remedy(department="亳州市卫生健康委员会（示例）")
    assert "行政复议" in words
    assert "行政诉讼" in words


def test_only_the_notice_in_force_counts() -> None:
    assert rules.notice_read(rules.NOTICE.version).allowed
    assert rules.notice_read("2025-1").code == "notice_not_read"


def test_a_published_notice_is_never_edited() -> None:
    texts = {version: sha256((notice.zh + str(notice.text)).encode()).hexdigest()[:16] for version, notice in rules.NOTICES.items()}
    assert texts == {"2026-1": "62a88c74bbdc8abf"}, "publish a new version instead of changing one that people confirmed"


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"subject": "示例美容店", "premises": "薛阁街道示例路 2 号"}, set()),
        ({"subject": " ", "premises": "薛阁街道示例路 2 号"}, {"subject"}),
        ({}, {"subject", "premises"}),
        ({"subject": "示例美容店", "premises": "薛阁街道", "details": "长" * 2001}, {"details"}),
    ],
)
def test_missing_and_overlong_answers_are_named(answers: dict[str, str], wrong: set[str]) -> None:
    assert set(rules.check_answers(answers)) == wrong


@pytest.mark.parametrize(
    ("choice", "papers", "wrong"),
    [
        (Choice("door", "door"), True, set()),
        (Choice("bring", "window"), True, set()),
        (Choice("none", "door"), False, set()),
        (Choice("none", "door"), True, {"paper_way"}),
        (Choice("bring", "door"), False, {"paper_way"}),
        (Choice("door", "locker"), True, {"result_way"}),
        (Choice("", ""), True, {"paper_way", "result_way"}),
    ],
)
def test_a_choice_outside_what_is_offered_is_named(choice: Choice, papers: bool, wrong: set[str]) -> None:
    errors = rules.check_choice(choice, papers_wanted=papers, paper_ways=["door", "bring"], result_ways=["door", "window"])
    assert set(errors) == wrong


@pytest.mark.parametrize(
    ("subject", "kind", "code"),
    [("both", "natural", "allowed"), ("both", "legal", "allowed"), ("legal", "legal", "allowed"), ("natural", "natural", "allowed"),
     ("legal", "natural", "for_organisations"), ("natural", "legal", "for_persons")],
)  # fmt: skip
def test_an_item_is_for_persons_for_organisations_or_for_both(subject: str, kind: str, code: str) -> None:
    assert rules.applicant_fits(subject=subject, kind=kind).code == code


@pytest.mark.parametrize(
    ("checked", "mailed", "code"),
    [(True, False, "may_hand_out"), (False, False, "identity_not_checked"), (True, True, "in_the_mail")],
)
def test_the_window_gives_nothing_without_an_identity_document(checked: bool, mailed: bool, code: str) -> None:
    assert rules.may_hand_out(identity_checked=checked, in_the_mail=mailed).code == code


@pytest.mark.parametrize(
    ("signers", "signer", "code"),
    [
        (("addressee",), "addressee", "may_fetch"), (("addressee",), "agent", "signer_not_allowed"),
        (("office",), "addressee", "may_fetch"), (("addressee", "agent"), "agent", "may_fetch"), (("any",), "agent", "may_fetch"),
    ],
)  # fmt: skip
def test_the_items_rule_says_whether_an_agent_fetches_at_the_window(signers: tuple[str, ...], signer: str, code: str) -> None:
    assert rules.may_fetch(signers=signers, signer=signer).code == code


@pytest.mark.parametrize("way", ResultWay)
@pytest.mark.parametrize("desk", Desk)
def test_results_go_to_the_desk_of_the_chosen_way(way: ResultWay, desk: Desk) -> None:
    fits = (way, desk) in {(ResultWay.DOOR, Desk.STATION), (ResultWay.WINDOW, Desk.WINDOW)}
    assert rules.may_give(result_way=way, desk=desk).allowed == fits


def test_ways_are_plain_words() -> None:
    assert [way.value for way in PaperWay] == ["door", "bring", "none"]
