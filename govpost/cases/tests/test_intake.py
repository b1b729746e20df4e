"""The counter's rules without a database: marks of papers, who came, the one-time notice, undoing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies

from govpost.cases import intake
from govpost.cases.intake import Comer, Given, Mistake, Provided, Waiver
from govpost.common.text import Text
from govpost.parties.testing import LIN_NUMBER

TODAY = date(2026, 3, 2)
AGENT = Comer("agent", "李示例", LIN_NUMBER, "15400000009", authority_seen=True, identity_seen=True)


@pytest.mark.parametrize(
    ("mark", "right"),
    [
        (Given("paper"), True), (Given("later"), True), (Given("electronic", "copy"), True), (Given("electronic", "licence", "L-1"), True),
        (Given("electronic", "licence", "L-9"), False), (Given("electronic", "licence"), False), (Given("electronic"), False),
        (Given("waived", "promise"), True), (Given("waived"), False), (Given("waived", "copy"), False), (Given("lost"), False),
    ],
)  # fmt: skip
def test_a_mark_says_what_stands_for_the_paper_or_why_it_is_not_needed(mark: Given, right: bool) -> None:
    errors = intake.check_checklist({"1": mark}, wanted=["1"], licences={"L-1"})
    assert (errors == {}) is right
    assert Given.from_json(mark.to_json()) == mark


def test_no_paper_is_passed_over() -> None:
    assert set(intake.check_checklist({"1": Given("paper")}, wanted=["1", "2"], licences=())) == {"paper-2"}


def test_every_waiver_has_its_sentence_and_what_it_rests_on() -> None:
    assert set(intake.WAIVERS) == set(Waiver)
    assert all(waiver.basis and isinstance(waiver.sentence, Text) for waiver in intake.WAIVERS.values())


papers = strategies.lists(strategies.sampled_from("abcdef"), unique=True)


@given(missing=papers, told=papers)
def test_what_was_not_told_at_once_is_never_told_later(missing: list[str], told: list[str]) -> None:
    decision = intake.may_tell_missing(missing=missing, told=told)
    assert decision.allowed is (bool(missing) and (not told or set(missing) <= set(told)))
    assert decision.basis == "行政许可法 32"


@given(strategies.dictionaries(strategies.sampled_from("abcdef"), strategies.sampled_from(list(Provided))), papers)
def test_a_paper_is_missing_unless_a_mark_says_otherwise(marks: dict[str, Provided], wanted: list[str]) -> None:
    absent = intake.missing({paper: Given(how.value) for paper, how in marks.items()}, wanted)
    assert absent == [paper for paper in wanted if marks.get(paper, Provided.LATER) is Provided.LATER]


@pytest.mark.parametrize(
    ("comer", "wrong"),
    [
        (None, {"relation"}), (Comer(), {"relation"}), (Comer("self"), {"identity_seen"}), (Comer("self", identity_seen=True), set()),
        (AGENT, set()), (replace(AGENT, authority_seen=False), {"authority_seen"}), (replace(AGENT, id_number="1"), {"comer_number"}),
        (replace(AGENT, name=" ", phone="12"), {"comer_name", "comer_phone"}),
    ],
)  # fmt: skip
def test_whoever_comes_is_looked_at_and_an_agent_brings_a_letter_of_authority(comer: Comer | None, wrong: set[str]) -> None:
    assert set(intake.check_comer(comer, on=TODAY)) == wrong


def test_an_agents_data_stay_out_of_what_is_printed_for_programmers() -> None:
    assert LIN_NUMBER not in repr(AGENT)
    assert "李示例" not in repr(AGENT)


@pytest.mark.parametrize(
    ("taken_on", "untouched", "why", "code"),
    [
        (TODAY, True, Mistake.TWICE, "may_undo"), (TODAY, True, "", "why_missing"), (TODAY, False, Mistake.TWICE, "too_late_to_undo"),
        (date(2026, 3, 1), True, Mistake.TWICE, "too_late_to_undo"), (None, True, Mistake.TWICE, "too_late_to_undo"),
    ],
)  # fmt: skip
def test_an_intake_is_undone_on_its_day_only(taken_on: date | None, untouched: bool, why: str, code: str) -> None:
    assert intake.may_undo(taken_on=taken_on, today=TODAY, untouched=untouched, why=why).code == code
